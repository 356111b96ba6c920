"""Text whose times are at the ends of its paragraphs: `Ann: text #00:01:02-3#`, `Ann: text [0:03]`.

f4 and MAXQDA write when a paragraph ends. Other times may be those at which it begins: they are
where the paragraphs could not be spoken otherwise. The paragraphs get their times in front, as in
`[0:01 - 0:05] Ann: text`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from ...timecode import render_clock
from ..cues.timestamps import read_stamp

_CLOCK = re.compile(r"(?:\d{1,3}:)?\d{1,2}:[0-5]\d(?:[.,]\d{1,3})?")
_OPENING = {"]": "[", ")": "("}
_EMPHASIS = frozenset("*_`")
"""Marks of Markdown around a time."""
_LONGEST_TIME = 16
_MIN_PARAGRAPHS = 2
_MIN_SHARE = 0.5
"""Of the lines: so many must end with a time. A paragraph may have several lines."""
_MS_PER_CHARACTER = 40
"""Nobody speaks faster."""


class _Paragraph(NamedTuple):
    """Lines up to one that ends with a time."""

    first: int
    last: int
    """Rows."""
    text: str
    """Of the last line, without the time."""
    time: int
    """ms."""
    characters: int


def move_closing_times(lines: Sequence[str]) -> Sequence[str] | None:
    """The lines with the times in front; None if they do not end with times."""
    paragraphs = list(_find_paragraphs(lines))
    if len(paragraphs) < _MIN_PARAGRAPHS or not _is_most(paragraphs, lines):
        return None
    times = [paragraph.time for paragraph in paragraphs]
    if any(before > after for before, after in pairwise(times)):
        return None
    are_starts = _are_starts(paragraphs)
    moved = list(lines)
    end_before = 0
    for paragraph in paragraphs:
        time = render_clock(paragraph.time)
        if not are_starts:
            time = f"{render_clock(end_before)} - {time}"
        end_before = paragraph.time
        moved[paragraph.last] = paragraph.text
        moved[paragraph.first] = f"[{time}] {moved[paragraph.first].strip()}"
    return moved


def _find_paragraphs(lines: Sequence[str]) -> Iterator[_Paragraph]:
    first: int | None = None
    characters = 0
    is_header = True
    for row, line in enumerate(lines):
        line = line.rstrip(" \t\r*_`") if line[-1:] in _EMPHASIS else line.rstrip()
        if not line:
            if is_header:  # a title, and whatever else is above the first paragraph
                first = None
            continue
        if first is None:
            first = row
            characters = 0
        opening = line.rfind(_OPENING.get(line[-1], "\n"))
        inside = line[opening + 1 : -1].strip()
        if opening <= 0 or len(inside) > _LONGEST_TIME or not _CLOCK.fullmatch(inside):
            characters += len(line)
            continue
        text = line[:opening].rstrip(" \t*_`")
        yield _Paragraph(first, row, text, read_stamp(inside), characters + len(text))
        first = None
        is_header = False


def _is_most(paragraphs: Sequence[_Paragraph], lines: Sequence[str]) -> bool:
    written = sum(1 for line in lines if line.strip())
    return len(paragraphs) >= _MIN_SHARE * written


def _are_starts(paragraphs: Sequence[_Paragraph]) -> bool:
    """Whether more of the paragraphs could be spoken after their times than before them."""
    times = [paragraph.time for paragraph in paragraphs]
    needed = [paragraph.characters * _MS_PER_CHARACTER for paragraph in paragraphs]
    after = _count_rushed(times[:-1], times[1:], needed[:-1])
    before = _count_rushed([0, *times[:-1]], times, needed)
    return after < before


def _count_rushed(starts: Sequence[int], ends: Sequence[int], needed: Sequence[int]) -> int:
    spans = zip(starts, ends, needed, strict=True)
    return sum(1 for start, end, time in spans if end - start < time)
