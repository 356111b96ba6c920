"""The turns of a file, while it is read."""

from __future__ import annotations

from ...models import Turn
from ...problems import ProblemLog
from .values import Entry

_LONGEST_IN_SECONDS = 300
"""If half of all turns are longer than this, whole numbers are no seconds."""
_LONGEST_IN_MS = 300_000
"""If half of all turns are longer than this, they are no milliseconds, either."""


class TurnList:
    """Collects turns; those without a length are left out and reported once."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._empty = 0

    def add(self, entry: Entry) -> None:
        """Add a turn, if it has a length."""
        if entry.end.seconds <= entry.start.seconds:
            self._empty += 1
        else:
            self._entries.append(entry)

    def __bool__(self) -> bool:
        """Whether there was any turn, left out or not."""
        return bool(self._entries) or self._empty > 0

    def finish(self, log: ProblemLog) -> list[Turn]:
        """The turns in file order; reports those that were left out, and guessed units."""
        if self._empty:
            log.add("empty-turn", f"turns left out because they have no length: {self._empty}")
        factor = self._find_factor(log)
        turns: list[Turn] = []
        for start, end, label, recording in self._entries:
            begin = round(start.seconds * factor)
            stop = round(end.seconds * factor)
            turns.append(Turn(begin, stop, label, recording))
        return turns

    def _find_factor(self, log: ProblemLog) -> float:
        """How many ms a number counts: whole numbers without a unit need not be seconds."""
        lengths: list[float] = []
        for start, end, *_ in self._entries:
            if not (start.is_bare_integer and end.is_bare_integer):
                return 1000
            lengths.append(end.seconds - start.seconds)
        lengths.sort()
        if not lengths or lengths[len(lengths) // 2] <= _LONGEST_IN_SECONDS:
            return 1000
        if lengths[len(lengths) // 2] <= _LONGEST_IN_MS:
            log.add("unit-guessed", "the times have no unit; by their length they are milliseconds")
            return 1
        log.add("unit-guessed", "the times have no unit; by their length they are units of 100 ns")
        return 0.0001
