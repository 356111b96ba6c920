"""Reads times as products write them: numbers, numbers with a unit, clocks and dates; and splits
two times in one value: `timestamp: [0.0, 2.5]`, `offsets: {from, to}`."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from typing import Any, NamedTuple

from ...timecode import MAX_SECONDS
from ..json_keys import Role, find_items
from ..json_text import (
    as_list,
    as_number,
    as_object,
    as_text,
    change_objects,
    first_of,
    without_keys,
)
from ..spelled_times import read_spelled
from .values import read_time

_NUMBER = re.compile(r"-?\d{1,20}(?:[.,]\d{1,20})?", re.ASCII)
_WITH_UNIT = re.compile(r"(?:PT)?(-?\d{1,15}(?:\.\d{1,20})?)\s?(ms|s|sec|S)", re.ASCII)
_DATE = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?\s?(?:Z|[+-]\d\d:?\d\d)?"
)
_AROUND = "[]() \t\r\n"
"""Characters that may surround a time."""
_MS_PER_UNIT = {"ms": 1, "s": 1000, "sec": 1000, "S": 1000}
_MS_PER_PART = {
    **dict.fromkeys(("hours", "hour", "h"), 3_600_000.0),
    **dict.fromkeys(("minutes", "minute", "min", "m"), 60_000.0),
    **dict.fromkeys(("seconds", "second", "sec", "s"), 1000.0),
    **dict.fromkeys(("milliseconds", "millis", "ms"), 1.0),
    "nanos": 1e-6,
    "relative": 1000.0,
}
"""Parts of a time that is an object."""
_ABSOLUTE = "absolute"
"""Recall.ai's moment beside the seconds from the beginning, which are `relative`."""
_PARTS = {*_MS_PER_PART, _ABSOLUTE}
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


def read_number(value: Any) -> float:
    """Read a number, or a number as text; NaN for anything with a unit."""
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return float(value.replace(",", "."))
    return as_number(value)


def epoch_unit(number: float) -> float:
    """Find the unit (ms) of a number that counts from 1970; 0 for a number that is too small."""
    for limit, unit in _EPOCH_UNITS:
        if number >= limit:
            return unit
    return 0.0


def read_moment(value: Any, unit: float) -> Moment | None:
    """Read a time; None if it is not one. unit: ms per unit, for numbers without a unit."""
    number = read_number(value)
    if math.isfinite(number):
        return from_ms(number * unit)
    return read_written(value)


def from_ms(ms: float) -> Moment | None:
    """Make a time from ms; None if it is out of range."""
    if abs(ms) < MAX_SECONDS * 1000:
        return Moment(round(ms), ms >= _EPOCH_FROM)
    return None


def read_written(value: Any) -> Moment | None:
    """Read a time that is not a plain number: with a unit, a clock, a date, or a duration."""
    if is_duration(value):
        parts = without_keys(value, _ABSOLUTE)
        return from_ms(sum(read_number(part) * _MS_PER_PART[key] for key, part in parts.items()))
    text = as_text(value).strip(_AROUND)
    named = _WITH_UNIT.fullmatch(text)
    if named:
        return Moment(round(float(named[1]) * _MS_PER_UNIT[named[2]]))
    if _DATE.fullmatch(text):
        return _read_date(text)
    clock = read_time(text)
    if clock is None:
        clock = read_spelled(text)
    if clock is None:
        return None
    return Moment(clock)


def is_duration(value: Any) -> bool:
    """Whether a value is a duration in parts: `{h: 0, m: 1, s: 2}`, or `{seconds: "1", nanos: 5}`,
    as protocol buffers write it. Recall.ai's `{relative: 1.5, absolute: "2026-…"}` is one, too.

    Parts that are zero may be left out.
    """
    return isinstance(value, dict) and value.keys() <= _PARTS and value.keys() != {_ABSOLUTE}


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


# ---- spans

Row = dict[str, Any]
_TIME = r"\d[\d:.,]{0,18}\d|\d"
RANGE = re.compile(
    rf"\s*(?:(?P<plain>\d[\d:.,]{{1,18}}\d)\s?s?|[\[(]\s*(?P<bracketed>{_TIME})\s?s?)"
    r"\s*(?:-->|->|→|–|—|-|~|〜|to|,\s)\s*"
    rf"(?:(?P<end>{_TIME})|None|null|nan)\s?s?\s*[\])]?\s*",
    re.ASCII,
)
"""Two times as one text: `00:01 - 00:05`, `(0.0, 1.5)`, `[0.0s --> None]`."""
_SPAN_NAMES = {"offsets": ("start_ms", "end_ms")}
"""Keys whose times are milliseconds, whisper.cpp's, and the keys of these."""


def open_spans(rows: list[Any], keys: tuple[str, ...]) -> list[Any]:
    """Give entries a key for the start and one for the end. keys: those of the spans."""

    def open_entry(row: Row) -> Row:
        return {**without_keys(row, *keys), **open_span(row, keys)}

    return change_objects(rows, open_entry)


def open_span(row: Row, keys: tuple[str, ...]) -> Row:
    """Return the start and the end of an entry, from the first of the keys that has them."""
    for key in keys:
        times = _read_span(row.get(key))
        if times != (None, None):
            return dict(zip(_SPAN_NAMES.get(key, ("start", "end")), times, strict=True))
    return {}


def _read_span(value: Any) -> tuple[Any, Any]:
    fields = as_object(first_of(value) or value)
    if fields:
        return _find_value(fields, "start"), _find_value(fields, "end")
    if len(as_list(value)) == 2:
        return value[0], value[1]
    both = RANGE.fullmatch(as_text(value))
    if not both:
        return None, None
    return both["plain"] or both["bracketed"], both["end"]


def _find_value(fields: Row, role: Role) -> Any:
    values = [value for _, value in find_items(fields, role) if value is not None]
    return first_of(values)
