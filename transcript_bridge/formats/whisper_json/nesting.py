"""Entries that hold others: the sentences of a paragraph, the alternatives of a result."""

from __future__ import annotations

from typing import Any

from ..json_keys import fold_key
from ..json_text import as_object
from .layout import Layout

_CHILDREN = frozenset(
    (
        "segments",
        "sentences",
        "utterances",
        "lines",
        "paragraphs",
        "turns",
        "elements",
        "contents",
        "entries",
    )
)
"""Names of lists inside of entries."""


def open_entries(rows: list[Any], layout: Layout) -> list[Any]:
    """The entries that have the texts; those of other lists as they are.

    A nested entry has its speaker from the one around it. The alternatives of a result are
    different hearings of the same; the first is the best.
    """
    sample = next((row for row in rows if isinstance(row, dict)), None)
    if sample is None:
        return rows
    if _has_alternatives(sample):
        return [_take_best(row) for row in rows]
    is_parent = not layout.text and not layout.words and bool(layout.speaker or layout.start)
    if not is_parent:
        return rows
    opened: list[Any] = []
    for row in rows:
        opened += _open_entry(row, layout)
    return opened or rows


def _has_alternatives(row: dict[str, Any]) -> bool:
    alternatives = row.get("alternatives")
    is_list = isinstance(alternatives, list) and bool(alternatives)
    return is_list and isinstance(alternatives[0], dict)  # type: ignore[index]


def _take_best(row: Any) -> Any:
    if isinstance(row, dict) and _has_alternatives(row):
        rest = {key: value for key, value in row.items() if key != "alternatives"}
        return {**row["alternatives"][0], **rest}
    return row


def _open_entry(row: Any, layout: Layout) -> list[Any]:
    fields = as_object(row)
    inherited = {key: fields[key] for key in layout.speaker if key in fields}
    children: list[Any] = []
    for key, inner in fields.items():
        if isinstance(inner, list) and fold_key(key[:40]) in _CHILDREN:
            children += [
                {**inherited, **child} if isinstance(child, dict) else child for child in inner
            ]
    return children
