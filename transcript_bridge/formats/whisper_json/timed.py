"""Entries in WhisperX's keys, whatever they hold: each value that is missing is a neutral one."""

from __future__ import annotations

import math
from typing import Any

from ..json_text import as_list, as_number, as_object, as_text


def start_of(row: Any) -> float:
    """Seconds; NaN, for which no comparison holds, if it is not known."""
    return as_number(as_object(row).get("start"))


def end_of(row: Any) -> float:
    """Seconds; NaN if it is not known."""
    return as_number(as_object(row).get("end"))


def text_of(row: Any) -> str:
    """The text; empty if there is none."""
    return as_text(as_object(row).get("text"))


def words_of(row: Any) -> list[Any]:
    """The words inside of an entry."""
    return as_list(as_object(row).get("words"))


def has_time(row: Any) -> bool:
    """Whether an entry, or a word of it, has a time."""
    times = (start_of(row), end_of(row), *map(start_of, words_of(row)))
    return any(map(math.isfinite, times))


def sort_rows(rows: list[Any]) -> list[Any]:
    """By their starts; an entry without one stays behind the entry before it."""
    starts = []
    latest = 0.0
    for row in rows:
        start = start_of(row)
        latest = start if math.isfinite(start) else latest
        starts.append(latest)
    return [rows[place] for place in sorted(range(len(rows)), key=starts.__getitem__)]
