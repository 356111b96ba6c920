"""Recordings that an upload of an archive was asked to send and has not begun.

A source gets into the ledger only when its turn comes. Without this table, a run that ends early
would leave no trace of the rest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from .file_marks import lock_planning, mark_wanted
from .refused import NEVER_ACCEPTED
from .rows import chunks, insert_new
from .schema import wanted
from .views import is_in


class Wanted(NamedTuple):
    """A recording that is to be sent. conversations: how many it will become."""

    path: str
    content_digest: str
    options_digest: str
    conversations: int


class Unsent(NamedTuple):
    """A recording that was to be sent, and of which nothing was sent yet."""

    account: str
    path: str
    content_digest: str
    conversations: int


def replace_wanted(
    tx: Connection, account: str, roots: Sequence[str], recordings: Iterable[Wanted]
) -> None:
    """Record the recordings that are to be sent from some paths; this replaces what was wanted from
    them before.

    roots: absolute paths. Recordings that were begun are left out.
    """
    lock_planning(tx, account)
    for root in roots:
        tx.execute(wanted.delete().where(wanted.c.account == account, is_in(wanted.c.path, root)))
    rows = {recording.path: {"account": account, **recording._asdict()} for recording in recordings}
    _delete(tx, account, list(rows))  # some may be outside of the roots: links, patterns
    insert_new(tx, wanted, list(rows.values()))
    mark_wanted(tx, account)


def delete_wanted(tx: Connection, account: str, paths: Collection[str]) -> None:
    """Remove recordings that are no longer at their paths."""
    if not paths:
        return
    lock_planning(tx, account)
    _delete(tx, account, list(paths))
    mark_wanted(tx, account)


def _delete(tx: Connection, account: str, paths: Sequence[str]) -> None:
    for chunk in chunks(paths):
        tx.execute(wanted.delete().where(wanted.c.account == account, wanted.c.path.in_(chunk)))


def find_wanted(tx: Connection, account: str, contents: Collection[str]) -> list[str]:
    """The paths of wanted recordings with one of these contents."""
    paths: list[str] = []
    for chunk in chunks(list(contents)):
        query = sa.select(wanted.c.path).where(
            wanted.c.account == account, wanted.c.content_digest.in_(chunk)
        )
        paths += tx.execute(query).scalars()
    return paths


def select_unsent(
    tx: Connection, account: str | None = None, paths: Sequence[str] = ()
) -> list[Unsent]:
    """Wanted recordings that were not begun, each content once. Empty `paths`: all."""
    query = sa.select(wanted).order_by(wanted.c.account, wanted.c.path)
    if account is None:
        query = query.where(wanted.c.account.not_in(NEVER_ACCEPTED))
    else:
        query = query.where(wanted.c.account == account)
    if paths:
        query = query.where(sa.or_(*(is_in(wanted.c.path, path) for path in paths)))
    unsent: dict[tuple[str, str, str], Unsent] = {}
    for row in tx.execute(query).mappings():
        key = (row["account"], row["content_digest"], row["options_digest"])
        one = Unsent(row["account"], row["path"], row["content_digest"], row["conversations"])
        unsent.setdefault(key, one)
    return list(unsent.values())
