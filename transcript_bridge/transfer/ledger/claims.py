"""What the ledger answers to a worker that wants a request: plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..pace import Pause
from ..states import Row, State

Task = Literal["send", "look", "poll"]


@dataclass(frozen=True, slots=True)
class Claimed:
    """The row is ours.

    send: it is `sending` now; look: is it on the server? poll: is the server done with it?
    """

    row: Row
    task: Task
    former: State
    """What it was before."""
    honours_key: bool | None
    """What is known of the server."""
    account: str
    teaches: bool
    """Whether its answer, whatever it is, shows something of the window."""


@dataclass(frozen=True, slots=True)
class Busy:
    """Not now: try the same row again in so many seconds. `by_other`: another process has it."""

    row: Row | None
    seconds: float
    by_other: bool


@dataclass(frozen=True, slots=True)
class Rivals:
    """Conversations that belong to other rows, and how many rows of one content are unclear
    (`rank`: which is ours)."""

    taken: frozenset[str]
    rank: int
    count: int


@dataclass(frozen=True, slots=True)
class Closed:
    """Nothing is left to do."""

    row: Row


Claim = Claimed | Busy | Closed | Pause
