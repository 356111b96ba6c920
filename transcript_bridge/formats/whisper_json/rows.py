"""The entries of a list as typed ones: dates, words and missing times are settled here."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from ..json_text import as_number, first_object
from ..json_values import to_moment
from ..time_units import SECONDS, Scale, describe_scale
from .documents import Around
from .entries import OWNER_KEYS, EntryReader, WhisperReader, find_scale_of, list_words, read_words
from .entry import Entry, collect_words
from .layout import WHISPER_LAYOUT, Layout, find_word_layout
from .moments import epoch_unit

_PLACED_SAMPLE = 50
"""Entries that show whether times of words count from the beginning of their entry."""
_MIN_PLACED = 0.5
"""Of them: the first one begins so early that its words may be within it in either case."""


class ListReader:
    """Reads the entries of one list.

    around: what is known of them. Raises MalformedError if no unit fits the times.
    """

    def __init__(self, rows: Sequence[Any], layout: Layout, around: Around) -> None:
        self.problems: list[tuple[str, str]] = []
        """(code, message), of the times."""
        self.started_at: datetime | None = None
        """When time 0 was; None if the times are no dates, or have no time zone."""
        self.has_dates = False
        self._rows = rows
        word_layout = find_word_layout(rows, layout.words)
        scale = word_scale = find_scale_of(rows, layout)
        kind = EntryReader
        names = around.names
        if not names and _are_plain(rows, layout, word_layout, scale):
            layout = word_layout = WHISPER_LAYOUT
            kind = WhisperReader
        elif scale.rate is None:  # else words have the unit of their entries
            words = [word for row in rows for word in list_words(row, layout)]
            word_scale = find_scale_of(words, word_layout)
        self._layout = layout
        self._lacks_ends = bool(layout.start) and not (layout.end or layout.duration)
        self._entries = kind(layout, scale, names)
        self._words = EntryReader(word_layout, word_scale, names)
        for guessed in dict.fromkeys((scale, word_scale)):
            if guessed.rate is not None and not around.is_in_ms:
                self.problems.append(("unit-guessed", describe_scale(guessed)))

    def read_words(self) -> list[Entry]:
        """The entries of a list whose entries are words, each with its punctuation."""
        entries = read_words(self._rows, self._entries)
        if self._find_zero():
            entries = read_words(self._rows, self._entries)
        return entries

    def read_segments(self) -> list[Entry]:
        """The entries with their words; those without ends end after their text, at the latest
        where the next one begins."""
        entries = list(map(self._read, self._rows))
        if self._find_zero():
            entries = list(map(self._read, self._rows))
        _place_words(entries)
        if not self._lacks_ends:
            return entries
        ended = _end_by_length(entries)
        if ended != entries:
            message = "its entries have no ends; each ends after its text, or at the next one"
            self.problems.append(("time-guessed", message))
        return ended

    def _find_zero(self) -> bool:
        """Whether times are dates. Then time 0 is the earliest of them."""
        dates = self._entries.dates + self._words.dates
        if not dates:
            return False
        zero = min(dates)
        if zero.has_zone:
            self.started_at = to_moment(zero.ms)
        else:
            message = "its times are dates without a time zone; they do not say when it began"
            self.problems.insert(0, ("zone-missing", message))
        self.has_dates = True
        self._entries.zero = self._words.zero = zero.ms
        return True

    def _read(self, row: Any) -> Entry:
        entry = self._entries.read(row)
        if entry.words:
            return entry
        items = list_words(row, self._layout)
        if not items:
            return entry
        words = read_words(items, self._words)
        found = collect_words(words)
        entry = entry._replace(
            words=found.words, odd_words=found.odd_words, guessed_words=found.guessed_words
        )
        lacks_starts = not self._layout.start
        if lacks_starts or self._lacks_ends:
            return _take_times(entry, words, with_start=lacks_starts)
        return entry


def _are_plain(rows: Sequence[Any], layout: Layout, words: Layout, scale: Scale) -> bool:
    """Whether entries and their words are WhisperX's, in seconds, without dates and owners."""
    first = first_object(rows)
    has_dates = epoch_unit(as_number(first.get("start"))) > 0
    is_whisper = layout.is_whisper and words.is_whisper and layout.has_start
    return is_whisper and scale.unit == SECONDS and not has_dates and OWNER_KEYS.isdisjoint(first)


def _take_times(entry: Entry, words: Sequence[Entry], *, with_start: bool) -> Entry:
    """An entry without times of its own lasts as long as its words."""
    timed = [word for word in words if math.isfinite(word.start)]
    if timed and with_start:
        entry = entry._replace(start=min(map(attrgetter("start"), timed)))
    if timed and math.isfinite(timed[-1].end):
        entry = entry._replace(end=max(filter(math.isfinite, map(attrgetter("end"), timed))))
    return entry


def _end_by_length(entries: Sequence[Entry]) -> list[Entry]:
    """Entries without ends: after their text, or where the next begins, if that is earlier."""
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
    """Move the words of entries to where these are, if half of them end before their entry begins,
    as Attendee's do. entries: changed in place."""
    sample = [entry for entry in entries if entry.words][:_PLACED_SAMPLE]
    early = list(filter(_ends_before_it_begins, sample))
    if not sample or len(early) < _MIN_PLACED * len(sample):
        return
    for place, entry in enumerate(entries):
        if math.isfinite(entry.start):
            moved = tuple([word.move(round(entry.start)) for word in entry.words])
            entries[place] = entry._replace(words=moved)


def _ends_before_it_begins(entry: Entry) -> bool:
    ends = [word.end for word in entry.words if word.end is not None]
    return max(ends, default=math.inf) < entry.start
