"""A name, a time without brackets and the text on one line.

    Ann, 00:01: text      Ann 00:01: text       Ann - 00:01 - text
    Ann | 00:01 | text    Ann: 00:01 text       Ann 00:01 text

`At 10:30: we met` looks the same. So the lines of a file must be alike, their names must come
again, and the pace must be that of speech.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from .heading_lines import CLOCK, NAME, SIGN, TO, Heading, is_name, make_heading

_LINE = re.compile(
    rf"(?P<speaker>{NAME})(?P<before>:?[ \t]{{1,4}}|[ \t]{{0,4}}{SIGN}[ \t]{{0,4}})"
    rf"(?P<time>{CLOCK})(?:{TO}(?P<end>{CLOCK}))?(?P<after>[ \t]{{0,4}}[-–—|·•:]|)"
    r"[ \t]{1,8}(?P<text>\S.*)"
)
_Form = tuple[str, str]
"""The signs before and behind the time."""


class _Least(NamedTuple):
    """How many lines and how many different names a file must have."""

    lines: int
    names: int


_LEAST, _LEAST_WITHOUT_SIGNS = _Least(2, 1), _Least(3, 2)
_MOST_NAMES = 0.67
"""Different names for each line, as of names on lines of their own (headings.py)."""
_A_MINUTE = 60_000
_SLOWEST, _FASTEST = 1, 40
"""Characters a second: menus and timetables have less, lists of things more."""


def find_one_liners(lines: Iterable[tuple[int, str]]) -> list[Heading]:
    """The lines of this kind, with their rows; none if they may be prose.

    lines: rows and what is on them.
    """
    found: dict[_Form, list[Heading]] = {}
    for row, line in lines:
        match = _LINE.fullmatch(line)
        if match is None or not is_name(match["speaker"]):
            continue
        form = (match["before"].strip(), match["after"].strip())
        name = match["speaker"].strip().removesuffix(" at")
        heading = make_heading(row, match["time"], match["end"] or "", name, match["text"])
        found.setdefault(form, []).append(heading)
    if not found:
        return []
    form = max(found, key=_count_of(found))
    headings = found[form]
    least = _LEAST if any(form) else _LEAST_WITHOUT_SIGNS
    if len(headings) < least.lines or not _are_names(headings, least.names):
        return []
    return headings if _is_paced(headings) else []


def _count_of(found: Mapping[_Form, Sequence[Heading]]) -> Callable[[_Form], int]:
    def count(form: _Form) -> int:
        return len(found[form])

    return count


def _are_names(headings: Sequence[Heading], least: int) -> bool:
    names = Counter(heading.speaker for heading in headings)
    if len(names) < least:
        return False
    small = sum(count for name, count in names.items() if name[0].islower())
    return len(names) <= _MOST_NAMES * len(headings) and 2 * small <= len(headings)


def _is_paced(headings: Sequence[Heading]) -> bool:
    """Whether it is the pace of speech, with minutes and seconds or with hours and minutes."""
    length = headings[-1].start - headings[0].start
    characters = sum(len(heading.text) for heading in headings[:-1])
    lengths = [length]
    if headings[0].start >= _A_MINUTE:
        lengths.append(60 * length)
    return any(_SLOWEST * ms <= 1000 * characters <= _FASTEST * ms for ms in lengths)
