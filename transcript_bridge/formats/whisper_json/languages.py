"""Finds the language of a document."""

from __future__ import annotations

from typing import Any

from ...language_codes import tag_of
from ..json_keys import fold_key
from ..json_text import as_object, as_text, find_objects

_KEYS = frozenset(("language", "language_code", "detected_language", "lang", "language_tag"))
_HOLDERS = ("result", "metadata", "info")
"""Keys of objects beside the segments that may name the language: whisper.cpp's `result`."""
_CONFIG = "metadata.transcription_config"
"""The path of Speechmatics' object."""
_OF_ENTRIES = ("language", "language_code", "languageCode")


def find_language(document: dict[str, Any]) -> str | None:
    """Find the language tag in an object; None if it has none."""
    holders = [as_object(document.get(key)) for key in _HOLDERS]
    for fields in (document, *holders, *find_objects(document, _CONFIG)):
        named = [value for key, value in fields.items() if fold_key(key) in _KEYS]
        for tag in filter(None, map(read_tag, named)):
            return tag
    return None


def find_common_language(rows: list[Any]) -> str | None:
    """Find the language tag of all entries; None if they differ."""
    names: set[str] = set()
    for row in map(as_object, rows):
        values = filter(None, map(row.get, _OF_ENTRIES))
        names.add(as_text(next(values, "")).strip())
        if len(names) > 1 or "" in names:
            return None
    return read_tag("".join(names))


def read_tag(value: Any) -> str | None:
    """Read a language as a tag: OpenAI's API writes its name, ElevenLabs three letters."""
    return tag_of(as_text(value))
