"""Which conversations are to get the title of their file, and what became of it.

The ledger stores no title: that is text of the user. A title is sent once. What its reader changes
in Omi afterwards stays.
"""

from __future__ import annotations

from sqlalchemy.engine import Connection

from ..pace import Pause
from ..states import Row, TitleState, is_title_due
from .claims import Claimant
from .rate import wait_for_rate
from .rows import (
    FIND_ROW,
    change_held_row,
    change_row,
    read_account,
    read_row,
    read_window,
    save_window,
)
from .views import is_held


def claim_title(tx: Connection, now: float, row_id: int, claimant: Claimant) -> Row | Pause | None:
    """Take a conversation to send its title, which counts as a write.

    None if no title is due, or another process works on the conversation.
    """
    columns = tx.execute(FIND_ROW, {"row": row_id}).mappings().first()
    if columns is None or is_held(columns, now):
        return None
    row = read_row(columns)
    if not is_title_due(row):
        return None
    account = read_account(tx, columns["account"])
    window = read_window(account)
    pace = claimant.pace
    pause = window.wait(now, pace) or wait_for_rate(tx, account["id"], pace.rate, now)
    if pause is not None:
        return pause
    save_window(tx, account["id"], window.take(now, pace))
    lease_end = now + claimant.lease
    return change_row(tx, row, now, claimed_by=claimant.owner, claim_until=lease_end, titled_at=now)


def record_title(
    tx: Connection, now: float, row: Row, claimant: Claimant, state: TitleState, error: str
) -> Row | None:
    """Write down what became of a title, and release the conversation.

    None if another process has taken it over.
    """
    return change_held_row(
        tx, row, claimant.owner, now, claimed_by=None, title_state=state, title_error=error
    )
