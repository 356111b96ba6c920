"""The date in a JSON file beside a transcript."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from ..formats.date_keys import BESIDE
from .names import NamedTime, read_name

_FIRST_SECONDS = 1e8
"""1973, in seconds since 1970."""
_LAST_SECONDS = 1e10
"""2286."""
_FIRST_MILLISECONDS = 1e11
"""1973, in milliseconds; in seconds it would be the year 5138."""
_LENGTH_OF_DAY = 8
"""The number of digits of `20240124`."""


def read_sidecar(data: bytes) -> NamedTime | None:
    """The moment that a JSON object states; None if the data is not JSON, or states none."""
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict):
        return None
    for key in BESIDE:
        value = content.get(key)
        if isinstance(value, dict):  # Google's {"timestamp": "1706108645", "formatted": …}
            value = value.get("timestamp")
        found = read_value(value)
        if found is not None:
            return found._replace(text=f"{key} {value}")
    return None


def read_value(value: Any) -> NamedTime | None:
    """Seconds or milliseconds since 1970, `20240124`, ISO 8601, or a date as in file names."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    text = str(value)
    if text.isdecimal() and len(text) == _LENGTH_OF_DAY:
        return read_name(text)
    if isinstance(value, str) and not text.isdecimal():
        return _read_text(text)
    try:
        number = float(value)
    except OverflowError:  # an integer of hundreds of digits
        return None
    if number > _FIRST_MILLISECONDS:
        number /= 1000
    if not _FIRST_SECONDS < number < _LAST_SECONDS:
        return None
    return NamedTime(datetime.fromtimestamp(number, UTC), True, text)


def _read_text(text: str) -> NamedTime | None:
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        return read_name(text)
    return NamedTime(at, ":" in text, text)
