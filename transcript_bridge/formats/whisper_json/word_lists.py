"""Whether the entries of a list are words rather than sentences."""

from __future__ import annotations

from typing import Any

from ..json_text import find_all

_MIN_WORDS = 4
"""Fewer texts may be short sentences."""
_LONGEST_WORD = 40
_MEAN_LENGTHS = {True: 12, False: 8}
"""Of ASCII, and of other scripts. Words are shorter on average. A Japanese sentence has no blanks
either, but more characters."""
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
    together = "".join(texts)
    if " " in together or max(map(len, texts)) > _LONGEST_WORD:
        return False
    limit = _MEAN_LENGTHS[together.isascii()]
    return len(together) / len(texts) < limit


def _read_texts(rows: list[Any]) -> list[str]:
    return [text.strip() for text in find_all(rows, "*.text") if isinstance(text, str)]
