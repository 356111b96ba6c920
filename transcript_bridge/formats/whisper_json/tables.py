"""Rewrites tables as entries with keys: arrays of values, and objects of columns.

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

The contents of a column decide what it is. The column with the longest texts is the text. The times
are the two columns before it, or else the two after it.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import zip_longest
from typing import Any, NamedTuple

from ...sentences import SENTENCE_MARKS
from ..json_keys import meanings, roles_of
from ..json_text import (
    are_numbers,
    as_list,
    as_number,
    as_text,
    change_objects,
    find_all,
    first_object,
    first_of,
    is_number,
    list_values,
    rename_keys,
)
from .layout import LIKE_SPEAKER, find_layout
from .moments import RANGE, read_moment, read_number

Row = dict[str, Any]
Names = dict[int, str]
"""The keys of columns by their places, counted from 0."""
_SAMPLE = 100
"""Rows that are looked at."""
_FEW = 3
"""Rows: of so few, no speaker need return."""
_SENTENCE = re.compile(rf".{{41}}|[^\W\d_][{SENTENCE_MARKS}]$", re.DOTALL)
"""Texts that are not labels: more than 40 characters, or the end of a sentence."""
_NO_LABEL = re.compile(r"[a-z]{2}(?:-[A-Z]{2})?|.*\.(?:wav|mp3|m4a|mp4|flac|ogg|opus|webm)")
"""A tag of a language, or a file name."""
_NUMBERED_SPEAKERS = frozenset(range(30))
_TIMES_AS_KEYS = {"t": "start", "s": "time_range"}
"""Kinds of keys that are times, and the names of these in a row."""
_SINGULAR = {"timestamps": "timestamp"}
"""Keys of columns, and what they are in a row."""
_FEWEST_TIMES = 2
"""Times as keys: fewer can be anything."""


# ---- entries that are arrays


def name_columns(rows: Any, text_key: str = "text") -> Any:
    """Rewrite entries that are arrays with WhisperX's keys; other values are unchanged."""
    first = first_of(rows)
    if not isinstance(first, list):
        return rows
    names = _read_header(first)
    if names:
        rows = rows[1:]
    else:
        names = _find_names(_find_columns(rows), text_key)
    return [_name_row(row, names) for row in rows]


def name_word_columns(rows: list[Any], key: str) -> list[Any]:
    """Rewrite words that are arrays, under `key` of each entry, with WhisperX's keys."""
    if list not in map(type, find_all(rows[:_SAMPLE], f"*.{key}.0")):
        return rows

    def name_words(row: Row) -> Row:
        return {**row, key: name_columns(row.get(key), "word")}

    return change_objects(rows, name_words)


def _read_header(row: list[Any]) -> Names:
    """Return the names of the columns, if the first row has them; else empty."""
    if set(map(type, row)) != {str}:
        return {}
    roles = roles_of(row)
    if "text" not in roles or roles.isdisjoint(("start", "span")):
        return {}
    return dict(enumerate(row))


def _name_row(row: Any, names: Names) -> Any:
    """Make an object of an array; unchanged if its columns are not known."""
    if not names or not isinstance(row, list):
        return row
    values = dict(enumerate(row))
    named = {name: values.get(place) for place, name in names.items()}
    return {**named, "words": name_columns(named.get("words"), "word")}


# ---- the contents of the columns


def _is_null(value: Any) -> bool:
    return value is None


def _is_time(value: Any) -> bool:
    return read_moment(value, 1) is not None


def _is_span(value: Any) -> bool:
    """Whether a value is a range as text, or a pair of a start and an end, which may be null."""
    if RANGE.fullmatch(as_text(value)):
        return True
    times = as_list(value)
    return len(times) == 2 and all(map(_is_time, filter(_is_known, times)))


def _is_known(value: Any) -> bool:
    return value is not None


def _can_be_text(value: Any) -> bool:
    """Whether a value is a text, or a number that may have been a text."""
    return isinstance(value, str) or is_number(value)


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and not isinstance(first_of(value), str | int | float)


