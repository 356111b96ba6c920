"""Reads labels, times and texts in JSON, and quotes values in messages."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from ...problems import shorten
from ...timecode import milliseconds_in_range, read_clock
from ..json_text import as_text, is_number

_CLOCK = re.compile(r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,9}))?", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,12}(?:\.\d{1,20})?", re.ASCII)
_LONGEST_QUOTE = 30


_NAME_KEYS = ("display_name", "displayName", "full_name", "label", "id", "@id")
"""Keys of a speaker that is an object, the preferred first; `name` precedes them."""
_LIKE_BOOLEANS = (0, 1)
"""Numbers that are not kept: `false` and `true`, which are no labels, would be found as them."""
_NO_LABELS = frozenset(("nan", "inf", "-inf"))
_QUOTED: dict[type, str] = {dict: "an object", list: "a list"}
"""Types of values that are too long for a message."""
RESOURCE = re.compile(r"conferenceRecords/[^/]{1,200}/participants/([^/]{1,200})")
"""How Google Meet's API names a participant."""
_WRITTEN = re.compile(
    rf"{RESOURCE.pattern}|(?i:[(\[]\s*speaker\s*\?\s*[)\]]()"
    r"|\(\s*(speaker\b[^()]*?)\s*\)|\[\s*(speaker\b[^\[\]]*?)\s*\])"
)
"""How labels are written that are less than the whole text; the last group is the label."""


class Labels(dict[Any, str | None]):
    """Labels by the values of speakers: stripped, numbers as text; blanks, null and NaN are None.

    `1.0` becomes `1`, because pandas writes such numbers if some are missing. `(speaker 0)` becomes
    `speaker 0`. Of a participant's path in Google Meet, the last part is the label. Raises
    TypeError for a value that is not a label.
    """

    def __missing__(self, value: Any) -> str | None:
        write = _WRITERS.get(type(value))
        if write is None:
            raise TypeError
        label = write(value)
        if value not in _LIKE_BOOLEANS:
            self[value] = label
        return label


def _strip_label(text: str) -> str | None:
    label = text.strip()
    found = _WRITTEN.fullmatch(label)
    if found:
        label = found[found.lastindex or 0]
    return label or None


def _write_number(value: float) -> str | None:
    written = str(value).removesuffix(".0")
    return None if written in _NO_LABELS else written


_WRITERS: dict[type, Callable[[Any], str | None]] = {
    str: _strip_label,
    int: _write_number,
    float: _write_number,
    type(None): lambda value: None,
}
"""Types of values that can be labels; `bool` is none of them."""


def find_name(speaker: Any) -> str:
    """Find the name in a speaker that is an object: `{"name": "Ann"}`; empty if it has none."""
    if not isinstance(speaker, dict):
        return ""
    parts = map(as_text, map(speaker.get, ("first_name", "last_name")))
    values = (speaker.get("name"), " ".join(parts), *map(speaker.get, _NAME_KEYS))
    return next(filter(None, map(_read_name, values)), "")


def _read_name(value: Any) -> str | None:
    if is_number(value):
        return _write_number(value)
    return as_text(value).strip()


def is_label(value: Any) -> bool:
    """Whether a value can name a speaker: text, a number or an object with a name."""
    return isinstance(value, str) or is_number(value) or find_name(value) != ""


def is_blank(value: Any) -> bool:
    """Whether a value is null, NaN, or a blank text."""
    return value is None or value != value or (isinstance(value, str) and not value.strip())


def read_time(value: Any) -> int | None:
    """Read seconds (a number or text) or a clock, `00:01:02,500`, as ms; None for anything else."""
    text = as_text(value).strip()
    if _NUMBER.fullmatch(text):
        value = float(text)
    if is_number(value):
        return milliseconds_in_range(value)
    clock = _CLOCK.fullmatch(text)
    if clock:
        return read_clock(*clock.groups())
    return None


def read_text(value: Any) -> str:
    """Read a text, stripped, with line feeds. A number becomes text; anything else is empty."""
    if is_number(value):
        return str(value)
    return as_text(value).strip().replace("\r\n", "\n").replace("\r", "\n")


def quote_value(value: Any) -> str:
    """Write a JSON value for a message, shortened."""
    if type(value) in _QUOTED:
        return _QUOTED[type(value)]
    shown = json.dumps(value)  # ASCII: half a character cannot be printed
    return shorten(shown, _LONGEST_QUOTE)
