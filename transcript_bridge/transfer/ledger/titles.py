"""Records which conversations should get the title of their file, and the outcomes.

The ledger stores no title, because titles are the user's text. A title is sent once, so that later
changes in Omi are kept.
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
    """Claim a conversation to send its title, which counts as a write.

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
    """Record the outcome of sending a title, and release the conversation.

    None if another process has taken it over.
    """
    return change_held_row(
        tx, row, claimant.owner, now, claimed_by=None, title_state=state, title_error=error
    )
