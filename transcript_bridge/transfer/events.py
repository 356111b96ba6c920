"""Events that an uploader reports while it works, and the result of a run.

The command line prints them; the review page and tests also listen.
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
    """Nothing is left to do for the request: it is done, discarded, rejected, deleted or
    blocked."""

    part: SourcePart
    row: Row
    repeated: bool
    """It was finished before: by an earlier run, by another process or as part of another
    source."""


@dataclass(frozen=True, slots=True)
class Delayed:
    """The request is still open: its outcome is unknown, or the server cannot accept it now."""

    part: SourcePart
    row: Row
    message: str
    seconds: float | None
    """Seconds until the uploader continues with it; None: not in this run."""
    needs_user: bool = False
    """Running again does not help: only the user can find out what happened."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing can be done for `seconds`. until: the end of the wait, in seconds since 1970."""

    seconds: float
    until: float
    reason: str


@dataclass(frozen=True, slots=True)
class ClaimsMade:
    """The ledger decided which requests may be sent. seconds: how long that took."""

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
    """A source can no longer be read. planned: how many of its requests are open."""

    path: str
    error: BridgeError
    planned: int


@dataclass(frozen=True, slots=True)
class SourceChanged:
    """A source was uploaded before with other content or settings, and the user has not decided
    what to do.

    uploaded: how many requests of its path are, or may be, on the server. fresh: how many are new.
    differs: how the new ones differ. same_words: conversations from elsewhere with the same words.
    """

    path: str
    uploaded: int
    fresh: int
    differs: tuple[Difference, ...] = ()
    same_words: tuple[SameWords, ...] = ()


@dataclass(frozen=True, slots=True)
class Replaced:
    """A conversation was deleted from Omi because a newer one replaces it.

    error: why it could not be deleted. is_kept: it stays in Omi, because it was found by its words
    after a lost answer, so another program may have created it.
    """

    part: SourcePart
    row: Row
    error: BridgeError | None = None
    is_kept: bool = False


@dataclass(frozen=True, slots=True)
class Titled:
    """A conversation got the title of its file, or did not, because of `error`.

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
    """Open requests, without those of sources that were not reached (`stopped`)."""
    sources_failed: int
    stopped: bool
    """Whether the user stopped it, or `error` did."""
    error: OmiError | None
    """Why it could not continue."""

    def followed_by(self, later: Summary) -> Summary:
        """The combined result of this run and a later one; this one was not stopped."""
        return Summary(
            self.finished + later.finished,
            later.left,
            self.sources_failed + later.sources_failed,
            later.stopped,
            later.error,
        )
