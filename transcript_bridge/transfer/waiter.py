"""Waits between calls that are made one after another: before a write, and after a failure.

`verify`, `undo` and titling use this. The uploader, with several requests at a time, uses
uploader/waiting.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event as Flag
from typing import TypeVar

from ..errors import OmiError, OutcomeUnknownError, ServerFaultError, UnreachableError
from .clock import Clock
from .events import ObserveWaiting, Waiting
from .pace import Pause, find_asked_wait

T = TypeVar("T")
PASSING_FAILURES = (ServerFaultError, UnreachableError, OutcomeUnknownError)
"""Failures after which another try may succeed."""
_SHOWN_WAIT = 5.0
"""Shorter waits, in seconds, are not reported."""


@dataclass(slots=True, eq=False)
class Waiter:
    """The waits of one call.

    observe: gets long waits. backoff: half of the seconds before a second try. tries: how often the
    call is made. stop: ends every wait early.
    """

    clock: Clock
    stop: Flag
    observe: ObserveWaiting
    backoff: float
    tries: int
    failures: int = 0

    def take(self, ask: Callable[[], T | Pause]) -> T | None:
        """The first answer of `ask` that is not a Pause; None when stopped."""
        while not self.stop.is_set():
            answer = ask()
            if not isinstance(answer, Pause):
                return answer
            self.wait(answer)
        return None

    def wait(self, pause: Pause) -> None:
        if pause.seconds >= _SHOWN_WAIT:
            until = self.clock.now() + pause.seconds
            self.observe(Waiting(pause.seconds, until, pause.reason))
        self.clock.sleep(pause.seconds, self.stop)

    def may_try_again(self, failure: OmiError) -> bool:
        """Wait, and say whether to try again. The wait is what the server asks for, or else doubles
        with each failure."""
        self.failures += 1
        if self.failures == self.tries:
            return False
        asked = find_asked_wait(failure)
        self.clock.sleep(asked or self.backoff * 2.0**self.failures, self.stop)
        return True
