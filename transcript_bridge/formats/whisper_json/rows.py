"""Entries of any layout as WhisperX's: `{start, end, text, speaker, words}`, times in seconds.

A value that is not what its key promises is passed on as it is, so that the careful reader reports
it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple

from ...timecode import guess_length
from ..json_text import as_object, is_number, text_length
from ..time_units import SECONDS, Scale, describe_scale
from .entries import EntryReader, Row, find_scale_of, list_words
from .layout import Layout, find_word_layout, first_value
from .moments import Moment, epoch_unit
from .relative import place_words

OWNER_KEYS = frozenset(("is_user", "isUser"))
"""Omi's key of what the owner says, which others copy."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SAMPLE = 20
"""Entries with WhisperX's keys that are looked at: one time with a fraction shows seconds."""
_NO_WORDS = frozenset(("spacing", "space", "silence"))
_PUNCTUATION = frozenset(("punctuation", "punct"))
"""Types of words: those that are left out, those that belong to the word before."""


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
    has_times = bool(layout.start or not layout.words)
    have_layout = layout.is_whisper and (not layout.words or word_layout.is_whisper)
    if have_layout and has_times and not names and not _have_dates(rows):
        if _have_fractions(rows):
            return Converted(rows)
        scale = find_scale_of(rows, layout)
        if scale.unit == SECONDS:
            return Converted(rows)
    entries = EntryReader(layout, find_scale_of(rows, layout), names)
    words = EntryReader(word_layout, _find_word_scale(rows, entries, word_layout), names)
    return _Converter(rows, entries, words, are_words=are_words).convert()


def _have_dates(rows: list[Any]) -> bool:
    """Whether the first time counts from 1970."""
    for row in rows:
        start: Any = as_object(row).get("start")
        if is_number(start):
            return epoch_unit(start) is not None
    return False


def _have_fractions(rows: list[Any]) -> bool:
    """Whether the first times have fractions, so that they are seconds."""
    for row in islice(rows, _SAMPLE):
        fields = as_object(row)
        for value in (fields.get("start"), fields.get("end")):
            if type(value) is float and not value.is_integer():
                return True
    return False


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
        self._zero = 0
        """ms: the date of time 0, if the times are dates."""

    def convert(self) -> Converted:
        """All entries, and what was found out about their times."""
        problems = []
        zero = self._find_zero()
        started_at = None
        if zero is not None:
            self._zero = zero.ms
            if zero.has_zone:
                started_at = _EPOCH + timedelta(milliseconds=zero.ms)
            else:
                message = "its times are dates without a time zone; they do not say when it began"
                problems.append(("zone-missing", message))
        for scale in dict.fromkeys((self._entries.scale, self._words.scale)):
            if scale.rate is not None:
                problems.append(("unit-guessed", describe_scale(scale)))
        converted: list[Any] = [self._convert(row) for row in self._rows]
        place_words(converted)
        if self._are_words:
            converted = list(_join_punctuation(converted))
        elif self._lack_ends() and _end_by_length(converted):
            message = "its entries have no ends; each ends after its text, or at the next one"
            problems.append(("time-guessed", message))
        return Converted(converted, started_at, tuple(problems), zero is not None)

    def _lack_ends(self) -> bool:
        layout = self._entries.layout
        return bool(layout.start) and not layout.end and not layout.duration

    def _find_zero(self) -> Moment | None:
        """The earliest date of the entries; None if their times are not dates."""
        return min([moment for moment in self._starts() if moment.is_date], default=None)

    def _starts(self) -> Iterator[Moment]:
        for row in self._rows:
            start = self._entries.read_start(as_object(row))
            if start is not None:
                yield start
                continue
            for word in list_words(row, self._entries.layout):
                start = self._words.read_start(as_object(word))
                if start is not None:
                    yield start

    # ---- entries

    def _convert(self, row: Any) -> Any:
        if not isinstance(row, dict):
            return row
        converted = self._convert_entry(row, self._entries)
        words = []
        for word in list_words(row, self._entries.layout):
            if isinstance(word, dict):
                words.append(self._convert_entry(word, self._words))
            else:
                words.append(word)
        if words:
            converted["words"] = list(_join_punctuation(words))
            if not self._entries.layout.start:
                _take_times_of_words(converted, words)
            elif self._lack_ends():
                _take_times_of_words(converted, words, with_start=False)
        return converted

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
        kind = first_value(row, reader.layout.kind)
        if kind is not None:
            converted["type"] = kind
        return converted

    def _to_seconds(self, moment: Moment | None, row: Row, keys: tuple[str, ...]) -> Any:
        if moment is None:
            return first_value(row, keys)
        if moment.is_date:
            return (moment.ms - self._zero) / 1000
        return moment.ms / 1000


def _take_times_of_words(row: Row, words: list[Any], *, with_start: bool = True) -> None:
    """An entry without times of its own lasts as long as its words."""
    timed = [word for word in map(as_object, words) if is_number(word.get("start"))]
    if timed and with_start:
        row["start"] = min([word["start"] for word in timed])
    if timed and not is_number(timed[-1].get("end")):
        return  # nothing says when the last word ends
    ends = [word["end"] for word in map(as_object, words) if is_number(word.get("end"))]
    if ends:
        row["end"] = max(ends)


def _join_punctuation(words: list[Any]) -> Iterator[Any]:
    """Words with their punctuation; those that are only space are left out."""
    held: Any = None
    for word in words:
        kind = str(as_object(word).get("type")).lower()  # or anything, in a broken file
        if kind in _NO_WORDS:
            continue
        text = as_object(word).get("text")
        if kind in _PUNCTUATION:
            if not isinstance(text, str):  # a blank
                continue
            if held is not None and isinstance(held.get("text"), str):
                held["text"] += text.strip()
                continue
        if held is not None:
            yield held
            held = None
        if isinstance(word, dict):
            held = word
        else:
            yield word
    if held is not None:
        yield held


def _end_by_length(rows: list[Any]) -> bool:
    """Entries without ends: after their text, or where the next begins, if that is earlier.

    Returns whether there were any: those with words end with the last one.
    """
    following: float | None = None
    has_guessed = False
    for row in reversed(rows):
        start: Any = as_object(row).get("start")
        if not is_number(start):
            continue
        if is_number(row.get("end")):
            following = start
            continue
        has_guessed = True
        row["end"] = start + guess_length(text_length(row["text"])) / 1000
        if following is not None and start < following < row["end"]:
            row["end"] = following
        following = start
    return has_guessed
