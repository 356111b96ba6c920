"""Reads times as tables write them."""

from __future__ import annotations

import re
from math import isnan, nan
from typing import NamedTuple

from ..cues.timestamps import read_stamp
from ..spelled_times import read_spelled

_NUMBER = re.compile(r"(-?\d{1,12}(?:[.,]\d{1,9})?)(?: ?(ms|s|sec))?", re.ASCII)
_CLOCK = re.compile(
    r"(\d{1,4}(?::\d{1,2}){1,2}(?:[.,]\d{1,9})?)(?:(?<=:\d\d)[:;](\d\d))?", re.ASCII
)
"""The last number is a frame."""
_LETTERS = re.compile(r"(?<=\d)[hm][ ]?(?=\d)")
"""In `00h00m01.5s`."""
_RANGE = re.compile(
    r"(\d[\d:.,;]{2,19}+)[ ]*+(?:-{0,2}>|[-–—→]|to)[ ]*+(\d[\d:.,;]{2,19}+)", re.ASCII
)
"""A start and an end in one field."""
_SECOND = 1000.0
_UNITS: dict[str | None, float] = {"ms": 1.0, "s": _SECOND, "sec": _SECOND}


class FieldTime(NamedTuple):
    """A time of a field."""

    value: float
    """ms; if not `is_exact`, a number in a unit that the table does not say."""
    is_exact: bool = False
    is_whole: bool = True
    frames: int = 0
    """Of a film, to be added to the value."""

    def __bool__(self) -> bool:
        return not isnan(self.value)

    def later(self, length: FieldTime) -> FieldTime:
        """Add a length. If only one of both has a unit, the other is in seconds."""
        added = length.value
        if self.is_exact and not length.is_exact:
            added *= _SECOND
        elif length.is_exact and not self.is_exact:
            added /= _SECOND
        is_whole = self.is_whole and length.is_whole
        return FieldTime(self.value + added, self.is_exact, is_whole, self.frames + length.frames)


NO_TIME = FieldTime(nan, is_exact=True)


def read_times(field: str, unit: float | None = None) -> tuple[FieldTime, FieldTime]:
    """Read a start and its end, if a field has both; else the time that it has."""
    found = _RANGE.fullmatch(field.strip().strip('"'))
    if found is None:
        return read_time(field, unit), NO_TIME
    return read_time(found[1], unit), read_time(found[2], unit)


def read_time(field: str, unit: float | None = None) -> FieldTime:
    """Read a number, `1.5s`, `00:01.500`, `0h00m01.5s`, or `00:00:01:12` with frames; NO_TIME for
    anything else.

    unit: ms, of a number. A fraction may follow a comma: `1,5`.
    """
    bare = field.strip().strip('"')
    found = _NUMBER.fullmatch(bare)
    if found is None:
        return _read_clock(bare)
    decimal = found[1].replace(",", ".")
    scale = _UNITS.get(found[2], unit)
    if scale is None:
        return FieldTime(float(decimal), is_whole="." not in decimal)
    return FieldTime(float(decimal) * scale, is_exact=True)


def _read_clock(text: str) -> FieldTime:
    found = _CLOCK.fullmatch(_LETTERS.sub(":", text.rstrip("sec")))
    if found is None:
        return _read_spelled(text)
    clock, frames = found.groups("0")
    return FieldTime(float(read_stamp(clock)), is_exact=True, frames=int(frames))


def _read_spelled(text: str) -> FieldTime:
    ms = read_spelled(text)
    if ms is None:
        return NO_TIME
    return FieldTime(float(ms), is_exact=True)
