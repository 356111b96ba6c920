"""The turns of a file, while it is read."""

from __future__ import annotations

from typing import Any

from ...models import Turn
from ...problems import ProblemLog
from ...timecode import milliseconds_in_range
from ..json_text import is_number


class TurnList:
    """Collects turns; those without a length are left out and reported once."""

    def __init__(self) -> None:
        self.turns: list[Turn] = []
        self._empty = 0

    def add(self, turn: Turn) -> None:
        """Add a turn, if it has a length."""
        if turn.end <= turn.start:
            self._empty += 1
        else:
            self.turns.append(turn)

    def report_empty(self, log: ProblemLog) -> None:
        """Report the turns without a length."""
        if self._empty:
            log.add("empty-turn", f"turns left out because they have no length: {self._empty}")

    def __bool__(self) -> bool:
        """Whether there was any turn, left out or not."""
        return bool(self.turns) or self._empty > 0


def read_seconds(value: Any) -> int | None:
    """Seconds, as a number or as text, in ms; None for anything else."""
    if isinstance(value, str):
        value = _parse_number(value)
    if is_number(value):
        return milliseconds_in_range(value)
    return None


_LONGEST_NUMBER = 30


def _parse_number(text: str) -> float | None:
    if len(text) >= _LONGEST_NUMBER:
        return None
    try:
        return float(text)
    except ValueError:
        return None
