"""Finds the same words under another session id: what was sent already. transfer/comparing.py
compares."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ..comparing import Candidate, are_gone, are_two_events, compare
from ..states import SENT, Row, SameWords
from .rows import chunks, read_row
from .schema import parts, requests, sources


@dataclass(frozen=True, slots=True)
class _Sent:
    """A row of a request that is, or may be, on the server."""

    row: Row
    date_stated: bool | None
    """None if an earlier version of the program wrote it."""


def find_same_words(
    tx: Connection,
    account: str,
    new: Sequence[Candidate],
    own_rows: Collection[int],
    file_digest: str,
) -> list[SameWords]:
    """Requests that are, or may be, in Omi and have the words of new requests.

    own_rows: ids of rows to leave out. file_digest: of the source's bytes. Two recordings with the
    same words and different stated dates are two events, except if it is one file that was renamed.
    """
    # Another process may have planned and sent these requests since the caller looked: each
    # statement of a PostgreSQL transaction sees what others have committed before it.
    names = {request.name for request in new}
    sent = _find_sent(tx, account, sorted({request.content for request in new}))
    found = []
    for request in new:
        for other in sent.get(request.content, ()):
            row = other.row
            if row.id in own_rows or row.session_id in names:
                continue
            is_other_event = are_two_events(request, row.started_at, other.date_stated)
            if is_other_event and not _was_renamed(tx, row, file_digest):
                continue
            found.append(_describe(tx, request, row))
    return found


_FIND_SENT = (
    sa.select(requests)
    .where(
        requests.c.account == sa.bindparam("account"),
        requests.c.content_digest.in_(sa.bindparam("digests", expanding=True)),
        requests.c.state.in_(SENT),
        sa.not_(requests.c.undone),
    )
    .order_by(requests.c.id)
)
"""Built once, as in rows.py."""


def _find_sent(tx: Connection, account: str, digests: Sequence[str]) -> dict[str, list[_Sent]]:
    found: dict[str, list[_Sent]] = {}
    for chunk in chunks(digests):
        for columns in tx.execute(_FIND_SENT, {"account": account, "digests": chunk}).mappings():
            sent = _Sent(read_row(columns), columns["date_stated"])
            found.setdefault(sent.row.content_digest, []).append(sent)
    return found


def _was_renamed(tx: Connection, row: Row, file_digest: str) -> bool:
    """Whether a request was made from a file with the same bytes that is no longer there.

    Its name or its folder may state the date, or another machine reads it in another time zone.
    """
    query = (
        sa.select(sources.c.path)
        .join(parts, parts.c.source == sources.c.id)
        .where(parts.c.request == row.id, sources.c.content_digest == file_digest)
    )
    return are_gone(tx.execute(query).scalars().all())


def _describe(tx: Connection, request: Candidate, row: Row) -> SameWords:
    query = (
        sa.select(sources.c.path)
        .join(parts, parts.c.source == sources.c.id)
        .where(parts.c.request == row.id)
        .order_by(sources.c.id.desc())
        .limit(1)
    )
    path = tx.execute(query).scalar() or ""
    differs = compare(request, row.session_id, row.started_at)
    return SameWords(row.id, path, row.conversation_id, row.sent_at, row.started_at, differs)
