"""Finds headings that are a name, a time without brackets and the text, on one line.

    Ann, 00:01: text      Ann 00:01: text       Ann - 00:01 - text
    Ann | 00:01 | text    Ann: 00:01 text       Ann 00:01 text

`At 10:30: we met` looks the same. So all lines must have the same signs, names must be repeated,
and the pace must be that of speech.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ...timecode import count_spoken
from ..speaker_labels import are_repeated
from .heading_lines import CLOCK, NAME, SIGN, TO, Heading, find_group, is_name, make_heading

_LINE = re.compile(
    rf"(?P<speaker>{NAME})(?P<before>:?[ \t]{{1,4}}|[ \t]{{0,4}}{SIGN}[ \t]{{0,4}})"
    rf"(?P<time>{CLOCK})(?:{TO}(?P<end>{CLOCK}))?(?P<after>[ \t]{{0,4}}[-–—|·•:]|)"
    r"[ \t]{1,8}(?P<text>\S.*)"
)
_Form = tuple[str, str]
"""The signs before and after the time."""


class _Least(NamedTuple):
    """The fewest lines, and the fewest different names, of a file with such lines."""

    lines: int
    names: int


_LEAST, _LEAST_WITHOUT_SIGNS = _Least(2, 1), _Least(3, 2)
_A_MINUTE = 60_000
_SLOWEST, _FASTEST = 1, 40
"""Characters a second: menus and timetables have fewer, lists have more."""


def find_one_liners(lines: Iterable[tuple[int, str]]) -> list[Heading]:
    """Find headings of this kind; empty if they may be prose. lines: rows with their text."""
    found: dict[_Form, list[Heading]] = {}
    for row, line in lines:
        match = _LINE.fullmatch(line)
        if match is None or not is_name(match["speaker"]):
            continue
        form = (match["before"].strip(), match["after"].strip())
        end = find_group(match, "end")
        heading = make_heading(row, match["time"], end, match["speaker"], match["text"])
        found.setdefault(form, []).append(heading)
    if not found:
        return []
    form, headings = max(found.items(), key=_count)
    least = _LEAST if any(form) else _LEAST_WITHOUT_SIGNS
    if len(headings) < least.lines or not _are_names(headings, least.names):
        return []
    return headings if _is_paced(headings) else []


def _count(found: tuple[_Form, Sequence[Heading]]) -> int:
    return len(found[1])


def _are_names(headings: Sequence[Heading], least: int) -> bool:
    names = [heading.speaker for heading in headings]
    small = [name for name in names if name[0].islower()]
    are_several = len(set(names)) >= least
    return are_several and are_repeated(names) and 2 * len(small) <= len(names)


def _is_paced(headings: Sequence[Heading]) -> bool:
    """Whether the pace fits speech, if `10:30` is read as `mm:ss` or as `hh:mm`."""
    length = headings[-1].start - headings[0].start
    characters = sum([count_spoken(heading.text) for heading in headings[:-1]])
    lengths = [length]
    if headings[0].start >= _A_MINUTE:
        lengths.append(60 * length)
    return any(_SLOWEST * ms <= 1000 * characters <= _FASTEST * ms for ms in lengths)
