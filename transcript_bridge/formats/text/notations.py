"""Rewrites times in other notations than a clock: `[00.05]`, `0'05"`, `5s` -> `[00:00:05.000]`.

    T=0:03  TC 00:00:03  @ 3s   a word or a sign before the time
    5s  62.5 sec  1m 2s         units, also without brackets
    1'05"  1′05″                minutes and seconds
    00.01  00.01.05             points for colons
    1.00 - 4.00  [3.5]          seconds

The time begins the line, or follows a name. The last two notations look like each other, like
prices and like numbers of sections. So they need brackets, an end or a name. If both fit, the one
that is closer to the usual pace of speech is used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from math import log
from operator import le
from typing import NamedTuple

from ...timecode import count_spoken, render_clock
from ..cues.timestamps import read_stamp
from ..speaker_labels import are_repeated
from .heading_lines import EARLY_NAME, LIST_SIGNS, NAME, SIGN, TIME_WORD, TO
from .line_rows import write_rows

_HOURS = r"\d{1,2}[ ]?(?:h(?:ours?|rs?)?|ч|小时|小時|時間|시간)[ ,]{0,2}"
_MINUTES = r"\d{1,3}[ ]?(?:m(?:in(?:ute)?s?)?|мин|分钟?|분)\.?[ ,]{0,2}"
_SECONDS = r"(?:s(?:ec(?:ond)?s?|ek)?\b|ms\b|сек\b|с\b|秒|초)"
_NUMBER = r"\d{1,6}(?:[.,]\d{1,3})?"
_UNITS = rf"(?:{_HOURS})?(?:{_MINUTES})?{_NUMBER}[ ]?{_SECONDS}"
_PRIMES = (
    r"(?:\d{1,2}[ ]?[h°][ ]?)?\d{1,3}[ ]?['’′][ ]?\d{1,2}(?:[ ]?(?:[\"”″]|''|’’|′′)|(?![\w'’′]))"
)
_COLONS = r"(?:\d{1,3}:)?\d{1,2}:[0-5]\d(?:[.,]\d{1,3})?"
_MARK = rf"\A(?i:at|um|à|alle)[ ]|{TIME_WORD}\.?[ ]?[=:+]?[ ]?|@[ ]?|[▶⏱⏰🕐-🕧]\ufe0f?[ ]?"
_MARKED = rf"(?:{_MARK})(?:{_COLONS}|{_UNITS})|[Tt]=\d{{1,6}}"
_POINTS = r"(?:\d{1,2}\.)?\d{1,2}\.[0-5]\d|\d\d[-_][0-5]\d[-_][0-5]\d"
_DECIMAL = r"\d{1,6}[.,]\d{1,3}"
_FRAME = (
    rf"(?P<before>(?:{LIST_SIGNS})?"
    rf"(?:(?P<name>{EARLY_NAME})(?::?[ \t]{{1,4}}|[ \t]{{0,4}}{SIGN}[ \t]{{0,4}}))?)"
    rf"(?P<opening>[\[({{<]?)[ ]?(?P<start>%s)(?:{TO}(?P<end>%s|{_COLONS}))?[ ]?[\])}}>]?"
    r"(?P<rest>:?(?:[ \t|]|$).*)"
)
_POSSIBLE = re.compile(r"(?!\d{1,3}:[0-5]\d)[^\d\n]{0,80}\d")
"""A line with a number near its beginning, unless it begins with a clock."""
_NAME_BEHIND = re.compile(rf"[ \t|:–—-]{{0,8}}(?P<name>{NAME})[ ]{{0,4}}(?:[:：|\t]|[ ][-–—][ ]|$)")
_MEASURED = re.compile(r"(\d+(?:[.,]\d+)?)[ ]?(ms|[hmsчмс小時시分분秒초]|$)")
_MS = {
    **dict.fromkeys("hч小時시", 3_600_000),
    **dict.fromkeys("mм分분", 60_000),
    **dict.fromkeys(("s", "с", "秒", "초", ""), 1000),
    "ms": 1,
}
_MIN_LINES = 2
_MIN_SHARE = 0.8
"""The share of times that must not be earlier than the time above."""
_LATEST_ROW = 30
"""The first time is not below this row; there may be titles above it."""
_LINES_PER_TIME = 12
"""At most, from the first time on: instructions also contain texts such as `60 seconds`."""
_LATEST_BEGINNING = 5 * 60 * 1000
_LONGEST_END = 1000
"""The most characters below the last number, if there are fewer above it. A list of a program's
options has a page of text below it."""


class _PaceLimits(NamedTuple):
    """Limits of the pace, in characters a second."""

    slowest: float
    fastest: float


_PACE, _PACE_OF_SURE = _PaceLimits(0.3, 40), _PaceLimits(0, 120)
_USUAL = 12
"""Characters a second."""


class _Notation(NamedTuple):
    time: str
    """A pattern."""
    read: Callable[[str], int]
    """The text that the pattern matches -> ms."""
    is_sure: bool = True
    """Whether hardly anything but times has this notation."""


class _Found(NamedTuple):
    """The lines that have a time in one notation, by row."""

    notation: _Notation
    lines: Mapping[int, re.Match[str]]
    strangeness: float = 0.0
    """The distance from the usual pace of speech; 0 is equal."""


def _read_units(text: str) -> int:
    ms = 0.0
    for number, unit in _MEASURED.findall(text):
        ms += float(number.replace(",", ".")) * _MS[unit]
    return round(ms)


def _read_numbers(text: str) -> int:
    """Read hours, minutes and seconds, with any signs between them, as ms."""
    seconds = 0
    for number in re.findall(r"\d+", text):
        seconds = 60 * seconds + int(number)
    return 1000 * seconds


def _read_decimal(text: str) -> int:
    return round(1000 * float(text.replace(",", ".")))


_NOTATIONS = (
    _Notation(_MARKED, _read_units),
    _Notation(_UNITS, _read_units),
    _Notation(_PRIMES, _read_numbers),
    _Notation(_POINTS, _read_numbers, is_sure=False),
    _Notation(_DECIMAL, _read_decimal, is_sure=False),
)


def write_clocks(lines: Sequence[str]) -> Sequence[str]:
    """Write clocks in brackets for the times in the most frequent notation.

    Returns no lines if there are too few such times, or they do not fit speech.
    """
    possible = [row for row, line in enumerate(lines) if _POSSIBLE.match(line)]
    candidates = [_find(notation, lines, possible) for notation in _NOTATIONS]
    found = max(candidates, key=_rank)
    if not found.lines:
        return ()
    written = {}
    for row, match in found.lines.items():
        times = [_read(found.notation, match[name]) for name in ("start", "end") if match[name]]
        clocks = " - ".join(map(render_clock, times))
        written[row] = f"{match['before']}[{clocks}]{match['rest']}"
    return write_rows(lines, written)


def _read(notation: _Notation, text: str) -> int:
    clock = re.search(_COLONS, text)
    if clock is None:
        return notation.read(text)
    return read_stamp(clock[0])


def _rank(found: _Found) -> tuple[int, float]:
    return len(found.lines), -found.strangeness


def _find(notation: _Notation, lines: Sequence[str], possible: Sequence[int]) -> _Found:
    """Find lines with times in one notation; empty if they are few or do not fit speech.

    possible: the rows that may have a time.
    """
    nothing = _Found(notation, {})
    matches = _match(notation, lines, possible)
    if len(matches) < _MIN_LINES or _LINES_PER_TIME * len(matches) < len(lines) - min(matches):
        return nothing
    times = [_read(notation, match["start"]) for match in matches.values()]
    ordered = sum(map(le, times, times[1:]))
    if ordered < _MIN_SHARE * (len(times) - 1) or times[-1] <= times[0]:
        return nothing
    characters = sum(map(count_spoken, lines[min(matches) : max(matches)]))
    pace = 1000 * characters / (times[-1] - times[0])
    limits = _PACE_OF_SURE if notation.is_sure else _PACE
    if not limits.slowest <= pace <= limits.fastest:
        return nothing
    if notation.is_sure:
        return _Found(notation, matches)
    below = sum(map(len, lines[max(matches) :]))
    if _may_be_list(matches, times[0]) or below > max(characters, _LONGEST_END):
        return nothing
    return _Found(notation, matches, abs(log(pace / _USUAL)))


def _match(
    notation: _Notation, lines: Sequence[str], possible: Sequence[int]
) -> dict[int, re.Match[str]]:
    """Match the lines in some rows against a notation."""
    pattern = re.compile(_FRAME % (notation.time, notation.time))
    found = {row: pattern.fullmatch(lines[row].strip()) for row in possible}
    matches = {row: match for row, match in found.items() if match is not None}
    if notation.is_sure:
        return matches
    return {row: match for row, match in matches.items() if _is_heading(match)}


def _is_heading(match: re.Match[str]) -> bool:
    """Whether a number is a time: it has brackets, an end or a name, unlike a price in a sentence,
    and no numbers alone after it, as in a table of numbers."""
    rest = match["rest"].strip()
    if rest and not any(map(str.isalpha, rest)):
        return False
    return _is_clear(match) or _name_in(match) != ""


def _is_clear(match: re.Match[str]) -> bool:
    return bool(match["opening"] or match["end"])


def _name_in(match: re.Match[str]) -> str:
    """The name before or after the time; empty if there is none."""
    if match["name"]:
        return "" if match["name"][0].islower() else str(match["name"])
    found = _NAME_BEHIND.match(match["rest"])
    return found["name"] if found else ""


def _may_be_list(matches: Mapping[int, re.Match[str]], first: int) -> bool:
    """Whether numbers may be prices, sections or hours. first: the first of them as a time (ms).

    They are far from the beginning of the text, or have no brackets and either begin late or have
    a different name each.
    """
    if min(matches) > _LATEST_ROW:
        return True
    if all(map(_is_clear, matches.values())):
        return False
    return first > _LATEST_BEGINNING or not are_repeated(list(map(_name_in, matches.values())))
