"""The turns of a file, while it is read."""

from __future__ import annotations

from itertools import chain

from ...models import Turn
from ...problems import ProblemLog
from .values import TurnEntry

_LONGEST_IN_SECONDS = 300
"""If half of all turns are longer than this, whole numbers are not seconds."""
_LONGEST_IN_MS = 300_000
"""If half of all turns are longer than this, they are not milliseconds, either."""


class TurnList:
    """Collects turns; those without a length are left out and reported once."""

    def __init__(self) -> None:
        self._entries: list[TurnEntry] = []
        self._empty = 0

    def add(self, entry: TurnEntry) -> None:
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
        return [
            Turn(round(start.seconds * factor), round(end.seconds * factor), label, recording)
            for start, end, label, recording in self._entries
        ]

    def _find_factor(self, log: ProblemLog) -> float:
        """How many ms a number counts: whole numbers without a unit need not be seconds."""
        times = chain.from_iterable(entry[:2] for entry in self._entries)
        if not all(time.is_bare_integer for time in times):
            return 1000
        lengths = sorted(entry.end.seconds - entry.start.seconds for entry in self._entries)
        middle = lengths[len(lengths) // 2] if lengths else 0
        if middle <= _LONGEST_IN_SECONDS:
            return 1000
        factor, unit = 0.0001, "units of 100 ns"
        if middle <= _LONGEST_IN_MS:
            factor, unit = 1, "milliseconds"
        log.add("unit-guessed", f"the times have no unit; by their length they are {unit}")
        return factor
