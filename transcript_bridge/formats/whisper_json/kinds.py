"""Removes entries that are not speech: events that a product noticed, chats, reactions.

{lines: [{type: "transcript", name, time, content: "Good morning."}, {type: "moment", name, time,
content: "price_inquiry"}]}     Dialpad
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress
from operator import not_
from typing import Any

from ..json_keys import fold_key
from ..json_text import as_object, first_object
from .live import is_interim, may_be_interim

_KEYS = ("type", "kind", "event_type", "eventType", "entry_type", "line_type")
_UNSPOKEN = frozenset(
    [
        "moment",
        "custom_moment",
        "real_time_moment",
        "ai_question",
        "chat",
        "chat_message",
        "chatmessage",
        "event",
        "system",
        "system_message",
        "note",
        "comment",
        "highlight",
        "bookmark",
        "marker",
        "action_item",
        "topic",
        "summary",
        "reaction",
        "join",
        "leave",
        "joined",
        "left",
        "participant_joined",
        "participant_left",
        "screen_share",
        "slide",
    ]
)
_SHOWN = 4
"""Kinds that are named in the message."""


Kept = tuple[list[Any], tuple[tuple[str, str], ...]]
"""Entries, and (code, message) about those that were left out."""


def drop_interim(rows: list[Any]) -> Kept:
    """Remove results of a live recognizer that later ones replace."""
    if not may_be_interim(rows):
        return rows, ()
    replaced = [is_interim(as_object(row)) for row in rows]
    return _keep_others(rows, replaced, "interim results of a live recognizer")


def drop_unspoken(rows: list[Any]) -> Kept:
    """Remove entries whose kind is not speech."""
    first = first_object(rows)
    for key in _KEYS:
        if isinstance(first.get(key), str):
            kinds = [fold_key(str(as_object(row).get(key))) for row in rows]
            unspoken = [kind in _UNSPOKEN for kind in kinds]
            names = ", ".join(sorted(_UNSPOKEN.intersection(kinds))[:_SHOWN])
            return _keep_others(rows, unspoken, f"entries that are not speech ({names})")
    return rows, ()


def _keep_others(rows: list[Any], left_out: Sequence[bool | None], name: str) -> Kept:
    """Remove the marked entries, unless all are marked: then a product may call speech so."""
    count = sum(map(bool, left_out))
    if count in (0, len(rows)):
        return rows, ()
    kept = list(compress(rows, map(not_, left_out)))
    return kept, (("skipped-line", f"{name} were left out: {count}"),)
