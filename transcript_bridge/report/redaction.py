"""Removes the text of transcripts from messages that quote it."""

from __future__ import annotations

import re

_QUOTED = re.compile(r"""((?:\b(?:at|before|for)|[:,])\s)('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""")
"""A piece of a file, after the words that come before one. Messages also quote words of their own
(`has neither 'WEBVTT' …`)."""
_COMMAND = re.compile(r"'(?:transcript-bridge |plan\b|review\b|migrate\b|retry\b)[^']*'")
"""Texts in messages that are not from a file."""


def redact(message: str) -> str:
    """A message about an unreadable file, without the pieces of the file that it quotes."""
    return _QUOTED.sub(_hide, message)


def _hide(quoted: re.Match[str]) -> str:
    if _COMMAND.fullmatch(quoted[2]):
        return quoted[0]
    return f"{quoted[1]}[…]"
