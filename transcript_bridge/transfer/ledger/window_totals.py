"""The windows of all accounts together, as a monitor shows them."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ..pace import HOUR
from .refused import NEVER_ACCEPTED
from .schema import accounts


class WindowTotals(NamedTuple):
    """Sums over all accounts. limits_known: accounts whose limit the server has shown.

    limit: the writes that they allow per window. used: how many of these cannot be made any more in
    the current windows. After a refusal that is the whole window.
    """

    accounts: int
    limits_known: int
    limit: int
    used: int


def sum_windows(tx: Connection, now: float) -> WindowTotals:
    """One query over the accounts; requests are not counted. now: seconds since 1970."""
    limit = accounts.c.window_limit
    length = sa.func.coalesce(accounts.c.window_seconds, HOUR)
    is_open = accounts.c.opened_at + length > now
    used_now = sa.case(
        (limit.is_(None), 0),
        (accounts.c.blocked_until > now, limit),
        (is_open, accounts.c.used),
        else_=0,
    )
    query = sa.select(
        sa.func.count(),
        sa.func.count(limit),
        sa.func.coalesce(sa.func.sum(limit), 0),
        sa.func.coalesce(sa.func.sum(used_now), 0),
    ).where(accounts.c.joined_to.is_(None), accounts.c.id.not_in(NEVER_ACCEPTED))
    number, known, limits, used = tx.execute(query).one()
    return WindowTotals(int(number), int(known), int(limits), int(used))
