"""Workers that can be killed. They are forked from a process that has imported everything: a run
takes milliseconds. `kill -9` ends them like any other process."""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable


def fork(work: Callable[[], int]) -> int:
    """Run `work` in a separate process, and return its number."""
    sys.stdout.flush()
    with warnings.catch_warnings():
        # Python 3.12 warns of forking beside threads. The child only uses what it makes itself.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        sys.settrace(None)  # what coverage measures would be lost
        threading.settrace(None)
        code = 70
        faulthandler.enable(sys.__stderr__)
        try:
            code = work()
        except BaseException as error:
            if os.environ.get("TORTURE_TRACE"):
                raise
            line = f"worker {os.getpid()}: {type(error).__name__}: {error}\n"
            sys.stderr.write(line)
            sys.stderr.flush()
        finally:
            os._exit(code)
    return pid


def join(pid: int, seconds: float | None = None) -> int | None:
    """Wait for the exit code, negative for a signal; after some seconds, kill it and return None.

    A process that hangs prints where its threads are before it is killed.
    """
    end = None if seconds is None else time.monotonic() + seconds
    while True:
        found, status = os.waitpid(pid, 0 if end is None else os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        if end is not None and time.monotonic() >= end:
            os.kill(pid, signal.SIGABRT)
            os.waitpid(pid, 0)
            return None
        time.sleep(0.002)


def kill_after(pid: int, seconds: float) -> bool:
    """End a process with `kill -9` after so many seconds; False if it ended before."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found, _status = os.waitpid(pid, os.WNOHANG)
        if found:
            return False
        time.sleep(0.002)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return True
