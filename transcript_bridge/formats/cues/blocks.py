"""A chunk cut at its time lines, for the careful readers, which can read anything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from .timestamps import TIME_LINE, read_times

_EDGE = 1000
"""How many lines at each end of an enormous block are kept as lines of their own."""


class Block(NamedTuple):
    """A time line and the lines up to the next one; or the lines before the first time line."""

    match: re.Match[str] | None
    """The time line; None before the first."""
    times: tuple[int, int]
    """Start and end (ms)."""
    line: int
    """The 1-based line of the time line, which is the line before `lines`."""
    lines: list[str]
    is_last: bool
    """Whether no time line follows in the chunk."""


def split_blocks(chunk: str, line: int) -> Iterator[Block]:
    """Cut `chunk`, which begins with a line break, at its time lines.

    line: the 1-based line that this first line break ends.
    """
    match: re.Match[str] | None = None
    times = (0, 0)
    at = 0
    for following in TIME_LINE.finditer(chunk):
        found = read_times(following)
        if found is None:
            continue
        yield Block(match, times, line, _lines(chunk[at + 1 : following.start()]), False)
        line += chunk.count("\n", at, following.start() + 1)
        match = following
        times = found
        at = following.end()
    yield Block(match, times, line, _lines(chunk[at + 1 :]), True)


def _lines(body: str) -> list[str]:
    """The lines of a block; the middle of thousands, which are not a cue, stays one string.

    That keeps memory use flat.
    """
    if body.count("\n") < 3 * _EDGE:
        return body.split("\n")
    *first, rest = body.split("\n", _EDGE)
    return first + rest.rsplit("\n", _EDGE)
