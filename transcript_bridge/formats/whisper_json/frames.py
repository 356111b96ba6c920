"""Times that are counted in frames, pictures of a video.

    {fps: 25, segments: [{start_frame: 0, end_frame: 60, text}]}    numbers of frames
    [{start: "00:00:05:12", end: "00:00:07:00", text}]              clocks that end in frames

How many frames a second has is stated by the entry or by an object around it. For clocks without
it, the lowest usual rate is taken that is above all of their frames.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from ..json_keys import fold_key, meanings
from ..json_text import as_object, first_object
from ..time_units import find_frame_rate
from .moments import as_plain_number

_RATE_KEYS = frozenset(("fps", "frame_rate", "framerate", "frames_per_second"))
_HIGHEST_RATE = 1000
_NUMBERS = {
    "start_frame": "start",
    "frame_start": "start",
    "from_frame": "start",
    "frame_in": "start",
    "end_frame": "end",
    "frame_end": "end",
    "to_frame": "end",
    "frame_out": "end",
}
"""Keys of numbers of frames, and those of the times that they become."""
_CLOCK = re.compile(r"(\d{1,3}):(\d\d):(\d\d)[:;](\d\d)", re.ASCII)


class Opened(NamedTuple):
    """Entries whose times are seconds, and what was found out."""

    rows: list[Any]
    problems: tuple[tuple[str, str], ...] = ()
    """(code, message)."""


def find_stated_rate(fields: dict[str, Any]) -> float | None:
    """Frames a second, as an object states them; None if it does not."""
    for key, value in fields.items():
        if fold_key(key) in _RATE_KEYS:
            rate = as_plain_number(value)
            if rate is not None and 0 < rate <= _HIGHEST_RATE:
                return rate
    return None


def open_frames(rows: list[Any], stated: float | None) -> Opened:
    """Entries with their frames as seconds; others as they are. stated: of the objects around."""
    first = first_object(rows)
    stated = find_stated_rate(first) or stated
    numbers = {key: _NUMBERS[fold_key(key)] for key in first if fold_key(key) in _NUMBERS}
    if numbers and stated:
        return Opened([_read_numbers(row, numbers, stated) for row in rows])
    clocks = [key for key, value in first.items() if _is_clock(key, value)]
    if clocks:
        return _open_clocks(rows, clocks, stated)
    return Opened(rows)


def _open_clocks(rows: list[Any], keys: list[str], stated: float | None) -> Opened:
    rate = stated or _guess_rate(rows, keys)
    if rate is None:
        return Opened(rows)
    opened = [_read_clocks(row, keys, rate) for row in rows]
    if stated:
        return Opened(opened)
    message = f"its times end in frames; {rate:g} frames a second were assumed"
    return Opened(opened, (("frame-times", message),))


def _read_numbers(row: Any, names: dict[str, str], rate: float) -> Any:
    """An entry with its numbers of frames as seconds, under the names of times."""
    if not isinstance(row, dict):
        return row
    read: dict[str, Any] = {}
    for key, value in row.items():
        number = as_plain_number(value)
        if number is None or key not in names:
            read.setdefault(key, value)
        else:
            read[names[key]] = number / rate
    return read


def _is_clock(key: str, value: Any) -> bool:
    is_time = not meanings(key).keys().isdisjoint(("start", "end"))
    return is_time and isinstance(value, str) and _CLOCK.fullmatch(value.strip()) is not None


def _match(row: Any, key: str) -> re.Match[str] | None:
    value = as_object(row).get(key)
    if isinstance(value, str):
        return _CLOCK.fullmatch(value.strip())
    return None


def _guess_rate(rows: list[Any], keys: list[str]) -> float | None:
    highest = 0
    for row in rows:
        for key in keys:
            clock = _match(row, key)
            if clock:
                highest = max(highest, int(clock[4]))
    return find_frame_rate(highest)


def _read_clocks(row: Any, keys: list[str], rate: float) -> Any:
    read = {}
    for key in keys:
        clock = _match(row, key)
        if clock:
            hours, minutes, seconds, frames = map(int, clock.groups())
            read[key] = hours * 3600 + minutes * 60 + seconds + frames / rate
    if read:
        return {**row, **read}
    return row
