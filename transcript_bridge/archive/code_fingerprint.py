"""A name for the code that converts, so that a cached result of older code is never used."""

from __future__ import annotations

import hashlib
import os
from functools import cache
from importlib.metadata import entry_points

from .. import __version__
from ..formats import ENTRY_POINT_GROUP

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120  # quick


@cache
def fingerprint_code() -> str:
    """Changes with the version, with every module of the package that is written, and with every
    format plug-in. Takes about a millisecond."""
    parts = [__version__]
    for folder, _, names in sorted(os.walk(_PACKAGE)):
        for name in sorted(names):
            if name.endswith(".py"):
                status = os.stat(os.path.join(folder, name))  # noqa: PTH116, PTH118  # quick
                parts.append(f"{name} {status.st_size} {status.st_mtime_ns}")
    for plugin in entry_points(group=ENTRY_POINT_GROUP):
        version = plugin.dist.version if plugin.dist is not None else ""
        parts.append(f"{plugin.value} {version}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
