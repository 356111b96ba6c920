"""Texts in which nobody speaks."""

from __future__ import annotations


def is_sound(text: str) -> bool:
    """Whether nobody speaks in `text`, stripped: `[Music]`, `(applause)`, `♪ … ♪`."""
    if text.startswith("["):
        return text.find("]") == len(text) - 1
    if text.startswith("("):
        return text.find(")") == len(text) - 1
    return text.startswith(("♪", "♫"))


def is_silent(text: str) -> bool:
    """Whether nobody says anything: the text is empty, or a sound."""
    return not text or is_sound(text)
