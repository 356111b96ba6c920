"""Reads the times at which the text of an element is spoken from its attributes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from ..cues.timestamps import read_stamp
from ..json_keys import Role, meanings
from ..spelled_times import read_spelled

_STARTS: dict[str, float | None] = {
    **dict.fromkeys(("m", "ms"), 1.0),
    **dict.fromkeys(("seconds", "sec"), 1000.0),
    **dict.fromkeys(("t", "tc", "seek", "seek_to", "seek_time", "jump", "jump_to"), None),
}
"""Names of starts that only elements have, beyond those of json_keys, and their units in ms."""
_LENGTHS = {"d": 1.0}
_PARENT = re.compile(r"^(?:cue|word)_")
"""The prefix of the name of a time."""
_UNSURE = frozenset(("offset", "from", "in", "at", "bg", "timespan", "tmin", "speech_start"))
"""Names of starts that mean other things, too: they need an end or a length beside them."""
_UNSURE_START: Role = "span"
_COUNTED = "start"
"""In a list of HTML, the number of its first entry."""
_TIME_ROLES: tuple[Role, ...] = ("start", "end", "duration")
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
_OF_HTML = frozenset(
    ("name", "role", "label", "title", "source", "from", "user", "channel", "tier")
)
"""Names of speakers in JSON that mean other things without `data-`."""
_SURE_SPEAKERS = ("speaker", "participant")
"""How names begin that are those of speakers in elements without a time, too."""

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
    found = _read_all(attributes)
    unsure = found.pop(_UNSURE_START, None)
    if found and unsure is not None:
        found.setdefault("start", unsure)
    start = found.get("start")
    if start is None:
        return _read_other(attributes)
    if "end" in found:
        return start._replace(length=found["end"].start - start.start)
    if "duration" in found:
        return start._replace(length=found["duration"].start)
    return start


def _read_all(attributes: Attributes) -> dict[Role, Times]:
    """The first time for each role, as a start."""
    found: dict[Role, Times] = {}
    for name, text in attributes.items():
        role, unit = _find_role(name)
        if name == _COUNTED and text.isdigit():
            role = _UNSURE_START
        value = _read_value(text, unit)
        if role and value:
            found.setdefault(role, value)
    return found


@lru_cache(maxsize=256)  # without it, reading a page takes a tenth longer
def _find_role(name: str) -> tuple[Role | None, float | None]:
    """The role of an attribute, None for no time; the unit (ms) that its name states."""
    folded = _fold(name)
    if folded in _UNSURE:
        return _UNSURE_START, None
    if folded in _STARTS:
        return "start", _STARTS[folded]
    if folded in _LENGTHS:
        return "duration", _LENGTHS[folded]
    roles = meanings(_PARENT.sub("", folded))
    for role in _TIME_ROLES:
        if role in roles:
            return role, roles[role].unit
    return None, None


def _fold(name: str) -> str:
    return name.removeprefix("data-").replace("-", "_")


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
    found = {}
    for name, value in attributes.items():
        order = _rank_speaker(name, times is not None)
        if value and order is not None:
            found[order] = value.strip()
    return found[min(found)] if found else ""


@lru_cache(maxsize=256)
def _rank_speaker(name: str, is_timed: bool) -> int | None:
    """The order of an attribute among those that name speakers; None if it does not."""
    folded = _fold(name)
    meaning = meanings(folded).get("speaker")
    is_sure = folded.startswith(_SURE_SPEAKERS)
    if name.startswith("data-"):
        may_name = is_timed or is_sure
    else:
        may_name = is_timed and name not in _OF_HTML
    return meaning.order if meaning and may_name else None
