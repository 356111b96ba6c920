"""The versions that must be equal on all machines, so that equal files give equal results."""

from __future__ import annotations

import sys
from functools import cache
from typing import NamedTuple

from ... import __version__
from ...errors import SettingsError
from ...formats.registry import ENTRY_POINT_GROUP

_READERS = ("charset-normalizer", "pysrt", "python-docx", "webvtt-py")
"""Packages that take part in reading; extras may be missing."""


class Versions(NamedTuple):
    """python: such as `3.12`. packages: (name, version) of this package, of those that take part in
    reading, and of plug-ins; the version is empty if a package is not installed.
    """

    python: str
    packages: tuple[tuple[str, str], ...]


@cache
def read_versions() -> Versions:
    """The versions of this process."""
    from importlib import metadata  # slow to import, and only needed with a cluster

    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    packages = {"transcript-bridge": __version__}
    for name in _READERS:
        try:
            packages[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            packages[name] = ""
    for entry in metadata.entry_points(group=ENTRY_POINT_GROUP):
        if entry.dist is not None:
            packages[entry.dist.name] = entry.dist.version
    return Versions(python, tuple(sorted(packages.items())))


def name_machine() -> str:
    """The name of this machine, for messages."""
    import platform  # slow to import, and only needed with a cluster

    return platform.node()


def require_equal(wanted: Versions, found: Versions, worker: str) -> None:
    """Raise SettingsError if a worker has other versions than the machine of the command.

    worker: its address or name.
    """
    difference = _find_difference(wanted, found)
    if difference:
        raise SettingsError(
            f"the worker {worker} has {difference}; install the same versions on all machines and "
            "run the command again"
        )


def _find_difference(wanted: Versions, found: Versions) -> str:
    if wanted.python != found.python:
        return f"Python {found.python}, and this machine has Python {wanted.python}"
    here = dict(wanted.packages)
    there = dict(found.packages)
    for name in sorted({*here, *there}, key=lambda name: (name != "transcript-bridge", name)):
        version_here = here.get(name, "")
        version_there = there.get(name, "")
        if version_here != version_there:
            has_there = f"{name} {version_there}" if version_there else f"no {name}"
            has_here = version_here or "none"
            return f"{has_there}, and this machine has {has_here}"
    return ""