_KINDS: dict[str, Callable[[Any], bool]] = {
    "e": _is_null,
    "n": is_number,
    "t": _is_time,
    "s": _is_span,
    "x": _can_be_text,
    "w": _is_list,
}
"""Letters for kinds of columns: empty, numbers, times, spans, texts, and lists of words. The first
that all values of a column are."""
_OTHER = "o"
_LAST_PAIR = re.compile(r".*([nt])[nte]")
_FIRST_PAIR = re.compile(r".*?([nt])[nte]")
_ONLY_TIME = re.compile(r"[^nt]*([nt])[^nt]*")
"""Columns of starts and ends, and of starts alone, among the letters of all columns."""


class _ArrayColumn(NamedTuple):
    """The values of one column, and their kind."""

    place: int
    kind: str
    values: Sequence[Any]
    """None if a row is shorter."""

    def count_characters(self) -> int:
        """The length of all texts."""
        return sum(map(len, self.list_texts()))

    def list_texts(self) -> list[str]:
        """Return the texts that are not blank."""
        return list(filter(None, map(as_text, self.values)))


def _find_columns(rows: Sequence[Any]) -> list[_ArrayColumn]:
    arrays = map(as_list, rows[:_SAMPLE])
    columns = []
    for place, column in enumerate(zip_longest(*arrays)):
        values = _drop_booleans(column)
        columns.append(_ArrayColumn(place, _find_kind(values), values))
    return columns


def _drop_booleans(values: Sequence[Any]) -> Sequence[Any]:
    """Replace booleans among other values by None, because they do not show the column's kind."""
    if {bool, type(None)}.issuperset(map(type, values)):
        return values
    return [None if type(value) is bool else value for value in values]


def _find_kind(values: Iterable[Any]) -> str:
    known = list(filter(_is_known, values))
    for kind, holds in _KINDS.items():
        if all(map(holds, known)):
            return kind
    return _OTHER


def _find_names(columns: list[_ArrayColumn], text_key: str) -> Names:
    """Find the keys of the columns that matter; empty if the texts have no times."""
    texts = [column for column in columns if column.kind == "x"]
    if not texts:
        return {}
    text = max(texts, key=_ArrayColumn.count_characters).place
    names = _find_times(columns, text)
    if not names:
        return {}
    names[text] = text_key
    for column in columns[text:]:
        if column.kind == "w":
            names.setdefault(column.place, "words")
    others = [column for column in columns if column.place not in names]
    return names | _find_speakers(others, columns[-1])


def _find_speakers(others: list[_ArrayColumn], last: _ArrayColumn) -> Names:
    """Find the column of speakers among those without a key. last: the last of all columns."""
    found = list(filter(_are_labels, others))
    if others == [last] and _are_numbers_of_speakers(last.values):
        found.append(last)
    return {column.place: "speaker" for column in found[:1]}


def _find_times(columns: list[_ArrayColumn], text: int) -> Names:
    """Find the columns of starts and ends, or of both in one. Columns before the text are tried
    first, the nearest first."""
    kinds = "".join([column.kind for column in columns])
    if "s" in kinds:
        return {kinds.index("s"): "timestamp"}
    pair = _LAST_PAIR.match(kinds, 0, text) or _FIRST_PAIR.match(kinds)
    if pair:
        start = pair.start(1)
        return {start: "start", start + 1: _name_second(columns[start], columns[start + 1])}
    only = _ONLY_TIME.fullmatch(kinds)
    if only and _are_starts(columns[only.start(1)].values):
        return {only.start(1): "start"}
    return {}


def _name_second(first: _ArrayColumn, second: _ArrayColumn) -> str:
    """Decide whether the second of two times is an end, or a length as in YouTube's captions."""
    starts = list(map(as_number, first.values))
    seconds = list(map(as_number, second.values))
    lengths = sum(map(operator.lt, seconds, starts))
    ends = sum(map(operator.ge, seconds, starts))
    return "duration" if lengths > ends else "end"


def _are_starts(values: Sequence[Any]) -> bool:
    """Whether the times of a column increase, and are not the numbers of the rows."""
    known = list(filter(math.isfinite, map(read_number, values)))
    counted = set(map(operator.sub, known, range(len(known))))
    return known == sorted(known) and len(counted) != 1


