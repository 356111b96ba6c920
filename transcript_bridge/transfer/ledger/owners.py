"""Who holds a claim, and whether they still live.

A claim ends with its lease at the latest. On one machine it can be told sooner (the process is
gone) and more surely (it is there, so that a clock that jumps cannot take its claim away).
"""

from __future__ import annotations

import itertools
import os
import socket
from pathlib import Path

from ..clock import read_boot

_numbers = itertools.count(1)
_alive: set[str] = set()


def enrol() -> str:
    """A name for an uploader of this process: machine, boot, process, when it began, number."""
    pid = os.getpid()
    name = f"{socket.gethostname()}|{read_boot()}|{pid}|{_began(pid)}|{next(_numbers)}"
    _alive.add(name)
    return name


def retire(name: str) -> None:
    """The uploader is done: whatever it still claims may be taken over."""
    _alive.discard(name)


def is_alive(name: str) -> bool | None:
    """True or False where it can be told, None where only the lease decides."""
    host, boot, pid, began, _ = name.split("|")
    if host != socket.gethostname() or boot != read_boot():
        # Another machine, or this one before it was started again; only where there is a boot id is
        # that sure.
        return False if host == socket.gethostname() and boot and read_boot() else None
    if int(pid) == os.getpid():
        return name in _alive
    if not began:
        return _can_be_asked(int(pid))
    return _began(int(pid)) == began


def _began(pid: int) -> str:
    """When the process began, in the kernel's ticks: tells a process from a later one with its
    number."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    state, *fields = stat.rpartition(")")[2].split()
    return "" if state in "ZX" else fields[18]


def _can_be_asked(pid: int) -> bool | None:
    """False when there is no such process; a process with that number may be another one: then
    nothing is sure."""
    if os.name != "posix":
        return None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return None
    return None
