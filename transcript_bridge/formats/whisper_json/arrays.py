"""Entries without keys: arrays of values, whose columns are told by what is in them.

    [[0.0, 2.5, "Good morning."], [2.5, 4.0, "Hello."]]             own scripts, pandas' "values"
    [[0.0, 2.5, "SPEAKER_00", "Good morning."], …]                  with a speaker anywhere
    [["start", "end", "text"], [0.0, 2.5, "Good morning."], …]      with a header
    [[[0.0, 2.5], "Good morning."], …]                              the times in one value
    [[id, seek, start, end, text, tokens, …, [[start, end, word, probability]]], …]
        faster-whisper's tuples, which become arrays in the JSON of whisper-asr-webservice

The column with the longest texts is the text. Its times are the two columns before it, or else the
two after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from ..json_keys import meanings
from ..json_text import as_list, first_of, is_number
from .layout import RANGE
from .moments import as_plain_number, read_moment

Kind = Literal["number", "time", "span", "text", "words", "empty", "other"]

_SAMPLE = 100
"""Rows that are looked at."""
_LONGEST_LABEL = 40
_SENTENCE_END = re.compile(r"[^\W\d_][.?!…。？！]$")
_NO_LABEL = re.compile(r"[a-z]{2}(?:-[A-Z]{2})?|.*\.(?:wav|mp3|m4a|mp4|flac|ogg|opus|webm)")
"""A tag of a language, or the name of a file."""
_LIKE_SPEAKER = re.compile(r"(?i)(?:speaker|spk|sprecher|person|user)[\s_-]?\w{1,3}")
_MOST_NUMBERED_SPEAKERS = 30
_TIMES: frozenset[Kind] = frozenset(("number", "time", "empty"))


def name_columns(rows: list[Any]) -> list[Any]:
    """Entries that are arrays, in WhisperX's keys; other lists as they are."""
    if isinstance(first_of(rows), list):
        return _name_arrays(rows, "text")
    return rows


def name_word_columns(rows: list[Any], keys: tuple[str, ...]) -> list[Any]:
    """Entries whose words are arrays, with these in WhisperX's keys; `keys`: those of the words."""
    for key in keys:
        if any(_has_arrays(row, key) for row in rows[:_SAMPLE]):
            return [_name_words_of(row, key) for row in rows]
    return rows


def _has_arrays(row: Any, key: str) -> bool:
    return isinstance(row, dict) and isinstance(first_of(row.get(key)), list)


def _name_words_of(row: Any, key: str) -> Any:
    if not _has_arrays(row, key):
        return row
    return {**row, key: _name_arrays(as_list(row[key]), "word")}


def _name_arrays(rows: list[Any], text_key: str) -> list[Any]:
    header = _read_header(rows[0])
    if header:
        return [_name_row(row, header) for row in rows[1:]]
    names = _find_names(_Columns(rows), text_key)
    if not names:
        return rows
    return [_name_row(row, names) for row in rows]


def _read_header(row: Any) -> dict[int, str]:
    """The names of the columns, by their places, if the first row has them; else empty."""
    names = {place: name for place, name in enumerate(as_list(row)) if isinstance(name, str)}
    roles = [role for name in names.values() for role in meanings(name)]
    has_all = "text" in roles and ("start" in roles or "span" in roles)
    if has_all and len(names) == len(row):
        return names
    return {}


def _name_row(row: Any, names: dict[int, str]) -> Any:
    if not isinstance(row, list) or len(row) <= min(names):
        return row
    named: dict[str, Any] = {}
    for place, name in names.items():
        value = None
        if place < len(row):
            value = row[place]
        if name == "words" and isinstance(first_of(value), list):
            value = _name_arrays(as_list(value), "word")
        named[name] = value
    return named


class _Columns:
    """The values of a list of arrays by their places, and what they are."""

    def __init__(self, rows: Sequence[Any]) -> None:
        arrays = [row for row in rows[:_SAMPLE] if isinstance(row, list) and row]
        width = min([len(row) for row in arrays], default=0)
        longest = max([len(row) for row in arrays], default=0)
        self.values = [
            [row[place] for row in arrays if place < len(row)] for place in range(longest)
        ]
        self.kinds: list[Kind] = [_find_kind(values) for values in self.values]
        self.width = width
        """Of the shortest row."""

    def texts(self) -> list[int]:
        """The places of texts."""
        return [place for place, kind in enumerate(self.kinds) if kind == "text"]

    def count_characters(self, place: int) -> int:
        """The length of all texts of a column."""
        return sum([len(value) for value in self.values[place] if isinstance(value, str)])


