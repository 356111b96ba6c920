"""Rows of the ledger's tables as plain data, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, RowMapping

from ..pace import Window
from ..states import OPEN, Row, State
from .schema import accounts, requests

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ROW = tuple(f.name for f in fields(Row))
_RENAMED = {"limit": "window_limit", "seconds": "window_seconds"}
_WINDOW = {f.name: _RENAMED.get(f.name, f.name) for f in fields(Window)}

# Statements are built once: building one takes longer than SQLite takes to execute it. Rows are
# locked before their account, and with `key_share`, which lets another worker insert what refers to
# them: else both would wait for ever.
FIND_ROW = (
    sa.select(requests)
    .where(requests.c.id == sa.bindparam("row"))
    .with_for_update(skip_locked=True, key_share=True)
)
_CHANGE_HELD = requests.update().where(
    requests.c.id == sa.bindparam("row"), requests.c.claimed_by == sa.bindparam("owner")
)
_CHANGE_ROW = requests.update().where(requests.c.id == sa.bindparam("row"))
_FIND_ACCOUNT = (
    sa.select(accounts)
    .where(accounts.c.id == sa.bindparam("account"))
    .with_for_update(key_share=True)
)
_CHANGE_ACCOUNT = accounts.update().where(accounts.c.id == sa.bindparam("account"))

Found = Mapping[str, Any] | RowMapping


def micros(moment: datetime) -> int:
    """Microseconds since 1970, exactly."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def read_row(found: Found) -> Row:
    """A request."""
    values = {name: found[name] for name in _ROW}
    for name in ("started_at", "finished_at"):
        values[name] = _EPOCH + timedelta(microseconds=values[name])
    return Row(**{**values, "state": State(values["state"])})


def is_due(row: Row) -> bool:
    """Whether an upload still has something to do for it: what was undone is uploaded again."""
    return row.state in OPEN or (row.state in (State.DELETED, State.DISCARDED) and row.undone)


IS_DUE = requests.c.state.in_(OPEN) | (
    requests.c.state.in_((State.DELETED, State.DISCARDED)) & requests.c.undone
)
"""`is_due`, asked of the database."""


def change_row(tx: Connection, row: Row, now: float, **values: Any) -> Row:
    """Set columns, and the row as it is then."""
    tx.execute(_CHANGE_ROW, {"row": row.id, **_stored(values, now)})
    return _changed(row, now, values)


def change_held(tx: Connection, row: Row, owner: str, now: float, **values: Any) -> Row | None:
    """Set columns of a row that `owner` has claimed; None where it is another's by now."""
    done = tx.execute(_CHANGE_HELD, {"row": row.id, "owner": owner, **_stored(values, now)})
    return _changed(row, now, values) if done.rowcount else None


def _stored(values: dict[str, Any], now: float) -> dict[str, Any]:
    return {"updated_at": now} | {
        k: micros(v) if isinstance(v, datetime) else v for k, v in values.items()
    }


def _changed(row: Row, now: float, values: dict[str, Any]) -> Row:
    return replace(
        row, updated_at=now, **{name: value for name, value in values.items() if name in _ROW}
    )


def read_account(tx: Connection, account: str) -> RowMapping:
    """An account, locked until the transaction ends."""
    return tx.execute(_FIND_ACCOUNT, {"account": account}).mappings().one()


def change_account(tx: Connection, account: str, **values: Any) -> None:
    """Set columns of an account."""
    tx.execute(_CHANGE_ACCOUNT, {"account": account, **values})


def read_window(own: Found) -> Window:
    """The window of an account."""
    return Window(**{name: own[column] for name, column in _WINDOW.items()})


def save_window(tx: Connection, account: str, window: Window) -> None:
    """The window of an account, as it is now."""
    change_account(
        tx, account, **{column: getattr(window, name) for name, column in _WINDOW.items()}
    )


def insert_new(tx: Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows that are not there yet; several processes may do it at once."""
    if not rows:
        return
    dialect = postgresql if tx.dialect.name == "postgresql" else sqlite
    tx.execute(dialect.insert(table).on_conflict_do_nothing(), list(rows))
