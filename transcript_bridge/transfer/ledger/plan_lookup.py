"""Looks up the recordings of a plan in the ledger: how far their upload is.

An account may have a million other requests, so queries name the values that they need.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ..states import SENT, STORED
from .rows import IS_DUE, LACKS_TITLE, chunks, read_moment
from .schema import parts, requests, sources


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source with one of its contents, and the progress of its requests."""

    path: str
    content_digest: str
    options_digest: str
    requests: int
    stored: int
    """Requests in Omi that were not undone."""
    due: int
    """Requests for which an upload still has something to do."""
    sent: int
    """Requests that are, or may be, on the server."""
    untitled: int = 0
    """Requests in Omi for which the title of their file was not sent."""
    conversation: str = ""
    """The product's own id of the conversation; empty if it has none."""
    replaced: int = 0
    """Requests that newer content of the source replaced: they are deleted, or will be."""


@dataclass(frozen=True, slots=True)
class RequestView:
    """The progress of one request; one that is neither stored nor due needs a decision."""

    stored: bool
    """It is in Omi and was not undone."""
    due: bool
    """An upload still has something to do for it."""
    sent: bool
    """It is, or may be, on the server."""
    content_digest: str
    """The digest of its texts and times."""
    started_at: datetime
    date_stated: bool | None
    """None if an earlier version of the program wrote the row."""
    untitled: bool = False
    """It is in Omi, and the title of its file was not sent."""
    replaced: bool = False
    """Newer content of its source replaced it: it is deleted, or will be."""


def _count_where(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((condition, 1), else_=0))


_IS_KEPT = sa.not_(requests.c.undone)
_IS_STORED = requests.c.state.in_(STORED) & _IS_KEPT
_IS_SENT = requests.c.state.in_(SENT) & _IS_KEPT
_IS_REPLACED = requests.c.replaced_by.is_not(None)
_NAMES = (sources.c.path, sources.c.content_digest, sources.c.options_digest)
_SOURCES = (
    sa.select(
        *_NAMES,
        sa.func.count(),
        _count_where(_IS_STORED),
        _count_where(IS_DUE),
        _count_where(_IS_SENT),
        _count_where(LACKS_TITLE),
        sources.c.conversation,
        _count_where(_IS_REPLACED),
    )
    .join(parts, parts.c.source == sources.c.id)
    .join(requests, parts.c.request == requests.c.id)
    .group_by(sources.c.id, *_NAMES, sources.c.conversation)
    .order_by(sources.c.id)
)
_REQUESTS = sa.select(
    requests.c.session_id,
    _IS_STORED,
    IS_DUE,
    _IS_SENT,
    requests.c.content_digest,
    requests.c.started_at,
    requests.c.date_stated,
    LACKS_TITLE,
    _IS_REPLACED,
)


def find_sources(
    tx: Connection,
    account: str,
    contents: Collection[str],
    paths: Collection[str],
    conversations: Collection[str],
) -> list[SourceView]:
    """The sources with one of these contents, at one of these paths, or of these conversations."""
    query = _SOURCES.where(sources.c.account == account)
    found: dict[SourceView, None] = {}
    for column, values in (
        (sources.c.content_digest, contents),
        (sources.c.path, paths),
        (sources.c.conversation, conversations),
    ):
        for row in _find(tx, query, column, values):
            found[SourceView(*row)] = None
    return list(found)


def find_requests(
    tx: Connection, account: str, session_ids: Collection[str], contents: Collection[str]
) -> dict[str, RequestView]:
    """The requests with one of these session ids or contents, by session id."""
    query = _REQUESTS.where(requests.c.account == account)
    views: dict[str, RequestView] = {}
    for column, values in (
        (requests.c.session_id, session_ids),
        (requests.c.content_digest, contents),
    ):
        for name, stored, due, sent, digest, began, stated, untitled, replaced in _find(
            tx, query, column, values
        ):
            views[name] = RequestView(
                bool(stored),
                bool(due),
                bool(sent),
                digest,
                read_moment(began),
                stated,
                bool(untitled),
                bool(replaced),
            )
    return views


def _find(
    tx: Connection, query: sa.Select[Any], column: sa.Column[str], values: Collection[str]
) -> Iterator[Any]:
    """The rows of a query that have one of the values in a column."""
    for chunk in chunks(list(dict.fromkeys(values))):
        yield from tx.execute(query.where(column.in_(chunk)))
