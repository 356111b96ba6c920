"""Time lines: `00:00:01,000 --> 00:00:02,500`, and whatever else people and programs write for it."""

from __future__ import annotations

import re
from collections.abc import Sequence

_FIELD = r"\d{1,15}+"
# Up to four numbers, blanks around the marks (fixtures/srt/blanks-in-times.srt, from optical
# recognition).
STAMP = rf"-?{_FIELD}(?: ?[:.,;] ?{_FIELD}){{1,3}}"
_ARROW = r"(?:(?:[-–—−=] ?){0,4}(?:>|&gt;){1,2}|[→⇒➔➜⟶]|[-–—−]{1,3})"
TIME_LINE = re.compile(
    rf"\n[ \t\ufeff\u200b]*+(?:(?P<index>\d{{1,9}})[ \t]++(?=-?{_FIELD} ?[:.,;]))?+"
    rf"(?P<start>{STAMP})[ \t]*+(?P<arrow>{_ARROW})[ \t]*+(?P<end>{STAMP})(?!\S)(?P<rest>[^\n]*+)"
)
"""A time line as a person can read it, with the line break before it.

Matches no more than one line.
"""

_MARKS = re.compile(r" ?([:.,;]) ?")


def read_stamp(stamp: str) -> int:
    """The ms of what STAMP matches.

    The last number is a fraction after `.`, `,` or `;`, as the fourth number, and as a third one of
    three digits. One or two digits of it are tenths or hundredths, as in every decimal fraction:
    `02,46` is 2,460 ms (pysrt says 2,046; fixtures/srt/short-fractions.srt). Numbers over 59 count
    on: `01:75` is 2:15.
    """
    if len(stamp) == 12 and stamp[2] == stamp[5] == ":" and stamp[8] in ",." and stamp[0] != "-":
        try:
            n = int(stamp[:2] + stamp[3:5] + stamp[6:8] + stamp[9:])
            return n - 40_000 * (n // 100_000) - 2_400_000 * (n // 10_000_000)
        except ValueError:  # a blank among them
            pass
    sign, digits = (-1, stamp[1:]) if stamp[0] == "-" else (1, stamp)
    pieces = _MARKS.split(digits)
    numbers, marks = pieces[::2], pieces[1::2]
    fraction = numbers.pop() if _ends_in_fraction(numbers, marks) else ""
    ms = 0
    for number in numbers:
        ms = ms * 60 + int(number)
    return sign * (ms * 1000 + _thousandths(fraction))


def _ends_in_fraction(numbers: Sequence[str], marks: Sequence[str]) -> bool:
    if len(numbers) == 4:
        return True
    if len(numbers) == 3 and len(numbers[2]) == 3:
        return True
    if len(numbers) == 3 and marks == [".", "."] and len(numbers[1]) == len(numbers[2]) == 2:
        return False  # 00.01.07
    return marks[-1] != ":"


def _thousandths(fraction: str) -> int:
    if len(fraction) > 3:
        return (int(fraction[:4]) + 5) // 10
    return int(fraction.ljust(3, "0"))


def has_times(match: re.Match[str]) -> bool:
    """Whether a TIME_LINE is one indeed, and not prose with a dash in it.

    A lone dash parts times only where both have a fraction: `08:00 - 09:00` is something people
    say.
    """
    start, end = match["start"], match["end"]
    if ">" not in match["arrow"] and not (_has_fraction(start) and _has_fraction(end)):
        return False
    return len(start) >= 5 and len(end) >= 5  # 1:2 --> 1:5 is a score, not a time


def read_times(match: re.Match[str]) -> tuple[int, int] | None:
    """Start and end in ms of a TIME_LINE; None where it has no times."""
    return (read_stamp(match["start"]), read_stamp(match["end"])) if has_times(match) else None


def _has_fraction(stamp: str) -> bool:
    pieces = _MARKS.split(stamp.lstrip("-"))
    return _ends_in_fraction(pieces[::2], pieces[1::2])


def read_columns(
    lines: Sequence[str], ordinary: re.Pattern[str]
) -> tuple[list[int], list[int]] | None:
    """Starts and ends in ms of many time lines at once; None where one is not written as the format
    has it.

    ordinary: what all times with a line break after each look like in the format; hours, if any,
    minutes and seconds of two digits, a fraction of three. All digits of a time are read as one
    number, HHMMSSmmm, and what its hours and minutes count too much is taken off: five times as
    fast as reading each group.
    """
    stamps = "\n".join([*lines, ""]).replace(" --> ", "\n")
    if not ordinary.fullmatch(stamps):
        return None
    digits = stamps.encode().translate(None, b":,.").decode().split()
    if len(digits) != 2 * len(lines):
        return None
    excess = _EXCESS
    times = [n - excess[n // 100_000] for n in map(int, digits)]
    return times[::2], times[1::2]


class _Excess(dict[int, int]):
    """By hours and minutes (HHMM): how much more HHMMSSmmm is than milliseconds. There are few in a
    file."""

    def __missing__(self, clock: int) -> int:
        hours, minutes = divmod(clock, 100)
        excess = clock * 100_000 - (hours * 3600 + minutes * 60) * 1000
        if len(self) < 10_000:
            self[clock] = excess
        return excess


_EXCESS = _Excess()
