"""Texts with a separate list of times, one for each word or part of a word.

{text: "good morning", timestamp: [[0, 300], [350, 800]]}           FunASR, ms
{text: "早上好", timestamp: [[0, 300], [300, 550], [550, 800]]}      a time for each character
{transcript: "good morning", timestamps: [0.1, 0.5], speaker_id}    Avoma, the starts
{text: " good morning", tokens: [" good", " mor", "ning"], timestamps: [0.1, 0.5, 0.7]}
    sherpa-onnx, the starts
"""

from __future__ import annotations

from typing import Any

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
    if not _find_time_key(first_object(rows)) or all(map(_is_timed_once, rows)):
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


def _find_time_key(fields: Row) -> str:
    """Find the key of the list of times; empty if there is none, or if there are entries."""
    firsts = find_all(list(fields.values()), "*.0")
    if dict in map(type, firsts):
        return ""
    for key, value in find_items(fields, "span"):
        if _are_times(as_list(value)):
            return key
    return ""


def _are_times(values: list[Any]) -> bool:
    """Whether values are all starts, or all pairs of a start and an end."""
    return bool(values) and (are_numbers(*values) or all(map(is_pair, values)))


def _is_timed_once(row: Any) -> bool:
    """Whether an entry has no such list, or one that is only its start and end."""
    fields = as_object(row)
    key = _find_time_key(fields)
    has_two_tokens = len(as_list(fields.get("tokens"))) == 2
    return not key or (is_pair(fields[key]) and not has_two_tokens)


def _open_row(fields: Row) -> Row:
    key = _find_time_key(fields)
    times = as_list(fields.get(key))
    texts = _find_pieces(fields, len(times))
    if not texts:
        return fields
    if not isinstance(times[0], list):  # a piece lasts until the next one begins
        times = list(zip(times, [*times[1:], times[-1]], strict=True))
    words = []
    for text, (start, end) in zip(texts, times, strict=True):
        words.append({"text": text, "start": start, "end": end})
    begin_words = [text.startswith(" ") for text in texts]
    if any(begin_words):
        words = strip_words(join_pieces(words, "end"))
    kept = without_keys(fields, key, "tokens", "words")
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
    by_count = {len(pieces): pieces for pieces in reversed(found)}
    return by_count.get(count, [])
