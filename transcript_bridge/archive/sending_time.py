"""How long it takes to send, with what the server allows."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

HOUR = 3600.0
SECONDS_PER_WRITE = 3.0
"""What a write takes: the answer of the server and the gap after it. A guess on the safe side for
small requests; those of full conversations may take longer."""


class Allowance(NamedTuple):
    """How many writes the server takes in a window. seconds: how long the window is."""

    writes: int
    seconds: float = HOUR

    @property
    def per_hour(self) -> int:
        """The same for people; at least 1."""
        return max(1, round(self.writes * HOUR / self.seconds))


def time_needed(writes: int, allowance: Allowance, wait: timedelta = timedelta()) -> timedelta:
    """How long it takes: in each window so many are written one after another, then it waits.

    wait: until the server takes the first of them.
    """
    if writes <= 0:
        return timedelta()
    windows_before = (writes - 1) // allowance.writes
    in_last_window = writes - windows_before * allowance.writes
    window_seconds = max(allowance.seconds, allowance.writes * SECONDS_PER_WRITE)
    seconds = windows_before * window_seconds + in_last_window * SECONDS_PER_WRITE
    return wait + timedelta(seconds=seconds)
