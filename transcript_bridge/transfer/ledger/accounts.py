"""The accounts of the ledger, and which of them were joined."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.engine import Connection, RowMapping

from ..account_label import AccountLabel
from .rows import change_account, insert_new
from .schema import accounts

# Built once, as in rows.py.
_JOINED_TO = sa.select(accounts.c.joined_to).where(accounts.c.id == sa.bindparam("account"))
_HOLD_JOINED_TO = _JOINED_TO.with_for_update(read=True, key_share=True)


def resolve_account(tx: Connection, account: str) -> str:
    """The account that this one was joined to, else the account itself."""
    return tx.execute(_JOINED_TO, {"account": account}).scalar() or account


def hold_account(tx: Connection, account: str) -> str:
    """The account that this one was joined to, else itself; locked against joining until the
    transaction ends.

    Every transaction of a run asks again, because the user may join the account while it runs.
    """
    return tx.execute(_HOLD_JOINED_TO, {"account": account}).scalar() or account


def lock_accounts(tx: Connection, names: Collection[str]) -> dict[str, RowMapping]:
    """Lock accounts that are to be joined: waits for all transactions that hold one of them."""
    query = sa.select(accounts).where(accounts.c.id.in_(names)).order_by(accounts.c.id)
    found = tx.execute(query.with_for_update()).mappings()
    return {columns["id"]: columns for columns in found}


def register_account(tx: Connection, account: str, label: AccountLabel | None) -> str:
    """Register an account with its current label. Returns the account that it is joined to, else
    itself."""
    insert_new(tx, accounts, [{"id": account}])
    resolved = resolve_account(tx, account)
    if label is not None:
        for name in dict.fromkeys((account, resolved)):
            change_account(tx, name, **label._asdict())
    return resolved
