"""Tokens of a recognizer's model, which are pieces of words, joined to words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple


class Token(NamedTuple):
    """A piece of a word: its text, and its times as the words will have them."""

    text: str
    times: dict[str, Any]


def join_tokens(tokens: Iterable[Token], end_key: str) -> list[dict[str, Any]]:
    """Words: a token that begins with a blank begins one.

    end_key: where the end is in the times; a word ends with its last token.
    """
    words: list[dict[str, Any]] = []
    for text, times in tokens:
        if text.startswith(" ") or not words:
            words.append({"word": text, **times})
        else:
            words[-1]["word"] += text
            words[-1][end_key] = times.get(end_key)
    return words


def spell(words: Iterable[dict[str, Any]]) -> str:
    """The text of all words."""
    return "".join([word["word"] for word in words])
