"""Entries whose keys are single letters, in the keys of the table.

[{m: 1230, d: 300, w: "Good"}]          Hyperaudio: ms, the length, a word
[{m: 1230, d: 900, speaker: "Nora"}]    the same of a paragraph
[{s: 1.2, e: 1.5, t: "Good morning."}]  own scripts: start, end, text
"""

from __future__ import annotations

from typing import Any

from ..json_text import as_object, first_object, is_number

_SPELLINGS: tuple[dict[str, str], ...] = (
    {"m": "start_ms", "d": "duration_ms", "w": "word"},
    {"s": "start", "e": "end", "t": "text"},
    {"s": "start", "e": "end", "w": "word"},
    {"b": "start", "e": "end", "w": "word"},
    {"b": "start", "e": "end", "t": "text"},
    {"s": "start", "d": "duration", "t": "text"},
    {"t": "start", "d": "duration", "w": "word"},
)
"""The first whose keys an entry has, with a number for each time, is taken."""
_OF_PARAGRAPHS = {"m": "start_ms", "d": "duration_ms"}
_MAY_LACK = "d"
"""Words may have no length: they last until the next one."""
_TEXTS = ("word", "text")


def spell_keys(rows: list[Any]) -> list[Any]:
    """Entries with whole words for their keys; others as they are."""
    first = first_object(rows)
    for names in _SPELLINGS:
        if _fits(first, names):
            return [_spell(row, names) for row in rows]
    if "speaker" in first and _fits(first, _OF_PARAGRAPHS):
        return [_spell(row, _OF_PARAGRAPHS) for row in rows]
    return rows


def _fits(fields: dict[str, Any], names: dict[str, str]) -> bool:
    for key, name in names.items():
        value = fields.get(key)
        if name in _TEXTS:
            holds = isinstance(value, str)
        elif value is None:
            holds = key == _MAY_LACK
        else:
            holds = is_number(value)
        if not holds:
            return False
    return True


def _spell(row: Any, names: dict[str, str]) -> Any:
    if not isinstance(row, dict):
        return row
    return {names.get(key, key): value for key, value in as_object(row).items()}
