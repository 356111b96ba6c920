"""The ways in which a turn of a key ends. A turn lasts until the key has to wait."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from ..transfer.events import Event

TurnState = Literal["waiting", "done", "partly", "failed"]
"""waiting: there is more to do, at once or later. partly: what can be sent is sent, and the rest
needs a decision. failed: nothing continues without a decision."""
KeyState = Literal["waiting", "running", "done", "partly", "failed"]
STATE_WORDS = {"partly": "done in part"}
"""The words for people, if they differ from the state."""


@dataclass(frozen=True, slots=True)
class KeyTurn:
    """The end of a turn.

    seconds: until there is something to do; 0 for at once. reason: for people, one line. code: the
    exit code of a failure. stored, total: conversations of the archive that are in Omi, and all;
    None if the archive could not be read. wanted: a digest of what is to be sent. is_failure: it
    waits because something went wrong.
    """

    state: TurnState
    reason: str = ""
    seconds: float = 0.0
    code: int = 0
    stored: int | None = None
    total: int | None = None
    wanted: str = ""
    is_failure: bool = False


@dataclass(frozen=True, slots=True)
class TurnBegan:
    """A key begins its turn."""


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """A key ends its turn."""

    turn: KeyTurn


@dataclass(frozen=True, slots=True)
class TurnRescued:
    """The worker of a key is gone; another one continues."""


ServeEvent = TurnBegan | TurnEnded | TurnRescued | Event
Listen = Callable[[str, ServeEvent], None]
"""Takes a profile and what happened; one call at a time, in any thread."""
