"""Tables as objects: a list for each column, as pandas writes them.

{"start": [0.0, 2.5], "end": [2.5, 4.0], "text": ["Good morning.", "Hello."]}   orient="list"
{"start": {"0": 0.0, "1": 2.5}, …}                                              "columns"
{"columns": ["start", "end", "text"], "index": [0, 1], "data": [[0.0, 2.5, …]]} "split"
{"SPEAKER_00": [{"start": 0.0, "text": …}, …], "SPEAKER_01": […]}               by speaker
{"00:00:01": "Good morning.", "00:00:03": "Hello."}                             own scripts
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..json_keys import Role, meanings
from ..json_text import as_list, first_of
from .layout import LIKE_SPEAKER, RANGE
from .moments import as_plain_number, read_moment

_FEW = 2
"""Times as keys: fewer can be anything."""
_NESTED = (list, dict)


def read_table(value: dict[str, Any]) -> list[Any] | None:
    """The rows of an object that is a table of timed texts; None for any other."""
    if "data" in value and "columns" in value:
        return _read_split(value)
    if value and all(map(LIKE_SPEAKER.fullmatch, value)):
        return _read_by_speaker(value)
    columns = _find_columns(value)
    if _has_times_and_texts(columns):
        return _to_rows(columns)
    return _read_times_as_keys(value)


def _read_split(value: dict[str, Any]) -> list[Any] | None:
    names = as_list(value["columns"])
    rows = as_list(value["data"])
    if not names or not all(isinstance(name, str) for name in names):
        return None
    if not isinstance(first_of(rows), list):
        return None
    return [dict(zip(names, as_list(row), strict=False)) for row in rows]


def _read_by_speaker(value: dict[str, Any]) -> list[Any] | None:
    """The entries of all speakers, by their starts."""
    rows: list[dict[str, Any]] = []
    for speaker, entries in value.items():
        for entry in as_list(entries):
            if not isinstance(entry, dict):
                return None
            rows.append({"speaker": speaker, **entry})
    if rows:
        return sorted(rows, key=_start_of)
    return None


def _start_of(row: dict[str, Any]) -> float:
    """Seconds or milliseconds, whatever its times are; 0 for an entry without a time."""
    for key, value in row.items():
        number = as_plain_number(value)
        if "start" in meanings(key) and number is not None:
            return number
    return 0.0


def _find_columns(value: dict[str, Any]) -> dict[str, list[Any]]:
    """The columns of a table, those of one length with the first one."""
    columns: dict[str, list[Any]] = {}
    length = 0
    for key, inner in value.items():
        if isinstance(inner, dict) and inner and all(name.isdecimal() for name in inner):
            inner = list(inner.values())
        if isinstance(inner, list) and inner and meanings(key):
            length = length or len(inner)
            if len(inner) == length:
                columns[key] = inner
    return columns


def _has_times_and_texts(columns: dict[str, list[Any]]) -> bool:
    has_times = has_texts = False
    for key, values in columns.items():
        roles = meanings(key).keys()
        has_times = has_times or _is_time_column(roles, values)
        has_texts = has_texts or ("text" in roles and _are_texts(values))
    return has_times and has_texts


def _is_time_column(roles: Any, values: Sequence[Any]) -> bool:
    wanted: set[Role] = {"start"}
    if isinstance(first_of(list(values[:1])), list):
        wanted = {"span"}
        return bool(roles & wanted) and all(len(as_list(value)) == 2 for value in values)
    return bool(roles & wanted) and not any(isinstance(value, _NESTED) for value in values)


def _are_texts(values: Sequence[Any]) -> bool:
    return all(value is None or isinstance(value, str) for value in values)


def _to_rows(columns: dict[str, list[Any]]) -> list[Any]:
    names = []
    for key, values in columns.items():
        if isinstance(values[0], list) and "span" in meanings(key):
            names.append("timestamp")
        else:
            names.append(key)
    return [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _read_times_as_keys(value: dict[str, Any]) -> list[Any] | None:
    """Rows of an object with a text under each time."""
    if len(value) < _FEW or not all(_is_time(key) for key in value):
        return None
    if not all(isinstance(text, str) for text in value.values()):
        return None
    if all(as_plain_number(key) is not None and key.isdecimal() for key in value):
        return None  # numbers of entries
    key = "start"
    if all(RANGE.fullmatch(time) for time in value):
        key = "time_range"
    return [{key: time, "text": text} for time, text in value.items()]


def _is_time(key: str) -> bool:
    return RANGE.fullmatch(key) is not None or read_moment(key, 1) is not None
