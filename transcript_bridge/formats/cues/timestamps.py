"""Time lines: `00:00:01,000 --> 00:00:02,500`, in the notations that people and programs write."""

from __future__ import annotations

import re
from collections.abc import Sequence

_FIELD = r"\d{1,15}+"
# Up to four numbers, with blanks around the marks (fixtures/srt/blanks-in-times.srt, from optical
# recognition).
STAMP = rf"-?{_FIELD}(?: ?[:.,;] ?{_FIELD}){{1,3}}"
_ARROW = r"(?:(?:[-–—−=] ?){0,4}(?:>|&gt;){1,2}|[→⇒➔➜⟶]|[-–—−]{1,3})"
TIME_LINE = re.compile(
    rf"\n[ \t\ufeff\u200b]*+(?:(?P<index>\d{{1,9}})[ \t]++(?=-?{_FIELD} ?[:.,;]))?+"
    rf"(?P<start>{STAMP})[ \t]*+(?P<arrow>{_ARROW})[ \t]*+(?P<end>{STAMP})(?!\S)(?P<rest>[^\n]*+)"
)
"""A time line as a person can read it, with the line break before it. Matches one line at most."""

_MARKS = re.compile(r" ?([:.,;]) ?")
_STANDARD_STAMP = re.compile(r"(\d\d):(\d\d):(\d\d)[.,](\d{3})")
_SHORTEST_STAMP = 5
"""Characters: `1:2 --> 1:5` is a score, not a time."""


def read_stamp(stamp: str) -> int:
    """The ms of a text that STAMP matches.

    The last number is a fraction after `.`, `,` or `;`, as the fourth number, and as a third number
    of three digits. One or two digits of it are tenths or hundredths, as in every decimal fraction:
    `02,46` is 2,460 ms (pysrt says 2,046; fixtures/srt/short-fractions.srt). Numbers over 59 carry
    over: `01:75` is 2:15.
    """
    standard = _STANDARD_STAMP.fullmatch(stamp)
    if standard:
        hours, minutes, seconds, milliseconds = standard.groups()
        whole = (int(hours) * 60 + int(minutes)) * 60 + int(seconds)
        return whole * 1000 + int(milliseconds)
    if stamp[0] == "-":
        return -_read_odd_stamp(stamp[1:])
    return _read_odd_stamp(stamp)


def _read_odd_stamp(stamp: str) -> int:
    pieces = _MARKS.split(stamp)
    numbers = pieces[::2]
    marks = pieces[1::2]
    fraction = "0"
    if _ends_in_fraction(numbers, marks):
        fraction = numbers.pop()
    seconds = 0
    for number in numbers:
        seconds = seconds * 60 + int(number)
    return seconds * 1000 + _thousandths(fraction)


def _ends_in_fraction(numbers: Sequence[str], marks: Sequence[str]) -> bool:
    if len(numbers) == 4:
        return True
    if len(numbers) == 3:
        if len(numbers[2]) == 3:
            return True
        if marks == [".", "."] and len(numbers[1]) == len(numbers[2]) == 2:
            return False  # 00.01.07
    return marks[-1] != ":"


def _thousandths(fraction: str) -> int:
    if len(fraction) > 3:
        return (int(fraction[:4]) + 5) // 10
    return int(fraction.ljust(3, "0"))


def has_times(match: re.Match[str]) -> bool:
    """Whether a match of TIME_LINE has times, and is not prose with a dash in it.

    Between times without a fraction, a lone dash is prose: people say `08:00 - 09:00`.
    """
    start = match["start"]
    end = match["end"]
    if len(start) < _SHORTEST_STAMP or len(end) < _SHORTEST_STAMP:
        return False
    if ">" in match["arrow"]:
        return True
    return _has_fraction(start) and _has_fraction(end)


def _has_fraction(stamp: str) -> bool:
    pieces = _MARKS.split(stamp.lstrip("-"))
    return _ends_in_fraction(pieces[::2], pieces[1::2])


def read_times(match: re.Match[str]) -> tuple[int, int] | None:
    """Start and end in ms of a match of TIME_LINE; None if it has no times."""
    if not has_times(match):
        return None
    return read_stamp(match["start"]), read_stamp(match["end"])
