"""What the uploader tells while it works, and what a run came to. The command line prints it; a
page or a test may listen too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from ..errors import BridgeError, OmiError
from .states import Part, Row, State


@dataclass(frozen=True, slots=True)
class Finished:
    """Nothing is left to do for this request: it is done, discarded, rejected, deleted or blocked."""

    part: Part
    row: Row
    repeated: bool
    """It was so already: an earlier run, another process or another source did it."""


@dataclass(frozen=True, slots=True)
class Delayed:
    """This request is open still: the outcome is unclear, or the server could not do it now."""

    part: Part
    row: Row
    message: str
    seconds: float | None
    """Until it is looked after again; None: not in this run."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing can be done for so many seconds. `until` is seconds since 1970."""

    seconds: float
    until: float
    reason: str


@dataclass(frozen=True, slots=True)
class SourceFailed:
    """A source cannot be read (any more).

    `planned`: how many of its requests stay open in the ledger.
    """

    path: str
    error: BridgeError
    planned: int


@dataclass(frozen=True, slots=True)
class SourceChanged:
    """A source became something else since (parts of) it were uploaded, and nobody said what to do
    about it."""

    path: str
    uploaded: int
    """Requests of its former content that are, or may be, on the server."""
    fresh: int
    """Requests that are new."""


Event = Finished | Delayed | Waiting | SourceFailed | SourceChanged
Observe = Callable[[Event], None]
ObserveWaiting = Callable[[Waiting], None]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run came to."""

    finished: Counter[State]
    left: int
    """Requests that are open still. Sources that were not reached are not among them: `stopped`."""
    sources_failed: int
    stopped: bool
    """Somebody asked it to stop, or `error` did."""
    error: OmiError | None
    """Why going on made no sense."""

    def followed_by(self, later: Summary) -> Summary:
        """What both runs came to; the first was not stopped."""
        failed = self.sources_failed + later.sources_failed
        return Summary(
            self.finished + later.finished, later.left, failed, later.stopped, later.error
        )
