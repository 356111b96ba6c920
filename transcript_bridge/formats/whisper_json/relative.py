"""Words whose times count from the beginning of their entry, as Attendee has them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..json_text import are_numbers, as_list, as_object

_SAMPLE = 50
"""Entries that show whether it is so."""
_MIN_SHARE = 0.5
"""Of them: the first one begins so early that its words may be within it in either case."""


def place_words(rows: Sequence[Any]) -> None:
    """Move the words of entries to where these are, if half of them end before their entry begins.

    rows: in WhisperX's keys; their words are changed in place.
    """
    with_words = [row for row in map(as_object, rows) if row.get("words")]
    sample = with_words[:_SAMPLE]
    early = list(filter(_ends_before_it_begins, sample))
    if len(early) < _MIN_SHARE * len(sample):
        return
    for row in with_words:
        for word in _list_timed(row):
            word["start"] += row["start"]
            word["end"] += row["start"]


def _list_timed(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The words with times, of an entry with a time."""
    for word in map(as_object, as_list(row["words"])):
        if are_numbers(row.get("start"), word.get("start"), word.get("end")):
            yield word


def _ends_before_it_begins(row: dict[str, Any]) -> bool:
    ends = [word["end"] for word in _list_timed(row)]
    return bool(ends) and max(ends) < row["start"]
