"""Records the outcomes of requests that were claimed (claims.py)."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Connection, RowMapping

from ..answers import Outcome
from ..pace import Pace, find_asked_wait
from ..states import OPEN, Row
from .accounts import resolve_account
from .claims import Claimant, Claimed
from .joining import was_undone_elsewhere
from .planning import plan_again
from .rows import (
    FIND_ROW,
    HIDDEN,
    change_account,
    change_held_row,
    read_account,
    read_row,
    read_window,
    save_window,
)


def record_outcome(
    tx: Connection,
    now: float,
    claimed: Claimed,
    claimant: Claimant,
    outcome: Outcome,
    *,
    is_repeated: bool = False,
) -> Row | None:
    """Record the outcome of a claim, and release it. None if another process has taken it over.

    is_repeated: the connection was lost in an earlier attempt, which may have been committed.
    """
    row = claimed.row
    values = _make_values(row, outcome, now)
    was_never_sent = claimed.task == "send" and outcome.not_asked
    if was_never_sent and row.attempts == 1:  # as if it had not been claimed
        values.update(attempts=0, sent_at=None, sent_mark="")
    if _is_name_used_up(tx, claimed, outcome):
        values.update(plan_again(row, fresh=True))
    kept = change_held_row(tx, row, claimant.owner, now, **values)
    if kept is None and is_repeated:
        kept = _find_recorded(tx, row, outcome)
    if was_never_sent:
        _give_back(tx, claimed)
    elif claimed.teaches or outcome.teaches(claimed.honors_session_ids):
        _learn(tx, now, claimed, outcome, claimant.pace)
    return kept


def _make_values(row: Row, outcome: Outcome, now: float) -> dict[str, Any]:
    """The columns of a row with this outcome."""
    not_before = 0.0
    if outcome.wait:
        not_before = now + outcome.wait
    return {
        "state": outcome.state,
        "claimed_by": None,
        "last_error": outcome.error,
        "adopted": outcome.adopted or (_follows_adopted(row) and outcome.state in OPEN),
        "server_errors": row.server_errors + int(outcome.server_error),
        "conversation_id": outcome.conversation_id or row.conversation_id,
        "not_before": not_before,
    }


def _give_back(tx: Connection, claimed: Claimed) -> None:
    """Uncount a write that was not made: each stopped run would otherwise waste some."""
    account = read_account(tx, resolve_account(tx, claimed.account))
    window = read_window(account)
    given = window.give_back()
    if given != window:
        save_window(tx, account["id"], given)


def _follows_adopted(row: Row) -> bool:
    """Whether a conversation that may have been another program's was removed, and the request is
    not settled since (`plan_removed`)."""
    return row.adopted and row.state in OPEN


def _is_name_used_up(tx: Connection, claimed: Claimed, outcome: Outcome) -> bool:
    """Whether the server answered with a conversation that the user has removed: with another key,
    or without knowing whether it was ours.

    Servers that honor session ids do so. As with one key, the upload then creates it again.
    """
    conversation = outcome.conversation_id
    if outcome.state not in HIDDEN:
        return False
    if _follows_adopted(claimed.row) and conversation in (None, claimed.row.conversation_id):
        return True
    if conversation is None:
        return False
    account = resolve_account(tx, claimed.account)
    return was_undone_elsewhere(tx, account, conversation)


def _find_recorded(tx: Connection, row: Row, outcome: Outcome) -> Row | None:
    """The row, if it already has this outcome and no process works on it."""
    columns = tx.execute(FIND_ROW, {"row": row.id}).mappings().first()
    if columns is None or columns["claimed_by"] is not None:
        return None
    found = read_row(columns)
    if found.state is not outcome.state:
        return None
    return found


def _learn(tx: Connection, now: float, claimed: Claimed, outcome: Outcome, pace: Pace) -> None:
    account = read_account(tx, resolve_account(tx, claimed.account))
    if claimed.task == "send":
        _learn_window(tx, now, account, outcome, pace)
    _learn_server(tx, now, account, outcome)


def _learn_window(
    tx: Connection, now: float, account: RowMapping, outcome: Outcome, pace: Pace
) -> None:
    """Update the key's window with what the answer to a write reveals."""
    window = read_window(account)
    if outcome.limited is not None:
        wait = find_asked_wait(outcome.limited)
        save_window(tx, account["id"], window.refuse(now, pace, wait, outcome.limited.limit))
    elif outcome.trouble is None:
        answered = window.answer(now)
        if answered is not window:
            save_window(tx, account["id"], answered)


def _learn_server(tx: Connection, now: float, account: RowMapping, outcome: Outcome) -> None:
    """Store whether the server refuses the key and honors session ids, and how long it allows no
    reads."""
    values: dict[str, Any] = {}
    if outcome.refuses_key or (account["key_refused"] and outcome.accepts_key):
        values["key_refused"] = outcome.refuses_key
    if outcome.reads_blocked:
        values["reads_blocked_until"] = now + outcome.reads_blocked
    former = account["honors_session_ids"]
    if outcome.honors_session_ids is not None and outcome.honors_session_ids != former:
        values["honors_session_ids"] = outcome.honors_session_ids
        if former is False:  # the server was updated: it ignored the ids of earlier requests
            values["honors_since"] = now
    if values:
        change_account(tx, account["id"], **values)
