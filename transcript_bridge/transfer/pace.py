"""How long to wait before the next write.

The server counts writes in a fixed window that begins with the first one (docs/api.md). It says how
many there may be only when it refuses one; from then on we count ourselves, so that refusals are
rare and no write is left unused. All of this is plain arithmetic on what the ledger keeps for the
key: several processes share one window.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

HOUR = 3600.0
_LIMIT_HOLDS = 86_400.0
"""Seconds that a limit is believed: a server may have become more generous."""
_FUZZ = 1.0
_IDLE = 0.001


@dataclass(frozen=True, slots=True)
class Pace:
    """What the user wants.

    rate: writes in any hour, None for no limit of our own. gap: seconds between two.
    """

    rate: int | None = None
    gap: float = 0.5
    window_seconds: float = HOUR
    """How long the server's window is, until it shows otherwise."""

    def __post_init__(self) -> None:
        if self.gap < 0 or (self.rate is not None and self.rate < 1) or self.window_seconds <= 0:
            raise ValueError("a pace has a rate of at least 1, and no negative times")


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait `seconds`, because `reason`."""

    seconds: float
    reason: str


@dataclass(frozen=True, slots=True)
class Window:
    """What is known of a key's window. All moments are seconds since 1970.

    opened_at is never earlier than the server's own opening: it is a moment at which the first
    write had surely arrived. Waiting from there is safe, and late by one round trip at most.
    """

    limit: int | None = None
    learnt_at: float = 0.0
    seconds: float | None = None
    """How long it is, learnt; None: as the pace says."""
    opened_at: float | None = None
    used: int = 0
    blocked_until: float = 0.0
    blocked_for: float = 0.0
    """How long the server wanted us to wait."""
    next_at: float = 0.0
    """The gap after the last write ends here."""

    def wait(self, now: float, pace: Pace) -> Pause | None:
        """What to wait for before a write; None when it may go."""
        # A wait longer than it ever was shows that the clock was set back: nothing is known of it
        # any more.
        if 0 < (left := self.blocked_until - now) <= self.blocked_for + _FUZZ:
            return Pause(left, "the server's rate limit is used up")
        if self._is_full(now) and (left := self._left(now, pace)):
            return Pause(left, f"all {self.limit} writes of the window are used")
        if 0 < (left := self.next_at - now) <= pace.gap + _FUZZ:
            return Pause(left, "the gap between two writes")
        return None

    def take(self, now: float, pace: Pace) -> Window:
        """With one write more."""
        used = self.used
        opened_at = self.opened_at
        if opened_at is None or not self._left(now, pace):
            opened_at, used = now + self._slack(pace), 0
        return replace(
            self,
            opened_at=opened_at,
            used=used + 1,
            next_at=now + pace.gap if pace.gap else self.next_at,
        )

    def differs(self, former: Window) -> bool:
        """Whether it is worth writing down: how many were used matters only where a limit is known."""
        return (
            self.limit is not None
            or self.opened_at != former.opened_at
            or self.next_at > former.next_at + _IDLE
        )

    def answer(self, now: float) -> Window:
        """After an answer: the first write of the window had arrived by now."""
        if self.opened_at is None or now >= self.opened_at:
            return self
        return replace(self, opened_at=now)

    def refuse(self, now: float, pace: Pace, wait: float, limit: int | None) -> Window:
        """After a 429 that asks to wait so many seconds, and may name the limit."""
        # Refused before all was used, as far as we know: somebody else uses the key, or the window
        # is longer than we believed. The next one is not counted: its own refusal shows how long it
        # is.
        is_surprise = self._is_believed(now) and self.used <= (self.limit or 0)
        seconds, learnt_at = self.seconds, self.learnt_at
        if limit is not None:
            learnt_at = now - _LIMIT_HOLDS if is_surprise else now
        if (
            limit is not None
            and not is_surprise
            and self.opened_at is not None
            and self._left(now, pace)
        ):
            # The wait is rounded up to a second; that alone is no reason to believe in another
            # length.
            seen = now - min(now, self.opened_at) + wait
            is_usual = abs(seen - pace.window_seconds) <= 1.5 + 0.01 * pace.window_seconds
            seconds = None if is_usual else seen
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

    def _length(self, pace: Pace) -> float:
        return self.seconds or pace.window_seconds

    def _slack(self, pace: Pace) -> float:
        """How long a write takes to arrive, at most; an answer that comes earlier tells better."""
        return min(2.0, 0.05 * self._length(pace))

    def _left(self, now: float, pace: Pace) -> float:
        """Seconds until it ends; 0 when it is over, or when the clock was set back to before it
        opened."""
        if self.opened_at is None:
            return 0.0
        left = self.opened_at + self._length(pace) - now
        return left if 0 < left <= self._length(pace) + 2 * self._slack(pace) else 0.0

    def _is_believed(self, now: float) -> bool:
        return self.limit is not None and 0 <= now - self.learnt_at < _LIMIT_HOLDS

    def _is_full(self, now: float) -> bool:
        return self._is_believed(now) and self.used >= (self.limit or 0)
