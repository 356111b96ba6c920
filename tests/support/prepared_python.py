"""A Python process that has imported the command, and forks a process for each run.

Started by `prepared_process` as a script. A request is one JSON message with file descriptors; the
answer is the number of the new process. Its exit code follows on a socket of its own.

The new process has what a new interpreter has: its own arguments, environment, working folder,
local time and streams (None for a closed one). It ends as an interpreter ends: output is flushed,
and a failure to do so shows.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import io
import json
import os
import pkgutil
import runpy
import select
import signal
import socket
import sys
import threading
import time
from typing import Any, TextIO

MAX_MESSAGE_BYTES = 2**20
STREAMS = 3
"""Standard input, output and error output."""
_PACKAGES = ("archive", "cli.commands", "formats", "report", "transfer")
_LIBRARIES = (
    "click._textwrap",
    "concurrent.futures.thread",
    "ctypes.util",
    "difflib",
    "encodings.idna",
    "faulthandler",
    "fastapi",
    "html.parser",
    "httpcore",
    "httpx",
    "keyring.backends.SecretService",
    "keyring.backends.chainer",
    "keyring.backends.kwallet",
    "keyring.backends.libsecret",
    "multiprocessing.pool",
    "platformdirs.unix",
    "rich.progress",
    "sqlalchemy.dialects.sqlite",
    "transcript_bridge.omi.client",
    "transcript_bridge.omi.sandbox",
    "transcript_bridge.transfer.uploader",
    "transcript_bridge.workspace.migration",
    "transcript_bridge.workspace.opened",
    "uvicorn.protocols.http.h11_impl",
    "xml.etree.ElementTree",
    "xml.sax.handler",
)
"""Modules that commands import while they run; those that are not installed are skipped."""


def import_all() -> None:
    for name in _PACKAGES:
        package = importlib.import_module(f"transcript_bridge.{name}")
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    for library in _LIBRARIES:
        try:
            importlib.import_module(library)
        except ImportError:
            continue
    save_coverage()
    gc.collect()
    gc.freeze()  # a collection in a fork would copy the pages of everything


def save_coverage() -> None:
    """Save the coverage of the imports once, and not in each fork."""
    coverage = sys.modules.get("coverage")
    if coverage is not None and coverage.Coverage.current() is not None:
        coverage.Coverage.current().save()


def serve(requests: socket.socket) -> dict[str, Any]:
    """Answer requests until the other side closes the socket. Returns only in a fork: its
    request."""
    woken, waker = os.pipe()
    os.set_blocking(waker, False)
    signal.set_wakeup_fd(waker)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    running: dict[int, int] = {}
    while True:
        ready, _, _ = select.select([requests, woken], [], [])
        if woken in ready:
            os.read(woken, 4096)
            report_ended(running)
        if requests not in ready:
            continue
        message, fds, _, _ = socket.recv_fds(requests, MAX_MESSAGE_BYTES, STREAMS + 1)
        if not message:
            requests.close()
            sys.exit()
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            requests.detach()
            return become(json.loads(message), fds)
        running[pid] = fds[0]
        for fd in fds[1:]:
            os.close(fd)
        requests.send(b"%d" % pid)


def report_ended(running: dict[int, int]) -> None:
    """running: process -> the socket that waits for its exit code."""
    for pid in list(running):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            waiting = running.pop(pid)
            with contextlib.suppress(BrokenPipeError):  # nobody waits any more
                os.write(waiting, b"%d" % os.waitstatus_to_exitcode(status))
            os.close(waiting)


def become(request: dict[str, Any], fds: list[int]) -> dict[str, Any]:
    """Take over streams, environment and working folder."""
    passed = dict(zip(request["streams"], fds[1:], strict=True))
    for number in range(STREAMS):
        if number in passed:
            os.dup2(passed[number], number)
        else:
            os.close(number)
    os.closerange(STREAMS, os.sysconf("SC_OPEN_MAX"))
    sys.stdin = sys.__stdin__ = open_stream(0, sys.stdin)
    sys.stdout = sys.__stdout__ = open_stream(1, sys.stdout)
    sys.stderr = sys.__stderr__ = open_stream(2, sys.stderr)
    os.environ.clear()
    os.environ.update(request["environ"])
    if "COVERAGE_PROCESS_START" not in os.environ:  # for a test that is `untraced`
        sys.settrace(None)
        threading.settrace(None)
    time.tzset()
    os.chdir(request["folder"])
    return request


def open_stream(number: int, like: TextIO) -> TextIO | None:
    try:
        is_terminal = os.isatty(number)
        os.fstat(number)
    except OSError:
        return None
    file = open(number, "rb" if number == 0 else "wb", closefd=False)  # noqa: SIM115
    return io.TextIOWrapper(
        file,
        encoding=like.encoding,
        errors=like.errors,
        line_buffering=is_terminal or number == 2,
    )


def main() -> None:
    requests = socket.socket(fileno=int(sys.argv[1]))
    import_all()
    request = serve(requests)
    sys.argv = ["transcript-bridge", *request["words"]]
    try:
        runpy.run_module("transcript_bridge", run_name="__main__", alter_sys=True)
    except (SystemExit, KeyboardInterrupt) as error:
        ending = error
        if isinstance(error, KeyboardInterrupt):
            ending = error.__context__  # Ctrl-C when the command was at its end
        if not isinstance(ending, SystemExit) or not isinstance(ending.code, int):
            raise
        code = ending.code
    end_process(code)


def end_process(code: int) -> None:
    """Do what an interpreter does at its end, except for clearing all modules: that was more than
    half of the CPU time of a short command."""
    threading._shutdown()
    atexit._run_exitfuncs()
    gc.collect()  # what was left open warns
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (AttributeError, OSError, ValueError):
        sys.exit(code)  # a closed stream, or a full disk: as it ends otherwise
    os._exit(code)


if __name__ == "__main__":
    main()
