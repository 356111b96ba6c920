"""Messages without the text of a transcript that they quote."""

from __future__ import annotations

import re

_QUOTED = re.compile(
    r"""\b(at|before) (?!'transcript-bridge )('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
)


def redact(message: str) -> str:
    """A reason why a file cannot be read, without the piece of the file that it quotes."""
    return _QUOTED.sub(r"\1 […]", message)
