"""Entries among speech that nobody says: moments that a product noticed, chats, reactions.

{lines: [{type: "transcript", name, time, content: "Good morning."}, {type: "moment", name, time,
content: "price_inquiry"}]}     Dialpad
"""

from __future__ import annotations

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


def drop_interim(rows: list[Any]) -> tuple[list[Any], tuple[tuple[str, str], ...]]:
    """The entries without results of a live recognizer that a later one replaces, and what was
    left out as in `drop_unspoken`."""
    if not may_be_interim(rows):
        return rows, ()
    kept = [row for row in rows if not is_interim(as_object(row))]
    left_out = len(rows) - len(kept)
    if not kept or not left_out:
        return rows, ()
    message = f"interim results of a live recognizer were left out: {left_out}"
    return kept, (("skipped-line", message),)


def drop_unspoken(rows: list[Any]) -> tuple[list[Any], tuple[tuple[str, str], ...]]:
    """The entries without those whose kind is not speech, and (code, message) of what was left out.

    A list of such entries alone stays as it is: it may be somebody's word for speech.
    """
    first = first_object(rows)
    keys = [key for key in _KEYS if isinstance(first.get(key), str)]
    if not keys:
        return rows, ()
    kinds = [fold_key(str(as_object(row).get(keys[0]))) for row in rows]
    kept = [row for row, kind in zip(rows, kinds, strict=True) if kind not in _UNSPOKEN]
    left_out = len(rows) - len(kept)
    if not kept or not left_out:
        return rows, ()
    names = ", ".join(sorted(_UNSPOKEN.intersection(kinds))[:_SHOWN])
    message = f"entries that are no speech ({names}) were left out: {left_out}"
    return kept, (("skipped-line", message),)
