"""Omi's own conversations: the app's export, answers of the API, and one conversation alone.

    [{id, created_at, started_at, finished_at, language, source, structured: {title, …},
      geolocation?: {latitude, longitude},
      transcript_segments: [{text, speaker: "SPEAKER_01", is_user, person_id, start, end in s}]}]

In the app: Settings, Profile, Data privacy, Export. A file holds all conversations of an account;
each is a part, `export.json!ID`. Answers of the developer API have `speaker_name` and no label.
"""

from __future__ import annotations

import re

from ...on_demand import on_demand
from ..base import Format, Parts
from ..json_parts import JsonParts
from ..json_text import begins_with_object
from .read import is_conversation, parse

_SURE, _STRUCTURED = 98, 95
"""Bids."""
_SEGMENTS = re.compile(r'"transcript_segments"\s*:\s*(?:\[|null)')
_STRUCTURE = re.compile(r'"structured"\s*:\s*\{')
"""Long summaries may fill the window before the segments."""
_LIST = r"\s*(?:\{\s*\"(?:conversations|memories)\"\s*:\s*)?\["


def sniff(text: str) -> int:
    """Decide by the names of the keys."""
    if not begins_with_object(text):
        return 0
    if _SEGMENTS.search(text):
        return _SURE
    if _STRUCTURE.search(text) and '"created_at"' in text:
        return _STRUCTURED
    return 0


def holds_many(text: str) -> bool:
    """Whether it begins with a list of conversations, be it of one."""
    return _parts.begins(text) and sniff(text) > 0


_parts = JsonParts(_LIST, is_conversation)

FORMAT = Format(
    name="omi",
    title="Omi's own export (JSON)",
    suffixes=(".json",),
    sniff=sniff,
    parse=parse,
    render=on_demand(__name__, "write", "render"),
    parts=Parts(holds_many, _parts.find),
    rank=10,
)
