"""Estimates when the server accepts the next write, and when the last one will be done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ..archive.sending_time import Allowance, time_needed
from ..limits import WRITES_PER_HOUR
from ..transfer.events import Event, Started, Waiting


@dataclass(slots=True)
class Forecast:
    """Follows the waits of a run. Pass it the events with `record`.

    now: the clock. read_allowance: returns the writes to expect; called again after each refusal,
    which may reveal another limit.
    """

    now: Callable[[], datetime]
    read_allowance: Callable[[], Allowance] = lambda: Allowance(WRITES_PER_HOUR)
    waiting: Waiting | None = None
    """The current wait; None if there is none."""
    allowance: Allowance = field(init=False)

    def __post_init__(self) -> None:
        self.allowance = self.read_allowance()

    def record(self, event: Event) -> None:
        """Record an event of the uploader."""
        match event:
            case Waiting():
                self.waiting = event
                self.allowance = self.read_allowance()
            case Started():
                self.waiting = None

    @property
    def resumes(self) -> datetime | None:
        """The time at which the server accepts the next write; None if it does now."""
        if self.waiting is None:
            return None
        until = datetime.fromtimestamp(self.waiting.until, UTC)
        if until > self.now():
            return until
        return None

    @property
    def reason(self) -> str:
        """Why it accepts none now; empty if it does."""
        if self.waiting is None:
            return ""
        return self.waiting.reason

    def finish_time(self, writes: int) -> datetime:
        """About when this number of writes will be done."""
        return (self.resumes or self.now()) + time_needed(writes, self.allowance)
