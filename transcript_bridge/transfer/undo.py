"""Deletes or hides what this ledger created, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Event as Flag

from ..errors import (
    BridgeError,
    GoneError,
    NotFoundError,
    PlanRequiredError,
    RateLimitedError,
    RowChangedError,
)
from .clock import Clock
from .destination import Destination
from .events import ObserveWaiting
from .ledger import Ledger, LedgerEntry
from .pace import Pace, Pause, find_asked_wait
from .states import State
from .waiter import PASSING_FAILURES, Waiter

_TRIES = 5
_CHANGED = "another process works on it, or has changed it; nothing was deleted"
_CHANGED_SINCE = (
    "it was removed in Omi, but another process has changed it meanwhile; see "
    "'transcript-bridge status'"
)

UNDOABLE = frozenset({State.DONE, State.DISCARDED, State.PROCESSING})


@dataclass(frozen=True, slots=True)
class Undone:
    """The result for one conversation. was_gone: it had been deleted in Omi before. error: why it
    is still there, or why that is uncertain."""

    entry: LedgerEntry
    was_gone: bool = False
    error: BridgeError | None = None


@dataclass(eq=False)
class Undoer:
    """Deletes (with `discard`: hides) conversations one after another, at the pace of all writes.

    may_return: whether a later upload sends them again; False if another one replaced them.
    Deleting twice does no harm, so a request with an unknown outcome is simply sent again.
    """

    destination: Destination
    ledger: Ledger
    account: str
    discard: bool = False
    pace: Pace = field(default_factory=Pace)
    backoff: float = 1.0
    clock: Clock = field(default_factory=Clock)
    stop: Flag = field(default_factory=Flag)
    observe: ObserveWaiting = lambda event: None
    may_return: bool = True

    def undo(self, entries: Iterable[LedgerEntry]) -> Iterable[Undone]:
        """Undo each conversation. Ends early when stopped.

        Raises KeyRefusedError, LedgerError, and the error of a server that keeps failing.
        """
        for entry in entries:
            done = self._undo(entry)
            if done is None:
                return
            yield done

    def _undo(self, entry: LedgerEntry) -> Undone | None:
        waiter = Waiter(self.clock, self.stop, self.observe, self.backoff, _TRIES)
        while waiter.take(self._take_write):
            # Each time: an upload may have claimed it during the wait.
            if not self.ledger.is_removable(entry):
                return Undone(entry, error=RowChangedError(_CHANGED))
            try:
                was_gone = self._send(entry)
            except PlanRequiredError as error:
                return Undone(entry, error=error)
            except RateLimitedError as error:
                wait = find_asked_wait(error)
                self.ledger.refuse_write(self.account, self.pace, wait, error.limit)
            except PASSING_FAILURES as error:
                if not waiter.may_try_again(error):
                    raise
            else:
                return self._record(entry, was_gone)
        return None

    def _send(self, entry: LedgerEntry) -> bool:
        """Send the request. Returns whether the conversation was gone already."""
        conversation_id = entry.row.conversation_id
        assert conversation_id is not None
        try:
            if self.discard:
                self.destination.hide_conversation(conversation_id)
            else:
                self.destination.delete_conversation(conversation_id)
        except (NotFoundError, GoneError):
            return True
        return False

    def _record(self, entry: LedgerEntry, was_gone: bool) -> Undone:
        """Record it, unless an upload has meanwhile changed the request: that knows more than this
        undo."""
        is_hidden = self.discard and not was_gone
        state = State.DISCARDED if is_hidden else State.DELETED
        is_recorded = self.ledger.record_removal(entry, state, may_return=self.may_return)
        if is_recorded or was_gone:
            return Undone(entry, was_gone=was_gone)
        return Undone(entry, error=RowChangedError(_CHANGED_SINCE))

    def _take_write(self) -> Pause | bool:
        """True if a write is allowed now, else the wait."""
        return self.ledger.take_write(self.account, self.pace) or True
