"""A clock on which sleeping takes no time.

A test of an hour's wait takes no time, and its outcome does not depend on how fast the machine is.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from transcript_bridge.transfer.clock import Clock, read_boot


@dataclass
class JumpingClock:
    """Real time plus the time of all sleeps, which return at once.

    A timer goes off when a sleep passes its moment. before_sleep: called with the seconds of each
    sleep, so that a test can do something meanwhile.
    """

    offset: float = 0.0
    before_sleep: Callable[[float], object] = lambda seconds: None
    timers: list[JumpingTimer] = field(default_factory=list)

    def now(self) -> float:
        return time.time() + self.offset

    def monotonic(self) -> float:
        return time.monotonic() + self.offset

    def sleep(self, seconds: float, stop: threading.Event) -> None:
        """Jump ahead, up to the next timer if that comes first."""
        self.before_sleep(seconds)
        if stop.is_set():
            return
        end = self.monotonic() + seconds
        due = [timer for timer in self.timers if timer.moment <= end]
        if not due:
            self.offset += seconds
            return
        first = min(due, key=lambda timer: timer.moment)
        self.timers.remove(first)
        self.offset += max(0.0, first.moment - self.monotonic())
        first.call()

    def make_timer(self, seconds: float, call: Callable[[], None]) -> JumpingTimer:
        """Make a timer in place of `threading.Timer`."""
        return JumpingTimer(self, seconds, call)

    def as_clock(self) -> Clock:
        """Return the clock for an Uploader, an Undoer or a Ledger."""
        return Clock(
            now=self.now,
            monotonic=self.monotonic,
            sleep=self.sleep,
            jitter=lambda: 0.5,
            boot=read_boot,
        )


@dataclass(eq=False)
class JumpingTimer:
    """A `threading.Timer` that uses a JumpingClock."""

    clock: JumpingClock
    seconds: float
    call: Callable[[], None]
    moment: float = 0.0
    daemon: bool = True

    def start(self) -> None:
        self.moment = self.clock.monotonic() + self.seconds
        self.clock.timers.append(self)

    def cancel(self) -> None:
        if self in self.clock.timers:
            self.clock.timers.remove(self)
