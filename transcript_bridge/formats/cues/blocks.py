"""A chunk cut at its time lines, for the careful readers, which can read anything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from .lines import is_blank, number_in
from .timestamps import has_long_arrow, read_times, time_line

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
    has_arrows = "-->" in chunk
    for following in time_line().finditer(chunk):
        found = read_times(following)
        if found is None:
            continue
        if has_arrows and match is not None and _is_text(following, chunk, match.end()):
            continue
        yield Block(match, times, line, _lines(chunk[at + 1 : following.start()]), False)
        line += chunk.count("\n", at, following.start() + 1)
        match = following
        times = found
        at = following.end()
    yield Block(match, times, line, _lines(chunk[at + 1 :]), True)


def _is_text(match: re.Match[str], chunk: str, text_start: int) -> bool:
    """Whether a line with two times is text of the cue before, in a file that writes `-->`.

    It is where it has a shorter arrow, or a dash, and is not below an empty line or a number.
    text_start: where the time line of that cue ends.
    """
    if has_long_arrow(match):
        return False
    if match.start() <= text_start:
        return True
    before = chunk[chunk.rfind("\n", 0, match.start()) + 1 : match.start()]
    return not is_blank(before) and number_in(before) is None


def _lines(body: str) -> list[str]:
    """The lines of a block; the middle of thousands, which are not a cue, stays one string.

    That keeps memory use flat.
    """
    if body.count("\n") < 3 * _EDGE:
        return body.split("\n")
    *first, rest = body.split("\n", _EDGE)
    return first + rest.rsplit("\n", _EDGE)
