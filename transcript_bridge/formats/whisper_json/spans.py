"""Splits two times in one value: `timestamp: [0.0, 2.5]`, `offsets: {from, to}`."""

from __future__ import annotations

from typing import Any

from ..json_keys import find_items
from ..json_text import as_list, as_object, as_text, change_objects, first_of, without_keys
from .layout import RANGE

Row = dict[str, Any]
_NAMES = {"offsets": ("start_ms", "end_ms")}
"""Keys whose times are milliseconds, whisper.cpp's, and the keys of these."""


def open_spans(rows: list[Any], keys: tuple[str, ...]) -> list[Any]:
    """Give entries a key for the start and one for the end. keys: those of the spans."""

    def open_entry(row: Row) -> Row:
        return {**without_keys(row, *keys), **open_span(row, keys)}

    return change_objects(rows, open_entry)


def open_span(row: Row, keys: tuple[str, ...]) -> Row:
    """Return the start and the end of an entry, from the first of the keys that has them."""
    for key in keys:
        times = _read_span(row.get(key))
        if times != (None, None):
            return dict(zip(_NAMES.get(key, ("start", "end")), times, strict=True))
    return {}


def _read_span(value: Any) -> tuple[Any, Any]:
    fields = as_object(first_of(value) or value)
    if fields:
        return _find(fields, "start"), _find(fields, "end")
    if len(as_list(value)) == 2:
        return value[0], value[1]
    both = RANGE.fullmatch(as_text(value))
    if not both:
        return None, None
    return both["plain"] or both["bracketed"], both["end"]


def _find(fields: Row, role: Any) -> Any:
    values = [value for _, value in find_items(fields, role) if value is not None]
    return first_of(values)
