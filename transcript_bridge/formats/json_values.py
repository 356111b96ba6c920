"""Single values of JSON from products: texts, ids, moments and places."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from .json_text import as_number, as_object, is_number, replace_surrogates

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_MOMENT = 946_684_800_000
"""ms since 1970: 2000-01-01. An earlier moment is a clock that was never set."""
LAST_MOMENT = 32_503_680_000_000
"""ms since 1970: the year 3000. A larger number is not a moment."""


def read_string(value: Any) -> str:
    """A text without blanks at its ends; empty for any other value."""
    if isinstance(value, str):
        return replace_surrogates(value).strip()
    return ""


def read_id(value: Any) -> str:
    """An id, which may be a number; empty for any other value."""
    if type(value) is int:
        return str(value)
    return read_string(value)


def read_moment(value: Any) -> datetime | None:
    """An ISO time; without an offset it is UTC."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def read_number(value: Any) -> float | None:
    """Return a number that is neither NaN nor infinite; None for any other value."""
    if is_number(value) and -LAST_MOMENT < value < LAST_MOMENT:
        return float(value)
    return None


def read_moment_ms(value: Any) -> int | None:
    """A moment in ms since 1970, from an ISO time or from a number of ms; None for a moment that
    no recording has."""
    moment = read_moment(value)
    ms = as_number(value)
    if moment is not None:
        ms = (moment - EPOCH) // timedelta(milliseconds=1)
    if is_moment(ms):
        return round(ms)
    return None


def is_moment(ms: float) -> bool:
    """Whether a number of ms since 1970 is a moment that a recording can have."""
    return FIRST_MOMENT <= ms < LAST_MOMENT


def to_moment(ms: int) -> datetime:
    """ms since 1970 as a moment in UTC."""
    return EPOCH + timedelta(milliseconds=ms)


def read_location(value: Any) -> tuple[float, float] | None:
    """Latitude and longitude in degrees; None if they are missing or were never set."""
    place = as_object(value)
    latitude = as_number(place.get("latitude"))
    longitude = as_number(place.get("longitude"))
    is_on_earth = -90 <= latitude <= 90 and -180 <= longitude <= 180
    if is_on_earth and (latitude, longitude) != (0, 0):  # 0, 0 is in the sea: it is unset
        return latitude, longitude
    return None
