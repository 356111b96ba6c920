"""Which uploader holds a claim, and whether it is still running.

An owner is a random name. Its claim ends with its lease, and sooner only where it is certain that
the process is gone: where both run under one kernel and in one space of process numbers. Then a
clock that jumps cannot take the claim of a running process away, either. Containers have spaces of
their own, often with equal host names and equal process numbers, so between them the lease decides
alone; so it does between machines, and on systems that do not tell boots apart (all but Linux).
"""

from __future__ import annotations

import os
import uuid
from pathlib import Path
from typing import NamedTuple

from ..clock import read_boot

_VERSION = "2"
"""Names of version 1 began with the host, which proves nothing: their leases decide."""
_running: set[str] = set()
"""The owners of this process that still work."""


class _Place(NamedTuple):
    """Where a process number means one process. Empty fields: the system does not say."""

    boot: str
    """Of the kernel: containers of one machine share it."""
    space: str
    """The kernel's name of the space of process numbers: containers do not share it."""


class _Owner(NamedTuple):
    """The fields of a name."""

    version: str
    token: str
    boot: str
    space: str
    pid: str
    started: str
    """When the process began, in the kernel's ticks: numbers are used again."""


def register() -> str:
    """A new name for an uploader of this process."""
    place = _read_place()
    pid = os.getpid()
    token = uuid.uuid4().hex
    name = "|".join(_Owner(_VERSION, token, *place, str(pid), _read_start(pid)))
    _running.add(name)
    return name


def unregister(name: str) -> None:
    """The uploader is done: whatever it still claims may be taken over."""
    _running.discard(name)


def is_alive(name: str) -> bool | None:
    """Whether the owner is still running; None where only the lease can decide."""
    if name in _running:
        return True
    fields = name.split("|")
    if fields[0] != _VERSION or len(fields) != len(_Owner._fields):
        return None
    owner = _Owner(*fields)
    place = _read_place()
    is_certain = all(place) and place == (owner.boot, owner.space) and owner.started != ""
    if not is_certain:
        return None
    if int(owner.pid) == os.getpid():
        return False  # the uploader of this process is done, or its number was used again
    return _read_start(int(owner.pid)) == owner.started


def _read_place() -> _Place:
    """Where this process runs. `/proc` may be that of another space: then it proves nothing."""
    try:
        seen_as = os.readlink("/proc/self")  # noqa: PTH115  # a number, and no path
        space = os.readlink("/proc/self/ns/pid")  # noqa: PTH115  # pid:[4026531836]
    except OSError:
        return _Place(read_boot(), "")
    if seen_as != str(os.getpid()):
        return _Place(read_boot(), "")
    return _Place(read_boot(), space)


def _read_start(pid: int) -> str:
    """When the process began; empty where it is not running, or the system does not say."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    state, *fields = stat.rpartition(")")[2].split()
    if state in ("Z", "X"):  # a zombie, or dead
        return ""
    return fields[18]
