"""Joins pieces of words, such as the tokens of a model, to words.

Soniox
    {tokens: [{text: " the", start_ms, end_ms, speaker}]}
parakeet-mlx
    {sentences: [{text, start, end, tokens: [{text: " Good", start, end}]}]}, seconds
whisper.cpp with -ojf
    {transcription: [{text, offsets: {from, to}, tokens: [{text: " Good", offsets}]}]}, ms
Apple's Voice Memos
    {attributedString: {runs: ["Good", 0, " morning", 1], attributeTable: [{timeRange: [0.0, 0.3]},
    …]}}; or runs and their attributes by turns, without a table

A piece that begins with a blank begins a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any

from ..json_text import (
    as_list,
    as_object,
    as_text,
    change_objects,
    find_all,
    is_number,
    is_pair,
    without_keys,
)
from .moments import open_span

Row = dict[str, Any]
_STATUS, _TRANSLATION = "translation_status", "translation"
"""Of Soniox's tokens that are a translation, which have no times."""
_SAMPLE = 100
"""Tokens that are looked at."""
_MARK = re.compile(r"\[_.*\]", re.DOTALL)
"""whisper.cpp's tokens that are not text: [_BEG_], [_TT_350]."""


def join_pieces(pieces: Iterable[Row], end_key: str) -> list[Row]:
    """Join pieces to words, with the start of the first piece and the end of the last one.

    pieces: `{text}` and times. end_key: the key of the end in the times.
    """
    words: list[Row] = []
    for piece in pieces:
        if piece["text"].startswith(" ") or not words:
            words.append({**without_keys(piece, "text"), "word": piece["text"]})
        else:
            words[-1]["word"] += piece["text"]
            words[-1][end_key] = piece.get(end_key)
    return words


def strip_words(words: Iterable[Row]) -> list[Row]:
    """Remove the blanks around words."""
    return [{**word, "word": word["word"].strip()} for word in words]


def _list_texts(tokens: Any) -> list[Row]:
    """Return the tokens that have a text."""
    return [token for token in as_list(tokens) if isinstance(as_object(token).get("text"), str)]


# ---- Soniox


def read_soniox(document: Any) -> Row:
    """Replace the pieces of a document by words; empty for any other document."""
    listed = as_list(as_object(document).get("tokens"))
    tokens = [token for token in listed if as_object(token).get(_STATUS) != _TRANSLATION]
    if not _are_timed_pieces(tokens[:_SAMPLE]):
        return {}
    words: list[Row] = []
    for _, spoken in groupby(_list_texts(tokens), key=_speaker_of):
        words += strip_words(join_pieces(spoken, "end_ms"))
    return {**document, "tokens": None, "words": words}


def _speaker_of(token: Row) -> Any:
    return token.get("speaker")


def _are_timed_pieces(tokens: list[Any]) -> bool:
    """Whether tokens are pieces of words, with times."""
    timed = [token["text"] for token in _list_texts(tokens) if "end_ms" in token]
    begins_words = any(text.startswith(" ") for text in timed)
    return begins_words and len(timed) == len(tokens)


# ---- parakeet-mlx


def read_parakeet(document: Any) -> Row:
    """Add words to the sentences of a document; empty for any other document."""
    starts = find_all(document, "sentences.*.tokens.0.start")
    if not any(map(is_number, starts)):
        return {}
    return {**document, "sentences": change_objects(document["sentences"], _read_sentence)}


def _read_sentence(row: Row) -> Row:
    return _add_words(row, _list_texts(row.get("tokens")), "end")


def _add_words(row: Row, pieces: Iterable[Row], end_key: str) -> Row:
    """Add the words of its pieces to an entry; unchanged if they do not give its text."""
    words = join_pieces(pieces, end_key)
    spelled = "".join(map(itemgetter("word"), words)).strip()
    if spelled and spelled == as_text(row.get("text")).strip():
        return {**row, "words": words}
    return row


# ---- whisper.cpp


def read_whisper_cpp(rows: list[Any]) -> list[Any]:
    """Add the words of their tokens to segments; entries of other products are unchanged."""
    return change_objects(rows, _read_segment)


def _read_segment(item: Row) -> Row:
    """Add its words to a segment, unless the tokens do not give its text.

    Tokens are bytes of a model's vocabulary: a character beyond ASCII can be split between two of
    them (fixture whisper-cpp-full).
    """
    if not isinstance(item.get("offsets") or item.get("timestamps"), dict):
        return item
    row = without_keys(item, "tokens")
    pieces = []
    for token in _list_texts(item.get("tokens")):
        if not _MARK.fullmatch(token["text"]):
            pieces.append({"text": token["text"], **open_span(token, ("offsets",))})
    return _add_words(row, pieces, "end_ms")


# ---- Voice Memos


def read_voice_memos(document: Any) -> Row:
    """Read the words of a recording of Voice Memos; empty for any other document."""
    attributed = as_object(document).get("attributedString")
    runs = as_list(as_object(attributed).get("runs", attributed))
    table = dict(enumerate(as_list(as_object(attributed).get("attributeTable"))))
    pieces = []
    for text, attributes in pairwise(runs):
        if type(attributes) is int:
            attributes = table.get(attributes)
        times = as_list(as_object(attributes).get("timeRange"))
        if isinstance(text, str) and is_pair(times):
            pieces.append({"text": text, "start": times[0], "end": times[1]})
    if not pieces:
        return {}
    return {"words": strip_words(join_pieces(pieces, "end"))}
