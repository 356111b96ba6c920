"""What `--changed replace` deletes in the end: earlier conversations, if they are ours."""

from __future__ import annotations

from contextlib import suppress

from ...errors import RowChangedError
from ..events import Observe, Replaced
from ..ledger import Ledger, LedgerEntry


def select_own_replaced(ledger: Ledger, account: str, observe: Observe) -> list[LedgerEntry]:
    """What is replaced, without what another program may have made: that stays in Omi, which is
    reported once."""
    own = []
    for entry in ledger.select_replaced(account):
        if not entry.row.adopted:
            own.append(entry)
            continue
        with suppress(RowChangedError):
            ledger.change(entry, replaced_by=None)
            observe(Replaced(entry.parts[0], entry.row, is_kept=True))
    return own
