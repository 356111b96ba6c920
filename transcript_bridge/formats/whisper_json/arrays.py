"""Segments without keys: `[id, seek, start, end, text, tokens, …, words]`.

faster-whisper's tuples become arrays in the JSON of services (whisper-asr-webservice). Its words
are `[start, end, word, probability]`.
"""

from __future__ import annotations

from typing import Any

from ..json_text import as_list, first_of, is_number


def name_columns(rows: list[Any]) -> list[Any]:
    """Entries that are arrays, in WhisperX's keys; other lists as they are."""
    if isinstance(first_of(rows), list):
        return [_read_array(row, "text") for row in rows]
    return rows


def _read_array(row: Any, key: str) -> Any:
    """The first text of an array under `key`, with the two numbers before it; else `row`."""
    place = _find_text(row)
    if place is None:
        return row
    named: dict[str, Any] = {"start": row[place - 2], "end": row[place - 1], key: row[place]}
    for value in row[place + 1 :]:
        if isinstance(first_of(value), list):
            named["words"] = [_read_array(word, "word") for word in value]
    return named


def _find_text(row: Any) -> int | None:
    """The place of the first text of an array; None if two numbers are not before it."""
    for place, value in enumerate(as_list(row)):
        if isinstance(value, str):
            return place if place >= 2 else None
        if not is_number(value):
            return None
    return None
