"""Times of an entry that are one value: `timestamp: [0.0, 2.5]`, `offsets: {from, to}`."""

from __future__ import annotations

from typing import Any

from ..json_keys import Role, meanings
from ..json_text import first_of
from .layout import RANGE

_IN_MS = ("offsets",)
"""Keys whose times are milliseconds: whisper.cpp's."""


def open_spans(rows: list[Any], keys: tuple[str, ...]) -> list[Any]:
    """Entries with their starts and ends as values of their own; keys: those of the spans."""
    opened: list[Any] = []
    for row in rows:
        if isinstance(row, dict):
            rest = {key: value for key, value in row.items() if key not in keys}
            opened.append({**rest, **open_span(row, keys)})
        else:
            opened.append(row)
    return opened


def open_span(row: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    """The start and the end of an entry, by the first of the keys that has them."""
    for key in keys:
        value = row.get(key)
        start, end = _read_span(value)
        if start is None and end is None:
            continue
        if key in _IN_MS:
            return {"start_ms": start, "end_ms": end}
        return {"start": start, "end": end}
    return {}


def _read_span(value: Any) -> tuple[Any, Any]:
    if isinstance(first_of(value), dict):
        value = value[0]
    if isinstance(value, list) and len(value) == 2:
        return value[0], value[1]
    if isinstance(value, str):
        both = RANGE.fullmatch(value)
        if both:
            end = both["end"]
            if not end[0].isdigit():
                end = None
            return both["plain"] or both["bracketed"], end
    if isinstance(value, dict):
        return _find(value, "start"), _find(value, "end")
    return None, None


def _find(fields: dict[str, Any], role: Role) -> Any:
    for key, value in fields.items():
        if role in meanings(key) and value is not None:
            return value
    return None