def _find_kind(values: Iterable[Any]) -> Kind:
    present = [value for value in values if value is not None]
    if not present:
        return "empty"
    for kind, holds in _KINDS:
        if all(map(holds, present)):
            return kind
    return "other"


def _is_time(value: Any) -> bool:
    return is_number(value) or (isinstance(value, str) and read_moment(value, 1) is not None)


def _is_span(value: Any) -> bool:
    if isinstance(value, str):
        return RANGE.fullmatch(value) is not None
    if not isinstance(value, list) or len(value) != 2:
        return False
    return _is_time(value[0]) and (value[1] is None or _is_time(value[1]))


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and isinstance(first_of(value), list | dict | None)


_KINDS: tuple[tuple[Kind, Any], ...] = (
    ("number", is_number),
    ("time", _is_time),
    ("span", _is_span),
    ("text", _is_text),
    ("words", _is_list),
)
"""The first that all values of a column are."""


def _find_names(columns: _Columns, text_key: str) -> dict[int, str]:
    """The keys of the columns that count, by their places; empty if no text has a time."""
    texts = columns.texts()
    if not texts:
        return {}
    text = max(texts, key=columns.count_characters)
    names = _find_times(columns, text)
    if not names:
        return {}
    names[text] = text_key
    speaker = _find_speaker(columns, text, names)
    if speaker is not None:
        names[speaker] = "speaker"
    for place, kind in enumerate(columns.kinds):
        if kind == "words" and place not in names and place > text:
            names[place] = "words"
    return names


def _find_times(columns: _Columns, text: int) -> dict[int, str]:
    for place, kind in enumerate(columns.kinds):
        if kind == "span":
            return {place: "timestamp"}
    before = range(text - 1, 0, -1)
    after = range(text + 2, len(columns.kinds))
    for end in (*before, *after):
        if _are_times(columns, end - 1, end):
            return {end - 1: "start", end: _name_second(columns, end)}
    return _find_start(columns)


def _are_times(columns: _Columns, start: int, end: int) -> bool:
    return columns.kinds[start] in ("number", "time") and columns.kinds[end] in _TIMES


def _name_second(columns: _Columns, end: int) -> str:
    """Whether the second of two times is an end, or a length as in YouTube's captions."""
    pairs = list(zip(columns.values[end - 1], columns.values[end], strict=False))
    numbers = [(start, second) for start, second in pairs if is_number(start) and is_number(second)]
    shorter = [pair for pair in numbers if pair[1] < pair[0]]
    if 2 * len(shorter) > len(numbers):
        return "duration"
    return "end"


def _find_start(columns: _Columns) -> dict[int, str]:
    """The only column of times, if it is no column of numbers of rows."""
    times = [place for place, kind in enumerate(columns.kinds) if kind in ("number", "time")]
    if len(times) != 1:
        return {}
    starts = [as_plain_number(value) for value in columns.values[times[0]]]
    known = [start for start in starts if start is not None]
    counted = [known[0] + number for number in range(len(known))] if known else []
    if known and (known == counted or known != sorted(known)):
        return {}
    return {times[0]: "start"}


def _find_speaker(columns: _Columns, text: int, names: dict[int, str]) -> int | None:
    for place in columns.texts():
        if place != text and _are_labels(columns.values[place]):
            return place
    last = len(columns.kinds) - 1
    is_only_one_left = last == columns.width - 1 == len(names) and last not in names
    if is_only_one_left and _are_numbers_of_speakers(columns.values[last]):
        return last
    return None


def _are_labels(values: list[Any]) -> bool:
    labels = [value.strip() for value in values if isinstance(value, str) and value.strip()]
    different = set(labels)
    if not labels or max(map(len, labels)) > _LONGEST_LABEL:
        return False
    if all(map(_NO_LABEL.fullmatch, different)):
        return False
    if all(map(_LIKE_SPEAKER.fullmatch, different)):
        return True
    if any(map(_SENTENCE_END.search, different)):
        return False
    return len(labels) <= 3 or 2 * len(different) <= len(labels) + 1


def _are_numbers_of_speakers(values: list[Any]) -> bool:
    """Whether whole numbers after a text are few, and return: no confidences, no counts."""
    if not all(type(value) is int and 0 <= value < _MOST_NUMBERED_SPEAKERS for value in values):
        return False
    return len(set(values)) > 1 and 2 * len(set(values)) <= len(values) + 1
