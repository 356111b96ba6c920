"""Recognizes lists of texts that were found in pictures, by their places in the picture."""

from __future__ import annotations

from typing import Any

from ..json_keys import fold_key
from ..json_text import are_numbers, as_object
from .layout import Layout

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
_SHARE = 0.9
"""Of the entries: so many have a place."""
_SAMPLE = 50


def are_of_pictures(rows: list[Any], layout: Layout) -> bool:
    """Whether the entries have places in a picture, and neither words nor speakers."""
    if layout.words or layout.speaker:
        return False
    sample = rows[:_SAMPLE]
    placed = sum(_has_place(as_object(row)) for row in sample)
    return placed >= _SHARE * len(sample)


def _has_place(row: dict[str, Any]) -> bool:
    places = [value for key, value in row.items() if fold_key(key) in _PLACES]
    has_sides = any(are_numbers(*map(row.get, sides)) for sides in _SIDES)
    return has_sides or any(places)
