"""Granola's meetings: its cache on the computer, and what exporters make of it.

    cache-v3.json
        {cache: "{\\"state\\": {\\"documents\\": {ID: {title, created_at, updated_at}},
                  \\"transcripts\\": {ID: [entry, …]}}}"}, the inner JSON as a text or as it is
    exporters
        {id, title, created_at, transcript: [entry, …]}, a list of these, or a list of entries
    entry
        {start_timestamp, end_timestamp: ISO, text, source: "microphone"|"system", is_final}

A cache holds many meetings, each of which is a part: `cache-v3.json!ID`. The microphone is the
owner, the system is everybody else. Granola keeps only some transcripts in its cache, and its
Markdown has no times.
"""

from __future__ import annotations

import re

from ..base import Format, Parts
from ..json_text import has_signs
from .cache import find_meetings
from .read import parse
from .signs import holds_many, is_cache

_SURE = 98
"""The bid."""
_SOURCE = re.compile(r'"source"\s*:\s*"(?:microphone|system)"')
_MOMENT = re.compile(r'"start_time(?:stamp)?"\s*:\s*"\d{4}-')


def sniff(text: str) -> int:
    """Decide by how a cache begins, or by the keys of an entry."""
    if is_cache(text) or has_signs(text, (_SOURCE, _MOMENT)):
        return _SURE
    return 0


FORMAT = Format(
    name="granola",
    title="Granola's meetings (JSON)",
    suffixes=(".json",),
    sniff=sniff,
    parse=parse,
    parts=Parts(holds_many, find_meetings),
    rank=10,
)
