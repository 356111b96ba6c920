"""Splits a chunk at its time lines, for the careful readers, which can read anything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from .chunks import Chunk
from .lines import is_blank, is_number
from .timestamps import find_time_lines, has_long_arrow, read_stamp


class TimeLine(NamedTuple):
    """A line with two times, read."""

    text: str
    number: int
    """That of the cue, if it is on this line; else 0."""
    start: int
    """ms."""
    end: int
    rest: str
    """The text after the times."""


_NO_TIMES = TimeLine("", 0, 0, 0, "")


class CueBlock(NamedTuple):
    """A time line and the lines up to the next one; or the lines before the first time line."""

    times: TimeLine
    """Without text before the first."""
    line: int
    """The 1-based line of the time line, which is the line before `text`."""
    text: str
    """The lines below."""
    is_last: bool
    """Whether no time line follows in the chunk."""
    ends_file: bool

    @property
    def is_cue(self) -> bool:
        """Whether the block begins with times."""
        return self.times.text != ""


def split_blocks(chunk: Chunk) -> Iterator[CueBlock]:
    """Cut a chunk, which begins with a line break, at its time lines."""
    text = chunk.text
    line = chunk.line
    times = _NO_TIMES
    at = 0
    has_arrows = "-->" in text
    for match in find_time_lines(text):
        if has_arrows and at and _is_text(match):
            continue
        yield CueBlock(times, line, text[at + 1 : match.start()], False, False)
        line += text.count("\n", at, match.start() + 1)
        times = _read_line(match)
        at = match.end()
    yield CueBlock(times, line, text[at + 1 :], True, chunk.is_last)


def _is_text(match: re.Match[str]) -> bool:
    """Whether a line with two times is text of the cue before, in a file that writes `-->`.

    It is, if it has a shorter arrow or a dash, and is not below an empty line or a number.
    """
    text = match.string
    before = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
    return not (has_long_arrow(match) or is_blank(before) or is_number(before))


def _read_line(match: re.Match[str]) -> TimeLine:
    start = read_stamp(match["start"])
    end = read_stamp(match["end"])
    return TimeLine(match[0][1:], int(match["index"] or 0), start, end, match["rest"])
