"""Requests of unknown outcome that only the user can settle, by looking in Omi."""

from __future__ import annotations

import math
from typing import Any

from ..errors import TooEarlyError
from ..quantities import length_of
from ..transfer.ledger import Ledger, LedgerEntry
from ..transfer.settle import Patience
from ..transfer.states import State

_UNCERTAIN = (State.UNCERTAIN, State.SENDING)
_MINUTE = 60
_LAST_SECONDS = 120
"""A shorter wait is given in seconds."""


def select_uncertain(ledger: Ledger, account: str | None = None) -> list[LedgerEntry]:
    """Requests of unknown outcome that no running process works on. Raises LedgerError."""
    entries = ledger.select(account, states=_UNCERTAIN)
    return [entry for entry in entries if is_uncertain(entry)]


def is_uncertain(entry: LedgerEntry) -> bool:
    """Whether its outcome is unknown, and no running process works on it."""
    return entry.row.state in _UNCERTAIN and not entry.held


def find_remaining_grace(ledger: Ledger, entry: LedgerEntry) -> float:
    """Seconds until an uncertain request may be sent again.

    The server may still be working on it, and store it after the user looked for it. 0 if that time
    is over, or if the server would recognize the request.
    """
    if ledger.is_resend_safe(entry):
        return 0.0
    return max(0.0, Patience().grace - ledger.find_elapsed(entry.row))


def describe_wait(seconds: float) -> str:
    """The time from which an uncertain request may be sent again, rounded up."""
    unit = 1
    if seconds > _LAST_SECONDS:
        unit = _MINUTE
    whole = unit * math.ceil(seconds / unit)
    return f"it can be sent again in {length_of(whole)}"


def settle_by_hand(ledger: Ledger, entry: LedgerEntry, found: str | None) -> None:
    """Record what the user saw in Omi. found: its id there; None sends the request again.

    Raises RowChangedError if another process has changed it meanwhile, and TooEarlyError if the
    server may still store the request.
    """
    values: dict[str, Any] = {"last_error": "", "not_before": 0.0, "state": State.PLANNED}
    if found:
        values.update(state=State.DONE, conversation_id=found, adopted=False)
    else:
        _check_wait(ledger, entry)
    ledger.change(entry, **values)


def _check_wait(ledger: Ledger, entry: LedgerEntry) -> None:
    """Raises TooEarlyError if the server may still store the request."""
    wait = find_remaining_grace(ledger, entry)
    if wait > 0:
        message = f"{entry.shown}: the server may still store it; {describe_wait(wait)}"
        raise TooEarlyError(message, wait=wait)
