"""Rows of the ledger's tables as plain data, and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Connection, RowMapping

from ..pace import Window
from ..states import OPEN, Row, State
from .schema import accounts, requests

T = TypeVar("T")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ROW_FIELDS = tuple(f.name for f in fields(Row))
_RENAMED_COLUMNS = {"limit": "window_limit", "seconds": "window_seconds"}
_WINDOW_COLUMNS = {f.name: _RENAMED_COLUMNS.get(f.name, f.name) for f in fields(Window)}
HIDDEN = (State.DELETED, State.DISCARDED)
"""States of requests whose conversation no listing shows."""

# Statements are built once: building one takes longer than executing it in SQLite. Rows are locked
# before their account, and with `key_share`, so that another worker can insert rows that refer to
# them; otherwise two workers could wait for each other forever.
FIND_ROW = (
    sa.select(requests)
    .where(requests.c.id == sa.bindparam("row"))
    .with_for_update(skip_locked=True, key_share=True)
)
ROW_EXISTS = sa.select(requests.c.id).where(requests.c.id == sa.bindparam("row"))
_CHANGE_ROW = requests.update().where(
    requests.c.id == sa.bindparam("row"),
    requests.c.state == sa.bindparam("seen_state"),
    requests.c.generation == sa.bindparam("seen_generation"),
    requests.c.conversation_id.is_not_distinct_from(
        sa.bindparam("seen_conversation", type_=sa.Text)
    ),
)
_CHANGE_HELD_ROW = _CHANGE_ROW.where(requests.c.claimed_by == sa.bindparam("owner"))
_FIND_ACCOUNT = (
    sa.select(accounts)
    .where(accounts.c.id == sa.bindparam("account"))
    .with_for_update(key_share=True)
)
_CHANGE_ACCOUNT = accounts.update().where(accounts.c.id == sa.bindparam("account"))

Columns = Mapping[str, Any] | RowMapping
"""A row as the database returns it: column name -> value."""


_CHUNK = 400
"""The number of values in one IN (…): the oldest versions of SQLite allow 999."""


def chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Split the values into pieces that fit into one IN (…)."""
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]


def micros(moment: datetime) -> int:
    """Microseconds since 1970, exactly."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def read_moment(microseconds: int) -> datetime:
    """The inverse of `micros`."""
    return _EPOCH + timedelta(microseconds=microseconds)


def read_row(columns: Columns) -> Row:
    """A request from its columns."""
    values = {name: columns[name] for name in _ROW_FIELDS}
    for name in ("started_at", "finished_at"):
        values[name] = read_moment(values[name])
    values["state"] = State(values["state"])
    return Row(**values)


def is_resend_safe(row: Row, account: Columns) -> bool:
    """Whether sending a request again cannot create a second conversation: its server honors
    session ids, and did so when it was sent."""
    if not account["honors_session_ids"]:
        return False
    return row.last_sent >= float(account["honors_since"])


def is_due(row: Row) -> bool:
    """Whether an upload still has something to do for it. What was undone is uploaded again."""
    if row.state in OPEN:
        return True
    return row.undone and row.state in HIDDEN


IS_DUE = requests.c.state.in_(OPEN) | (requests.c.state.in_(HIDDEN) & requests.c.undone)
"""`is_due` as an SQL condition."""


LACKS_TITLE = (
    (requests.c.state == State.DONE)
    & sa.not_(requests.c.undone)
    & sa.not_(requests.c.adopted)
    & (requests.c.title_state == "")
    & (requests.c.verdict != "different")
)
"""`is_title_due` as an SQL condition."""


def change_row(tx: Connection, row: Row, now: float, **values: Any) -> Row | None:
    """Set columns; returns the row with the new values.

    Returns None, and changes nothing, if the row no longer has the state, the generation or the
    conversation of `row`, because another process has changed it.
    """
    done = tx.execute(_CHANGE_ROW, {**_name_seen(row), **_to_columns(values, now)})
    if not done.rowcount:
        return None
    return _with_values(row, now, values)


def change_held_row(tx: Connection, row: Row, owner: str, now: float, **values: Any) -> Row | None:
    """Like `change_row`, for a row that `owner` has claimed. Also None if another process holds it
    now."""
    seen = {**_name_seen(row), "owner": owner}
    done = tx.execute(_CHANGE_HELD_ROW, {**seen, **_to_columns(values, now)})
    if not done.rowcount:
        return None
    return _with_values(row, now, values)


def is_same(row: Row, other: Row) -> bool:
    """Whether nothing happened to a request between two readings of its row."""
    return row.state is other.state and is_same_attempt(row, other)


def is_same_attempt(row: Row, other: Row) -> bool:
    """Whether a request was neither sent nor planned again between two readings of its row."""
    if row.session_id != other.session_id:  # SQLite reuses the number of a deleted row
        return False
    seen = (row.generation, row.conversation_id, row.attempts)
    return seen == (other.generation, other.conversation_id, other.attempts)


def _name_seen(row: Row) -> dict[str, Any]:
    """Parameters with which a statement finds the row only if it is unchanged."""
    return {
        "row": row.id,
        "seen_state": row.state,
        "seen_generation": row.generation,
        "seen_conversation": row.conversation_id,
    }


def _to_columns(values: dict[str, Any], now: float) -> dict[str, Any]:
    columns: dict[str, Any] = {"updated_at": now}
    for name, value in values.items():
        columns[name] = micros(value) if isinstance(value, datetime) else value
    return columns


def _with_values(row: Row, now: float, values: dict[str, Any]) -> Row:
    known = {name: value for name, value in values.items() if name in _ROW_FIELDS}
    return replace(row, updated_at=now, **known)


def read_account(tx: Connection, account: str) -> RowMapping:
    """An account, locked until the transaction ends."""
    return tx.execute(_FIND_ACCOUNT, {"account": account}).mappings().one()


def change_account(tx: Connection, account: str, **values: Any) -> None:
    """Set columns of an account."""
    tx.execute(_CHANGE_ACCOUNT, {"account": account, **values})


def read_window(columns: Columns) -> Window:
    """The window of an account, with impossible values corrected."""
    stored = Window(**{name: columns[column] for name, column in _WINDOW_COLUMNS.items()})
    return stored.without_nonsense()


def save_window(tx: Connection, account: str, window: Window) -> None:
    """Store the window of an account."""
    values = {column: getattr(window, name) for name, column in _WINDOW_COLUMNS.items()}
    change_account(tx, account, **values)


def insert_new(tx: Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows that do not exist yet; several processes may do so at once."""
    if not rows:
        return
    statement: Any = sqlite.insert(table)
    if tx.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql  # takes 60 ms, and most ledgers are files

        statement = postgresql.insert(table)
    tx.execute(statement.on_conflict_do_nothing(), list(rows))
