"""Entries of any layout as WhisperX's: `{start, end, text, speaker, words}`, times in seconds.

A value that is not what its key promises is passed on as it is, so that the careful reader reports
it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from ...timecode import guess_length
from ..json_text import (
    are_numbers,
    as_number,
    as_object,
    as_text,
    change_objects,
    find_objects,
    first_of,
    is_number,
    text_length,
)
from ..time_units import SECONDS, Scale, describe_scale
from .entries import EntryReader, Row, find_scale_of, list_words
from .layout import Layout, find_word_layout, first_value
from .moments import Moment, epoch_unit

OWNER_KEYS = frozenset(("is_user", "isUser"))
"""Omi's key of what the owner says, which others copy."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NO_WORDS = frozenset(("spacing", "space", "silence"))
_PUNCTUATION = frozenset(("punctuation", "punct"))
"""Types of words: those that are left out, those that belong to the word before."""
_PLACED_SAMPLE = 50
"""Entries that show whether times of words count from the beginning of their entry."""
_MIN_PLACED = 0.5
"""Of them: the first one begins so early that its words may be within it in either case."""


def is_owners(row: Row) -> bool:
    """Whether an entry says that the owner speaks."""
    return any(row.get(key) is True for key in OWNER_KEYS)


class Converted(NamedTuple):
    """Rows in WhisperX's keys, and what was found out about their times."""

    rows: list[Any]
    started_at: datetime | None = None
    """When time 0 was; None if the times are no dates, or have no time zone."""
    problems: tuple[tuple[str, str], ...] = ()
    """(code, message)."""
    has_dates: bool = False
    """Whether the times are dates."""


def convert_rows(
    rows: list[Any], layout: Layout, names: Mapping[str, str], *, are_words: bool
) -> Converted:
    """The entries of a list.

    names: of speakers, by the identifiers that entries have. are_words: each entry is one word.
    Raises MalformedError if no unit fits the times.
    """
    word_layout = find_word_layout(rows, layout.words)
    scale = find_scale_of(rows, layout)
    if layout.words:
        is_whisper = layout.is_whisper and word_layout.is_whisper and bool(layout.start)
    else:
        is_whisper = layout.is_whisper
    if is_whisper and scale.unit == SECONDS and not names and not _have_dates(rows):
        return Converted(rows)
    entries = EntryReader(layout, scale, names)
    words = EntryReader(word_layout, _find_word_scale(rows, entries, word_layout), names)
    return _Converter(rows, entries, words, are_words=are_words).convert()


def _have_dates(rows: list[Any]) -> bool:
    """Whether the first time counts from 1970."""
    starts = (row["start"] for row in rows if is_number(as_object(row).get("start")))
    return epoch_unit(next(starts, 0.0)) > 0


def _find_word_scale(rows: list[Any], entries: EntryReader, word_layout: Layout) -> Scale:
    """Words have the unit of their entries, where that was found by the rate of speech."""
    if entries.scale.rate is not None:
        return entries.scale
    words: list[Any] = []
    for row in rows:
        words += list_words(row, entries.layout)
    return find_scale_of(words, word_layout)


