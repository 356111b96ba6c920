"""Tables: entries without keys, whose columns are known by what is in them, and objects of columns.

[[0.0, 2.5, "Good morning."], [2.5, 4.0, "Hello."]]             own scripts, pandas' "values"
[[0.0, 2.5, "SPEAKER_00", "Good morning."], …]                  with a speaker anywhere
[["start", "end", "text"], [0.0, 2.5, "Good morning."], …]      with a header
[[[0.0, 2.5], "Good morning."], …]                              the times in one value
[[id, seek, start, end, text, tokens, …, [[start, end, word, probability]]], …]
    faster-whisper's tuples, which become arrays in the JSON of whisper-asr-webservice
{"start": [0.0, 2.5], "end": [2.5, 4.0], "text": ["Good morning.", "Hello."]}   pandas' "list"
{"start": {"0": 0.0, "1": 2.5}, …}                                              "columns"
{"columns": ["start", "end", "text"], "index": [0, 1], "data": [[0.0, 2.5, …]]} "split"
{"SPEAKER_00": [{"start": 0.0, "text": …}, …], "SPEAKER_01": […]}               by speaker
{"00:00:01": "Good morning.", "00:00:03": "Hello."}                             own scripts

The column with the longest texts is the text. Its times are the two columns before it, or else the
two after it.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import Any, Literal, NamedTuple

from ..json_keys import meanings, roles_of
from ..json_text import (
    as_list,
    as_number,
    change_objects,
    find_all,
    first_of,
    is_number,
    is_text,
    list_values,
)
from .layout import LIKE_SPEAKER, RANGE, find_layout
from .moments import read_moment, read_number

Row = dict[str, Any]
Kind = Literal["empty", "number", "time", "span", "text", "words", "other"]
_SAMPLE = 100
"""Rows that are looked at."""
_LONGEST_LABEL = 40
_FEW = 3
"""Rows: of so few, no speaker need return."""
_SENTENCE_END = re.compile(r"[^\W\d_][.?!…。？！]$")
_NO_LABEL = re.compile(r"[a-z]{2}(?:-[A-Z]{2})?|.*\.(?:wav|mp3|m4a|mp4|flac|ogg|opus|webm)")
"""A tag of a language, or a file name."""
_NUMBERED_SPEAKERS = frozenset(range(30))
_TIMES_AS_KEYS = {"time": "start", "span": "time_range"}
"""Kinds of keys that are times, and the names of these in a row."""
_SINGULAR = {"timestamps": "timestamp"}
"""Keys of columns, and what they are in a row."""
_FEWEST_TIMES = 2
"""Times as keys: fewer can be anything."""


# ---- entries that are arrays


def name_columns(rows: Any, text_key: str = "text") -> Any:
    """Entries that are arrays, in WhisperX's keys; any other value as it is."""
    if isinstance(first_of(rows), list):
        return _name_arrays(rows, text_key)
    return rows


def name_word_columns(rows: list[Any], key: str) -> list[Any]:
    """Entries whose words, under `key`, are arrays, with these in WhisperX's keys."""
    if list not in map(type, find_all(rows[:_SAMPLE], f"*.{key}.0")):
        return rows

    def name_words(row: Row) -> Row:
        return {**row, key: name_columns(row.get(key), "word")}

    return change_objects(rows, name_words)


def _name_arrays(rows: list[Any], text_key: str) -> list[Any]:
    names = _read_header(rows[0])
    if names:
        rows = rows[1:]
    else:
        names = _find_names(_find_columns(rows), text_key)
    if not names:
        return rows
    return [_name_row(row, names) for row in rows]


def _read_header(row: list[Any]) -> dict[int, str]:
    """The names of the columns, by their places, if the first row has them; else empty."""
    if set(map(type, row)) != {str}:
        return {}
    roles = roles_of(row)
    if "text" not in roles or roles.isdisjoint(("start", "span")):
        return {}
    return dict(enumerate(row))


def _name_row(row: Any, names: dict[int, str]) -> Any:
    if not isinstance(row, list):
        return row
    values = dict(enumerate(row))
    named = {name: values.get(place) for place, name in names.items()}
    return {**named, "words": name_columns(named.get("words"), "word")}


class _Column(NamedTuple):
    """The values at one place of a list of arrays, and what they are."""

    place: int
    kind: Kind
    values: Sequence[Any]
    """None where a row is shorter."""

    def count_characters(self) -> int:
        """The length of all texts."""
        return sum(map(len, filter(None, self.values)))


def _find_columns(rows: Sequence[Any]) -> list[_Column]:
    arrays = map(as_list, rows[:_SAMPLE])
    columns = enumerate(zip_longest(*arrays))
    return [_Column(place, _find_kind(values), values) for place, values in columns]


def _find_kind(values: Sequence[Any]) -> Kind:
    present = [value for value in values if value is not None]
    kinds = (kind for kind, holds in _KINDS.items() if all(map(holds, present)))
    return next(kinds, "other")


def _is_null(value: Any) -> bool:
    return value is None


def _is_time(value: Any) -> bool:
    return read_moment(value, 1) is not None