def _are_numbers_of_speakers(values: Sequence[Any]) -> bool:
    """Whether there are few different numbers, which are repeated, unlike confidences or counts."""
    known = list(filter(_is_known, values))
    if set(map(type, known)) != {int}:
        return False
    numbers = set(known)
    return numbers <= _NUMBERED_SPEAKERS and 1 < len(numbers) <= (len(known) + 1) // 2


def _are_labels(column: _ArrayColumn) -> bool:
    """Whether the texts of a column name speakers."""
    if column.kind != "x":
        return False
    labels = set(map(str.strip, column.list_texts()))
    if all(map(_NO_LABEL.fullmatch, labels)):
        return False
    if all(map(LIKE_SPEAKER.fullmatch, labels)):
        return True
    if any(map(_SENTENCE.search, labels)):
        return False
    rows = len(column.values)
    return rows <= _FEW or 2 * len(labels) <= rows + 1


# ---- objects of columns

_FEWEST_COLUMNS = 2
"""A time and a text."""


def read_table(value: Row) -> list[Any]:
    """Return the rows of an object that is a table of timed texts; empty for any other."""
    for read in (_read_split, _read_by_speaker, _read_columns, _read_times_as_keys):
        rows = read(value)
        if rows:
            return rows
    return []


def _read_split(value: Row) -> list[Any]:
    names = _read_header(as_list(value.get("columns")))
    return [_name_row(row, names) for row in as_list(value.get("data")) if names]


def _read_by_speaker(value: Row) -> list[Any]:
    """Make one entry for each speaker, with that speaker's entries in it."""
    if not all(map(LIKE_SPEAKER.fullmatch, value)):
        return []
    return [{"speaker": speaker, "entries": entries} for speaker, entries in value.items()]


def _read_columns(value: Row) -> list[Any]:
    known = filter(meanings, value)
    listed = {_SINGULAR.get(key, key): list_values(value[key]) for key in known}
    length = max(map(len, listed.values()), default=0)
    columns = {key: values for key, values in listed.items() if len(values) == length}
    if len(columns) < _FEWEST_COLUMNS:  # as nearly always
        return []
    values = zip(*columns.values(), strict=True)
    rows = [dict(zip(columns, row, strict=True)) for row in values]
    layout = find_layout(rows)
    are_timed = layout.text and layout.has_start
    return rows if are_timed else []


def _read_times_as_keys(value: Row) -> list[Any]:
    """Make the rows of an object that has a text under each time."""
    are_texts = set(map(type, value.values())) == {str}
    if not are_texts or len(value) < _FEWEST_TIMES:
        return []
    key = _TIMES_AS_KEYS.get(_find_kind(value))
    are_numbers_of_entries = "".join(value).isdecimal()
    if not key or are_numbers_of_entries:
        return []
    return [{key: time, "text": text} for time, text in value.items()]


# ---- keys of one letter

_SPELLINGS: tuple[dict[str, str], ...] = (
    {"m": "start_ms", "d": "duration_ms", "w": "word"},
    {"s": "start", "e": "end", "t": "text"},
    {"s": "start", "e": "end", "w": "word"},
    {"b": "start", "e": "end", "w": "word"},
    {"b": "start", "e": "end", "t": "text"},
    {"s": "start", "d": "duration", "t": "text"},
    {"t": "start", "d": "duration", "w": "word"},
    {"m": "start_ms", "d": "duration_ms", "speaker": "speaker"},
)
"""Keys of the start, of the end or the length, and of the text. The first whose keys an entry has,
with a number for each time, is taken."""
_MAY_LACK = "d"
"""Words may have no length: they last until the next one."""


def spell_keys(rows: list[Any]) -> list[Any]:
    """Rewrite the keys of entries to whole words; other entries are unchanged."""
    first = first_object(rows)
    for names in _SPELLINGS:
        if _fits(first, *names):
            return change_objects(rows, partial(rename_keys, names=names))
    return rows


def _fits(first: Row, start: str, end: str, text: str) -> bool:
    fields = {_MAY_LACK: 0, **first}
    times = (fields.get(start), fields.get(end))
    return are_numbers(*times) and isinstance(fields.get(text), str)
