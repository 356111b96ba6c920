"""The time of a line in the usual form: `#00:01:02-3#`, `{00:03}` and `【00:03】` become `[00:03]`.

    #00:01:02-3#              f4, f5 and MAXQDA, with tenths of a second
    {00:03} <00:03>           people, players for typists
    【00:03】 （00:03）         East Asia
    00:00:01:12 00:00:01;12   video editors, with frames
    [Ann, 00:03] [00:03 Ann]  people; the name goes outside

Alone in brackets it must begin the line, or follow a name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ..time_units import find_frame_rate
from .heading_lines import NAME, is_time_word

_CLOCK = r"(?:\d{1,3}:)?\d{1,2}:[0-5]\d(?:[.,]\d{1,3})?"
_HASHED = re.compile(r"#(\d{1,3}:\d{2}:\d{2})(?:[-.,:](\d{1,3}))?#")
_OPENING = "{<【（"
_BRACKETED = re.compile(
    rf"(?P<before>[^\n{_OPENING}]{{0,60}})[{_OPENING}][ ]?(?P<times>{_CLOCK}"
    rf"(?:[ ]?[-–—][ ]?{_CLOCK})?)[ ]?[}}>】）](?P<colon>：?)"
)
_BEFORE = re.compile(r"(?:[>#*+-]{1,6}[ \t]+)?(?:[^\W\d_][^\n,.!?]{0,58})?")
"""A sign of a list, a name."""
_BETWEEN = r"(?:[ \t]{1,4}|[ \t]{0,4}[-–—|,·][ \t]{0,4})"
_INSIDE = re.compile(
    rf"[\[(<](?:(?P<first>{NAME}){_BETWEEN}(?P<after>{_CLOCK})"
    rf"|(?P<before>{_CLOCK}){_BETWEEN}(?P<last>(?![AaPp]\.?[Mm]\b){NAME}))"
    r"[\])>]:?[ \t]{1,4}(?P<text>\S.*)"
)
_OUTER = frozenset("[(<")
_MIN_INSIDE = 3
_MOST_NAMES = 0.67
"""Different names for each line."""
_FRAMES = re.compile(r"(?<![\d:;])(\d{1,2}:[0-5]\d:[0-5]\d)[:;](\d\d)(?![\d:;])")
_MIN_FRAMES = 2
_FIRST_LINES = 200
"""Lines of which one must have a frame; to search all took 8 % of reading a text."""


def write_usual_times(lines: Sequence[str]) -> Sequence[str]:
    """The lines with such times rewritten; the same object if there are none."""
    whole = "\n".join(lines)
    written = whole
    if "#" in whole:
        written = _HASHED.sub(_write_hashed, written)
    if any(bracket in whole for bracket in _OPENING):
        written = "\n".join([_write_bracketed(line) for line in written.split("\n")])
    if written == whole:
        return lines
    return written.split("\n")


def _write_hashed(match: re.Match[str]) -> str:
    if match[2]:
        return f"[{match[1]}.{match[2]}]"
    return f"[{match[1]}]"


def _write_bracketed(line: str) -> str:
    found = _BRACKETED.match(line)
    if found is None or not _BEFORE.fullmatch(found["before"].strip()):
        return line
    colon = ": " if found["colon"] else ""
    return f"{found['before']}[{found['times']}]{colon}{line[found.end() :]}"


def put_names_outside(lines: Sequence[str]) -> Sequence[str]:
    """The lines with `Ann [00:03]: text` for `[Ann, 00:03] text`, if the names come again."""
    found: dict[int, re.Match[str]] = {}
    for row, line in enumerate(lines):
        if line[:1] in _OUTER and (match := _INSIDE.match(line)):
            found[row] = match
    names = {_name_inside(match) for match in found.values()}
    if (
        len(found) < _MIN_INSIDE
        or all(map(is_time_word, names))
        or len(names) > _MOST_NAMES * len(found)
    ):
        return lines
    written = list(lines)
    for row, match in found.items():
        clock = match["before"] or match["after"]
        written[row] = f"{_name_inside(match)} [{clock}]: {match['text']}"
    return written


def _name_inside(match: re.Match[str]) -> str:
    name: str = match["first"] or match["last"]
    return name


class Framed(NamedTuple):
    """Lines with milliseconds for frames."""

    lines: Sequence[str]
    rate: int
    """Frames a second."""
    row: int
    """Of the first."""


def write_milliseconds(lines: Sequence[str]) -> Framed | None:
    """The lines without frames; None if there are none, or no usual rate fits them."""
    if not any(map(_FRAMES.search, lines[:_FIRST_LINES])):
        return None
    rows = [row for row, line in enumerate(lines) if _FRAMES.search(line)]
    if len(rows) < _MIN_FRAMES:
        return None
    highest = max(int(frame) for row in rows for _, frame in _FRAMES.findall(lines[row]))
    rate = find_frame_rate(highest)
    if rate is None:
        return None

    def write(match: re.Match[str]) -> str:
        return f"{match[1]}.{int(match[2]) * 1000 // rate:03}"

    written = list(lines)
    for row in rows:
        written[row] = _FRAMES.sub(write, lines[row])
    return Framed(written, rate, rows[0])
