"""Estimates how long sending takes, with the server's limit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from statistics import median
from typing import NamedTuple

HOUR = 3600.0
SECONDS_PER_WRITE = 3.0
"""Seconds per write until it was measured: the answer of the server and the gap after it. A
cautious guess for small requests; those of full conversations may take longer."""
_LONGEST_WRITE = 150.0
"""Seconds. The server may take two minutes; after a longer time the program waited, or did not
run."""
_FEWEST_MEASURED = 3
"""How many writes are needed to predict the next one."""


class Allowance(NamedTuple):
    """How many writes the server allows per window.

    seconds: how long the window is. write_seconds: from one write to the next.
    """

    writes: int
    seconds: float = HOUR
    write_seconds: float = SECONDS_PER_WRITE

    @property
    def per_hour(self) -> int:
        """The writes per hour, for people; at least 1."""
        return max(1, round(self.writes * HOUR / self.seconds))


def time_needed(writes: int, allowance: Allowance, wait: timedelta = timedelta()) -> timedelta:
    """How long the writes take: those of a window follow one another, then the uploader waits.

    wait: until the server accepts the first of them.
    """
    if writes <= 0:
        return timedelta()
    windows_before = (writes - 1) // allowance.writes
    in_last_window = writes - windows_before * allowance.writes
    window_seconds = max(allowance.seconds, allowance.writes * allowance.write_seconds)
    seconds = windows_before * window_seconds + in_last_window * allowance.write_seconds
    return wait + timedelta(seconds=seconds)


def measure_writes(moments: Sequence[float]) -> float | None:
    """Seconds from one write to the next, if they followed each other; None if too few did.

    moments: when writes were made, in order, in seconds.
    """
    steps = [after - before for before, after in pairwise(moments)]
    following = [step for step in steps if step <= _LONGEST_WRITE]
    if len(following) < _FEWEST_MEASURED:
        return None
    return median(following)
