"""How long it takes to send, with what the server allows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from statistics import median
from typing import NamedTuple

HOUR = 3600.0
SECONDS_PER_WRITE = 3.0
"""What a write takes as long as nothing was measured: the answer of the server and the gap after
it. A guess on the safe side for small requests; those of full conversations may take longer."""
_LONGEST_WRITE = 150.0
"""Seconds. The server may take two minutes; after more the program waited, or did not run."""
_FEWEST_MEASURED = 3
"""Writes that say something about the next one."""


class Allowance(NamedTuple):
    """How many writes the server takes in a window.

    seconds: how long the window is. write_seconds: from one write to the next.
    """

    writes: int
    seconds: float = HOUR
    write_seconds: float = SECONDS_PER_WRITE

    @property
    def per_hour(self) -> int:
        """The same for people; at least 1."""
        return max(1, round(self.writes * HOUR / self.seconds))


def time_needed(writes: int, allowance: Allowance, wait: timedelta = timedelta()) -> timedelta:
    """How long it takes: the writes of a window follow one another, then the uploader waits.

    wait: until the server takes the first of them.
    """
    if writes <= 0:
        return timedelta()
    windows_before = (writes - 1) // allowance.writes
    in_last_window = writes - windows_before * allowance.writes
    window_seconds = max(allowance.seconds, allowance.writes * allowance.write_seconds)
    seconds = windows_before * window_seconds + in_last_window * allowance.write_seconds
    return wait + timedelta(seconds=seconds)


def measure_writes(moments: Sequence[float]) -> float | None:
    """Seconds from one write to the next, where they followed each other; None if too few did.

    moments: when writes were made, in order, in seconds.
    """
    steps = [after - before for before, after in pairwise(moments)]
    following = [step for step in steps if step <= _LONGEST_WRITE]
    if len(following) < _FEWEST_MEASURED:
        return None
    return median(following)
