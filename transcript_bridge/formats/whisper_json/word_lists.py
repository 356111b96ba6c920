"""Whether the entries of a list are words rather than sentences."""

from __future__ import annotations

from typing import Any

from ..json_text import as_object

_MIN_WORDS = 4
"""Fewer texts may be short sentences."""
_LONGEST_WORD = 40
_MEAN_LENGTH_ASCII, _MEAN_LENGTH = 12, 8
"""Words are shorter on average. A Japanese sentence has no blanks either, but more characters."""
_SENTENCE_ENDS = (".", "?", "!", "。")


def are_words(rows: list[Any]) -> bool:
    """Whether each row has one word as its text, and there are enough to know."""
    texts = _read_texts(rows)
    if len(texts) < _MIN_WORDS or not are_single_words(rows):
        return False
    sentences = [text for text in texts if text.endswith(_SENTENCE_ENDS)]  # "Yes." "No."
    return 2 * len(sentences) < len(texts)


def are_single_words(rows: list[Any]) -> bool:
    """Whether each row has a text that is as short as a word, and no blank in it."""
    texts = _read_texts(rows)
    if not texts or len(texts) < len(rows):
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
    return len(together) / len(texts) < limit


def _read_texts(rows: list[Any]) -> list[str]:
    texts = []
    for row in rows:
        text = as_object(row).get("text")
        if isinstance(text, str):
            texts.append(text.strip())
    return texts
