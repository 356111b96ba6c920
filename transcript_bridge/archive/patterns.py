"""Patterns such as `exports/**/*.zip`, resolved to the paths that they match.

No `Path` here: the names stay as the user wrote them.
"""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterator
from contextlib import suppress

from ..errors import InputError

_ANY_DEPTH = re.compile(r"(?:^|(?<=[/\\]))\*\*(?:[/\\]|$)")
"""`**` in a pattern."""


def expand(path: str) -> list[str]:
    """The path itself, or what matches it as a pattern. Raises InputError where nothing does."""
    if os.path.lexists(path) or not glob.has_magic(path):
        return [path]
    found = sorted(set(_match(path)))
    if not found:
        raise InputError("no file matches this pattern; check it", path=path)
    return found


def _match(pattern: str) -> Iterator[str]:
    """What `glob.glob` finds, but no folder twice: with two links in a circle it would not end."""
    before, *after = _ANY_DEPTH.split(pattern, maxsplit=1)
    tops = glob.glob(before) if before else [""]  # noqa: PTH207
    if not after:
        yield from tops
        return
    if not after[0]:  # the pattern ends with `**`: a folder stands for all that is below it
        for top in tops:
            yield top or os.curdir
        return
    for top in tops:
        for folder in _folders_below(top):
            yield from _match(os.path.join(glob.escape(folder), after[0]))  # noqa: PTH118


def _folders_below(top: str) -> Iterator[str]:
    """A folder and all below it, each under one of its names."""
    seen: set[str] = set()
    waiting = [top]
    while waiting:
        path = waiting.pop()
        real = os.path.realpath(path)
        if real in seen:
            continue
        seen.add(real)
        yield path
        with suppress(OSError):  # nothing in a folder that cannot be opened can match
            for name in sorted(os.listdir(path or os.curdir), reverse=True):  # noqa: PTH208
                below = os.path.join(path, name)  # noqa: PTH118
                if not name.startswith(".") and os.path.isdir(below):  # noqa: PTH112
                    waiting.append(below)
