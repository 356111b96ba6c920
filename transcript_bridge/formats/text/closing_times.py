"""Text with a time at the end of each paragraph: `Ann: text #00:01:02-3#`, `Ann: text [0:03]`.

f4 and MAXQDA write the time at which a paragraph ends. Others write the time at which it begins.
The lengths of the paragraphs show which one it is. The times are moved to the beginnings of the
paragraphs, as in `[0:01 - 0:05] Ann: text`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from ...timecode import render_clock
from ..cues.timestamps import read_stamp
from ..speaker_labels import are_repeated
from .heading_lines import NAME
from .line_rows import written_rows

_CLOCK = re.compile(r"(?:\d{1,3}:)?\d{1,2}:[0-5]\d(?:[.,]\d{1,3})?")
_OPENING = {"]": "[", ")": "("}
_EMPHASIS = frozenset("*_`")
"""Marks of Markdown around a time."""
_AROUND = " \t\r*_`"
_LONGEST_TIME = 16
_LISTED = re.compile(r"\A[ \t]{0,8}[*+•-][ \t]+")
"""The beginning of a paragraph in a list."""
_NOWHERE = -1
"""The row of a paragraph that has not begun."""
_FEWEST_LINES = 3
"""Of a card: the name, the text, the time."""
_MIN_PARAGRAPHS = 2
_MIN_SHARE = 0.5
"""The share of lines that must end with a time. A paragraph may have several lines."""
_MS_PER_CHARACTER = 40
"""Nobody speaks faster."""


class _ClosedParagraph(NamedTuple):
    """Lines up to one that ends with a time."""

    first: int
    last: int
    """Rows."""
    text: str
    """Of the last line, without the time."""
    time: int
    """ms."""
    characters: int


def move_closing_times(lines: Sequence[str]) -> Sequence[str]:
    """Return the lines with the times moved to the front; empty if too few end with a time."""
    paragraphs = list(_find_paragraphs(lines))
    if len(paragraphs) < _MIN_PARAGRAPHS:
        return ()
    times = [paragraph.time for paragraph in paragraphs]
    written = list(filter(str.strip, lines[paragraphs[0].first :]))
    are_most = len(paragraphs) >= _MIN_SHARE * len(written)
    if not are_most or times != sorted(times):
        return ()
    clocks = list(map(render_clock, times))
    if not _are_starts(paragraphs):
        clocks = [" - ".join(times) for times in pairwise([render_clock(0), *clocks])]
    moved = list(lines)
    for paragraph, time in zip(paragraphs, clocks, strict=True):
        moved[paragraph.last] = paragraph.text
        moved[paragraph.first] = f"[{time}] {_LISTED.sub('', moved[paragraph.first], 1).strip()}"
    return moved


def join_cards(lines: Sequence[str]) -> Sequence[str]:
    """The lines with `[0:03] Ann: text` where a name, the text and the time are on lines of their
    own, as copied from pages that show the time below the text; the same object if they are not."""
    bare = [line.strip() for line in lines]
    cards = _find_cards(bare)
    names = [bare[card[0]] for card in cards]
    are_names = are_repeated(names) and all(re.fullmatch(NAME, name) for name in names)
    if not cards or not are_names:
        return lines
    joined = list(lines)
    for name, first, *_, time in cards:
        joined[name] = joined[time] = ""
        joined[first] = f"[{bare[time]}] {bare[name]}: {bare[first]}"
    return joined


def _find_cards(bare: Sequence[str]) -> list[list[int]]:
    """The rows of each card, from the name to the time; none if one has fewer lines, or if the
    text does not end with a time."""
    cards: list[list[int]] = [[]]
    for row in written_rows(bare):
        cards[-1].append(row)
        if _CLOCK.fullmatch(bare[row]):
            cards.append([])
    rest = cards.pop()
    if rest or not cards:
        return []
    first, *others = cards
    names = {bare[card[0]] for card in others}
    while len(first) > _FEWEST_LINES and bare[first[0]] not in names:
        del first[0]  # a title
    return cards if min(map(len, cards)) >= _FEWEST_LINES else []


def _find_paragraphs(lines: Sequence[str]) -> Iterator[_ClosedParagraph]:
    first = _NOWHERE
    characters = 0
    is_header = True
    for row, line in enumerate(lines):
        line = line.rstrip(_AROUND) if line[-1:] in _EMPHASIS else line.rstrip()
        if not line:
            if is_header:  # a title, or other lines above the first paragraph
                first = _NOWHERE
            continue
        if first == _NOWHERE or _LISTED.match(line):
            first = row
            characters = 0
        text, time = _split(line)
        characters += len(text)
        if time:
            yield _ClosedParagraph(first, row, text, read_stamp(time), characters)
            first = _NOWHERE
            is_header = False


def _split(line: str) -> tuple[str, str]:
    """Split a line into its text and the time at its end, which is empty if there is none."""
    opening = line.rfind(_OPENING.get(line[-1], "\n"))
    inside = line[opening + 1 : -1].strip()
    if opening <= 0 or len(inside) > _LONGEST_TIME or not _CLOCK.fullmatch(inside):
        return line, ""
    return line[:opening].rstrip(_AROUND), inside


def _are_starts(paragraphs: Sequence[_ClosedParagraph]) -> bool:
    """Whether the times are starts: the text fits better after each time than before it."""
    times = [paragraph.time for paragraph in paragraphs]
    needed = [paragraph.characters * _MS_PER_CHARACTER for paragraph in paragraphs]
    after = _count_rushed(times[:-1], times[1:], needed[:-1])
    before = _count_rushed([0, *times[:-1]], times, needed)
    return after < before


def _count_rushed(starts: Sequence[int], ends: Sequence[int], needed: Sequence[int]) -> int:
    spans = zip(starts, ends, needed, strict=True)
    return sum(1 for start, end, time in spans if end - start < time)
