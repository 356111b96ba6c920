"""Texts with a separate list of times, one for each word or part of a word.

{text: "good morning", timestamp: [[0, 300], [350, 800]]}           FunASR, ms
{text: "早上好", timestamp: [[0, 300], [300, 550], [550, 800]]}      a time for each character
{transcript: "good morning", timestamps: [0.1, 0.5], speaker_id}    Avoma, the starts
{text: " good morning", tokens: [" good", " mor", "ning"], timestamps: [0.1, 0.5, 0.7]}
    sherpa-onnx, the starts
{words: ["good", "morning"], start: [0.1, 0.5], end: [0.4, 0.9]}    own scripts
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from ..json_keys import find_items
from ..json_text import (
    are_numbers,
    as_list,
    as_object,
    as_text,
    change_objects,
    find_all,
    first_object,
    is_pair,
    without_keys,
)
from .tokens import join_pieces, strip_words

Row = dict[str, Any]
_WORD_BEGINS = "▁"
"""SentencePiece's blank."""


def open_parallel(rows: list[Any]) -> list[Any]:
    """Add words to entries that have a text and a list of times; others are unchanged."""
    # Looking at the first entry alone saves a tenth of reading a list that has no such texts.
    if not _find_times(first_object(rows)).keys or all(map(_is_timed_once, rows)):
        return rows
    return change_objects(rows, _open_row)


def read_text_with_times(document: Any) -> list[Row]:
    """Read a document that is one such text, as one segment; empty for any other."""
    if _is_timed_once(document):
        return []
    row = _open_row(document)
    if row.get("words"):
        return [row]
    return []


class _Times(NamedTuple):
    """The times of an entry that are lists."""

    keys: tuple[str, ...] = ()
    values: Sequence[Any] = ()
    """Starts, or pairs of a start and an end."""


def _find_times(fields: Row) -> _Times:
    """Find the lists of times; none if there are entries."""
    firsts = find_all(list(fields.values()), "*.0")
    if not firsts or dict in map(type, firsts):
        return _Times()
    for key, value in find_items(fields, "span"):
        if _are_times(as_list(value)):
            return _Times((key,), value)
    for start, starts in find_items(fields, "start"):
        for end, ends in find_items(fields, "end"):
            pairs = list(map(list, zip(as_list(starts), as_list(ends), strict=False)))
            if _are_times(pairs):
                return _Times((start, end), pairs)
    return _Times()


def _are_times(values: list[Any]) -> bool:
    """Whether values are all starts, or all pairs of a start and an end."""
    return bool(values) and (are_numbers(*values) or all(map(is_pair, values)))


def _is_timed_once(row: Any) -> bool:
    """Whether an entry has no such list, or one that is only its start and end."""
    fields = as_object(row)
    times = _find_times(fields)
    has_two_tokens = len(as_list(fields.get("tokens"))) == 2
    return not times.keys or (is_pair(times.values) and not has_two_tokens)


def _open_row(fields: Row) -> Row:
    keys, times = _find_times(fields)
    if not keys:
        return fields
    if not isinstance(times[0], list):  # a piece lasts until the next one begins
        times = list(zip(times, [*times[1:], times[-1]], strict=True))
    kept = without_keys(fields, *keys)
    texts = _find_pieces(kept, len(times))
    if not texts:
        are_of_entry = len(keys) > 1
        return {**kept, "start": times[0][0], "end": times[-1][1]} if are_of_entry else fields
    words = []
    for text, (start, end) in zip(texts, times, strict=True):
        words.append({"text": text, "start": start, "end": end})
    begin_words = [text.startswith(" ") for text in texts]
    if any(begin_words):
        words = strip_words(join_pieces(words, "end"))
    kept = without_keys(kept, "tokens")
    return {**kept, "start": times[0][0], "end": words[-1]["end"], "words": words}


def _find_pieces(fields: Row, count: int) -> list[str]:
    """Find as many texts as times: tokens, words, or characters; empty if no number fits."""
    tokens = map(as_text, as_list(fields.get("tokens")))
    found = [[token.replace(_WORD_BEGINS, " ") for token in tokens]]
    for _, value in find_items(fields, "text"):
        text = as_text(value)
        words = [f" {word}" for word in text.split()]
        characters = list(filter(str.isalnum, text))
        found += [words, characters]
    for _, value in find_items(fields, "words"):
        found.append([f" {as_text(word)}" for word in as_list(value)])
    by_count = {len(pieces): pieces for pieces in reversed(found)}
    return by_count.get(count, [])
