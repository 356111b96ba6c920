"""Times that are counted in frames, pictures of a video.

    {fps: 25, segments: [{start_frame: 0, end_frame: 60, text}]}    numbers of frames
    {fps: 25, segments: [{in: 0, out: 60, text}]}                   the same, by the rate of speech
    {timescale: 90000, segments: [{start: 0, end: 216000, text}]}   ticks, in the same way
    [{start: "00:00:05:12", end: "00:00:07:00", text}]              clocks that end in frames

How many frames a second has is stated by the entry, by an object around it, or by one beside it
(`metadata: {fps: 25}`). For clocks without it, the lowest usual rate is taken that is above all of
their frames.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from ..json_keys import fold_key, meanings
from ..json_text import as_list, as_object, first_object
from ..time_units import find_frame_rate, measure_rate
from .entries import list_timed_texts
from .layout import find_layout
from .moments import as_plain_number

_RATE_KEYS = (
    "fps",
    "frame_rate",
    "framerate",
    "frames_per_second",
    "video_fps",
    "timebase",
    "time_base",
    "edit_rate",
    "timescale",
    "time_scale",
    "ticks_per_second",
    "rate",
    "sample_rate",
    "samplerate",
    "sampling_rate",
)
"""Of frames, ticks or samples, the surest first. Only the rate of speech shows whether numbers
under other names count them."""
_HIGHEST_RATE = 10_000_000
_RATE = re.compile(r"(\d{1,8}(?:\.\d{1,9})?)(?:\s?[/ :]\s?(\d{1,5}))?\s?(?:fps|p)?", re.ASCII)
"""`25`, `29.97 fps`, `30000/1001`."""
_SLOW = 2.5
"""Characters a second: whole numbers that give more are seconds, whatever rate is stated."""
_SPEECH = (4.0, 45.0)
"""Characters a second that frames must give."""
_SAMPLE = 200
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
_BARE_ROLES = ("start", "end", "duration")
_CLOCK = re.compile(r"(\d{1,3}):(\d\d):(\d\d)[:;](\d\d)", re.ASCII)


class Opened(NamedTuple):
    """Entries whose times are seconds, and what was found out."""

    rows: list[Any]
    problems: tuple[tuple[str, str], ...] = ()
    """(code, message)."""


def find_stated_rate(fields: dict[str, Any]) -> float | None:
    """Frames or ticks a second, as an object or one inside of it states them; else None."""
    inner = [value for value in fields.values() if isinstance(value, dict)]
    for holder in (fields, *inner):
        folded = {fold_key(key): value for key, value in holder.items()}
        for key in _RATE_KEYS:
            rate = _read_rate(folded.get(key))
            if rate is not None and 1 < rate <= _HIGHEST_RATE:
                return rate
    return None


def _read_rate(value: Any) -> float | None:
    """A number, or a fraction as text; None for anything else."""
    if not isinstance(value, str):
        return as_plain_number(value)
    found = _RATE.fullmatch(value.strip())
    if found is None:
        return None
    return float(found[1]) / (int(found[2] or 1) or 1)


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
    return Opened(_open_bare_times(rows, stated))


def _open_bare_times(rows: list[Any], stated: float | None) -> list[Any]:
    """Entries with their whole numbers as seconds, if these give a possible rate of speech only if
    they count frames."""
    if not stated:
        return rows
    sample = rows[:_SAMPLE]
    texts = list_timed_texts(sample, find_layout(sample))
    rate = measure_rate(texts)
    are_integers = all(text.is_integer for text in texts)
    low, high = _SPEECH
    if rate is None or rate >= _SLOW or not are_integers or not low <= rate * stated <= high:
        return rows
    return [_divide(row, stated) for row in rows]


def _find_bare_times(fields: dict[str, Any]) -> list[str]:
    """The keys of whole numbers that may be frames."""
    found = []
    for key, value in fields.items():
        units = [meaning.unit for role, meaning in meanings(key).items() if role in _BARE_ROLES]
        if None in units and type(value) is int:
            found.append(key)
    return found


def _divide(row: Any, rate: float) -> Any:
    """An entry with its whole numbers, and those of its words, as seconds."""
    if not isinstance(row, dict):
        return row
    divided = dict(row)
    for key in _find_bare_times(row):
        divided[key] = row[key] / rate
    for key, value in row.items():
        if "words" in meanings(key) and isinstance(value, list):
            divided[key] = [_divide(word, rate) for word in as_list(value)]
    return divided


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
