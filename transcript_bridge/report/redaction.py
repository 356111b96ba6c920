"""Messages without the text of a transcript that they quote."""

from __future__ import annotations

import re

_QUOTED = re.compile(
    r"""\b(at|before) (?!'transcript-bridge )('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
)
_BUG = re.compile(r"^(a (?:mistake|bug) in Transcript Bridge \(\w+): .*\)", re.DOTALL)


def redact(message: str) -> str:
    """A reason why a file cannot be read, without the piece of the file that it quotes."""
    without_quotes = _QUOTED.sub(r"\1 […]", message)
    return _BUG.sub(r"\1)", without_quotes)
