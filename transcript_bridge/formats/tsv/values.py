"""Times as tables write them."""

from __future__ import annotations

import re
from math import nan
from typing import NamedTuple

from ..cues.timestamps import read_stamp

_NUMBER = re.compile(r"-?\d{1,12}(?:[.,]\d{1,9})?", re.ASCII)
_MEASURED = re.compile(r"(\d{1,12}(?:[.,]\d{1,9})?) ?(ms|s|sec)", re.ASCII)
_CLOCK = re.compile(r"\d{1,4}(?::\d{1,2}){1,2}(?:[.,]\d{1,9})?", re.ASCII)
_FRAMES = re.compile(r"(\d{1,3}:\d{1,2}:\d{1,2})[:;](\d\d)", re.ASCII)
_RANGE = re.compile(r"([\d:.,; ]{3,20}?)\s*(?:-{0,2}>|[-–—→]|to)\s*([\d:.,; ]{3,20})", re.ASCII)
"""A start and an end in one field."""
_SECOND = 1000.0


class Time(NamedTuple):
    """A time of a field."""

    value: float
    """ms; if not `is_exact`, a number in a unit that the table does not say."""
    is_exact: bool = False
    is_whole: bool = True
    frames: int = -1
    """Of a film, to be added to the value; -1 if it has none."""

    def __bool__(self) -> bool:
        return self is not NO_TIME


NO_TIME = Time(nan, is_exact=True)


def read_times(field: str, unit: float | None = None) -> tuple[Time, Time]:
    """A start and its end, if a field has both; else the time that it has."""
    time = read_time(field, unit)
    found = _RANGE.fullmatch(field.strip().strip('"'))
    if time or found is None:
        return time, NO_TIME
    return read_time(found[1], unit), read_time(found[2], unit)


def read_time(field: str, unit: float | None = None) -> Time:
    """A number, `1.5s`, `00:01.500`, or `00:00:01:12` with frames; NO_TIME for anything else.

    unit: ms, of a number. Half of the world writes a fraction with a comma: `1,5`.
    """
    bare = field.strip().strip('"')
    if _NUMBER.fullmatch(bare):
        number = bare.replace(",", ".")
        if unit is not None:
            return Time(float(number) * unit, is_exact=True)
        return Time(float(number), is_whole="." not in number)
    measured = _MEASURED.fullmatch(bare)
    if measured:
        scale = _SECOND
        if measured[2] == "ms":
            scale = 1.0
        return Time(float(measured[1].replace(",", ".")) * scale, is_exact=True)
    if _CLOCK.fullmatch(bare):
        return Time(float(read_stamp(bare)), is_exact=True)
    framed = _FRAMES.fullmatch(bare)
    if framed:
        return Time(float(read_stamp(framed[1])), is_exact=True, frames=int(framed[2]))
    return NO_TIME
