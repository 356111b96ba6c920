"""Which requests no longer count, because something newer has taken their place.

A recording can be sent, removed by `undo`, and sent again with other settings. That makes other
requests, and the removed ones are history: they belong in no count.
"""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ..states import State
from .schema import is_removed, parts, requests, sources

_IS_REMOVED = is_removed()


class _Source(NamedTuple):
    """The newest source of a path is that with requests that are not removed; else the latest."""

    has_kept: bool
    number: int


def find_replaced(tx: Connection, account: str | None = None) -> frozenset[int]:
    """The ids of removed requests whose place others have taken. account: None for all.

    Others are those of a newer source of the same path, a request that says the same from the same
    moment on, and what `--changed replace` has sent instead. The work grows with the number of
    removed requests, not with the ledger.
    """
    are_removed = _IS_REMOVED
    if account is not None:
        are_removed = are_removed & (requests.c.account == account)
    removed = set(tx.execute(sa.select(requests.c.id).where(are_removed)).scalars())
    if not removed:
        return frozenset()
    current = _find_current_sources(tx, are_removed)
    query = sa.select(parts.c.request, parts.c.source).where(
        parts.c.request.in_(sa.select(requests.c.id).where(are_removed))
    )
    in_current = {request for request, source in tx.execute(query) if source in current}
    by_user = sa.select(requests.c.id).where(are_removed, requests.c.replaced_by.is_not(None))
    replaced = set(tx.execute(by_user).scalars())
    same_content = _find_with_same_content(tx, are_removed)
    return frozenset((removed - in_current) | replaced | same_content)


def _find_current_sources(tx: Connection, are_removed: sa.ColumnElement[bool]) -> set[int]:
    """For each path from which requests were removed, the source that counts."""
    # Each IN (…) is one search in an index: of a join, SQLite would begin with the largest table.
    removed = sa.select(requests.c.id).where(are_removed)
    of_removed = sa.select(parts.c.source).where(parts.c.request.in_(removed))
    concerned = sa.select(sources.c.account, sources.c.path).where(sources.c.id.in_(of_removed))
    has_kept = sa.func.max(sa.case((_IS_REMOVED, 0), else_=1))
    query = (
        sa.select(sources.c.account, sources.c.path, sources.c.id, has_kept)
        .join(parts, parts.c.source == sources.c.id)
        .join(requests, parts.c.request == requests.c.id)
        .where(sa.tuple_(sources.c.account, sources.c.path).in_(concerned))
        .group_by(sources.c.account, sources.c.path, sources.c.id)
    )
    newest: dict[tuple[str, str], _Source] = {}
    for account, path, number, kept in tx.execute(query):
        source = _Source(bool(kept), number)
        known = newest.get((account, path), source)
        newest[account, path] = max(known, source)
    return {source.number for source in newest.values()}


def _find_with_same_content(tx: Connection, are_removed: sa.ColumnElement[bool]) -> set[int]:
    """Removed requests of which another one, which is not removed, says the same."""
    other = requests.alias()
    query = (
        sa.select(requests.c.id)
        .join(
            other,
            (other.c.account == requests.c.account)
            & (other.c.content_digest == requests.c.content_digest)
            & (other.c.started_at == requests.c.started_at)
            & (other.c.id != requests.c.id),
        )
        .where(are_removed, sa.not_(other.c.undone), other.c.state != State.DELETED)
    )
    return set(tx.execute(query).scalars())
