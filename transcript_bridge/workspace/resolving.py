"""Requests that may or may not be stored, where only the user can find out: by looking in Omi."""

from __future__ import annotations

from typing import Any

from ..transfer.ledger import Ledger, LedgerEntry
from ..transfer.states import State

_UNCERTAIN = (State.UNCERTAIN, State.SENDING)


def select_uncertain(ledger: Ledger, account: str | None = None) -> list[LedgerEntry]:
    """Requests of unknown outcome that no running process works on. Raises LedgerError."""
    entries = ledger.select(account, states=_UNCERTAIN)
    return [entry for entry in entries if is_uncertain(entry)]


def is_uncertain(entry: LedgerEntry) -> bool:
    """Whether nobody knows its outcome, and no running process works on it."""
    return entry.row.state in _UNCERTAIN and not entry.held


def settle_by_hand(ledger: Ledger, entry: LedgerEntry, found: str | None) -> None:
    """Write down what the user saw in Omi. found: its id there; None sends it again.

    Raises RowChangedError where another process has changed it meanwhile.
    """
    values: dict[str, Any] = {"last_error": "", "not_before": 0.0, "state": State.PLANNED}
    if found:
        values.update(state=State.DONE, conversation_id=found, adopted=False)
    ledger.change(entry, **values)
