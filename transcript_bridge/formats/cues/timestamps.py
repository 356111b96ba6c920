"""Time lines: `00:00:01,000 --> 00:00:02,500`, in the notations that people and programs write."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from ...timecode import read_clock

_FIELD = r"\d{1,15}+"
_MARK = "[:.,;'’：．，；。､،٫]"
"""Between the numbers of a time; the full-width ones are typed in East Asia."""
_GAP = r"[ \t\xa0\u061c\u2000-\u200f\u202a-\u202f\u2066-\u2069\u3000\ufeff]*+"
"""Blanks as web pages have them, and the marks of editors for right-to-left scripts."""
_INVISIBLE = r"[\u061c\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]*+"
# Up to four numbers, with blanks around the marks (fixtures/srt/blanks-in-times.srt, from optical
# recognition). Milliseconds may have a fraction of their own (fixtures/srt/float-milliseconds.srt).
STAMP = rf"-?{_FIELD}(?:[ \xa0]?{_MARK}[ \xa0]?{_FIELD}){{1,3}}(?:[.,]\d{{1,30}}+)?"
_DASH = "[-–—−‐‑‒―－]"
_ARROW = (
    rf"(?:(?:(?:{_DASH}|=) ?){{0,4}}(?:\\?[>＞]|&gt;|&amp;gt;|&\#62;){{1,2}}"
    rf"|[→⇒➔➜⟶]|{_DASH}{{1,3}}|to)"
)
_TIME_LINE = (
    rf"\n{_GAP}(?:[\[(#]?(?P<index>\d{{1,9}})"
    rf"(?:[.)\]][ \t]++(?={_FIELD}:{_FIELD}:)|[ \t]++(?=-?{_FIELD}[ \xa0]?{_MARK})))?+"
    rf"(?P<start>{STAMP}){_GAP}(?P<arrow>{_ARROW}){_GAP}(?P<end>{STAMP})(?={_INVISIBLE}(?!\S))"
    r"(?P<rest>[^\n]*+)"
)
_ANY_MARK = re.compile(rf"[ \xa0]?({_MARK})[ \xa0]?")
_PLAIN_MARKS = str.maketrans("'’：．，；。､،٫", "..:.,;.,,.")
_LONG_ARROW = re.compile(rf"(?:{_DASH} ?){{2,}}[^-–—−‐‑‒―－ ]+")
_STANDARD_STAMP = re.compile(r"(\d\d):(\d\d):(\d\d)[.,](\d{3})")
_MOST_NUMBERS = 4
"""Hours, minutes, seconds, fraction."""
_SHORTEST_STAMP = 5
"""Characters: `1:2 --> 1:5` is a score, not a time."""


@cache
def time_line() -> re.Pattern[str]:
    """A time line as a person can read it, with the line break before it.

    It matches one line at most. It is compiled when it is first needed: that takes 2 ms, and files
    in which all cues are well-formed do without it.
    """
    return re.compile(_TIME_LINE)


def read_stamp(stamp: str) -> int:
    """The ms of a text that STAMP matches.

    The last number is a fraction after `.`, `,` or `;`, as the fourth number, and as a third number
    of three digits. One or two digits of it are tenths or hundredths, as in every decimal fraction:
    `02,46` is 2,460 ms (pysrt says 2,046; fixtures/srt/short-fractions.srt). Numbers over 59 carry
    over: `01:75` is 2:15.
    """
    standard = _STANDARD_STAMP.fullmatch(stamp)
    if standard:
        return read_clock(*standard.groups())
    if stamp[0] == "-":
        return -_read_odd_stamp(stamp[1:])
    return _read_odd_stamp(stamp)


def _read_odd_stamp(stamp: str) -> int:
    numbers, marks = _split_stamp(stamp)
    fraction = "0"
    if _ends_in_fraction(numbers, marks):
        fraction = numbers.pop()
    seconds = 0
    for number in numbers:
        seconds = seconds * 60 + int(number)
    return seconds * 1000 + _thousandths(fraction)


def _split_stamp(stamp: str) -> tuple[list[str], list[str]]:
    """The numbers of a time without its sign, and the marks between them.

    A fraction of milliseconds is cut off: `04,560.0000000000009` is 4.560 s.
    """
    pieces = _ANY_MARK.split(stamp)
    numbers = pieces[::2]
    marks = [mark.translate(_PLAIN_MARKS) for mark in pieces[1::2]]
    has_two_fractions = len(marks) > 1 and ":" not in marks[-2:] and len(numbers[-2]) == 3
    if has_two_fractions or len(numbers) > _MOST_NUMBERS:
        del numbers[-1], marks[-1]
    return numbers, marks


def _ends_in_fraction(numbers: Sequence[str], marks: Sequence[str]) -> bool:
    if len(numbers) == _MOST_NUMBERS:
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


def has_long_arrow(match: re.Match[str]) -> bool:
    """Whether the arrow of a time line is `-->`, which nobody writes in prose, or nearly that."""
    return _LONG_ARROW.fullmatch(match["arrow"]) is not None


def has_times(match: re.Match[str]) -> bool:
    """Whether a match of time_line() has times, and is not prose with a dash in it.

    People say `08:00 - 09:00` and `18,000-20,000 compositions`, and write `2.50 -> 3.50`. So with
    a short arrow the times need a colon, and with a dash or `to` they are all there is on the
    line, with fractions.
    """
    start = match["start"]
    end = match["end"]
    if len(start) < _SHORTEST_STAMP or len(end) < _SHORTEST_STAMP:
        return False
    if has_long_arrow(match):
        return True
    if not _is_clock(start) or not _is_clock(end):
        return False
    if ">" in match["arrow"]:
        return True
    has_fractions = _has_fraction(start) and _has_fraction(end)
    return has_fractions and not match["rest"].strip()


def _is_clock(stamp: str) -> bool:
    """Whether a time has a colon, or two digits in each number but the last: `00.00.01.500`."""
    numbers, marks = _split_stamp(stamp.lstrip("-"))
    if ":" in marks or ";" in marks:
        return True
    return len(numbers) > 2 and all(len(number) == 2 for number in numbers[:-1])


def _has_fraction(stamp: str) -> bool:
    numbers, marks = _split_stamp(stamp.lstrip("-"))
    return _ends_in_fraction(numbers, marks)


def read_times(match: re.Match[str]) -> tuple[int, int] | None:
    """Start and end in ms of a match of time_line(); None if it has no times."""
    if not has_times(match):
        return None
    return read_stamp(match["start"]), read_stamp(match["end"])
