"""Time as a parameter: no other module of `transfer/` reads the computer's clock."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Event

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_MAX_SLEEP = 1.0
"""Seconds. Long waits are divided into short sleeps: Windows does not wake a waiting thread for
Ctrl-C, and a computer that was suspended then notices that the wait is over."""


@lru_cache(maxsize=1)
def read_boot() -> str:
    """An id that changes with each boot of the system; empty where there is none (not Linux)."""
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _sleep(seconds: float, stop: Event) -> None:
    end = time.monotonic() + seconds
    while not stop.is_set():
        left = end - time.monotonic()
        if left <= 0:
            return
        stop.wait(min(left, _MAX_SLEEP))


@dataclass(frozen=True, slots=True)
class Clock:
    """The computer's clocks; tests use others.

    now: seconds since 1970, may jump. monotonic: seconds, never jumps, the same for all processes
    of one boot. sleep: seconds, and an event that ends it early. jitter: from 0 to 1. boot: an id
    of this boot, without spaces.
    """

    now: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float, Event], None] = _sleep
    jitter: Callable[[], float] = random.random
    boot: Callable[[], str] = read_boot

    def mark(self) -> str:
        """The present as `boot:monotonic`, for `since`; empty if boots cannot be distinguished."""
        boot = self.boot()
        if boot:
            return f"{boot}:{self.monotonic():.3f}"
        return ""

    def since(self, mark: str) -> float | None:
        """Seconds since `mark`; None if it was made before a reboot, or on another machine."""
        boot, _, moment = mark.rpartition(":")
        if not boot or boot != self.boot():
            return None
        return max(0.0, self.monotonic() - float(moment))
