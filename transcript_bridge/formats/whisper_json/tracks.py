"""Reads an object with one transcript for each speaker, by name.

    {Ann: {segments: [{start: 0, end: 2.5, text}, …]}, Ben: {segments: [{start: 2.7, …}]}}
    {microphone: [{start: 0, end: 2.5, text}, …], system: [{start: 2.7, …}]}

Programs that record each speaker in a file of its own write these. Several recordings look the
same, but all of them have speech in the same seconds, and those who talk to each other take turns.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

from ..json_text import as_list, as_object
from .layout import find_layout, first_value
from .moments import read_moment
from .nesting import find_nested, list_children

Row = dict[str, Any]
_FEWEST = 2
_MOST_SHARED = 0.5
"""Of a speaker's time, in which others speak, too. People who talk to each other share less."""
_UNIT = 1000
"""Any that keeps fractions of seconds, as only shares of the times count."""


class _Span(NamedTuple):
    """The start and the end of an entry, in any unit, and the track that it is in."""

    start: int
    end: int
    track: str


def read_tracks(value: Row) -> list[Row]:
    """Return one entry for each track, which holds its entries; empty for any other object."""
    if len(value) < _FEWEST or find_nested(value):
        return []
    tracks: list[Row] = []
    spans: list[_Span] = []
    for name, track in value.items():
        rows = list_children(as_object(track)) or as_list(track)
        tracks.append({"speaker": name, "entries": rows})
        spans += _list_spans(name, rows)
        if not spans:  # as nearly always
            return []
    return tracks if _take_turns(sorted(spans), len(tracks)) else []


def _list_spans(name: str, rows: list[Any]) -> list[_Span]:
    layout = find_layout(rows)
    spans = []
    for row in map(as_object, rows):
        start = read_moment(first_value(row, layout.start), _UNIT)
        end = read_moment(first_value(row, layout.end), _UNIT)
        if start and end and layout.text:
            spans.append(_Span(start.ms, end.ms, name))
    return spans


def _take_turns(spans: list[_Span], count: int) -> bool:
    """Whether the tracks are of one conversation. spans: sorted. count: of tracks."""
    lengths: Counter[str] = Counter()
    shared: Counter[str] = Counter()
    ends: dict[str, int] = {}
    changes = 0
    latest = ""
    for start, end, track in spans:
        lengths[track] += end - start
        changes += track != latest
        latest = track
        for other in ends.keys() - {track}:
            common = max(0, min(ends[other], end) - start)
            shared.update({track: common, other: common})
        ends[track] = max(end, ends.get(track, end))
    speak_again = changes > count
    are_mostly_alone = all(shared[track] < _MOST_SHARED * lengths[track] for track in lengths)
    return len(lengths) == count and speak_again and are_mostly_alone
