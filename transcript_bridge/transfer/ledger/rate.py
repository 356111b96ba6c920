"""When writes were made: for the user's own limit (so many in any hour), and for estimates."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ..pace import HOUR, Pause
from .schema import requests

_MEASURED = 50
"""Writes from which an estimate is made."""


def wait_for_rate(tx: Connection, account: str, rate: int | None, now: float) -> Pause | None:
    """What to wait for before another write; None where it may go out, or nobody set a rate.

    A request and its title are a write each.
    """
    if rate is None:
        return None
    writes = []
    for column in (requests.c.sent_at, requests.c.titled_at):
        is_recent = sa.and_(column > now - HOUR, column <= now)
        writes.append(
            sa.select(column.label("moment")).where(requests.c.account == account, is_recent)
        )
    moments = sa.union_all(*writes).subquery()
    query = sa.select(moments.c.moment).order_by(moments.c.moment.desc())
    oldest = tx.execute(query.limit(1).offset(rate - 1)).scalar()
    if oldest is None or oldest + HOUR <= now:
        return None
    return Pause(oldest + HOUR - now, f"--rate {rate}/hour")


_FIND_RECENT = (
    sa.select(requests.c.sent_at)
    .where(requests.c.account == sa.bindparam("account"), requests.c.sent_at <= sa.bindparam("now"))
    .order_by(requests.c.sent_at.desc())
    .limit(_MEASURED)
)


def find_recent_writes(
    tx: Connection, now: float, accounts: Collection[str]
) -> dict[str, list[float]]:
    """When the last requests of accounts were sent, in order, in seconds since 1970. Titles do not
    count: there is no index of them, and a request takes longer."""
    found = {}
    for account in accounts:
        moments = tx.execute(_FIND_RECENT, {"account": account, "now": now}).scalars()
        found[account] = sorted(moments)
    return found
