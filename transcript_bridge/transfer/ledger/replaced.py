"""Finds requests that no longer count because newer ones replaced them.

A recording can be sent, removed by `undo`, and sent again with other settings. That creates other
requests; the removed ones are history and must not be counted.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from .schema import is_removed, parts, requests, sources

_other = requests.alias("other")
_newer = sources.alias("newer")
_kept = requests.alias("kept")
_its_parts = parts.alias("its_parts")


# Correlated queries, because SQLite would begin a join with the largest table. Other sources are
# only looked at if a path has several, which is rare: 4 µs per removed request, instead of 12 for
# finding the newest source of each path.


def _has_kept(source: sa.FromClause) -> sa.ColumnElement[bool]:
    """Whether a source has requests that are not removed."""
    has_kept = sa.exists().where(
        _its_parts.c.source == source.c.id,
        _kept.c.id == _its_parts.c.request,
        sa.not_(is_removed(_kept)),
    )
    return has_kept.correlate_except(_its_parts, _kept)


def _has_newer() -> sa.ColumnElement[bool]:
    """Whether another source of the same path replaces this one: the newest of those with requests
    that are not removed, or else the newest with requests."""
    keeps_as_much = _has_kept(_newer) | sa.not_(_has_kept(sources))
    keeps_more = _has_kept(_newer) & sa.not_(_has_kept(sources))
    has_newer = sa.exists().where(
        _newer.c.account == sources.c.account,
        _newer.c.path == sources.c.path,
        _newer.c.id != sources.c.id,
        sa.exists().where(_its_parts.c.source == _newer.c.id).correlate_except(_its_parts),
        ((_newer.c.id > sources.c.id) & keeps_as_much) | keeps_more,
    )
    return has_newer.correlate_except(_newer)


_SAYS_THE_SAME = sa.exists().where(
    _other.c.account == requests.c.account,
    _other.c.content_digest == requests.c.content_digest,
    _other.c.started_at == requests.c.started_at,
    _other.c.id != requests.c.id,
    sa.not_(is_removed(_other)),
)
"""Whether another request, which is not removed, has the same words."""
_IS_CURRENT = sa.exists().where(
    parts.c.request == requests.c.id, sources.c.id == parts.c.source, sa.not_(_has_newer())
)
"""Whether the current source of some path contains a request."""
_IS_REPLACED = requests.c.replaced_by.is_not(None) | _SAYS_THE_SAME | sa.not_(_IS_CURRENT)


@cache  # built once: building it takes longer than SQLite takes to execute it
def _select_replaced(*, of_one: bool) -> sa.Select[Any]:
    """of_one: whether the account is a parameter; else the query is for all accounts."""
    removed = sa.select(requests.c.id).where(is_removed())
    if of_one:
        removed = removed.where(requests.c.account == sa.bindparam("account"))
    # Selected by id, so that only the inner query has to choose an index.
    return sa.select(requests.c.id).where(requests.c.id.in_(removed), _IS_REPLACED)


def find_replaced(tx: Connection, account: str | None = None) -> frozenset[int]:
    """The ids of removed requests that others have replaced. account: None for all.

    The others are those of a newer source at the same path, a request with the same words and
    start, and what `--changed replace` sent instead. The cost grows with the number of removed
    requests, not with the size of the ledger.
    """
    query = _select_replaced(of_one=account is not None)
    return frozenset(tx.execute(query, {"account": account}).scalars())
