"""The same words under another name: what was sent already. transfer/comparing.py compares."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ..comparing import are_two_events, compare
from ..states import SENT, Difference, Row, SameWords, digest_content
from .rows import chunks, read_row
from .schema import parts, requests, sources

if TYPE_CHECKING:
    from ...wire import ConversationRequest


@dataclass(frozen=True, slots=True)
class _Sent:
    """A row that is, or may be, on the server."""

    row: Row
    date_stated: bool | None
    """None: an earlier version of the program wrote it."""


def find_same_words(
    tx: Connection,
    account: str,
    bodies: Mapping[int, ConversationRequest],
    own_rows: Collection[int],
) -> list[SameWords]:
    """What is, or may be, in Omi already with the words of new requests.

    bodies: the new requests, by part number. own_rows: ids of rows that are looked at elsewhere.
    Two recordings that say the same on two stated dates are two events.
    """
    # Another process may have planned and sent these very requests since the caller looked: each
    # statement of a PostgreSQL transaction sees what others have committed before it.
    names = {body.client_session_id for body in bodies.values()}
    wanted = {number: digest_content(body.transcript_segments) for number, body in bodies.items()}
    sent = _find_sent(tx, account, sorted(set(wanted.values())))
    found = []
    for number, digest in wanted.items():
        body = bodies[number]
        for other in sent.get(digest, ()):
            row = other.row
            if row.id in own_rows or row.session_id in names:
                continue
            if are_two_events(body, number, row.started_at, other.date_stated):
                continue
            found.append(_describe(tx, body, number, row))
    return found


def find_differences(
    body: ConversationRequest, number: int, others: Sequence[Row]
) -> tuple[Difference, ...]:
    """In what a request differs from the one of these rows that says the same; none: empty."""
    digest = digest_content(body.transcript_segments)
    for row in others:
        if row.content_digest == digest:
            return compare(body, number, row.session_id, row.started_at)
    return ()


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


def _describe(tx: Connection, body: ConversationRequest, number: int, row: Row) -> SameWords:
    query = (
        sa.select(sources.c.path)
        .join(parts, parts.c.source == sources.c.id)
        .where(parts.c.request == row.id)
        .order_by(sources.c.id.desc())
        .limit(1)
    )
    path = tx.execute(query).scalar() or ""
    differs = compare(body, number, row.session_id, row.started_at)
    return SameWords(row.id, path, row.conversation_id, row.sent_at, row.started_at, differs)
