"""YouTube's captions as lists: `text`, `start` and `duration` of youtube-transcript-api (seconds),
`text`, `offset` and `duration` of youtube-transcript and other packages of npm (ms).

An automatic caption stays on the screen while the next one appears, so most overlap the next. The
speech is shorter: each is cut where the next begins.
"""

from __future__ import annotations

from itertools import pairwise, starmap

from .entry import Entry
from .layout import Layout

_MIN_ENTRIES = 3
_MIN_SHARE = 0.6
"""Of the entries that the next one overlaps. People who speak at once do that less."""


def end_at_next(entries: list[Entry], layout: Layout) -> list[Entry]:
    """End each segment where the next one begins, if they are automatic captions."""
    has_more = layout.end + layout.speaker + layout.words
    if has_more or not layout.duration or len(entries) < _MIN_ENTRIES:
        return entries
    neighbors = list(pairwise(entries))
    overlaps = list(starmap(_overlaps, neighbors))
    if sum(overlaps) < _MIN_SHARE * len(neighbors):
        return entries
    ended = list(starmap(_cut, neighbors))
    return [*ended, entries[-1]]


def _overlaps(earlier: Entry, later: Entry) -> bool:
    """Whether an entry ends after the next one has begun."""
    return earlier.start < later.start < earlier.end


def _cut(earlier: Entry, later: Entry) -> Entry:
    if _overlaps(earlier, later):
        return earlier._replace(end=later.start)
    return earlier
