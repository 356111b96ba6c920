"""Times and labels of turns, as numbers or as text."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from ...timecode import MAX_SECONDS
from ..json_text import as_object, is_number

_UNITS = {"ms": 0.001}
"""Seconds of what a number is followed by; of anything else that _QUANTITY takes, one."""
_NUMBER = r"-?\d{1,15}(?:[.,]\d{1,20})?"
CLOCK = r"(?:0 days )?(?:\d{1,4}:)?\d{1,2}:\d{2}(?:[.,]\d{1,9})?"
_QUANTITY = re.compile(
    rf"({_NUMBER}|\d{{1,3}}(?:\.\d{{1,20}})?e-\d{{1,2}})(?:\s?(ms|s|secs?|seconds?))?\s?", re.A
)
_CLOCK = re.compile("-?" + CLOCK, re.A)
_LONGEST = 40
_MAX_LABEL = 10**9
"""Up to here a number is a label."""
_LABEL_KEYS = ("name", "label", "id")


class TurnTime(NamedTuple):
    """A time in seconds."""

    seconds: float
    is_bare_integer: bool = False
    """An integer without a unit: it may be milliseconds as well."""

    def later(self, length: TurnTime) -> TurnTime:
        """The time after so long."""
        is_bare = self.is_bare_integer and length.is_bare_integer
        return TurnTime(self.seconds + length.seconds, is_bare)


class TurnEntry(NamedTuple):
    """The texts of a turn."""

    start: TurnTime
    end: TurnTime
    label: str
    recording: str | None = None


def make_entry(
    start: TurnTime | None, end: TurnTime | None, label: str | None, recording: str | None = None
) -> TurnEntry | None:
    """A turn; None if it lacks a time or the label."""
    if start is None or end is None or not label:
        return None
    return TurnEntry(start, end, label, recording)


def read_time(value: Any, unit: float = 1.0) -> TurnTime | None:
    """A number, or text such as `1.5`, `1,5 s`, `1500ms`, `00:00:01.500`; None for anything else.

    unit: seconds that it counts, as the name of its column says.
    """
    time = None
    if isinstance(value, str):
        time = _parse_time(value.strip().lower()[:_LONGEST])
    elif is_number(value) and abs(value) < MAX_SECONDS:
        time = TurnTime(float(value), type(value) is int)
    if time is None or unit == 1:
        return time
    return TurnTime(time.seconds * unit)


def _parse_time(text: str) -> TurnTime | None:
    quantity = _QUANTITY.fullmatch(text)
    if quantity:
        number, unit = quantity.groups()
        seconds = float(number.replace(",", ".")) * _UNITS.get(unit, 1.0)
        if abs(seconds) < MAX_SECONDS:
            return TurnTime(seconds, unit is None and number.isdecimal())
    elif _CLOCK.fullmatch(text):
        return TurnTime(_parse_clock(text.removeprefix("0 days ")))
    return None


def _parse_clock(text: str) -> float:
    seconds = 0.0
    for part in text.lstrip("-").replace(",", ".").split(":"):
        seconds = seconds * 60 + float(part)
    return -seconds if text[0] == "-" else seconds


def read_label(value: Any) -> str | None:
    """A label: text, a number, or an object with a name; None for anything else."""
    if isinstance(value, dict):
        value = next((value[key] for key in _LABEL_KEYS if value.get(key) is not None), None)
    if isinstance(value, str):
        return value.strip() or None
    if is_number(value) and abs(value) < _MAX_LABEL and value == int(value):
        return str(int(value))
    return None


def read_span(value: Any) -> dict[str, Any]:
    """pyannote's segment: an object with times, or as printed."""
    if isinstance(value, str):
        times = _CLOCK.findall(value)
        if len(times) == 2:
            return {"start": times[0], "end": times[1]}
    return as_object(value)
