"""Counts and lengths of time, worded for people."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

_SHOWN_IN_SECONDS = 120
_MINUTES = 60
"""Seconds in an hour."""
_HOURS_WITH_MINUTES = 10
"""Seconds. From this length on, minutes are left out."""
_ENDS_IN_Y = re.compile("(?<![aeiou])y$")
_SHORT_UNITS = {"second": "s", "minute": "min", "hour": "h"}


def count_of(count: int, noun: str, plural: str = "") -> str:
    """`1 file`, `1,200 files`, `2 entries`; with its verb, `1 file was read`, `2 files were read`.

    noun: the words for one. plural: the words for any other number, if adding an `s` is not enough.
    """
    return f"{count:,} {words_for(count, noun, plural)}"


def words_for(count: int, noun: str, plural: str = "") -> str:
    """The words of `count_of` without the number."""
    if count == 1:
        return noun
    return plural or f"{_ENDS_IN_Y.sub('ie', noun)}s"


def list_some(names: Sequence[str], most: int) -> str:
    """`Alice, Bob`; of more names than `most` the first ones: `Alice, Bob and 3 more`."""
    listed = ", ".join(names[:most])
    if len(names) > most:
        listed += f" and {len(names) - most:,} more"
    return listed


class Length(NamedTuple):
    """How long something is. parts: numbers with their units, the largest first."""

    parts: tuple[tuple[int, str], ...]

    def __str__(self) -> str:
        """`40 s`, `2 h 5 min`."""
        return " ".join(f"{number:,} {_SHORT_UNITS[unit]}" for number, unit in self.parts)

    @property
    def words(self) -> str:
        """`40 seconds`, `2 hours 5 minutes`."""
        return " ".join(count_of(number, unit) for number, unit in self.parts)


def length_of(seconds: float) -> Length:
    """`40 s`, `21 min`, `2 h`, `2 h 5 min`, `1,210 h`."""
    if seconds < _SHOWN_IN_SECONDS:
        return Length(((round(seconds), "second"),))
    hours, minutes = divmod(round(seconds / 60), _MINUTES)
    if hours >= _HOURS_WITH_MINUTES:
        return Length(((round(seconds / 3600), "hour"),))
    return _without_zeros((hours, "hour"), (minutes, "minute"))


def _without_zeros(*parts: tuple[int, str]) -> Length:
    return Length(tuple(part for part in parts if part[0]))


def time_needed_of(needed: timedelta) -> str:
    """A time that is not known exactly: `less than a minute`, `20 minutes`, `8 hours`, `2 days 3
    hours`."""
    minutes = round(needed.total_seconds() / 60)
    if minutes < 1:
        return "less than a minute"
    if minutes < _MINUTES:
        return count_of(minutes, "minute")
    days, hours = divmod(round(minutes / _MINUTES), 24)
    return _without_zeros((days, "day"), (hours, "hour")).words
