"""Time as a parameter: nothing in this room asks the computer for it."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Event

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_NAP = 1.0
"""Seconds. Long waits are slept in naps: Windows does not wake a waiting thread for Ctrl-C, and a
computer that was asleep notices that the hour is over."""


@lru_cache(maxsize=1)
def read_boot() -> str:
    """What names the present run of the operating system; empty where it does not say (it is Linux
    that does)."""
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _sleep(seconds: float, stop: Event) -> None:
    end = time.monotonic() + seconds
    while not stop.is_set() and (left := end - time.monotonic()) > 0:
        stop.wait(min(left, _NAP))


@dataclass(frozen=True, slots=True)
class Clock:
    """The computer's clocks. Tests give others.

    now: seconds since 1970, may jump. monotonic: seconds, never jumps, the same for all processes
    of one boot. sleep: seconds, and an event that ends it early. jitter: from 0 to 1.
    """

    now: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float, Event], None] = _sleep
    jitter: Callable[[], float] = random.random
    boot: Callable[[], str] = read_boot

    def mark(self) -> str:
        """The present as `boot:monotonic`, to be measured from by any process of this boot; empty
        if impossible."""
        boot = self.boot()
        return f"{boot}:{self.monotonic():.3f}" if boot else ""

    def since(self, mark: str) -> float | None:
        """Seconds since `mark`; None where it was made in another boot, or on another machine."""
        boot, _, moment = mark.rpartition(":")
        if not boot or boot != self.boot():
            return None
        return max(0.0, self.monotonic() - float(moment))
