"""Finds other requests to which a conversation on the server could belong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ..states import Row, State, may_be_same_speakers
from .rows import micros, read_row
from .schema import requests


@dataclass(frozen=True, slots=True)
class Rivals:
    """Other rows that a conversation on the server could belong to.

    taken: ids of conversations that belong to other rows. count: how many rows with the same
    content and speakers have an unknown outcome, this one included. rank: the position of this row
    among them, from 0.
    """

    taken: frozenset[str]
    rank: int
    count: int


def find_rivals(
    tx: Connection,
    account: str,
    row: Row,
    conversations: Sequence[str],
    forgotten_until: float = 0.0,
) -> Rivals:
    """The other rows that these conversations could belong to: those with the row's content and
    speakers.

    forgotten_until: before this moment (seconds since 1970), requests may have been sent that the
    ledger does not know; 0 if there are none. Then a planned request may be on the server, too.
    """
    is_ours = requests.c.account == account
    query = sa.select(requests.c.conversation_id).where(
        is_ours, requests.c.conversation_id.in_(conversations), requests.c.id != row.id
    )
    taken = frozenset(tx.execute(query).scalars())
    was_forgotten = sa.and_(
        requests.c.state == State.PLANNED,
        sa.func.coalesce(requests.c.sent_at, 0.0) < forgotten_until,
    )
    is_unclear = requests.c.state.in_([State.SENDING, State.UNCERTAIN])
    similar = sa.select(requests).where(
        is_ours,
        requests.c.content_digest == row.content_digest,
        requests.c.started_at == micros(row.started_at),
        is_unclear | was_forgotten,
    )
    unclear = {row.id}
    for columns in tx.execute(similar).mappings():
        other = read_row(columns)
        if may_be_same_speakers(row.speakers, other.speakers):
            unclear.add(other.id)
    return Rivals(taken, sorted(unclear).index(row.id), len(unclear))
