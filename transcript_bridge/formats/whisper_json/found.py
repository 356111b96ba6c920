"""What a document holds."""

from __future__ import annotations

from typing import Any, NamedTuple


class Found(NamedTuple):
    """The lists of a document, in WhisperX's keys (times in seconds, or whatever is there)."""

    segments: list[Any]
    words: list[Any]
    """Words outside of segments: used only if `segments` is empty."""
    language: str | None
