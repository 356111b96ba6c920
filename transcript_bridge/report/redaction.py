"""Removes the text of transcripts from messages that quote it."""

from __future__ import annotations

import re

_QUOTED = re.compile(
    r"""\b(at|before) (?!'transcript-bridge )('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
)


def redact(message: str) -> str:
    """A message about an unreadable file, without the piece of the file that it quotes."""
    return _QUOTED.sub(r"\1 […]", message)
