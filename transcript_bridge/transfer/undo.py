"""Taking back what this ledger created, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Event as Flag

from ..errors import (
    NotFoundError,
    OmiError,
    OutcomeUnknownError,
    PlanRequiredError,
    RateLimitedError,
    ServerFaultError,
    UnreachableError,
)
from ..omi.client import OmiClient
from .clock import Clock
from .events import ObserveWaiting, Waiting
from .ledger.ledger import Ledger
from .ledger.views import Entry
from .pace import Pace, Pause
from .states import State

_TRIES = 5
_TOLD = 5.0

UNDOABLE = frozenset({State.DONE, State.DISCARDED, State.PROCESSING})


@dataclass(frozen=True, slots=True)
class Undone:
    """What came of one. `was_gone`: somebody else had deleted it; `error`: it is still there."""

    entry: Entry
    was_gone: bool = False
    error: OmiError | None = None


@dataclass(eq=False)
class Undoer:
    """Deletes (or with `discard` hides) conversations one after another, at the pace of all writes.

    Deleting twice does no harm, so an unclear answer is simply asked again.
    """

    client: OmiClient
    ledger: Ledger
    account: str
    discard: bool = False
    pace: Pace = field(default_factory=Pace)
    backoff: float = 1.0
    clock: Clock = field(default_factory=Clock)
    stop: Flag = field(default_factory=Flag)
    observe: ObserveWaiting = lambda event: None

    def undo(self, entries: Iterable[Entry]) -> Iterable[Undone]:
        """One by one.

        Raises KeyRefusedError, LedgerError, and what goes on failing; ends early when
        stopped.
        """
        for entry in entries:
            done = self._undo(entry)
            if done is None:
                return
            yield done

    def _undo(self, entry: Entry) -> Undone | None:
        failures = 0
        while self._wait():
            try:
                gone = self._send(entry)
            except PlanRequiredError as error:
                return Undone(entry, error=error)
            except RateLimitedError as error:
                self.ledger.refuse_write(
                    self.account, self.pace, error.retry_after or 0.0, error.limit
                )
                continue
            except (ServerFaultError, UnreachableError, OutcomeUnknownError) as error:
                failures += 1
                if failures == _TRIES:
                    raise
                self.clock.sleep(error.retry_after or self.backoff * 2.0**failures, self.stop)
                continue
            state = State.DISCARDED if self.discard and not gone else State.DELETED
            self.ledger.change(entry, state=state, undone=True, last_error="")
            return Undone(entry, was_gone=gone)
        return None

    def _send(self, entry: Entry) -> bool:
        """Whether it was gone already."""
        assert entry.row.conversation_id is not None
        try:
            if self.discard:
                self.client.update_conversation(entry.row.conversation_id, discarded=True)
            else:
                self.client.delete_conversation(entry.row.conversation_id)
        except NotFoundError:
            return True
        return False

    def _wait(self) -> bool:
        """Until a write is allowed; False when stopped."""
        while not self.stop.is_set():
            pause: Pause | None = self.ledger.take_write(self.account, self.pace)
            if pause is None:
                return True
            if pause.seconds >= _TOLD:
                self.observe(Waiting(pause.seconds, self.clock.now() + pause.seconds, pause.reason))
            self.clock.sleep(pause.seconds, self.stop)
        return False
