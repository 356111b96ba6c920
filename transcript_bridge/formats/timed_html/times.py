"""Reads the times at which the text of an element is spoken from its attributes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, NamedTuple

from ..cues.timestamps import read_stamp
from ..json_keys import Role, meanings
from ..spelled_times import read_spelled

_Role = Literal[Role, "paired", ""]
_MORE_NAMES: dict[str, tuple[_Role, float | None]] = {
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
    "offset": ("paired", None),
    "from": ("paired", None),
    "in": ("paired", None),
    "bg": ("paired", None),
    "timespan": ("paired", None),
    "tmin": ("paired", None),
    "speech_start": ("paired", None),
}
"""Names that only elements have, beyond those of json_keys, and their units in ms. `paired` are
starts whose names mean other things, too: they need an end or a length beside them."""
_BARE = frozenset(
    (
        "m",
        "start",
        "begin",
        "end",
        "stop",
        "dur",
        "duration",
        "time",
        "timestamp",
        "starttime",
        "endtime",
        "start_time",
        "end_time",
        "start_ms",
        "end_ms",
        "from",
        "to",
    )
)
"""Attributes that need no `data-`: 3Play Media's, and those of XML."""
_COUNTED = "start"
"""In a list of HTML, the number of its first entry."""
_NUMBER = re.compile(r"(\d{1,9}(\.\d{1,12})?)\s?(ms|s)?", re.ASCII)
"""A larger number counts from 1970."""
_UNITS = {"ms": 1.0, "s": 1000.0}
CLOCK = r"(?:\d{1,3}:)?\d{1,2}:\d{2}(?:[.,]\d{1,9})?"
_CLOCK = re.compile(CLOCK, re.ASCII)
_NOSCRIBE = re.compile(r"ts_(\d{1,10})_(\d{1,10})_/{0,2}(.{0,60})", re.ASCII)
_LINK = re.compile(
    r"(?:[^\s#]*[?&#]t=|#)(\d{1,3}:(?:\d{1,2}:)?\d{2}(?:[.,]\d{1,3})?|(?<=t=)\d{1,8}(?:\.\d{1,6})?)s?"
    r"(?:[&,].*)?\Z",
    re.ASCII | re.DOTALL,
)
_CALL = re.compile(
    r".*?(?:seek|jump|play|skip|goto|time)\w{0,20}\(\s?[\"']?([\d:.]{1,20})[\"']?\s?[,)]",
    re.ASCII | re.DOTALL | re.IGNORECASE,
)
_ELSEWHERE = {"href": _LINK, "onclick": _CALL}
"""Attributes that have the time in a link, or in what a click calls."""
_SPEAKER = re.compile(r"data-(?:speaker|participant)(?:-?(?:name|label|id))?")
_SPEAKER_OF_TIMED = re.compile(
    r"(?:data-)?(?:speaker|person|voice|author|who|spk|actor)(?:[-_]?(?:name|label))?"
    r"|data-(?:name|user(?:[-_]?name)?)"
)
"""The attributes of an element with a time."""

Attributes = Mapping[str, str]


class Times(NamedTuple):
    """The times of an element, as numbers of the page."""

    start: float
    length: float | None = None
    """None if nothing states it."""
    unit: float | None = None
    """The unit in ms; None if neither the name nor the value states it."""
    is_integer: bool = False
    speaker: str = ""
    """The name in the same attribute."""


def read_times(attributes: Attributes) -> Times | None:
    """The times that an element states; None if it states no start."""
    found: dict[_Role, Times] = {}
    for name, text in attributes.items():
        role, unit = _find_role(name)
        value = _read_value(text, unit)
        if name == _COUNTED and text.isdigit():
            role = "paired"
        if role and value:
            found.setdefault(role, value)
    if len(found) > 1 and "paired" in found:
        found.setdefault("start", found["paired"])
    start = found.get("start")
    if start is None:
        return _read_other(attributes)
    if "end" in found:
        return start._replace(length=found["end"].start - start.start)
    if "duration" in found:
        return start._replace(length=found["duration"].start)
    return start


def _find_role(name: str) -> tuple[_Role, float | None]:
    """The role of an attribute, empty for none; the unit (ms) that its name states."""
    bare = name.removeprefix("data-")
    folded = bare.replace("-", "_")
    if bare == name and folded not in _BARE:
        return "", None
    if folded in _MORE_NAMES:
        return _MORE_NAMES[folded]
    for role, meaning in meanings(folded).items():
        if role in ("start", "end", "duration"):
            return role, meaning.unit
    return "", None


def _read_value(text: str, unit: float | None) -> Times | None:
    """A number or a clock as the start of something; in ms if there is a unit."""
    text = text.strip()
    if _CLOCK.fullmatch(text):
        return Times(read_stamp(text), unit=1)
    number = _NUMBER.fullmatch(text)
    if number is None:
        spelled = read_spelled(text)
        return None if spelled is None else Times(spelled, unit=1)
    value = float(number[1])
    unit = _UNITS.get(number[3], unit)
    if unit is None:
        return Times(value, is_integer=number[2] is None)
    return Times(value * unit, unit=1)


def _read_other(attributes: Attributes) -> Times | None:
    """The times in the name of an anchor, in a link, or in what a click calls."""
    noscribe = _NOSCRIBE.fullmatch(attributes.get("name", ""))
    if noscribe:
        start = int(noscribe[1])
        return Times(start, int(noscribe[2]) - start, unit=1, speaker=noscribe[3])
    for name, pattern in _ELSEWHERE.items():
        found = pattern.match(attributes.get(name, ""))
        if found:
            return _read_value(found[1], None)
    return None


def read_speaker(attributes: Attributes, times: Times | None) -> str:
    """The speaker that an attribute names; empty if none does. times: of the element."""
    pattern = _SPEAKER if times is None else _SPEAKER_OF_TIMED
    for name, value in attributes.items():
        if value and (_SPEAKER.fullmatch(name) or pattern.fullmatch(name)):
            return value.strip()
    return ""
