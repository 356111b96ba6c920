"""Until when nothing may be sent, and how a run meets an outage of the server."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...errors import OmiError
from ..answers import Outcome
from ..clock import Clock
from ..events import Observe, Waiting
from ..settle import Patience

OUTAGE = "the server or the network has a problem"
"""The reason of a wait that no limit asks for."""
_SHOWN_WAIT = 5.0
"""Shorter waits, in seconds, are not reported."""
_SAME_WAIT = 2.0
"""Seconds: waits whose ends are this close are one wait, which is reported once."""
_MAX_BACKOFF = 60.0
_MAX_DOUBLINGS = 6


@dataclass(slots=True, eq=False)
class Hold:
    """No write before a moment. Moments are seconds of the monotonic clock."""

    clock: Clock
    observe: Observe
    until: float = 0.0
    last_wait_shown: float = 0.0
    """The end of the wait that was reported last."""

    def extend(self, seconds: float, reason: str) -> None:
        """Allow no writes for at least `seconds` from now."""
        self.until = max(self.until, self.clock.monotonic() + seconds)
        self.show(seconds, reason)

    def show(self, seconds: float, reason: str) -> None:
        """Report a wait, if it is long and new."""
        until = self.clock.monotonic() + seconds
        if seconds < _SHOWN_WAIT or abs(until - self.last_wait_shown) <= _SAME_WAIT:
            return
        self.last_wait_shown = until
        self.observe(Waiting(seconds, self.clock.now() + seconds, reason))


@dataclass(slots=True, eq=False)
class Outage:
    """Failures of the server, or of the way to it, without a success between them."""

    clock: Clock
    patience: Patience
    failures: int = 0
    since: float = field(default=0.0)
    """When the first of them came: seconds of the monotonic clock."""
    ever_worked: bool = False

    def note_success(self, outcome: Outcome) -> None:
        """The server answered."""
        self.failures = 0
        if outcome.fatal is None:
            self.ever_worked = True

    def note_failure(self, trouble: OmiError) -> OmiError | None:
        """The server failed. Returns the error where the run should end."""
        now = self.clock.monotonic()
        if self.failures == 0:
            self.since = now
        self.failures += 1
        never_worked = not self.ever_worked and self.failures >= self.patience.tries
        is_too_long = now - self.since > self.patience.outage
        if never_worked or is_too_long:
            return trouble
        return None

    def find_backoff(self) -> float:
        """1, 2, 4 … 60 s, with some chance in it, so that many clients do not return at once."""
        doublings = min(self.failures - 1, _MAX_DOUBLINGS)
        seconds = min(_MAX_BACKOFF, self.patience.backoff * 2.0**doublings)
        return seconds * (0.75 + self.clock.jitter() / 2)
