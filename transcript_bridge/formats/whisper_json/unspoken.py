"""Removes entries that are not speech, and recognizes lists of texts that were found in pictures.

{lines: [{type: "transcript", name, time, content: "Good morning."}, {type: "moment", name, time,
content: "price_inquiry"}]}     Dialpad: what it noticed; others have chats, reactions
"""

from __future__ import annotations

from itertools import compress
from operator import not_
from typing import Any

from ..json_keys import fold_key
from ..json_text import are_numbers, as_object, first_object
from .layout import Layout
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
        "header",
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
    replaced = [bool(is_interim(as_object(row))) for row in rows]
    return _drop(rows, replaced, "interim results of a live recognizer")


def drop_unspoken(rows: list[Any]) -> Kept:
    """Remove entries whose kind is not speech."""
    first = first_object(rows)
    for key in _KEYS:
        if isinstance(first.get(key), str):
            kinds = [fold_key(str(as_object(row).get(key))) for row in rows]
            unspoken = [kind in _UNSPOKEN for kind in kinds]
            names = ", ".join(sorted(_UNSPOKEN.intersection(kinds))[:_SHOWN])
            return _drop(rows, unspoken, f"entries that are not speech ({names})")
    return rows, ()


def _drop(rows: list[Any], left_out: list[bool], name: str) -> Kept:
    """Remove the marked entries, unless all are marked: then a product may call speech so."""
    count = left_out.count(True)
    if count in (0, len(rows)):
        return rows, ()
    kept = list(compress(rows, map(not_, left_out)))
    return kept, (("skipped-line", f"{name} were left out: {count}"),)


_PLACES = frozenset(
    (
        "bbox",
        "box",
        "boxes",
        "box_2d",
        "bounding_box",
        "bounding_boxes",
        "bounding_poly",
        "bounding_polygon",
        "boundingbox",
        "boundingpoly",
        "rotated_bounding_box",
        "polygon",
        "quad",
        "vertices",
    )
)
"""Folded keys of a place in a picture."""
_SIDES = (("left", "top", "width", "height"), ("x", "y", "width", "height"), ("x", "y", "w", "h"))
"""Keys that make up a place, if all of them have numbers."""
_PLACED = 0.9
"""Of the entries: so many have a place."""
_SAMPLE = 50


def are_of_pictures(rows: list[Any], layout: Layout) -> bool:
    """Whether the entries have places in a picture, and neither words nor speakers."""
    if layout.words or layout.speaker:
        return False
    sample = rows[:_SAMPLE]
    placed = sum(_has_place(as_object(row)) for row in sample)
    return placed >= _PLACED * len(sample)


def _has_place(row: dict[str, Any]) -> bool:
    places = [value for key, value in row.items() if fold_key(key) in _PLACES]
    has_sides = any(are_numbers(*map(row.get, sides)) for sides in _SIDES)
    return has_sides or any(places)
