"""Converts times in frames (pictures of a video) and ticks to seconds.

    {fps: 25, segments: [{start_frame: 0, end_frame: 60, text}]}    numbers of frames
    {fps: 25, segments: [{in: 0, out: 60, text}]}                   the same, by the rate of speech
    {timescale: 90000, segments: [{start: 0, end: 216000, text}]}   ticks, in the same way
    [{start: "00:00:05:12", end: "00:00:07:00", text}]              clocks that end in frames

The number of frames a second is stated in the entry, in an object around it, or in one beside it
(`metadata: {fps: 25}`). For clocks without it, the lowest usual rate above all of their frames is
used.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any, NamedTuple

from ..json_keys import Role, fold_key, meanings, roles_of
from ..json_text import as_list, as_text, change_objects, find_objects, first_object, without_keys
from ..time_units import find_frame_rate, measure_rate
from .entries import list_timed_texts
from .layout import find_layout
from .moments import read_number

Row = dict[str, Any]
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
_RATE = re.compile(r"(\d{1,8}(?:\.\d{1,9})?)(?:\s?[/ :]\s?([1-9]\d{0,4}))?\s?(?:fps|p)?", re.ASCII)
"""`25`, `29.97 fps`, `30000/1001`."""
_SLOW = 2.5
"""Characters a second: whole numbers with a higher rate are seconds, even if a rate is stated."""
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
_BARE_ROLES: frozenset[Role] = frozenset(("start", "end", "duration"))
_CLOCK = re.compile(r"(\d{1,3})[:;](\d\d)[:;](\d\d)[:;](\d\d)", re.ASCII)


class Opened(NamedTuple):
    """Entries whose times are seconds, with problems about them."""

    rows: list[Any]
    problems: tuple[tuple[str, str], ...] = ()
    """(code, message)."""


def find_stated_rate(fields: Row) -> float:
    """Find the frames or ticks a second in an object, or in an object in it; else 0."""
    for holder in (fields, *find_objects(list(fields.values()), "*")):
        folded = {fold_key(key): value for key, value in holder.items()}
        for rate in map(_read_rate, map(folded.get, _RATE_KEYS)):
            if rate > 1:
                return rate
    return 0.0


def _read_rate(value: Any) -> float:
    """Read a number, or a fraction as text; 0 for anything else."""
    found = _RATE.fullmatch(str(value).strip())
    if found is None:
        return 0.0
    count, seconds = found.groups("1")
    return float(count) / int(seconds)


def open_frames(rows: list[Any], stated: float) -> Opened:
    """Convert frames to seconds; other entries are unchanged. stated: the rate stated outside."""
    first = first_object(rows)
    stated = find_stated_rate(first) or stated
    clocks = [key for key, value in first.items() if _is_clock(key, value)]
    if clocks:
        return _open_clocks(rows, clocks, stated)
    if not stated:
        return Opened(rows)
    if not _NUMBERS.keys().isdisjoint(map(fold_key, first)):
        return Opened(change_objects(rows, partial(_read_numbers, rate=stated)))
    if _are_frames(rows[:_SAMPLE], stated):
        return Opened(change_objects(rows, partial(_divide, rate=stated)))
    return Opened(rows)


def _are_frames(sample: list[Any], stated: float) -> bool:
    """Whether whole numbers fit the rate of speech only if they count frames."""
    texts = list_timed_texts(sample, find_layout(sample))
    rate = measure_rate(texts) or _SLOW
    low, high = _SPEECH
    if rate >= _SLOW or not low <= rate * stated <= high:
        return False
    return all(text.is_integer for text in texts)


def _divide(row: Row, rate: float) -> Row:
    """Convert the whole numbers of an entry and of its words to seconds."""
    divided = dict(row)
    for key, value in row.items():
        roles = meanings(key)
        if type(value) is int and not _BARE_ROLES.isdisjoint(roles):
            divided[key] = value / rate
        if "words" in roles:
            divided[key] = change_objects(as_list(value), partial(_divide, rate=rate))
    return divided


def _read_numbers(row: Row, rate: float) -> Row:
    """Convert the numbers of frames of an entry to seconds, under keys of times."""
    frames = {key: _NUMBERS[fold_key(key)] for key in row if fold_key(key) in _NUMBERS}
    seconds = {name: read_number(row[key]) / rate for key, name in frames.items()}
    return {**without_keys(row, *frames), **seconds}


# ---- clocks


def _is_clock(key: str, value: Any) -> bool:
    return _match(value) is not None and bool(roles_of([key]) & {"start", "end"})


def _match(value: Any) -> re.Match[str] | None:
    return _CLOCK.fullmatch(as_text(value).strip())


def _open_clocks(rows: list[Any], keys: list[str], stated: float) -> Opened:
    found = [_match(row.get(key)) for row in find_objects(rows, "*") for key in keys]
    highest = max([int(clock[4]) for clock in found if clock])
    rate = stated or find_frame_rate(highest)
    if not rate:
        return Opened(rows)
    opened = change_objects(rows, partial(_read_clocks, keys=keys, rate=rate))
    if stated:
        return Opened(opened)
    message = f"its times end in frames; {rate:g} frames a second were assumed"
    return Opened(opened, (("frame-times", message),))


def _read_clocks(row: Row, keys: list[str], rate: float) -> Row:
    read = dict(row)
    for key in keys:
        clock = _match(row.get(key))
        if clock:
            hours, minutes, seconds, frames = map(int, clock.groups())
            read[key] = hours * 3600 + minutes * 60 + seconds + frames / rate
    return read
