"""Adds words and speakers to segments from separate lists of the document.

    {words: [{text, start, end}], paragraphs: [{start, end, speaker}]}      Digital Paper Edit
    {segments: [{text, start, end}], diarization: [{start, end, speaker}]}  own scripts
    {retval: {words}, segments: {segmentation: {segments: [{start, duration, speaker}]}}}  Kaldi

A word or segment gets the speaker of the turn that it overlaps most, or of the nearest turn. All
times are ms.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from operator import attrgetter

from ...models import Word
from .entry import Entry

_REACH = 1000
"""ms from a word to the nearest turn."""
_SPEAKER = attrgetter("speaker")
_MIN_SHARE = 0.5
"""Of the words or segments must be in turns; else the turns are those of something else."""


# ---- words


def attach_words(segments: list[Entry], words: Sequence[Word]) -> list[Entry]:
    """Add words from a separate list to the segments, by speaker and time.

    OpenAI's verbose_json and pyannoteAI have two lists. WhisperX repeats the words of its segments
    in `word_segments`. A word belongs to the first segment of its speaker that ends after the word
    begins. If the words do not have the speakers of the segments, only the time counts.
    """
    labels = set(map(_SPEAKER, words))
    have_speakers = labels.issuperset(map(_SPEAKER, segments))

    def queue_of(speaker: str | None) -> str:
        return str(speaker) if have_speakers else ""

    queues: defaultdict[str, deque[Word]] = defaultdict(deque)
    for word in words:
        if word.start is None:
            return segments
        queues[queue_of(word.speaker)].append(word)
    entries = []
    for segment in segments:
        taken = _take_words(queues[queue_of(segment.speaker)], segment.end)
        entries.append(segment._replace(words=taken or segment.words))
    return entries


def _take_words(queue: deque[Word], end: float) -> tuple[Word, ...]:
    taken = []
    while queue and (queue[0].start or 0) < end:
        taken.append(queue.popleft())
    return tuple(taken)


# ---- turns


def list_speakers(entries: Iterable[Entry]) -> list[str | None]:
    """The speakers of entries and of their words."""
    speakers: list[str | None] = []
    for entry in entries:
        speakers += [entry.speaker, *map(_SPEAKER, entry.words)]
    return speakers


def name_by_turns(entries: list[Entry], turns: Iterable[Entry]) -> list[Entry]:
    """Set the speakers of entries and their words from turns; no change if the turns do not fit."""
    listed = _Turns(turns)
    named = [
        entry._replace(
            speaker=listed.find_speaker(entry.start, entry.end),
            words=tuple(map(listed.name_word, entry.words)),
        )
        for entry in entries
    ]
    speakers = list_speakers(named)
    if sum(map(bool, speakers)) < _MIN_SHARE * len(speakers):
        return entries
    return named


class _Turns:
    """Turns with times and speakers, sorted by their starts."""

    def __init__(self, turns: Iterable[Entry]) -> None:
        timed = [turn for turn in turns if math.isfinite(turn.start + turn.end)]
        known = filter(_SPEAKER, timed)
        self.turns = sorted(known, key=attrgetter("start", "end"))
        self._starts = [turn.start for turn in self.turns]
        self._longest = max([turn.end - turn.start for turn in self.turns], default=0.0)

    def name_word(self, word: Word) -> Word:
        """Return a word with the speaker at its time."""
        if word.start is None or word.end is None:
            return word
        return word._replace(speaker=self.find_speaker(word.start, word.end))

    def find_speaker(self, start: float, end: float) -> str | None:
        """Find the speaker of the turn with the largest overlap, or of the nearest turn."""
        first = bisect_left(self._starts, start - self._longest - _REACH)
        last = bisect_right(self._starts, end + _REACH)
        speaker = None
        best: float = -_REACH
        for turn in self.turns[first:last]:
            common = min(end, turn.end) - max(start, turn.start)  # below 0: how far away it is
            if common > best:
                best = common
                speaker = turn.speaker
        return speaker
