"""Entries without keys: arrays of values, whose columns are known by what is in them.

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
from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import Any, Literal

from ..json_keys import meanings
from ..json_text import as_list, as_object, first_of, is_number
from .layout import LIKE_SPEAKER, RANGE
from .moments import as_plain_number, read_moment

Kind = Literal["number", "time", "span", "text", "words", "empty", "other"]

_SAMPLE = 100
"""Rows that are looked at."""
_LONGEST_LABEL = 40
_FEW = 3
"""Rows: of so few, no speaker need return."""
_SENTENCE_END = re.compile(r"[^\W\d_][.?!…。？！]$")
_NO_LABEL = re.compile(r"[a-z]{2}(?:-[A-Z]{2})?|.*\.(?:wav|mp3|m4a|mp4|flac|ogg|opus|webm)")
"""A tag of a language, or the name of a file."""
_NUMBERED_SPEAKERS = frozenset(range(30))
_TIME_ROLES = frozenset(("start", "span"))
_PAIR = 2


def name_columns(rows: list[Any]) -> list[Any]:
    """Entries that are arrays, in WhisperX's keys; other lists as they are."""
    if isinstance(first_of(rows), list):
        return _name_arrays(rows, "text")
    return rows


def name_word_columns(rows: list[Any], key: str) -> list[Any]:
    """Entries whose words, under `key`, are arrays, with these in WhisperX's keys."""
    words = [as_object(row).get(key) for row in rows[:_SAMPLE]]
    if list not in map(type, map(first_of, words)):
        return rows
    named: list[Any] = []
    for row in rows:
        words = as_list(as_object(row).get(key))
        if type(first_of(words)) is list:
            row = {**row, key: _name_arrays(words, "word")}
        named.append(row)
    return named


def _name_arrays(rows: list[Any], text_key: str) -> list[Any]:
    names = _read_header(rows[0])
    if names:
        rows = rows[1:]
    else:
        names = _find_names(_Columns(rows), text_key)
    if not names:
        return rows
    return [_name_row(row, names) for row in rows]


def _read_header(row: list[Any]) -> dict[int, str]:
    """The names of the columns, by their places, if the first row has them; else empty."""
    roles: set[str] = set()
    for name in row:
        if not isinstance(name, str):
            return {}
        roles.update(meanings(name))
    if "text" in roles and roles & _TIME_ROLES:
        return dict(enumerate(row))
    return {}


def _name_row(row: Any, names: dict[int, str]) -> Any:
    if not isinstance(row, list):
        return row
    values = dict(enumerate(row))
    named = {name: values.get(place) for place, name in names.items()}
    words = named.get("words")
    if type(first_of(words)) is list:
        named["words"] = _name_arrays(as_list(words), "word")
    return named


class _Columns:
    """The values of a list of arrays by their places, and what they are."""

    def __init__(self, rows: Sequence[Any]) -> None:
        arrays = list(map(as_list, rows[:_SAMPLE]))
        self.values = list(zip_longest(*arrays))
        """None where a row is shorter."""
        self.kinds: list[Kind] = list(map(_find_kind, self.values))

    def find(self, *kinds: Kind) -> list[int]:
        """The places of columns of these kinds."""
        return [place for place, kind in enumerate(self.kinds) if kind in kinds]

    def count_characters(self, place: int) -> int:
        """The length of all texts of a column."""
        return sum(map(len, filter(None, self.values[place])))


def _find_kind(values: Sequence[Any]) -> Kind:
    present = list(filter(_is_there, values))
    if not present:
        return "empty"
    for kind, holds in _KINDS.items():
        if all(map(holds, present)):
            return kind
    return "other"


def _is_there(value: Any) -> bool:
    return value is not None


def _is_time(value: Any) -> bool:
    return read_moment(value, 1) is not None


def _is_span(value: Any) -> bool:
    if isinstance(value, str):
        return RANGE.fullmatch(value) is not None
    times = list(filter(_is_there, as_list(value)))  # an end may be null
    return len(as_list(value)) == _PAIR and all(map(_is_time, times))


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and not isinstance(first_of(value), str | int | float)


_KINDS: dict[Kind, Callable[[Any], bool]] = {
    "number": is_number,
    "time": _is_time,
    "span": _is_span,
    "text": _is_text,
    "words": _is_list,
}
"""The first that all values of a column are."""


def _find_names(columns: _Columns, text_key: str) -> dict[int, str]:
    """The keys of the columns that count, by their places; empty if no text has a time."""
    texts = columns.find("text")
    if not texts:
        return {}
    text = max(texts, key=columns.count_characters)
    names = _find_times(columns, text)
    if not names:
        return {}
    names[text] = text_key
    for place in columns.find("words"):
        if place > text:
            names.setdefault(place, "words")
    for place in columns.find("text", "number"):
        if place not in names and _are_speakers(columns, place, len(names)):
            names[place] = "speaker"
            break
    return names


def _find_times(columns: _Columns, text: int) -> dict[int, str]:
    """The columns of starts and ends, or of both in one: those before the text, the next first."""
    spans = columns.find("span")
    if spans:
        return {spans[0]: "timestamp"}
    times = columns.find("number", "time")
    ends = columns.find("number", "time", "empty")
    pairs = [place for place in times if place + 1 in ends and place + 1 != text]
    before = [place for place in pairs if place < text]
    start = max(before, default=min(pairs, default=None))
    if start is not None:
        return {start: "start", start + 1: _name_second(columns, start + 1)}
    if len(times) == 1 and _are_starts(columns.values[times[0]]):
        return {times[0]: "start"}
    return {}


def _name_second(columns: _Columns, end: int) -> str:
    """Whether the second of two times is an end, or a length as in YouTube's captions."""
    shorter = 0
    for start, second in zip(columns.values[end - 1], columns.values[end], strict=True):
        if is_number(start) and is_number(second):
            if second < start:
                shorter += 1
            else:
                shorter -= 1
    if shorter > 0:
        return "duration"
    return "end"


def _are_starts(values: Sequence[Any]) -> bool:
    """Whether times of a column go up, and are not the numbers of the rows."""
    starts: list[Any] = list(map(as_plain_number, values))
    known = list(filter(_is_there, starts))
    counted = {value - place for place, value in enumerate(known)}
    return known == sorted(known) and len(counted) != 1


def _are_speakers(columns: _Columns, place: int, known: int) -> bool:
    """Whether a column names speakers. known: how many columns have other roles."""
    values = columns.values[place]
    if columns.kinds[place] == "text":
        return _are_labels(set(map(str.strip, filter(None, values))), len(values))
    is_last = place == known == len(columns.kinds) - 1  # the only one that is left
    return is_last and set(map(type, values)) == {int} and _return(set(values), len(values))


def _are_labels(labels: set[str], count: int) -> bool:
    if not labels or all(map(_NO_LABEL.fullmatch, labels)):
        return False
    if all(map(LIKE_SPEAKER.fullmatch, labels)):
        return True
    if max(map(len, labels)) > _LONGEST_LABEL or any(map(_SENTENCE_END.search, labels)):
        return False
    return count <= _FEW or 2 * len(labels) <= count + 1


def _return(numbers: set[int], count: int) -> bool:
    """Whether whole numbers after a text are few, and return: no confidences, no counts."""
    return numbers <= _NUMBERED_SPEAKERS and 1 < len(numbers) <= (count + 1) // 2
