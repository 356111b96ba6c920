"""Who speaks, from a list of turns beside the words or segments of a document.

    {words: [{text, start, end}], paragraphs: [{start, end, speaker}]}      Digital Paper Edit
    {segments: [{text, start, end}], diarization: [{start, end, speaker}]}  own scripts
    {retval: {words}, segments: {segmentation: {segments: [{start, duration, speaker}]}}}  Kaldi

Each word or segment is given to the turn that it has most of its time in common with, or to the
nearest one. All times are seconds.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from ..json_text import are_numbers, as_list, as_object

_REACH = 1.0
"""Seconds from a word to the nearest turn."""
_MIN_SHARE = 0.5
"""Of the words or segments must be in turns; else the turns are those of something else."""


class _Turn(NamedTuple):
    start: float
    end: float
    speaker: Any


def have_speakers(rows: Sequence[Any]) -> bool:
    """Whether any row or any of its words has a speaker."""
    for row in rows:
        fields = as_object(row)
        if fields.get("speaker") is not None:
            return True
        if any(as_object(word).get("speaker") is not None for word in as_list(fields.get("words"))):
            return True
    return False


def name_by_turns(rows: list[Any], turns: Sequence[Any]) -> list[Any]:
    """The rows and their words with the speakers of turns; as they are if these do not fit."""
    listed = _Turns(_read_turns(turns))
    named = [_name(row, listed) for row in rows]
    fitting = [row for row in named if as_object(row).get("speaker") is not None]
    if len(fitting) < _MIN_SHARE * len(rows):
        return rows
    return named


def _read_turns(rows: Sequence[Any]) -> Iterator[_Turn]:
    for row in rows:
        fields = as_object(row)
        start: Any = fields.get("start")
        end: Any = fields.get("end")
        speaker = fields.get("speaker")
        if are_numbers(start, end) and isinstance(speaker, str | int):
            yield _Turn(start, end, speaker)


class _Turns:
    """Turns by their start."""

    def __init__(self, turns: Iterable[_Turn]) -> None:
        self.turns = sorted(turns, key=attrgetter("start", "end"))
        self._starts = [turn.start for turn in self.turns]
        self._longest = max([turn.end - turn.start for turn in self.turns], default=0.0)

    def find_speaker(self, start: float, end: float) -> Any:
        """The speaker of the turn with the most time in common, or of the nearest one."""
        first = bisect_left(self._starts, start - self._longest - _REACH)
        last = bisect_right(self._starts, end + _REACH)
        speaker = None
        best = -_REACH
        for turn in self.turns[first:last]:
            common = min(end, turn.end) - max(start, turn.start)  # below 0: how far away it is
            if common > best:
                best = common
                speaker = turn.speaker
        return speaker


def _name(row: Any, turns: _Turns) -> Any:
    fields = as_object(row)
    start: Any = fields.get("start")
    end: Any = fields.get("end")
    if not are_numbers(start, end):
        return row
    named = {**fields, "speaker": turns.find_speaker(start, end)}
    words = as_list(fields.get("words"))
    if words:
        named["words"] = [_name(word, turns) for word in words]
    return named
