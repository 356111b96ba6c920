"""What is beside the segments or words of a document: their words, and turns that say who speaks.

    {words: [{text, start, end}], paragraphs: [{start, end, speaker}]}      Digital Paper Edit
    {segments: [{text, start, end}], diarization: [{start, end, speaker}]}  own scripts
    {retval: {words}, segments: {segmentation: {segments: [{start, duration, speaker}]}}}  Kaldi

Each word or segment is given to the turn that it has most of its time in common with, or to the
nearest one. All times are seconds.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from functools import partial
from operator import attrgetter
from typing import Any, NamedTuple

from ..json_text import as_object, change_objects, find_all, find_objects
from .timed import end_of, start_of, words_of

Row = dict[str, Any]
_REACH = 1.0
"""Seconds from a word to the nearest turn."""
_MIN_SHARE = 0.5
"""Of the words or segments must be in turns; else the turns are those of something else."""


# ---- words


def attach_words(segments: list[Any], words: list[Any]) -> list[Any]:
    """Put words that are beside the segments into them, by speaker and time.

    OpenAI's verbose_json and pyannoteAI keep the two apart; WhisperX repeats in `word_segments`
    what its segments have. A word belongs to the first segment of its speaker that ends after the
    word begins; where words lack the speakers of segments, time alone decides.
    """
    if not all(map(math.isfinite, map(start_of, words))):
        return segments
    have_speakers = set(map(_label_of, segments)) <= set(map(_label_of, words))
    queues: defaultdict[str, deque[Any]] = defaultdict(deque)
    for word in words:
        queues[_label_of(word) * have_speakers].append(word)
    rows = []
    for segment in segments:
        taken = _take_words(queues[_label_of(segment) * have_speakers], end_of(segment))
        if taken:
            segment = {**segment, "words": taken}
        rows.append(segment)
    return rows


def _label_of(row: Any) -> str:
    return str(as_object(row).get("speaker"))


def _take_words(queue: deque[Any], end: float) -> list[Any]:
    taken: list[Any] = []
    while queue and queue[0]["start"] < end:
        taken.append(queue.popleft())
    return taken


# ---- turns


class _Turn(NamedTuple):
    start: float
    end: float
    speaker: Any


def have_speakers(rows: Sequence[Any]) -> bool:
    """Whether any row or any of its words has a speaker."""
    speakers = find_all(rows, "*.speaker") + find_all(rows, "*.words.*.speaker")
    return any(speaker is not None for speaker in speakers)


def name_by_turns(rows: list[Any], turns: Sequence[Any]) -> list[Any]:
    """The rows and their words with the speakers of turns; as they are if these do not fit."""
    listed = _Turns(_read_turns(turns))
    named = change_objects(rows, partial(_name, turns=listed))
    fitting = [row for row in named if as_object(row).get("speaker") is not None]
    if len(fitting) < _MIN_SHARE * len(rows):
        return rows
    return named


def _read_turns(rows: Sequence[Any]) -> list[_Turn]:
    spoken = [row for row in find_objects(rows, "*") if isinstance(row.get("speaker"), str | int)]
    turns = [_Turn(start_of(row), end_of(row), row["speaker"]) for row in spoken]
    return [turn for turn in turns if math.isfinite(turn.start + turn.end)]


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


def _name(row: Row, turns: _Turns) -> Row:
    start = start_of(row)
    end = end_of(row)
    if not math.isfinite(start + end):
        return row
    named = {**row, "speaker": turns.find_speaker(start, end)}
    words = words_of(row)
    if words:
        named["words"] = change_objects(words, partial(_name, turns=turns))
    return named
