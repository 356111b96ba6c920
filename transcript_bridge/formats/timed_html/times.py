"""What the attributes of an element say of the time at which its text is spoken."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from ...timecode import MAX_SECONDS, read_clock
from ..json_keys import Role, meanings

_MORE_NAMES: dict[str, tuple[Role, float | None]] = {
    "m": ("start", 1.0),
    "d": ("duration", 1.0),
    "ms": ("start", 1.0),
    "seconds": ("start", 1000.0),
    "sec": ("start", 1000.0),
    "t": ("start", None),
    "tc": ("start", None),
    "seek": ("start", None),
    "seek_to": ("start", None),
    "seek_time": ("start", None),
    "cue_start": ("start", None),
    "cue_end": ("end", None),
    "cue_time": ("start", None),
    "word_start": ("start", None),
    "word_end": ("end", None),
    "jump": ("start", None),
    "jump_to": ("start", None),
}
"""Names that only elements have, beyond those of json_keys, and their units in ms."""
_PAIRED = frozenset(("offset", "from", "in", "bg", "timespan", "tmin", "speech_start"))
"""Names of starts that mean other things, too: they need an end or a length beside them."""
_BARE = frozenset("m")
"""Attributes that need no `data-`: 3Play Media's."""
_NUMBER = re.compile(r"(\d{1,12})(\.\d{1,12})?\s?(ms|s)?", re.ASCII)
CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})(?:[.,](\d{1,9}))?", re.ASCII)
_NO_EPOCH = 1_000_000_000
"""A larger number counts from 1970."""
_NOSCRIBE = re.compile(r"ts_(\d{1,10})_(\d{1,10})_(.{0,60})", re.ASCII)
_LINK = re.compile(
    r"(?:[^\s#]*[?&#]t=|#)(?:(\d{1,3}:(?:\d{1,2}:)?\d{2}(?:[.,]\d{1,3})?)|(?<=t=)(\d{1,8}(?:\.\d{1,6})?)s?)"
    r"(?:[&,].*)?",
    re.ASCII | re.DOTALL,
)
_CALL = re.compile(
    r"(?:seek|jump|play|skip|goto|time)\w{0,20}\(\s?[\"']?([\d:.]{1,20})[\"']?\s?[,)]", re.I | re.A
)
_SPEAKER = re.compile(r"data-(?:speaker|participant)(?:-?(?:name|label|id))?", re.I)


class Times(NamedTuple):
    """The times of an element, as numbers of the page."""

    start: float
    end: float | None = None
    length: float | None = None
    unit: float | None = None
    """ms of 1; None where neither the name nor the value says it."""
    is_integer: bool = False
    speaker: str | None = None
    """The name in the same attribute."""

    def measure(self) -> float | None:
        """How long it lasts, in the same unit; None if nothing says so."""
        if self.end is not None:
            return self.end - self.start
        return self.length


class _Value(NamedTuple):
    number: float
    unit: float | None
    is_integer: bool


Attributes = Iterable[tuple[str, str | None]]


def read_times(attributes: Attributes) -> Times | None:
    """The times that an element states; None if it states no start."""
    found: dict[str, _Value] = {}
    is_paired = True
    for name, text in attributes:
        role, unit, needs_pair = _find_role(name)
        value = _read_value(text or "", unit)
        if role is None or value is None or role in found:
            continue
        found[role] = value
        is_paired = is_paired and not needs_pair
    start = found.get("start")
    if start is None:
        return _read_other(attributes)
    if not is_paired and len(found) == 1:
        return None
    end = _in_unit(found.get("end"), start)
    length = _in_unit(found.get("duration"), start)
    return Times(start.number, end, length, start.unit, start.is_integer)


def _in_unit(value: _Value | None, start: _Value) -> float | None:
    """A value in the unit of the start."""
    if value is None:
        return None
    if value.unit is None or start.unit is None:
        return value.number
    return value.number * value.unit / start.unit


def _find_role(name: str) -> tuple[Role | None, float | None, bool]:
    """The role of an attribute, its unit (ms), and whether it needs another one beside it."""
    bare = name.lower().removeprefix("data-")
    if bare == name.lower() and bare not in _BARE:
        return None, None, False
    folded = bare.replace("-", "_")
    if folded in _MORE_NAMES:
        return *_MORE_NAMES[folded], False
    for role, meaning in meanings(folded).items():
        if role in ("start", "end", "duration"):
            return role, meaning.unit, folded in _PAIRED
    return None, None, False


def _read_value(text: str, unit: float | None) -> _Value | None:
    text = text.strip()
    clock = CLOCK.fullmatch(text)
    if clock:
        return _Value(read_clock(*clock.groups()) / (unit or 1.0), unit or 1.0, is_integer=False)
    number = _NUMBER.fullmatch(text)
    if number is None or int(number[1]) >= _NO_EPOCH:
        return None
    if number[3]:
        unit = 1.0 if number[3] == "ms" else 1000.0
    value = float(number[1] + (number[2] or ""))
    if value >= MAX_SECONDS:
        return None
    return _Value(value, unit, is_integer=not number[2])


def _read_other(attributes: Attributes) -> Times | None:
    """The times in the name of an anchor, in a link, or in what a click calls."""
    fields = {name.lower(): value or "" for name, value in attributes}
    noscribe = _NOSCRIBE.fullmatch(fields.get("name", ""))
    if noscribe:
        start, end = float(noscribe[1]), float(noscribe[2])
        return Times(start, end, unit=1, speaker=noscribe[3] or None)
    link = _LINK.fullmatch(fields.get("href", ""))
    call = _CALL.search(fields.get("onclick", ""))
    text = ""
    if link:
        text = link[1] or link[2]
    elif call:
        text = call[1]
    value = _read_value(text, None)
    if value is None:
        return None
    return Times(value.number, None, None, value.unit, value.is_integer)


def read_speaker(attributes: Attributes) -> str | None:
    """The speaker that an attribute names."""
    for name, value in attributes:
        if value and _SPEAKER.fullmatch(name):
            return value.strip()
    return None
