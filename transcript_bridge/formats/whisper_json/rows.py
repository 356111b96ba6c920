"""Reads the entries of a list, and completes their dates, words and times."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import islice
from operator import attrgetter
from typing import Any

from ..json_text import as_number, first_object
from ..json_values import to_moment
from ..time_units import SECONDS, Scale, describe_scale
from .documents import Around
from .entries import OWNER_KEYS, EntryReader, TimeOrigin, WhisperReader, find_scale_of, list_words
from .entry import Entry
from .layout import Layout, find_word_layout
from .moments import epoch_unit

_WORDS = attrgetter("words")
_PLACED_SAMPLE = 50
"""Entries that show whether times of words count from the beginning of their entry."""
_MIN_PLACED = 0.5
"""Of them: the first one begins so early that its words may be within it in either case."""


class ListReader:
    """Reads the entries of one list.

    around: facts from the objects around the list. beside: the unit of the list that these entries
    belong to, for whole numbers without texts. Raises MalformedError if no unit fits the times.
    """

    def __init__(
        self, rows: Sequence[Any], layout: Layout, around: Around, beside: float = SECONDS
    ) -> None:
        self.problems: list[tuple[str, str]] = []
        """(code, message), of the times."""
        self.started_at: datetime | None = None
        """The moment of time 0; None if the times are not dates, or have no time zone."""
        self.has_dates = False
        self._rows = rows
        self._clock = TimeOrigin()
        word_layout = find_word_layout(rows, layout.words)
        scale = find_scale_of(rows, layout, beside)
        if not around.names and _are_plain(rows, layout, word_layout, scale):
            self._reader: EntryReader = WhisperReader(self._clock)
            return
        word_scale = scale
        if scale.rate is None:  # else words have the unit of their entries
            words = [word for row in rows for word in list_words(row, layout)]
            word_scale = find_scale_of(words, word_layout)
        inner = EntryReader(word_layout, word_scale, around.names, self._clock)
        self._reader = EntryReader(layout, scale, around.names, self._clock, inner)
        for guessed in dict.fromkeys((scale, word_scale)):
            if guessed.rate is not None and not around.is_in_ms:
                self.problems.append(("unit-guessed", describe_scale(guessed)))

    @property
    def unit(self) -> float:
        """The unit of times whose keys name none (ms)."""
        return self._reader.scale.unit

    def read_words(self) -> list[Entry]:
        """Read a list whose entries are words, each with its punctuation."""
        return self._read(self._reader.read_words)

    def read_segments(self) -> list[Entry]:
        """Read the entries with their words. Missing ends are guessed from the length of the text;
        at the latest, an entry ends where the next one begins."""
        entries = self._read(self._reader.read_all)
        _place_words(entries)
        if not self._reader.layout.lacks_ends:
            return entries
        ended = _end_by_length(entries)
        if ended != entries:
            message = "its entries have no ends; each ends after its text, or at the next one"
            self.problems.append(("time-guessed", message))
        return ended

    def _read(self, read: Callable[[Sequence[Any]], list[Entry]]) -> list[Entry]:
        """Read the entries. If their times are dates, they count from the earliest one."""
        entries = read(self._rows)
        if not self._clock.dates:
            return entries
        zero = min(self._clock.dates)
        if zero.has_zone:
            self.started_at = to_moment(zero.ms)
        else:
            message = "its times are dates without a time zone; they do not say when it began"
            self.problems.insert(0, ("zone-missing", message))
        self.has_dates = True
        self._clock.zero = zero.ms
        return read(self._rows)


def _are_plain(rows: Sequence[Any], layout: Layout, words: Layout, scale: Scale) -> bool:
    """Whether entries and words have WhisperX's form, in seconds, without dates and owners."""
    first = first_object(rows)
    has_dates = epoch_unit(as_number(first.get("start"))) > 0
    is_whisper = layout.is_whisper and words.is_whisper and layout.has_start
    return is_whisper and scale.unit == SECONDS and not has_dates and OWNER_KEYS.isdisjoint(first)


def _end_by_length(entries: Sequence[Entry]) -> list[Entry]:
    """Guess missing ends from the length of the text, at the latest where the next begins."""
    following = math.inf
    ended = []
    for entry in reversed(entries):
        if math.isfinite(entry.start):
            if math.isnan(entry.end):
                entry = entry._replace(end=entry.end_after_text(following))
            following = entry.start
        ended.append(entry)
    return ended[::-1]


def _place_words(entries: list[Entry]) -> None:
    """Move words to the times of their entries, if half of them end before their entry begins, as
    those of Attendee do. entries: changed in place."""
    sample = list(islice(filter(_WORDS, entries), _PLACED_SAMPLE))
    early = list(filter(_ends_before_it_begins, sample))
    if len(early) < max(1, _MIN_PLACED * len(sample)):
        return
    for place, entry in enumerate(entries):
        if math.isfinite(entry.start):
            moved = tuple([word.move(round(entry.start)) for word in entry.words])
            entries[place] = entry._replace(words=moved)


def _ends_before_it_begins(entry: Entry) -> bool:
    ends = [word.end for word in entry.words if word.end is not None]
    return max(ends, default=math.inf) < entry.start
