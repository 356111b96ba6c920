"""What goes wrong with the ledger itself."""

from __future__ import annotations

from ..errors import BridgeError


class LedgerError(BridgeError):
    """The ledger cannot be read or written. Whatever was under way is settled by the next run.

    It counts as stopped with work left: nothing is sent that the ledger does not know of.
    """

    exit_code = 4
