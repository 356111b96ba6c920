"""Entries with typed values, independent of the keys of the product.

All differences between products are handled before an Entry is made. Later code does not look at
keys or at types of values.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from ...models import Utterances, Word, pack
from ...timecode import SHORTEST_SPEECH, guess_length

NOTHING: Mapping[str, Any] = {}
"""The values of an entry that can be read."""


class Entry(NamedTuple):
    """A segment, or a list of words. Times are ms; a time that is not known is NaN."""

    start: float = math.nan
    end: float = math.nan
    text: str = ""
    speaker: str | None = None
    words: tuple[Word, ...] = ()
    is_owners: bool = False
    """Whether the file says that the owner speaks."""
    odd: Mapping[str, Any] = NOTHING
    """Values under `start`, `end`, `text` or `speaker` that cannot be read, or a
    time that is written as text among numbers; under `entry`, if the entry is no object."""
    odd_words: int = 0
    """How many words have no usable text, time or speaker."""
    guessed_words: int = 0
    """How many words have an end that was guessed from their length."""

    def has_time(self) -> bool:
        """Whether the entry or one of its words has a time."""
        if math.isfinite(self.start) or math.isfinite(self.end):
            return True
        return any(word.start is not None for word in self.words)

    def end_after_text(self, following: float, shortest: int = SHORTEST_SPEECH) -> float:
        """Guess the end (ms) from the length of the text; at the latest, where the next begins."""
        end = self.start + guess_length(len(self.text), shortest)
        if self.start < following < end:
            return following
        return end

    def lasts(self, longer_than: float) -> bool:
        """Whether it lasts longer than some ms."""
        return self.end - self.start > longer_than


class Found(NamedTuple):
    """The contents of a document."""

    segments: list[Entry]
    words: Entry = Entry()
    """All words, if they are in no segments; else those that were put into them."""
    language: str | None = None
    started_at: datetime | None = None
    """When time 0 was, if the times of the file are dates."""
    problems: tuple[tuple[str, str], ...] = ()
    """(code, message)."""

    def with_problem(self, code: str, message: str) -> Found:
        """Return a copy with one more problem."""
        return self._replace(problems=(*self.problems, (code, message)))


def to_whole_utterances(entries: Sequence[Entry]) -> Utterances | None:
    """Make utterances if all entries have a text and both times, and no odd values; else None."""
    # One check for each column, in C: a loop takes half as long as reading the entries.
    columns = list(zip(*entries, strict=True))
    starts, ends, texts, _, _, _, *odd = columns
    times = sum(starts) + sum(ends)
    if math.isfinite(times) and all(texts) and not any(map(any, odd)):
        return _make_utterances(columns)
    return None


def to_utterances(entries: Sequence[Entry]) -> Utterances:
    """Make utterances from entries with both times."""
    if not entries:
        return Utterances()
    return _make_utterances(list(zip(*entries, strict=True)))


def _make_utterances(columns: Sequence[Sequence[Any]]) -> Utterances:
    """Make utterances from the columns of entries."""
    starts, ends, texts, speakers, words, *_ = columns
    nothing = (None,) * len(starts)
    return Utterances(pack(starts), pack(ends), texts, speakers, words, nothing, nothing)


def collect_words(entries: Sequence[Entry]) -> Entry:
    """Join entries of one word each into one entry.

    A word without an end, such as the last one of transformers, gets one from its length; at the
    latest, it ends where the next begins. A word without a start gets no times.
    """
    words: list[Word] = []
    odd = guessed = 0
    for entry, following in zip(entries, [*entries[1:], Entry()], strict=False):
        start, end, text, speaker, *_ = entry
        if math.isnan(end) and start == start and "end" not in entry.odd:
            guessed += 1
            end = entry.end_after_text(following.start, shortest=0)
        if math.isnan(start + end):
            word = Word(text, None, None, speaker)
        else:
            word = Word(text, round(start), round(end), speaker)
        odd += bool(entry.odd) or not text or math.isnan(start) != math.isnan(end)
        if text:
            words.append(word)
    return Entry(words=tuple(words), odd_words=odd, guessed_words=guessed)


def sort_entries(entries: Iterable[Entry]) -> list[Entry]:
    """Sort entries by their starts; an entry without one stays after the entry before it."""
    latest = 0.0
    placed = []
    for entry in entries:
        latest = entry.start if math.isfinite(entry.start) else latest
        placed.append((latest, entry))
    return [entry for _, entry in sorted(placed, key=_place_of)]


def _place_of(placed: tuple[float, Entry]) -> float:
    return placed[0]
