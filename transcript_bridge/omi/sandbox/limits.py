"""Limits the requests of a key in fixed windows, as the server does."""

from __future__ import annotations

import math
import time
from collections.abc import Callable


class Windows:
    """Counts requests in windows of `seconds` that begin with the first request of each name.

    A refused request is not counted and does not move the window, so the returned wait is exact.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._seconds = seconds
        self._open: dict[str, tuple[float, int]] = {}

    def take(self, name: str, limit: int | None) -> int | None:
        """Count one request. Returns whole seconds to wait if it exceeds the limit, else None."""
        if limit is None:
            return None
        now = self.clock()
        began, used = self._open.get(name, (now, 0))
        if now - began >= self._seconds:
            began, used = now, 0
        if used >= limit:
            return max(1, math.ceil(began + self._seconds - now))
        self._open[name] = (began, used + 1)
        return None
