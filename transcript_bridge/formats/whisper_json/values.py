"""Values of JSON: times, labels, and quotations for messages."""

from __future__ import annotations

import json
import re
from typing import Any

from ...problems import shorten
from ...timecode import milliseconds_in_range
from ..json_text import is_number

_CLOCK = re.compile(r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,9}))?", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,12}(?:\.\d{1,20})?", re.ASCII)
_LONGEST_TIME = 40
_LONGEST_QUOTE = 30
_HUGE = 10**20
"""A number from here on is not quoted."""


class Labels(dict[Any, str | None]):
    """Speaker fields -> labels: stripped, numbers as text, blanks and null as None.

    Raises TypeError for anything else.
    """

    def __missing__(self, value: Any) -> str | None:
        label: str | None
        if value is None:
            label = None
        elif isinstance(value, str):
            label = value.strip() or None
        elif type(value) is int:
            label = str(value)
        else:
            raise TypeError
        self[value] = label
        return label


def read_time(value: Any) -> int | None:
    """Seconds, as a number or as text, or a clock `00:01:02,500`, in ms; None for anything else."""
    if is_number(value):
        return milliseconds_in_range(value)
    if not isinstance(value, str) or len(value) > _LONGEST_TIME:
        return None
    text = value.strip()
    if _NUMBER.fullmatch(text):
        return read_time(float(text))
    clock = _CLOCK.fullmatch(text)
    if clock:
        return _read_clock(clock)
    return None


def _read_clock(clock: re.Match[str]) -> int:
    hours, minutes, seconds, fraction = clock.groups("0")
    whole = (int(hours) * 60 + int(minutes)) * 60 + int(seconds)
    return whole * 1000 + int(fraction.ljust(3, "0")[:3])


def read_text(value: Any) -> str | None:
    """A text, or a number as text; None for anything else."""
    if is_number(value):
        return str(value)  # a numeral that lost its quotes
    if isinstance(value, str):
        return value
    return None


def quote_value(value: Any) -> str:
    """A JSON value, short enough for a message."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, int) and abs(value) > _HUGE:
        return "a huge number"
    shown = json.dumps(value)  # ASCII: half a character would break whoever prints it
    return shorten(shown, _LONGEST_QUOTE)