class _Converter:
    """Converts the entries of one list."""

    def __init__(
        self, rows: list[Any], entries: EntryReader, words: EntryReader, *, are_words: bool
    ) -> None:
        self._rows = rows
        self._entries = entries
        self._words = words
        self._are_words = are_words
        layout = entries.layout
        self._lack_starts = not layout.start
        self._lack_ends = bool(layout.start) and not (layout.end or layout.duration)
        self._zero = 0
        """ms: the date of time 0, if the times are dates."""

    def convert(self) -> Converted:
        """All entries, and what was found out about their times."""
        problems = []
        started_at = None
        # The earliest date of the entries, if their times are dates.
        zero = min([moment for moment in self._starts() if moment.is_date], default=Moment(0))
        if zero.is_date and zero.has_zone:
            started_at = _EPOCH + timedelta(milliseconds=zero.ms)
        elif zero.is_date:
            message = "its times are dates without a time zone; they do not say when it began"
            problems.append(("zone-missing", message))
        self._zero = zero.ms
        for scale in dict.fromkeys((self._entries.scale, self._words.scale)):
            if scale.rate is not None:
                problems.append(("unit-guessed", describe_scale(scale)))
        converted = change_objects(self._rows, self._convert)
        _place_words(find_objects(converted, "*"))
        if self._are_words:
            converted = _join_punctuation(converted)
        elif self._lack_ends and _end_by_length(find_objects(converted, "*")):
            message = "its entries have no ends; each ends after its text, or at the next one"
            problems.append(("time-guessed", message))
        return Converted(converted, started_at, tuple(problems), zero.is_date)

    def _starts(self) -> Iterator[Moment]:
        """When entries begin, or else their words."""
        for row in map(as_object, self._rows):
            start = self._entries.read_start(row)
            if start is not None:
                yield start
                continue
            words = map(as_object, list_words(row, self._entries.layout))
            yield from filter(None, map(self._words.read_start, words))

    def _convert(self, row: Row) -> Row:
        converted = self._convert_entry(row, self._entries)
        words = change_objects(list_words(row, self._entries.layout), self._convert_word)
        if words:
            converted["words"] = _join_punctuation(words)
            if self._lack_starts or self._lack_ends:
                _take_times_of_words(converted, words, with_start=self._lack_starts)
        return converted

    def _convert_word(self, row: Row) -> Row:
        return self._convert_entry(row, self._words)

    def _convert_entry(self, row: Row, reader: EntryReader) -> Row:
        start = reader.read_start(row)
        end = reader.read_end(row, start)
        converted = {
            "start": self._to_seconds(start, row, reader.layout.start),
            "end": self._to_seconds(end, row, reader.layout.end),
            "text": first_value(row, reader.layout.text),
        }
        speaker = reader.read_speaker(row)
        if speaker is not None:
            converted["speaker"] = speaker
        if not OWNER_KEYS.isdisjoint(row):
            converted["is_user"] = is_owners(row)
        if reader.layout.kind:
            converted["type"] = first_value(row, reader.layout.kind)
        return converted

    def _to_seconds(self, moment: Moment | None, row: Row, keys: tuple[str, ...]) -> Any:
        if moment is None:
            return first_value(row, keys)
        if moment.is_date:
            return (moment.ms - self._zero) / 1000
        return moment.ms / 1000


def _take_times_of_words(row: Row, words: Iterable[Any], *, with_start: bool) -> None:
    """An entry without times of its own lasts as long as its words."""
    listed = list(map(as_object, words))
    timed = [word for word in listed if is_number(word.get("start"))]
    ends = [word["end"] for word in listed if is_number(word.get("end"))]
    if timed and with_start:
        row["start"] = min([word["start"] for word in timed])
    says_last = not timed or is_number(timed[-1].get("end"))
    if ends and says_last:
        row["end"] = max(ends)


def _join_punctuation(words: Iterable[Any]) -> list[Any]:
    """Words with their punctuation; those that are only space are left out."""
    joined: list[Any] = []
    for word in words:
        fields = as_object(word)
        kind = str(fields.get("type")).lower()  # or anything, in a broken file
        mark = as_text(fields.get("text")).strip()
        before = as_object(first_of(joined[-1:]))
        if kind not in _PUNCTUATION:
            if kind not in _NO_WORDS:
                joined.append(word)
        elif isinstance(before.get("text"), str):
            before["text"] += mark
        elif mark:
            joined.append(word)
    return joined


def _end_by_length(rows: Sequence[Row]) -> bool:
    """Entries without ends: after their text, or where the next begins, if that is earlier.

    Returns whether there were any: those with words end with the last one.
    """
    following = math.inf
    has_guessed = False
    for row in reversed(rows):
        start = row["start"]
        if not is_number(start):
            continue
        if not is_number(row["end"]):
            has_guessed = True
            row["end"] = start + guess_length(text_length(row["text"])) / 1000
            if start < following < row["end"]:
                row["end"] = following
        following = start
    return has_guessed


def _place_words(rows: Sequence[Row]) -> None:
    """Move the words of entries to where these are, if half of them end before their entry begins,
    as Attendee's do. rows: their words are changed in place."""
    with_words = [row for row in rows if "words" in row]
    sample = with_words[:_PLACED_SAMPLE]
    early = list(filter(_ends_before_it_begins, sample))
    if len(early) < _MIN_PLACED * len(sample):
        return
    for row in with_words:
        for word in _list_timed(row):
            word["start"] += row["start"]
            word["end"] += row["start"]


def _list_timed(row: Row) -> list[Row]:
    """The words with times, of an entry with a time."""
    words = find_objects(row["words"], "*")
    return [word for word in words if are_numbers(row["start"], word["start"], word["end"])]


def _ends_before_it_begins(row: Row) -> bool:
    ends = [word["end"] for word in _list_timed(row)]
    return max(ends, default=math.inf) < as_number(row["start"])
