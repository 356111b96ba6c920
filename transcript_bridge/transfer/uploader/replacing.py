"""The earlier conversations that `--changed replace` deletes in the end, if they are ours."""

from __future__ import annotations

from contextlib import suppress

from ...errors import RowChangedError
from ..events import Observe, Replaced
from ..ledger import Ledger, LedgerEntry


def select_own_replaced(ledger: Ledger, account: str, observe: Observe) -> list[LedgerEntry]:
    """The replaced conversations, without those that another program may have created: these stay
    in Omi, which is reported once."""
    own = []
    for entry in ledger.select_replaced(account):
        if not entry.row.adopted:
            own.append(entry)
            continue
        with suppress(RowChangedError):
            ledger.change(entry, replaced_by=None)
            observe(Replaced(entry.parts[0], entry.row, is_kept=True))
    return own
