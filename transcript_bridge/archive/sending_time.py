"""How long it takes to send, with what the server allows."""

from __future__ import annotations

from datetime import timedelta


def time_needed(writes: int, per_hour: int, wait: timedelta = timedelta()) -> timedelta:
    """How long it takes with a limit: in each hour so many are written at once, then it waits.

    wait: until the server takes the first of them.
    """
    hours = -(-writes // per_hour)
    if hours <= 0:
        return timedelta()
    return wait + timedelta(hours=hours - 1)
