"""Decodes UTF-8 that was encoded twice: a program read it as cp1252 (`cafÃ©`, `itâ€™s`)."""

from __future__ import annotations

import re

_SIGNS = ("\u00c3", "\u00c2", "\u00e2\u20ac")
"""The first characters of accented letters and typographic marks that were encoded twice. Finding
one takes a hundredth of the time of a pattern."""
_UNDEFINED = frozenset("\x81\x8d\x8f\x90\x9d")
"""Bytes for which cp1252 has no character; programs keep the byte."""


def undo_second_encoding(text: str) -> str | None:
    """The text as it was before; None if it was encoded once.

    All of it must be UTF-8 again, which no other text is by chance.
    """
    if not any(sign in text for sign in _SIGNS):
        return None
    raw = bytearray()
    try:
        for piece in re.split("([\x81\x8d\x8f\x90\x9d])", text):
            raw += piece.encode("latin-1" if piece in _UNDEFINED else "cp1252")
        return raw.decode("utf-8")
    except UnicodeError:
        return None
