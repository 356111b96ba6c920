"""The times of writes: for the user's own limit of writes per hour, and for estimates."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ..pace import HOUR, Pause
from .rows import chunks
from .schema import accounts, requests

_MEASURED = 50
"""The number of writes from which an estimate is made."""


def wait_for_rate(tx: Connection, account: str, rate: int | None, now: float) -> Pause | None:
    """The wait before another write; None if it may be made now, or no rate is set.

    A request and its title are one write each.
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


_NOW = sa.bindparam("now", type_=sa.Double)
_earlier = requests.alias("earlier")
_FIRST_MEASURED = (
    sa.select(_earlier.c.sent_at)
    .where(_earlier.c.account == accounts.c.id, _earlier.c.sent_at <= _NOW)
    .order_by(_earlier.c.sent_at.desc())
    .limit(1)
    .offset(_MEASURED - 1)
    .correlate(accounts)
    .scalar_subquery()
)
_FIND_RECENT = (
    sa.select(accounts.c.id, requests.c.sent_at)
    .join(requests, requests.c.account == accounts.c.id)
    .where(
        requests.c.sent_at <= _NOW,
        requests.c.sent_at >= sa.func.coalesce(_FIRST_MEASURED, 0.0),
    )
    .order_by(accounts.c.id, requests.c.sent_at)
)


def find_recent_writes(
    tx: Connection, now: float, names: Collection[str]
) -> dict[str, list[float]]:
    """When the last requests of accounts were sent, in order, in seconds since 1970. Titles are not
    included: they have no index, and take less time than a request."""
    found: dict[str, list[float]] = {name: [] for name in names}
    for chunk in chunks(list(names)):
        query = _FIND_RECENT.where(accounts.c.id.in_(chunk))
        for name, moment in tx.execute(query, {"now": now}):
            found[name].append(moment)
    return {name: moments[-_MEASURED:] for name, moments in found.items()}
