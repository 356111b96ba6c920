"""Patterns such as `exports/**/*.zip`, resolved to the paths that they match.

No `Path` here: the names stay as the user wrote them.
"""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress

from ..errors import InputError
from .container_limits import Report
from .links import LinkRule

_ANY_DEPTH = re.compile(r"(?:^|(?<=[/\\]))\*\*(?:[/\\]|$)")
"""`**` in a pattern."""
_REPEATED = re.compile(r"(^|[/\\])(?:\*\*[/\\])*\*\*([/\\]|$)")
"""Several in a row mean the same as one."""


def expand(path: str, report: Report, *, follow_links: bool = False) -> list[str]:
    """The path itself, or what matches it as a pattern.

    What links lead to outside of the folder before the first wildcard is reported and left out,
    unless `follow_links`. Raises InputError where nothing matches.
    """
    if os.path.lexists(path) or not glob.has_magic(path):
        return [path]
    links = LinkRule([_folder_before_wildcards(path)], report, follow_all=follow_links)
    found = sorted(set(_match(_REPEATED.sub(r"\1**\2", path), links)))
    if not found:
        raise InputError("no file matches this pattern; check it", path=path)
    return [one for one in found if not links.refuses(one)]


def _folder_before_wildcards(pattern: str) -> str:
    folder = pattern
    while glob.has_magic(folder):
        folder = os.path.dirname(folder)  # noqa: PTH120
    return folder or os.curdir


def _match(pattern: str, links: LinkRule) -> Iterator[str]:
    """What `glob.glob` finds, but no folder twice: with two links in a circle it would not end."""
    tops = [""]
    pieces = _ANY_DEPTH.split(pattern)
    for number, piece in enumerate(pieces):
        is_last = number == len(pieces) - 1
        if is_last and not piece and number:
            # The pattern ends with `**`: a folder stands for all that is below it.
            yield from [top or os.curdir for top in tops]
            return
        if number:
            tops = list(_folders_below(tops, links))
        if piece:
            tops = list(dict.fromkeys(_match_piece(tops, piece)))
    yield from tops


def _match_piece(tops: Iterable[str], piece: str) -> Iterator[str]:
    for top in tops:
        yield from glob.glob(os.path.join(glob.escape(top), piece))  # noqa: PTH118, PTH207


def _folders_below(tops: Iterable[str], links: LinkRule) -> Iterator[str]:
    """The folders and all below them, each under one of its names."""
    seen: set[str] = set()
    waiting = list(tops)
    waiting.reverse()
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
                if name.startswith(".") or not os.path.isdir(below):  # noqa: PTH112
                    continue
                if not os.path.islink(below) or not links.refuses(below):  # noqa: PTH114
                    waiting.append(below)
