"""What a document holds."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple


class Found(NamedTuple):
    """The lists of a document, in WhisperX's keys (times in seconds, or whatever is there)."""

    segments: list[Any]
    words: list[Any]
    """Words outside of segments: used only if `segments` is empty."""
    language: str | None = None
    started_at: datetime | None = None
    """When time 0 was, if the times of the file are dates."""
    problems: tuple[tuple[str, str], ...] = ()
    """(code, message)."""

    def with_problem(self, code: str, message: str) -> Found:
        """The same with one more problem."""
        return self._replace(problems=(*self.problems, (code, message)))
