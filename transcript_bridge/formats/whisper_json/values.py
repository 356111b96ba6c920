"""Values of JSON: times, labels, and quotations for messages."""

from __future__ import annotations

import json
import math
import re
from typing import Any, cast

from ...problems import shorten
from ...timecode import milliseconds_in_range, read_clock
from ..json_text import as_object, is_number

_CLOCK = re.compile(r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,9}))?", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,12}(?:\.\d{1,20})?", re.ASCII)
_LONGEST_TIME = 40
_LONGEST_QUOTE = 30
_HUGE = 10**20
"""A number from here on is not quoted."""


_NAME_KEYS = ("name", "display_name", "displayName", "full_name", "label", "id", "@id")
"""Keys of a speaker that is an object, the preferred first."""
_BRACKETED = re.compile(
    r"\(\s*(speaker\b[^()]*?)\s*\)|\[\s*(speaker\b[^\[\]]*?)\s*\]", re.IGNORECASE
)
_NOBODY = re.compile(r"speaker\s*\?", re.IGNORECASE)
RESOURCE = re.compile(r"conferenceRecords/[^/]{1,200}/participants/([^/]{1,200})")
"""How Google Meet's API names a participant."""


class Labels(dict[Any, str | None]):
    """Speaker fields -> labels: stripped, numbers as text; blanks, null and NaN as None.

    `1.0` is 1, as pandas writes a column of numbers in which some are missing. `(speaker 0)` is
    `speaker 0`; of the path of a participant of Google Meet, the last part is the label. Raises
    TypeError for anything that is not a label.
    """

    def __missing__(self, value: Any) -> str | None:
        label: str | None
        if value is None:
            label = None
        elif isinstance(value, str):
            label = _strip_label(value)
        elif type(value) is int:
            label = str(value)
        elif type(value) is float:
            label = _write_number(value)
        else:
            raise TypeError
        self[value] = label
        return label


def _strip_label(text: str) -> str | None:
    label = text.strip()
    resource = RESOURCE.fullmatch(label)
    if resource:
        return resource[1]
    bracketed = _BRACKETED.fullmatch(label)
    if bracketed:
        label = bracketed[1] or bracketed[2]
        if _NOBODY.fullmatch(label):
            return None
    return label or None


def _write_number(value: float) -> str | None:
    if math.isnan(value):
        return None
    if math.isinf(value):
        raise TypeError
    if value.is_integer():
        return str(int(value))
    return str(value)


def find_name(speaker: Any) -> str | int | float | None:
    """The name in a speaker that is an object: `{"name": "Ann"}`; None if it has none."""
    fields = as_object(speaker)
    if "first_name" in fields and "name" not in fields:
        return f"{fields['first_name']} {fields.get('last_name') or ''}".strip()
    for key in _NAME_KEYS:
        value = fields.get(key)
        is_name = isinstance(value, str) and value.strip()
        if is_name or is_number(value):
            return cast(str | int | float, value)
    return None


def read_label(value: Any, labels: Labels) -> str | None:
    """The label of a speaker: text, a number or an object with a name. Raises TypeError."""
    if isinstance(value, dict):
        value = find_name(value)
        if value is None:
            raise TypeError
    return labels[value]


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
        return read_clock(*clock.groups())
    return None


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
    shown = json.dumps(value)  # ASCII: half a character cannot be printed
    return shorten(shown, _LONGEST_QUOTE)
