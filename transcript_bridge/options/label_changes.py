"""`[[files.during]]` tables: in a part of a recording, a label means another speaker."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import time
from typing import Any

from ..shaping.relabeling import LabelChange
from ..shaping.speakers import UNLABELED
from ..timecode import milliseconds, render_clock
from .lists import parse_list

_NEEDED = frozenset({"label", "speaker"})
_KEYS = _NEEDED | {"from", "to"}
_CLOCK = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{1,2}(?:[.,]\d{1,6})?)", re.ASCII)
"""`12:40`, `1:12:40`, `1:12:40.500`."""
_MAX_SECONDS = 1e8


def parse_label_changes(value: Any) -> tuple[LabelChange, ...]:
    """The tables of one file. Raises ValueError or TypeError if one is invalid."""
    return parse_list(value, _parse_change)


def _parse_change(table: Any) -> LabelChange:
    if not isinstance(table, Mapping) or not _NEEDED <= set(table) <= _KEYS:
        raise ValueError
    start = 0
    end = None
    if "from" in table:
        start = _parse_time(table["from"])
    if "to" in table:
        end = _parse_time(table["to"])
        if end <= start:
            raise ValueError
    return LabelChange(start, end, _parse_label(table["label"]), _parse_label(table["speaker"]))


def _parse_label(value: Any) -> str | None:
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise ValueError
    if value == UNLABELED:
        return None
    return value


def _parse_time(value: Any) -> int:
    """ms from a text such as 1:12:40.5, a time of TOML, or a number of seconds."""
    if isinstance(value, bool):
        raise ValueError
    if isinstance(value, time):
        value = value.isoformat()
    seconds = value
    if isinstance(value, str):
        match = _CLOCK.fullmatch(value.strip())
        if match is None:
            raise ValueError
        hours, minutes, rest = match.groups()
        seconds = int(hours or 0) * 3600 + int(minutes) * 60 + float(rest.replace(",", "."))
    if not 0 <= seconds < _MAX_SECONDS:
        raise ValueError
    return milliseconds(seconds)


def render_label_change(change: LabelChange) -> dict[str, str]:
    """A change as a table of a settings file."""
    table = {}
    if change.start:
        table["from"] = render_clock(change.start)
    if change.end is not None:
        table["to"] = render_clock(change.end)
    table["label"] = change.label or UNLABELED
    table["speaker"] = change.speaker or UNLABELED
    return table
