"""Identifies the uploader that holds a claim, and finds out whether it is still running.

An owner is a random name. Its claim ends with its lease, or earlier if the process is certainly
gone. That can be known only if both processes run under one kernel in one PID namespace; then a
clock that jumps cannot end the claim of a running process either. Containers have PID namespaces of
their own, often with equal host names and process numbers, so between them only the lease decides.
The same holds between machines, and on systems without boot ids (all but Linux).
"""

from __future__ import annotations

import os
import uuid
from pathlib import Path
from typing import NamedTuple

from ..clock import read_boot

_VERSION = "2"
"""Names of version 1 began with the host name, which proves nothing: their leases decide."""
_running: set[str] = set()
"""The owners of this process that still work."""


class _ProcessScope(NamedTuple):
    """Within what a process number is unique. Empty fields: the system does not say."""

    boot: str
    """The boot id of the kernel; all containers of a machine share it."""
    space: str
    """The PID namespace; each container has its own."""


class _Owner(NamedTuple):
    """The fields of an owner's name."""

    version: str
    token: str
    boot: str
    space: str
    pid: str
    started: str
    """When the process started, in kernel ticks: process numbers are reused."""


def register() -> str:
    """A new name for an uploader of this process."""
    place = _read_place()
    pid = os.getpid()
    token = uuid.uuid4().hex
    name = "|".join(_Owner(_VERSION, token, *place, str(pid), _read_start(pid)))
    _running.add(name)
    return name


def unregister(name: str) -> None:
    """The uploader has ended: others may take over its claims."""
    _running.discard(name)


def is_alive(name: str) -> bool | None:
    """Whether the owner is still running; None if only the lease can decide."""
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
        return False  # the uploader has ended, or the number was reused
    return _read_start(int(owner.pid)) == owner.started


def _read_place() -> _ProcessScope:
    """The place of this process. `/proc` may be that of another namespace: then it proves
    nothing."""
    try:
        seen_as = os.readlink("/proc/self")  # noqa: PTH115  # a number, and no path
        space = os.readlink("/proc/self/ns/pid")  # noqa: PTH115  # pid:[4026531836]
    except OSError:
        return _ProcessScope(read_boot(), "")
    if seen_as != str(os.getpid()):
        return _ProcessScope(read_boot(), "")
    return _ProcessScope(read_boot(), space)


def _read_start(pid: int) -> str:
    """When a process started; empty if it is not running, or the system does not say."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    state, *fields = stat.rpartition(")")[2].split()
    if state in ("Z", "X"):  # a zombie, or dead
        return ""
    return fields[18]  # `starttime`, field 22 of proc(5); number, name and state precede
