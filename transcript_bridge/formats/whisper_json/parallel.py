"""Texts whose times are in a list of their own, one for each word or piece of a word.

{text: "good morning", timestamp: [[0, 300], [350, 800]]}           FunASR, ms
{text: "早上好", timestamp: [[0, 300], [300, 550], [550, 800]]}      one for each character
{transcript: "good morning", timestamps: [0.1, 0.5], speaker_id}    Avoma, the starts
{text: " good morning", tokens: [" good", " mor", "ning"], timestamps: [0.1, 0.5, 0.7]}
    sherpa-onnx, the starts
{attributedString: {runs: ["Good", 0, " morning", 1], attributeTable: [{timeRange: [0.0, 0.3]},
    …]}}    Apple's Voice Memos; or runs and their attributes by turns, without a table
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from ..json_keys import meanings
from ..json_text import as_list, as_object, first_object, first_of, is_number
from .tokens import Token, join_tokens

_PAIR = 2
_WORD_BEGINS = "▁"
"""SentencePiece's blank."""


def open_parallel(rows: list[Any]) -> list[Any]:
    """Entries whose words have their times in a list beside the text, with words."""
    if not _has_time_list(first_object(rows)) or _have_pairs(rows):
        return rows
    return [_open_row(row) for row in rows]


def open_document(document: Any) -> Any:
    """A document that is one such text, as a list of one segment; any other as it is."""
    fields = as_object(document)
    runs = _find_runs(fields)
    if runs:
        return {"words": runs}
    if not _has_time_list(fields) or _have_pairs([fields]):
        return document
    row = _open_row(fields)
    if row.get("words"):
        return [row]
    return document


def _find_time_key(fields: dict[str, Any]) -> str | None:
    for key, value in fields.items():
        times = as_list(value)
        if "span" in meanings(key) and times and _are_times(times):
            return key
    return None


def _have_pairs(rows: list[Any]) -> bool:
    """Whether each entry has two times: its start and its end, and not the starts of two words."""
    for fields in map(as_object, rows):
        key = _find_time_key(fields)
        if key is None:
            continue
        times = fields[key]
        has_tokens = len(as_list(fields.get("tokens"))) == _PAIR
        if len(times) != _PAIR or has_tokens or not all(map(is_number, times)):
            return False
    return True


def _are_times(values: list[Any]) -> bool:
    """Whether values are all starts, or all pairs of a start and an end."""
    return all(map(is_number, values)) or all(map(_is_pair, values))


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == _PAIR and all(map(is_number, value))


def _has_time_list(fields: dict[str, Any]) -> bool:
    """Whether an entry has such a list, and no entries of its own that say more."""
    has_entries = any(isinstance(first_of(value), dict) for value in fields.values())
    return not has_entries and _find_time_key(fields) is not None


def _open_row(row: Any) -> Any:
    fields = as_object(row)
    key = _find_time_key(fields)
    if key is None:
        return row
    pieces = _find_pieces(fields, len(fields[key]))
    if not pieces:
        return row
    words = _time_pieces(pieces, fields[key])
    rest = {name: value for name, value in fields.items() if name not in (key, "tokens", "words")}
    return {**rest, "start": words[0]["start"], "end": words[-1]["end"], "words": words}


def _find_pieces(fields: dict[str, Any], count: int) -> list[str]:
    """As many texts as there are times: tokens, words, or characters; empty if none fit."""
    tokens = as_list(fields.get("tokens"))
    if len(tokens) == count and all(isinstance(token, str) for token in tokens):
        return [token.replace(_WORD_BEGINS, " ") for token in tokens]
    for key, value in fields.items():
        pieces = _split_text(value, count)
        if pieces and "text" in meanings(key):
            return pieces
    return []


def _split_text(text: Any, count: int) -> list[str]:
    """The words of a text, or its characters, if there are so many; else empty."""
    if not isinstance(text, str):
        return []
    words = text.split()
    if len(words) == count:
        return [f" {word}" for word in words]
    characters = [character for character in text if character.isalnum()]
    if len(characters) == count:
        return characters
    return []


def _time_pieces(pieces: list[str], times: list[Any]) -> list[dict[str, Any]]:
    """Words with their times; a piece without an end lasts until the next one begins."""
    if isinstance(times[0], list):
        pairs = times
    else:
        pairs = list(zip(times, [*times[1:], times[-1]], strict=True))
    tokens: list[Token] = []
    for piece, (start, end) in zip(pieces, pairs, strict=True):
        tokens.append(Token(piece, {"start": start, "end": end}))
    if not any(token.text.startswith(" ") for token in tokens):
        return [{"word": token.text, **token.times} for token in tokens]
    words = join_tokens(tokens, "end")
    return [{**word, "word": word["word"].strip()} for word in words]


# ---- Voice Memos


def _find_runs(fields: dict[str, Any]) -> list[dict[str, Any]]:
    """The words of a recording of Voice Memos; empty for anything else."""
    attributed = fields.get("attributedString")
    if isinstance(attributed, dict):
        runs = as_list(attributed.get("runs"))
        table = as_list(attributed.get("attributeTable"))
    else:
        runs = as_list(attributed)
        table = []
    tokens: list[Token] = []
    for text, attributes in pairwise(runs):
        if not isinstance(text, str):
            continue
        if type(attributes) is int and 0 <= attributes < len(table):
            attributes = table[attributes]
        times = as_list(as_object(attributes).get("timeRange"))
        if len(times) == 2 and all(map(is_number, times)):
            tokens.append(Token(text, {"start": times[0], "end": times[1]}))
    words = join_tokens(tokens, "end")
    return [{**word, "word": word["word"].strip()} for word in words]
