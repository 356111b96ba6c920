"""What an uploader reports while it works, and the result of a run.

The command line prints these; a page or a test may listen, too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from ..errors import BridgeError, OmiError
from .states import Difference, Row, SameWords, SourcePart, State


@dataclass(frozen=True, slots=True)
class Started:
    """A request is being sent; the server may take two minutes to answer it."""

    part: SourcePart
    row: Row


@dataclass(frozen=True, slots=True)
class Finished:
    """Nothing is left to do: the request is done, discarded, rejected, deleted or blocked."""

    part: SourcePart
    row: Row
    repeated: bool
    """It was so already: an earlier run, another process or another source did it."""


@dataclass(frozen=True, slots=True)
class Delayed:
    """This request is still open: its outcome is unknown, or the server could not do it now."""

    part: SourcePart
    row: Row
    message: str
    seconds: float | None
    """Until the uploader continues with it; None: not in this run."""
    needs_user: bool = False
    """Running again does not help: only the user can find out more."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing can be done for `seconds`. until: the same as a moment, in seconds since 1970."""

    seconds: float
    until: float
    reason: str


@dataclass(frozen=True, slots=True)
class ClaimsMade:
    """The ledger answered which requests may be sent. seconds: how long that took."""

    requests: int
    seconds: float


@dataclass(frozen=True, slots=True)
class RateLimited:
    """The server refused a write because of its rate limit. seconds: until it may be repeated."""

    part: SourcePart
    row: Row
    seconds: float


@dataclass(frozen=True, slots=True)
class SourceFailed:
    """A source cannot be read (any more). planned: how many of its requests are open."""

    path: str
    error: BridgeError
    planned: int


@dataclass(frozen=True, slots=True)
class SourceChanged:
    """A source was uploaded in another form, and the user has not said what to do about it.

    uploaded: requests of its path that are, or may be, on the server. fresh: new ones. differs: in
    what these differ from those. same_words: what was uploaded with the same words from elsewhere.
    """

    path: str
    uploaded: int
    fresh: int
    differs: tuple[Difference, ...] = ()
    same_words: tuple[SameWords, ...] = ()


@dataclass(frozen=True, slots=True)
class Replaced:
    """A conversation was deleted from Omi, because a newer one has taken its place.

    error: why it is still there. is_kept: it stays there, because it was found by its words after a
    lost answer: another program may have created it.
    """

    part: SourcePart
    row: Row
    error: BridgeError | None = None
    is_kept: bool = False


@dataclass(frozen=True, slots=True)
class Titled:
    """A conversation has the title of its file now; with an error it has not.

    will_retry: whether the next run tries again.
    """

    part: SourcePart
    row: Row
    error: BridgeError | None = None
    will_retry: bool = False


Event = (
    Started
    | Finished
    | Delayed
    | Waiting
    | ClaimsMade
    | RateLimited
    | SourceFailed
    | SourceChanged
    | Replaced
    | Titled
)
Observe = Callable[[Event], None]
ObserveWaiting = Callable[[Waiting], None]


@dataclass(frozen=True, slots=True)
class Summary:
    """The result of a run."""

    finished: Counter[State]
    left: int
    """Requests that are still open, without those of sources that were not reached (`stopped`)."""
    sources_failed: int
    stopped: bool
    """The user stopped it, or `error` did."""
    error: OmiError | None
    """Why it could not continue."""

    def followed_by(self, later: Summary) -> Summary:
        """The result of both runs; the first was not stopped."""
        return Summary(
            self.finished + later.finished,
            later.left,
            self.sources_failed + later.sources_failed,
            later.stopped,
            later.error,
        )
