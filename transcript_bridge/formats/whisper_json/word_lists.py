"""Recognizes lists whose entries are words, not sentences."""

from __future__ import annotations

from ...sentences import SENTENCE_ENDS

_MIN_WORDS = 4
"""Fewer texts may be short sentences."""
_LONGEST_WORD = 40
_MEAN_LENGTHS = {True: 12, False: 8}
"""Of ASCII, and of other scripts. Words are shorter on average. A Japanese sentence has no blanks
either, but more characters."""


def are_words(texts: list[str]) -> bool:
    """Whether each text is one word, and there are enough texts to decide."""
    if len(texts) < _MIN_WORDS or not are_single_words(texts):
        return False
    sentences = [text for text in texts if text.endswith(SENTENCE_ENDS)]  # "Yes." "No."
    return 2 * len(sentences) < len(texts)


def are_single_words(texts: list[str]) -> bool:
    """Whether each text is as short as a word, and has no blank in it."""
    together = "".join(texts)
    if "" in texts or " " in together or max(map(len, texts)) > _LONGEST_WORD:
        return False
    limit = _MEAN_LENGTHS[together.isascii()]
    return len(together) / len(texts) < limit
