"""Computes the wait before the next write.

The server counts writes in a fixed window that begins with the first write (docs/server.md). It
reveals the limit only when it refuses a write. From then on we count ourselves, so that refusals
are rare and no write is left unused. All of this is plain arithmetic on what the ledger stores for
a key: several processes share one window.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ..errors import OmiError, RateLimitedError
from ..limits import DEFAULT_RETRY_AFTER, MAX_RETRY_AFTER

HOUR = 3600.0
_LIMIT_LIFETIME = 86_400.0
"""Seconds for which a learned limit is trusted: the server may have raised it since."""
_FUZZ = 1.0
"""Seconds. If a wait is longer than asked for by more than this, the clock is distrusted."""
_NEGLIGIBLE = 0.001
"""Seconds. A gap that is longer by less is not worth a change in the ledger."""
_MAX_SLACK = 2.0
_SLACK = 0.05
"""A share of the window."""
_ROUNDING = 1.5
_ROUNDING_SHARE = 0.01
"""Seconds, and a share of the window, by which a learned window may differ from the default."""
_MAX_WINDOW = 2 * MAX_RETRY_AFTER
"""Seconds. A window's length is learned from the time since it opened and a wait of at most a
day."""
_LAST_MOMENT = 32_503_680_000.0
"""The year 3000, in seconds since 1970: no correct clock shows it, and a date can still express
it."""
_MOMENTS: dict[str, Any] = {
    "learnt_at": 0.0,
    "opened_at": None,
    "blocked_until": 0.0,
    "next_at": 0.0,
}
"""The moments of a Window, and the replacement of an impossible one."""
_LEAST_RATE_WAIT = 1.0
"""The least number of seconds to wait after a refusal. The server rounds its waits up to a second;
one that always says 0 would be asked as fast as the network allows."""


def find_asked_wait(error: OmiError) -> float:
    """The seconds that a server asked to wait; 0 if it did not, or asked for more than a day.

    At least a second after a refusal because of the rate. The limits are checked here and not only
    in Omi's client, because destinations are plug-ins.
    """
    default, least = 0.0, 0.0
    if isinstance(error, RateLimitedError):
        default, least = DEFAULT_RETRY_AFTER, _LEAST_RATE_WAIT
    seconds = error.retry_after
    if seconds is None or not 0 <= seconds <= MAX_RETRY_AFTER:
        return default
    return max(seconds, least)


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the user wants to write.

    rate: writes in any hour; None for no limit of our own. gap: seconds between two writes.
    window_seconds: the length of the server's window, until the server shows otherwise.
    """

    rate: int | None = None
    gap: float = 0.5
    window_seconds: float = HOUR

    def __post_init__(self) -> None:
        if self.rate is not None and self.rate < 1:
            raise ValueError("the rate of a pace must be at least 1")
        if self.gap < 0 or self.window_seconds <= 0:
            raise ValueError("the times of a pace must not be negative")


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait `seconds`, because of `reason`."""

    seconds: float
    reason: str


@dataclass(frozen=True, slots=True)
class Window:
    """The known facts about a key's window. All moments are seconds since 1970.

    opened_at is never earlier than the moment when the server opened the window: by then the first
    write had certainly arrived. Waiting from there is safe, and too long by at most one round trip.
    """

    limit: int | None = None
    learnt_at: float = 0.0
    seconds: float | None = None
    """Its length as learned; None: as the pace says."""
    opened_at: float | None = None
    used: int = 0
    blocked_until: float = 0.0
    blocked_for: float = 0.0
    """How long the server wanted us to wait."""
    next_at: float = 0.0
    """The end of the gap after the last write."""

    def without_nonsense(self) -> Window:
        """The window with impossible values corrected: earlier versions stored whatever a server
        asked for, and one impossible moment would stop every later command."""
        window = self
        if not 0 <= self.blocked_for <= MAX_RETRY_AFTER:
            window = replace(window, blocked_until=0.0, blocked_for=0.0)
        if self.seconds is not None and not 0 < self.seconds <= _MAX_WINDOW:
            window = replace(window, seconds=None)
        for name, default in _MOMENTS.items():
            moment = getattr(window, name)
            is_possible = moment is None or 0 <= moment <= _LAST_MOMENT
            if not is_possible:
                window = replace(window, **{name: default})
        return window

    def wait(self, now: float, pace: Pace) -> Pause | None:
        """The wait before a write; None if it may be made now."""
        # A wait that is longer than it ever was shows that the clock was set back; it is ignored.
        blocked = self.blocked_until - now
        if 0 < blocked <= self.blocked_for + _FUZZ:
            return Pause(blocked, "the server's rate limit is used up")
        left = self._left(now, pace)
        if left > 0 and self._is_full(now):
            return Pause(left, f"all {self.limit} writes of the window are used")
        gap = self.next_at - now
        if 0 < gap <= pace.gap + _FUZZ:
            return Pause(gap, "the gap between two writes")
        return None

    def take(self, now: float, pace: Pace) -> Window:
        """The window after one more write."""
        opened_at = self.opened_at
        used = self.used
        if opened_at is None or not self._left(now, pace):
            opened_at = now + self._slack(pace)
            used = 0
        next_at = self.next_at
        if pace.gap:
            next_at = now + pace.gap
        return replace(self, opened_at=opened_at, used=used + 1, next_at=next_at)

    def give_back(self) -> Window:
        """The window without the last write, which was not sent after all.

        Without a known limit, writes are not counted.
        """
        if self.limit is None:
            return self
        if self.used <= 1:  # no write has arrived that would have opened it
            return replace(self, opened_at=None, used=0)
        return replace(self, used=self.used - 1)

    def differs(self, former: Window) -> bool:
        """Whether it is worth saving: the number of writes matters only if a limit is known."""
        if self.limit is not None or self.opened_at != former.opened_at:
            return True
        return self.next_at > former.next_at + _NEGLIGIBLE

    def answer(self, now: float) -> Window:
        """The window after an answer: by now, the first write had arrived."""
        if self.opened_at is None or now >= self.opened_at:
            return self
        return replace(self, opened_at=now)

    def refuse(self, now: float, pace: Pace, wait: float, limit: int | None) -> Window:
        """The window after a 429. wait: the seconds that the server asks for. limit: writes per
        window, if it says so."""
        # Refused although not all writes were used, as far as we know: another program uses the
        # key, or the window is longer than we believed. Then nothing is learned, and the next
        # window is not counted: its own refusal will show how long it is.
        is_surprise = self._is_trusted(now) and self.used <= (self.limit or 0)
        seconds = self.seconds
        learnt_at = self.learnt_at
        if limit is not None and is_surprise:
            learnt_at = now - _LIMIT_LIFETIME
        elif limit is not None:
            learnt_at = now
            seconds = self._learn_length(now, pace, wait)
        return replace(
            self,
            limit=limit or self.limit,
            learnt_at=learnt_at,
            seconds=seconds,
            opened_at=None,
            used=0,
            blocked_until=now + wait,
            blocked_for=wait,
        )

    def _learn_length(self, now: float, pace: Pace, wait: float) -> float | None:
        """The length of the window as a refusal shows it; None: as the pace says."""
        if self.opened_at is None or not self._left(now, pace):
            return self.seconds
        length = now - min(now, self.opened_at) + wait
        # The server rounds the wait up to a second, so such a difference shows no other length.
        tolerance = _ROUNDING + _ROUNDING_SHARE * pace.window_seconds
        if abs(length - pace.window_seconds) <= tolerance:
            return None
        return length

    def _length(self, pace: Pace) -> float:
        return self.seconds or pace.window_seconds

    def _slack(self, pace: Pace) -> float:
        """How long a write takes to arrive, at most. An earlier answer corrects it."""
        return min(_MAX_SLACK, _SLACK * self._length(pace))

    def _left(self, now: float, pace: Pace) -> float:
        """Seconds until it ends; 0 if it is over, or if the clock was set back to before it
        opened."""
        if self.opened_at is None:
            return 0.0
        length = self._length(pace)
        left = self.opened_at + length - now
        if 0 < left <= length + 2 * self._slack(pace):
            return left
        return 0.0

    def _is_trusted(self, now: float) -> bool:
        return self.limit is not None and 0 <= now - self.learnt_at < _LIMIT_LIFETIME

    def _is_full(self, now: float) -> bool:
        return self._is_trusted(now) and self.used >= (self.limit or 0)
