"""YouTube's captions as lists: `text`, `start` and `duration` of youtube-transcript-api (seconds),
`text`, `offset` and `duration` of youtube-transcript and other packages of npm (ms).

An automatic caption stays on the screen while the next one comes, so most overlap the next. Nobody
speaks that long: each ends where the next begins.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from ..json_text import are_numbers, as_object
from .layout import Layout

_MIN_ENTRIES = 3
_MIN_SHARE = 0.6
"""Of the entries that the next one overlaps. People who speak at once do that less."""


def end_at_next(rows: list[Any], layout: Layout) -> list[Any]:
    """The segments with ends where the next ones begin, if these are automatic captions."""
    has_more = any((layout.end, layout.speaker, layout.words))
    if has_more or not layout.duration or len(rows) < _MIN_ENTRIES:
        return rows
    overlaps = [_overlaps(earlier, later) for earlier, later in pairwise(rows)]
    if sum(overlaps) < _MIN_SHARE * len(overlaps):
        return rows
    ended = []
    for row, later, overlaps_it in zip(rows, rows[1:], overlaps, strict=False):
        ended.append({**row, "end": later["start"]} if overlaps_it else row)
    return [*ended, rows[-1]]


def _overlaps(earlier: Any, later: Any) -> bool:
    """Whether one entry goes on after the next has begun."""
    start: Any = as_object(earlier).get("start")
    end: Any = as_object(earlier).get("end")
    following: Any = as_object(later).get("start")
    if not are_numbers(start, end, following):
        return False
    return bool(start < following < end)
