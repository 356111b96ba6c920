"""Holds writes back, and handles an outage of the server."""

from __future__ import annotations

from dataclasses import dataclass, field

from ...errors import OmiError
from ..answers import Outcome
from ..clock import Clock
from ..events import Observe, Waiting
from ..settle import Patience

OUTAGE = "the server or the network has a problem"
"""The reason of a wait that is not due to a limit."""
_SHOWN_WAIT = 5.0
"""Seconds. Shorter waits are not reported."""
_SAME_WAIT = 2.0
"""Seconds. Waits whose ends are this close count as one, which is reported once."""
_MAX_BACKOFF = 60.0
_MAX_DOUBLINGS = 6
"""Enough to reach _MAX_BACKOFF. After a thousand failures, the power would not fit a float."""


@dataclass(slots=True, eq=False)
class Hold:
    """Holds writes back until a moment. Moments are seconds of the monotonic clock."""

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
    """Failures of the server or the network without a success between them."""

    clock: Clock
    patience: Patience
    failures: int = 0
    since: float = field(default=0.0)
    """When the first of them came, in seconds of the monotonic clock."""
    ever_worked: bool = False

    def note_success(self, outcome: Outcome) -> None:
        """Note that the server answered."""
        self.failures = 0
        if outcome.fatal is None:
            self.ever_worked = True

    def note_failure(self, trouble: OmiError) -> OmiError | None:
        """Note that the server failed. Returns the error if the run should end."""
        now = self.clock.monotonic()
        if self.failures == 0:
            self.since = now
        self.failures += 1
        # A wrong address, or no network at all, shows within seconds. After a success the same
        # failure may pass.
        never_worked = not self.ever_worked and self.failures >= self.patience.tries
        is_too_long = now - self.since > self.patience.outage
        if never_worked or is_too_long:
            return trouble
        return None

    def find_backoff(self) -> float:
        """The wait in seconds: 1, 2, 4 … 60, randomized so that many clients do not return at
        once."""
        doublings = min(self.failures - 1, _MAX_DOUBLINGS)
        seconds = min(_MAX_BACKOFF, self.patience.backoff * 2.0**doublings)
        return seconds * (0.75 + self.clock.jitter() / 2)
