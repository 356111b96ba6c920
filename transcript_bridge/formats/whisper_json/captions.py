"""YouTube's captions as lists: `text`, `start` and `duration` of youtube-transcript-api (seconds),
`text`, `offset` and `duration` of youtube-transcript and other packages of npm (ms).

An automatic caption stays on the screen while the next one comes, so most overlap the next. Nobody
speaks that long: each ends where the next begins.
"""

from __future__ import annotations

from itertools import pairwise, starmap
from typing import Any

from .layout import Layout
from .timed import end_of, start_of

_MIN_ENTRIES = 3
_MIN_SHARE = 0.6
"""Of the entries that the next one overlaps. People who speak at once do that less."""


def end_at_next(rows: list[Any], layout: Layout) -> list[Any]:
    """The segments with ends where the next ones begin, if these are automatic captions."""
    has_more = layout.end + layout.speaker + layout.words
    if has_more or not layout.duration or len(rows) < _MIN_ENTRIES:
        return rows
    overlaps = list(starmap(_overlaps, pairwise(rows)))
    if sum(overlaps) < _MIN_SHARE * len(overlaps):
        return rows
    ended = []
    for row, later, overlaps_it in zip(rows, rows[1:], overlaps, strict=False):
        ended.append({**row, "end": later["start"]} if overlaps_it else row)
    return [*ended, rows[-1]]


def _overlaps(earlier: Any, later: Any) -> bool:
    """Whether one entry goes on after the next has begun."""
    return start_of(earlier) < start_of(later) < end_of(earlier)
