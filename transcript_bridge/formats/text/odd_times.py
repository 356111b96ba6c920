"""Rewrites times with unusual marks: `#00:01:02-3#`, `{00:03}`, `【00:03】` -> `[00:03]`.

    #00:01:02-3#              f4, f5 and MAXQDA, with tenths of a second
    {00:03} <00:03>           people, players for typists
    【00:03】 （00:03）         East Asia
    [[00:03](https://…)]      links of Markdown
    00:00:01:12 00:00:01;12   video editors, with frames
    [Ann, 00:03] [00:03 Ann]  people; also [Ann | 00:03 - 00:05]; becomes `Ann [00:03]:`

A time in brackets must begin the line, or follow a name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..speaker_labels import are_repeated
from ..time_units import find_frame_rate
from .heading_lines import NAME, find_group, is_time_word
from .line_rows import Finding, match_rows, write_rows

_CLOCK = r"(?:\d{1,3}:)?\d{1,2}:[0-5]\d(?:[.,]\d{1,3})?"
_HASHED = re.compile(r"#(\d{1,3}:\d{2}:\d{2})(?:[-.,:](\d{1,3}))?#")
_LINKED = re.compile(rf"\[?\[({_CLOCK})\]\(https?://[^()\s]{{1,400}}\)\]?")
_OPENING = "{<【（"
_OPENS = re.compile(rf"[{_OPENING}]")
_BRACKETED = re.compile(
    rf"(?P<before>[^\n{_OPENING}]{{0,60}})[{_OPENING}][ ]?(?P<times>{_CLOCK}"
    rf"(?:[ ]?[-–—][ ]?{_CLOCK})?)[ ]?[}}>】）](?P<colon>：?)"
)
_BEFORE = re.compile(r"(?:[>#*+-]{1,6}[ \t]+)?(?:[^\W\d_][^\n,.!?]{0,58})?")
"""A sign of a list, a name."""
_BETWEEN = r"(?:[ \t]{1,4}|[ \t]{0,4}[-–—|,·][ \t]{0,4})"
_TIMES = rf"{_CLOCK}(?:[ ]?[-–—][ ]?{_CLOCK})?"
_INSIDE = re.compile(
    rf"[\[(<](?:(?P<first>{NAME}){_BETWEEN}(?P<after>{_TIMES})"
    rf"|(?P<before>{_TIMES}){_BETWEEN}(?P<last>(?![AaPp]\.?[Mm]\b){NAME}))"
    r"[\])>]:?[ \t]{1,4}(?P<text>\S.*)"
)
_MIN_INSIDE = 3
_FRAMES = re.compile(r"(?<![\d:;])(\d{1,2}:[0-5]\d:[0-5]\d)[:;](\d\d)(?![\d:;])")
_MIN_FRAMES = 2
_FIRST_LINES = 200
"""One of so many first lines must have a frame; searching all took 8 % of reading a text."""


def write_usual_times(lines: Sequence[str]) -> Sequence[str]:
    """Rewrite times with unusual marks around them."""
    whole = "\n".join(lines)
    if "](http" in whole:
        whole = _LINKED.sub(r"[\1]", whole)
    written = _HASHED.sub(_write_hashed, whole).split("\n")
    if _OPENS.search("".join(lines)):
        written = list(map(_write_bracketed, written))
    return written


def _write_hashed(match: re.Match[str]) -> str:
    return f"[{match[1]}.{match[2] or 0}]"


def _write_bracketed(line: str) -> str:
    found = _BRACKETED.match(line)
    if found is None or not _BEFORE.fullmatch(found["before"].strip()):
        return line
    colon = ": " if found["colon"] else ""
    return f"{found['before']}[{found['times']}]{colon}{line[found.end() :]}"


def put_names_outside(lines: Sequence[str]) -> Sequence[str]:
    """Rewrite `[Ann, 00:03] text` to `Ann [00:03]: text`, if the names are repeated."""
    found = match_rows(_INSIDE, lines)
    names = [find_group(match, "first", "last") for match in found.values()]
    if len(found) < _MIN_INSIDE or all(map(is_time_word, names)) or not are_repeated(names):
        return lines
    written = {}
    for (row, match), name in zip(found.items(), names, strict=True):
        written[row] = f"{name} [{find_group(match, 'before', 'after')}]: {match['text']}"
    return write_rows(lines, written)


def write_milliseconds(lines: Sequence[str], findings: list[Finding]) -> Sequence[str]:
    """Rewrite frames to milliseconds, if they fit a usual frame rate."""
    if not any(map(_FRAMES.search, lines[:_FIRST_LINES])):
        return lines
    whole = "\n".join(lines)
    frames = [int(frame) for _, frame in _FRAMES.findall(whole)]
    rate = find_frame_rate(max(frames))
    if len(frames) < _MIN_FRAMES or rate is None:
        return lines
    before, *_ = _FRAMES.split(whole, maxsplit=1)
    message = f"times end in frames; read as {rate} a second"
    findings.append(Finding("frame-times", message, before.count("\n")))

    def write(match: re.Match[str]) -> str:
        return f"{match[1]}.{int(match[2]) * 1000 // rate:03}"

    return _FRAMES.sub(write, whole).split("\n")
