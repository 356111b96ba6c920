"""Which process holds a claim, and whether it is still running.

A claim ends with its lease at the latest. On the same machine it ends sooner, when the process is
gone, and more safely: while the process runs, a clock that jumps cannot take its claim away.
"""

from __future__ import annotations

import itertools
import os
import socket
from pathlib import Path

from ..clock import read_boot

_numbers = itertools.count(1)
_running: set[str] = set()
"""The owners of this process that still work."""


def register() -> str:
    """A new name for an uploader of this process: machine, boot, process, its start, number."""
    pid = os.getpid()
    name = f"{socket.gethostname()}|{read_boot()}|{pid}|{_read_start(pid)}|{next(_numbers)}"
    _running.add(name)
    return name


def unregister(name: str) -> None:
    """The uploader is done: whatever it still claims may be taken over."""
    _running.discard(name)


def is_alive(name: str) -> bool | None:
    """Whether the owner is still running; None where only the lease can decide."""
    host, boot, pid, started, _ = name.split("|")
    if host != socket.gethostname():
        return None
    if boot != read_boot():
        # The machine was started again since; only where it has boot ids is that certain.
        return False if boot and read_boot() else None
    if int(pid) == os.getpid():
        return name in _running
    if started:
        return _read_start(int(pid)) == started
    return _find_process(int(pid))


def _read_start(pid: int) -> str:
    """When the process began, in the kernel's ticks: it tells a process from a later one with the
    same number. Empty where it is not running, or the system does not say (Linux does)."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    state, *fields = stat.rpartition(")")[2].split()
    if state in ("Z", "X"):  # a zombie, or dead
        return ""
    return fields[18]


def _find_process(pid: int) -> bool | None:
    """False when there is no such process. A process with that number may be another one: None."""
    if os.name != "posix":
        return None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return None
    return None
