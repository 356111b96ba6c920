"""Deletes requests that are certainly not on the server and whose source has new content."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ..states import REFUSED, Row, State, is_certainly_absent
from .file_marks import mark_files
from .rows import chunks
from .schema import parts, requests, sources

# `is_certainly_absent` of a row, in SQL.
_IS_CERTAINLY_ABSENT = sa.or_(
    sa.and_(requests.c.state == State.PLANNED, requests.c.attempts == 0),
    sa.and_(
        requests.c.state.in_(sorted(REFUSED)),
        requests.c.attempts <= 1,
        requests.c.server_errors == 0,
    ),
)


def delete_unsent(tx: Connection, former: Sequence[Row]) -> None:
    """Delete former requests that were never sent or were refused: the new content replaces them.

    Otherwise they would be left over for ever: `retry` plans a request again, but only a file with
    its content can be sent.

    Their source gets a content digest that matches no file. It has lost some of its parts, so
    otherwise it would look finished if the file got its former content again.
    """
    unsent = [row.id for row in former if is_certainly_absent(row)]
    for chunk in chunks(_lock_unsent(tx, unsent)):
        incomplete = sa.select(parts.c.source).where(parts.c.request.in_(chunk))
        no_content = sa.literal("torn ") + sa.cast(sources.c.id, sa.Text)
        tx.execute(
            sources.update().where(sources.c.id.in_(incomplete)).values(content_digest=no_content)
        )
        paths = sa.select(sources.c.account, sources.c.path).where(sources.c.id.in_(incomplete))
        files = set(tx.execute(paths))
        tx.execute(parts.delete().where(parts.c.request.in_(chunk)))
        for account, path in files:
            mark_files(tx, account, path)
        tx.execute(requests.delete().where(requests.c.id.in_(chunk)))


def _lock_unsent(tx: Connection, row_ids: Sequence[int]) -> list[int]:
    """The rows that are still unsent, locked until the transaction ends: another worker may have
    claimed some since they were read."""
    found: list[int] = []
    for chunk in chunks(row_ids):
        query = (
            sa.select(requests.c.id)
            .where(
                requests.c.id.in_(chunk),
                _IS_CERTAINLY_ABSENT,
            )
            .with_for_update(skip_locked=True)
        )
        found += tx.execute(query).scalars()
    return found
