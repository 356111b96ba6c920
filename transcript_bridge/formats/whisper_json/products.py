"""Segments of transformers and of whisper.cpp, in WhisperX's keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ..json_text import as_object
from .found import Found

_MARK = re.compile(r"\[_.*\]", re.DOTALL)
_MAX_MS = 1e15
"""A larger number is passed on as it is."""


def read_chunks(items: list[Any], language: str | None) -> Found:
    """transformers' chunks: segments, or words with return_timestamps="word"."""
    return _to_found([_read_chunk(item) for item in items], language)


def _read_chunk(item: Any) -> Any:
    if not isinstance(item, dict):
        return item
    start = end = None
    times = item.get("timestamp")
    if isinstance(times, list) and len(times) == 2:
        start, end = times
    row = {"start": start, "end": end, "text": item.get("text")}
    if item.get("speaker") is not None:
        row["speaker"] = item["speaker"]
    return row


def read_whisper_cpp(items: list[Any], language: str | None) -> Found:
    """whisper.cpp's transcription: segments, or words with `--max-len 1 --split-on-word`."""
    return _to_found([_read_whisper_cpp_segment(item) for item in items], language)


def _read_whisper_cpp_segment(item: Any) -> Any:
    if not isinstance(item, dict):
        return item
    row = {**_read_offsets(item), "text": item.get("text")}
    if item.get("speaker") not in (None, "?"):  # `?`: could not tell, with --diarize
        row["speaker"] = item["speaker"]
    if "tokens" in item:
        words = _read_tokens(item)
    else:
        words = []
    if words:
        row["words"] = words
    return row


def _read_offsets(item: dict[str, Any]) -> dict[str, Any]:
    offsets = as_object(item.get("offsets"))
    return {"start": _to_seconds(offsets.get("from")), "end": _to_seconds(offsets.get("to"))}


def _to_seconds(value: Any) -> Any:
    """ms as seconds; anything else as it is."""
    if type(value) is int or type(value) is float:
        if abs(value) < _MAX_MS:
            return value / 1000
        return value
    return value


def _read_tokens(item: dict[str, Any]) -> list[dict[str, Any]]:
    """Words from the tokens of `-ojf`: a token that begins with a blank begins a word.

    Empty if the tokens do not make up the text: they are bytes of a model's vocabulary, and a
    character beyond ASCII can be torn between two of them (fixture whisper-cpp-full).
    """
    words: list[dict[str, Any]] = []
    for text, times in _spoken_tokens(item.get("tokens")):
        if text.startswith(" ") or not words:
            words.append({"word": text, **times})
        else:
            words[-1]["word"] += text
            words[-1]["end"] = times["end"]
    spelled = "".join([word["word"] for word in words])
    if spelled == item.get("text"):
        return words
    return []


def _spoken_tokens(tokens: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """The text and the times of each token that is not a mark: [_BEG_], [_TT_350]."""
    if not isinstance(tokens, list):
        return
    for token in map(as_object, tokens):
        text = token.get("text")
        if isinstance(text, str) and not _MARK.fullmatch(text):
            yield text, _read_offsets(token)


# ---- segments that are words


_MIN_WORDS = 4
"""Fewer texts may be short sentences."""
_LONGEST_WORD = 40
_MEAN_LENGTH_ASCII, _MEAN_LENGTH = 12, 8
"""Words are shorter on average. A Japanese sentence has no blanks either, but more characters."""
_SENTENCE_ENDS = (".", "?", "!", "。")


def _to_found(rows: list[Any], language: str | None) -> Found:
    if _are_words(rows):
        return Found([], [_to_word(row) for row in rows], language)
    return Found(rows, [], language)


def _are_words(rows: list[Any]) -> bool:
    """Whether each row is one word rather than a sentence."""
    texts = _read_texts(rows)
    if len(texts) < max(_MIN_WORDS, len(rows)):
        return False
    if max(len(text) for text in texts) > _LONGEST_WORD:
        return False
    together = "".join(texts)
    if " " in together:
        return False
    if together.isascii():
        limit = _MEAN_LENGTH_ASCII
    else:
        limit = _MEAN_LENGTH
    if len(together) / len(texts) >= limit:
        return False
    sentences = [text for text in texts if text.endswith(_SENTENCE_ENDS)]  # "Yes." "No."
    return 2 * len(sentences) < len(texts)


def _read_texts(rows: list[Any]) -> list[str]:
    texts = []
    for row in rows:
        text = as_object(row).get("text")
        if isinstance(text, str):
            texts.append(text.strip())
    return texts


def _to_word(row: dict[str, Any]) -> dict[str, Any]:
    word = {"word": row["text"], **row}
    del word["text"]
    return word
