"""Rewrites keys that are single letters to keys of json_keys.

[{m: 1230, d: 300, w: "Good"}]          Hyperaudio: ms, the length, a word
[{m: 1230, d: 900, speaker: "Nora"}]    the same of a paragraph
[{s: 1.2, e: 1.5, t: "Good morning."}]  own scripts: start, end, text
"""

from __future__ import annotations

from functools import partial
from typing import Any

from ..json_text import are_numbers, change_objects, first_object, rename_keys

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


def _fits(first: dict[str, Any], start: str, end: str, text: str) -> bool:
    times = (first.get(start), first.get(end, 0 if end == _MAY_LACK else None))
    return are_numbers(*times) and isinstance(first.get(text), str)
