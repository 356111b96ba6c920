"""Which requests no longer count, because something newer has taken their place.

A recording can be sent, removed by `undo`, and sent again with other settings. That makes other
requests, and the removed ones are history: they belong in no count.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ..states import State
from .schema import is_removed, parts, requests, sources

_IS_REMOVED = is_removed()


def find_replaced(tx: Connection, account: str | None = None) -> frozenset[int]:
    """The ids of removed requests whose place others have taken. account: None for all.

    Others are those of a newer source of the same path, a request that says the same from the same
    moment on, and what `--changed replace` has sent instead. The work grows with the number of
    removed requests, not with the ledger.
    """
    are_removed = _IS_REMOVED
    if account is not None:
        are_removed = are_removed & (requests.c.account == account)
    select_removed = sa.select(requests.c.id).where(are_removed)
    removed = set(tx.execute(select_removed).scalars())
    if not removed:
        return frozenset()
    current = _find_current_sources(tx, select_removed)
    query = sa.select(parts.c.request, parts.c.source).where(parts.c.request.in_(select_removed))
    in_current = {request for request, source in tx.execute(query) if source in current}
    by_user = sa.select(requests.c.id).where(
        requests.c.id.in_(select_removed), requests.c.replaced_by.is_not(None)
    )
    replaced = set(tx.execute(by_user).scalars())
    same_content = _find_with_same_content(tx, select_removed)
    return frozenset((removed - in_current) | replaced | same_content)


# Correlated queries: of a join, SQLite would begin with the largest table.


def _find_current_sources(tx: Connection, select_removed: sa.Select[tuple[int]]) -> set[int]:
    """Of the sources with removed requests, those that count for their paths."""
    of_removed = sa.select(parts.c.source).where(parts.c.request.in_(select_removed))
    query = sa.select(sources.c.id).where(
        sources.c.id.in_(of_removed), sources.c.id == _choose_newest()
    )
    return set(tx.execute(query).scalars())


def _choose_newest() -> sa.ScalarSelect[int]:
    """The newest source of the same path with requests that are not removed; else the latest."""
    other = sources.alias("other")
    has_requests = sa.exists().where(parts.c.source == other.c.id)
    has_kept = sa.exists().where(
        parts.c.source == other.c.id, requests.c.id == parts.c.request, sa.not_(_IS_REMOVED)
    )
    return (
        sa.select(other.c.id)
        .where(other.c.account == sources.c.account, other.c.path == sources.c.path, has_requests)
        .order_by(has_kept.desc(), other.c.id.desc())
        .limit(1)
        .correlate(sources)
        .scalar_subquery()
    )


def _find_with_same_content(tx: Connection, select_removed: sa.Select[tuple[int]]) -> set[int]:
    """Removed requests of which another one, which is not removed, says the same."""
    other = requests.alias("other")
    says_the_same = sa.exists().where(
        other.c.account == requests.c.account,
        other.c.content_digest == requests.c.content_digest,
        other.c.started_at == requests.c.started_at,
        other.c.id != requests.c.id,
        sa.not_(other.c.undone),
        other.c.state != State.DELETED,
    )
    # By their ids, so that only `select_removed` has to choose an index.
    query = sa.select(requests.c.id).where(requests.c.id.in_(select_removed), says_the_same)
    return set(tx.execute(query).scalars())
