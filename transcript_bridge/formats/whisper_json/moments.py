"""Points in time as products write them: numbers, numbers with a unit, clocks and dates."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, NamedTuple

from ...timecode import MAX_SECONDS
from ..json_text import is_number
from .values import read_time

_NUMBER = re.compile(r"-?\d{1,20}(?:[.,]\d{1,20})?", re.ASCII)
_WITH_UNIT = re.compile(r"(?:PT)?(-?\d{1,15}(?:\.\d{1,20})?)\s?(ms|s|sec|S)", re.ASCII)
_DATE = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?\s?(?:Z|[+-]\d\d:?\d\d)?"
)
_LONGEST = 60
"""Characters of a time."""
_MS_PER_UNIT = {"ms": 1, "s": 1000, "sec": 1000, "S": 1000}
_DURATION_KEYS = frozenset(("seconds", "nanos"))
_EPOCH_FROM = 1_000_000_000_000
"""ms: a later time counts from 1970 (this is 2001), not from the beginning of the recording."""
_EPOCH_UNITS = ((1e18, 1e-6), (1e15, 1e-3), (1e12, 1.0), (1e9, 1000.0))
"""Numbers from the first on are counted from 1970; ms per unit: ns, microseconds, ms, s."""


class Moment(NamedTuple):
    """A point in time, or a length."""

    ms: int
    is_date: bool = False
    """Whether it counts from 1970 and not from the beginning of the recording."""
    has_zone: bool = True


def as_plain_number(value: Any) -> float | None:
    """A number, or a number as text; None for anything that names its unit."""
    if is_number(value):
        if -1e20 < value < 1e20:
            return float(value)
        return None
    if isinstance(value, str) and len(value) < _LONGEST:
        text = value.strip()
        if _NUMBER.fullmatch(text):
            return float(text.replace(",", "."))
    return None


def epoch_unit(number: float) -> float | None:
    """ms per unit of a number that counts from 1970; None for a smaller one."""
    for limit, unit in _EPOCH_UNITS:
        if number >= limit:
            return unit
    return None


def read_moment(value: Any, unit: float) -> Moment | None:
    """A time; `unit` is ms per unit for numbers that name none. None if it is not a time."""
    number = as_plain_number(value)
    if number is not None:
        ms = number * unit
        if not -MAX_SECONDS * 1000 < ms < MAX_SECONDS * 1000:
            return None
        return Moment(round(ms), ms >= _EPOCH_FROM)
    if isinstance(value, dict):
        return _read_duration(value)
    if not isinstance(value, str) or len(value) > _LONGEST:
        return None
    text = value.strip()
    if text[:1] in ("[", "(") and text[-1:] in ("]", ")"):
        text = text[1:-1].strip()
    named = _WITH_UNIT.fullmatch(text)
    if named:
        return Moment(round(float(named[1]) * _MS_PER_UNIT[named[2]]))
    if _DATE.fullmatch(text):
        return _read_date(text)
    clock = read_time(text)
    if clock is None:
        return None
    return Moment(clock)


def is_duration(value: Any) -> bool:
    """Whether a value is a length of time as protocol buffers have it: `{seconds: "1", nanos: 5}`.

    Both are left out where they are zero.
    """
    return isinstance(value, dict) and value.keys() <= _DURATION_KEYS


def _read_duration(value: dict[str, Any]) -> Moment | None:
    seconds = as_plain_number(value.get("seconds", 0))
    nanos = as_plain_number(value.get("nanos", 0))
    if not is_duration(value) or seconds is None or nanos is None:
        return None
    ms = seconds * 1000 + nanos / 1e6
    if not -MAX_SECONDS * 1000 < ms < MAX_SECONDS * 1000:
        return None
    return Moment(round(ms))


def _read_date(text: str) -> Moment | None:
    compact = text.replace(",", ".").replace(" Z", "Z").replace(" +", "+").replace(" -", "-")
    try:
        date = datetime.fromisoformat(compact)
    except ValueError:
        return None
    has_zone = date.tzinfo is not None
    if not has_zone:
        date = date.replace(tzinfo=UTC)
    try:
        return Moment(round(date.timestamp() * 1000), is_date=True, has_zone=has_zone)
    except (OverflowError, ValueError):
        return None
