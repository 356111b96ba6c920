"""Time lines: `00:00:01,000 --> 00:00:02,500`, in the notations that people and programs write."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

_FIELD = r"\d{1,15}+"
_MARK = "[:.,;'’_：．，；。､،٫]"
"""Between the numbers of a time; the full-width ones are typed in East Asia."""
GAP = r"[ \t\xa0\u061c\u2000-\u200f\u202a-\u202f\u2066-\u2069\u3000\ufeff]*+"
"""Blanks as web pages have them, and the marks of editors for right-to-left scripts."""
_INVISIBLE = r"[\u061c\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]*+"
# Up to four numbers, with blanks around the marks (fixtures/srt/blanks-in-times.srt, from optical
# recognition). Milliseconds may have a fraction of their own (fixtures/srt/float-milliseconds.srt).
# Players that name files after times write dashes (fixtures/srt/dashes-in-times.srt).
_DASHED = r"\d{1,3}-[0-5]\d-[0-5]\d[.,]\d{1,3}"
STAMP = rf"-?(?:{_DASHED}|{_FIELD}(?:[ \xa0]?{_MARK}[ \xa0]?{_FIELD}){{1,3}}(?:[.,]\d{{1,30}}+)?)"
_DASH = "[-–—−‐‑‒―－]"
_ARROW = (
    rf"(?:(?:(?:{_DASH}|=) ?){{0,4}}(?:\\?[>＞]|&gt;|&amp;gt;|&\#62;){{1,2}}"
    rf"|[→⇒➔➜⟶]|{_DASH}{{1,3}}|to)"
)
_TIME_LINE = (
    rf"\n{GAP}(?:[\[(#]?(?P<index>\d{{1,9}})"
    rf"(?:[.)\]][ \t]++(?={_FIELD}:{_FIELD}:)|[ \t]++(?=-?{_FIELD}[ \xa0]?{_MARK})))?+"
    rf"(?P<start>{STAMP}){GAP}(?P<arrow>{_ARROW}){GAP}(?P<end>{STAMP})(?={_INVISIBLE}(?!\S))"
    r"(?P<rest>[^\n]*+)"
)
_PLAIN = str.maketrans("'’_-：．，；。､،٫", "..:::.,;.,,.", " \xa0")
_MORE_FRACTION = re.compile(r"^((?:\d+[:.,;]){3}\d+|.*[.,;]\d{3})[.,;]\d+$")
"""Milliseconds with a fraction of their own: `04,560.0000000000009` is 4.560 s."""
_WITH_FRACTION = re.compile(
    r"(?:\d+[:.,;]){3}\d+|(?:\d+[:.,;]){2}\d{3}|(?!\d+\.\d\d\.\d\d$).*[.,;]\d+"
)
"""A time whose last number is a fraction; not `00.01.07`."""
_CLOCK = re.compile(r"[^:;]*+[:;].*|(?:\d\d[.,]){2,}\d+")
"""A time with a colon, or with two digits in each number except the last: `00.00.01.500`."""
_MARKS = re.compile("[:.,;]")
_LONG_ARROW = re.compile(rf"(?:{_DASH} ?){{2,}}[^-–—−‐‑‒―－ ]+")
_STANDARD_STAMP = re.compile(r"(\d\d):(\d\d):(\d\d)(?:[.,](\d{3}))?")
_SHORTEST_STAMP = 5
"""Characters: `1:2 --> 1:5` is a score, not a time."""


@cache
def time_line() -> re.Pattern[str]:
    """The pattern of a time line that a person can read, with the line break before it.

    It matches one line at most. It is compiled when it is first needed: that takes 2 ms, and files
    in which all cues are well-formed do without it.
    """
    return re.compile(_TIME_LINE)


def find_time_lines(text: str) -> Iterator[re.Match[str]]:
    """The time lines of a text that have times, and are not prose with a dash in it."""
    return filter(has_times, time_line().finditer(text))


def has_time_line(text: str) -> bool:
    """Whether a line of a text, below a line break, has times."""
    return next(find_time_lines(text), None) is not None


def read_stamp(stamp: str) -> int:
    """The ms of a text that STAMP matches.

    The last number is a fraction after `.`, `,` or `;`, as the fourth number, and as a third number
    of three digits. One or two digits of it are tenths or hundredths, as in every decimal fraction:
    `02,46` is 2,460 ms (pysrt says 2,046; fixtures/srt/short-fractions.srt). Numbers over 59 carry
    over: `01:75` is 2:15.
    """
    standard = _STANDARD_STAMP.fullmatch(stamp)
    if standard:
        digits = standard.groups("0")
        whole = (int(digits[0]) * 60 + int(digits[1])) * 60 + int(digits[2])
        return whole * 1000 + int(digits[3])
    if stamp[0] == "-":
        return -read_stamp(stamp[1:])
    plain = _to_plain(stamp)
    numbers = _MARKS.split(plain)
    fraction = "0"
    if _WITH_FRACTION.fullmatch(plain):
        fraction = numbers.pop()
    hours, minutes, seconds = [0, 0, *map(int, numbers)][-3:]
    thousandths = (int(fraction.ljust(4, "0")[:4]) + 5) // 10
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths


@lru_cache(maxsize=64)  # for each time twice: a third of the time of reading odd ones
def _to_plain(stamp: str) -> str:
    """A time without its sign and blanks, with ASCII marks, and without a second fraction."""
    return _MORE_FRACTION.sub(r"\1", stamp.lstrip("-").translate(_PLAIN))


def has_long_arrow(match: re.Match[str]) -> bool:
    """Whether the arrow of a time line is `-->` or similar, which does not occur in prose."""
    return _LONG_ARROW.fullmatch(match["arrow"]) is not None


def has_times(match: re.Match[str]) -> bool:
    """Whether a match of time_line() has times, and is not prose with a dash in it.

    People say `08:00 - 09:00` and `18,000-20,000 compositions`, and write `2.50 -> 3.50`. So with
    a short arrow the times need a colon, and with a dash or `to` they are all there is on the
    line, with fractions.
    """
    if min(len(match["start"]), len(match["end"])) < _SHORTEST_STAMP:
        return False
    if has_long_arrow(match):
        return True
    stamps = (_to_plain(match["start"]), _to_plain(match["end"]))
    if not all(map(_CLOCK.fullmatch, stamps)):
        return False
    if ">" in match["arrow"]:
        return True
    return all(map(_WITH_FRACTION.fullmatch, stamps)) and not match["rest"].strip()
