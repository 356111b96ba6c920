"""Records conversations that `undo` has hidden or deleted."""

from __future__ import annotations

from sqlalchemy.engine import Connection

from ..states import STORED, Row, State
from .rows import FIND_ROW, change_row, is_same_attempt, read_row
from .views import LedgerEntry, is_held

_SETTLED = STORED | {State.DELETED}


def is_removable(tx: Connection, now: float, entry: LedgerEntry) -> bool:
    """Whether a row is still that of the selected conversation, and no process works on it."""
    return _find_removable(tx, now, entry) is not None


def record_removal(
    tx: Connection, now: float, entry: LedgerEntry, state: State, *, may_return: bool
) -> bool:
    """Record that a conversation was hidden or deleted. False if its row now has another
    conversation, or a process works on it.

    may_return: whether the next upload creates it again. Once an `undo` has set this, it stays set.
    """
    row = _find_removable(tx, now, entry)
    if row is None:
        return False
    if row.state is State.DELETED:  # another process has deleted what was only hidden
        state = State.DELETED
    undone = may_return or row.undone
    changed = change_row(tx, row, now, state=state, undone=undone, last_error="", claimed_by=None)
    return changed is not None


def _find_removable(tx: Connection, now: float, entry: LedgerEntry) -> Row | None:
    columns = tx.execute(FIND_ROW, {"row": entry.row.id}).mappings().first()
    if columns is None or is_held(columns, now):
        return None
    row = read_row(columns)
    if not _is_same_conversation(row, entry.row):
        return None
    return row


def _is_same_conversation(row: Row, seen: Row) -> bool:
    """Whether it is still the selected conversation. Its state may differ, because a concurrent
    `verify` may have found that it is hidden or deleted."""
    if not is_same_attempt(row, seen):
        return False
    return row.state is seen.state or row.state in _SETTLED