def _is_span(value: Any) -> bool:
    if isinstance(value, str):
        return RANGE.fullmatch(value) is not None
    times = [time for time in as_list(value) if time is not None]  # an end may be null
    return len(as_list(value)) == 2 and all(map(_is_time, times))


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and not isinstance(first_of(value), str | int | float)


_KINDS: dict[Kind, Callable[[Any], bool]] = {
    "empty": _is_null,
    "number": is_number,
    "time": _is_time,
    "span": _is_span,
    "text": is_text,
    "words": _is_list,
}
"""The first that all values of a column are."""


def _find_names(columns: list[_Column], text_key: str) -> dict[int, str]:
    """The keys of the columns that count, by their places; empty if no text has a time."""
    texts = [column for column in columns if column.kind == "text"]
    if not texts:
        return {}
    text = max(texts, key=_Column.count_characters).place
    names = _find_times(columns, text)
    if not names:
        return {}
    names[text] = text_key
    for words in _find_places(columns[text:], "words"):
        names.setdefault(words, "words")
    for column in columns:
        if column.place not in names and _are_speakers(column, len(names), len(columns)):
            names[column.place] = "speaker"
            break
    return names


def _find_times(columns: list[_Column], text: int) -> dict[int, str]:
    """The columns of starts and ends, or of both in one: those before the text, the next first."""
    for span in _find_places(columns, "span"):
        return {span: "timestamp"}
    times = _find_places(columns, "number", "time")
    ends = _find_places(columns, "number", "time", "empty")
    pairs = [place for place in times if place + 1 in ends]
    before = [place for place in pairs if place < text]
    for start in before[-1:] or pairs[:1]:
        return {start: "start", start + 1: _name_second(columns[start], columns[start + 1])}
    if len(times) == 1 and _are_starts(columns[times[0]].values):
        return {times[0]: "start"}
    return {}


def _find_places(columns: list[_Column], *kinds: Kind) -> list[int]:
    return [column.place for column in columns if column.kind in kinds]


def _name_second(first: _Column, second: _Column) -> str:
    """Whether the second of two times is an end, or a length as in YouTube's captions."""
    starts = list(map(as_number, first.values))
    seconds = list(map(as_number, second.values))
    if sum(map(operator.lt, seconds, starts)) > sum(map(operator.ge, seconds, starts)):
        return "duration"
    return "end"


def _are_starts(values: Sequence[Any]) -> bool:
    """Whether times of a column go up, and are not the numbers of the rows."""
    known = list(filter(math.isfinite, map(read_number, values)))
    counted = set(map(operator.sub, known, range(len(known))))
    return known == sorted(known) and len(counted) != 1


def _are_speakers(column: _Column, known: int, count: int) -> bool:
    """Whether a column names speakers. known: how many columns of all have other roles."""
    rows = len(column.values)
    if column.kind == "text":
        return _are_labels(set(map(str.strip, filter(None, column.values))), rows)
    is_last = column.place == known == count - 1  # the only one that is left
    if not is_last or set(map(type, column.values)) != {int}:
        return False
    numbers = set(column.values)  # few, and they return: no confidences, no counts
    return numbers <= _NUMBERED_SPEAKERS and 1 < len(numbers) <= (rows + 1) // 2


def _are_labels(labels: set[str], count: int) -> bool:
    if not labels or all(map(_NO_LABEL.fullmatch, labels)):
        return False
    if all(map(LIKE_SPEAKER.fullmatch, labels)):
        return True
    if max(map(len, labels)) > _LONGEST_LABEL or any(map(_SENTENCE_END.search, labels)):
        return False
    return count <= _FEW or 2 * len(labels) <= count + 1


# ---- objects of columns


def read_table(value: Row) -> list[Any]:
    """The rows of an object that is a table of timed texts; empty for any other."""
    for read in (_read_split, _read_by_speaker, _read_columns, _read_times_as_keys):
        rows = read(value)
        if rows:
            return rows
    return []


def _read_split(value: Row) -> list[Any]:
    names = _read_header(as_list(value.get("columns")))
    return [_name_row(row, names) for row in as_list(value.get("data")) if names]


def _read_by_speaker(value: Row) -> list[Any]:
    """One entry for each speaker, which holds the others."""
    if not all(map(LIKE_SPEAKER.fullmatch, value)):
        return []
    return [{"speaker": speaker, "entries": entries} for speaker, entries in value.items()]


def _read_columns(value: Row) -> list[Any]:
    listed = {key: list_values(inner) for key, inner in value.items() if meanings(key)}
    length = max(map(len, listed.values()), default=0)
    columns = {
        _SINGULAR.get(key, key): values for key, values in listed.items() if len(values) == length
    }
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    if not rows:  # as nearly always: half of this function's time
        return []
    layout = find_layout(rows)
    return rows if layout.text and layout.has_start else []


def _read_times_as_keys(value: Row) -> list[Any]:
    """Rows of an object with a text under each time."""
    key = _TIMES_AS_KEYS.get(_find_kind(list(value)))
    are_numbers_of_entries = all(map(str.isdecimal, value))
    are_texts = set(map(type, value.values())) == {str}
    if not key or are_numbers_of_entries or not are_texts or len(value) < _FEWEST_TIMES:
        return []
    return [{key: time, "text": text} for time, text in value.items()]
