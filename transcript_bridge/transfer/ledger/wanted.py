"""What an archive's upload was asked to send: the part of it that was not begun is known here only.

A source gets into the ledger when its turn comes. Without this, a run that ends early would leave
no trace of the rest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from .rows import chunks, insert_new
from .schema import sources, wanted
from .views import is_in


class Wanted(NamedTuple):
    """A recording that is to be sent. conversations: how many it becomes."""

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
    """Write down what is to be sent from some paths; what was wanted from them before is dropped.

    roots: absolute paths.
    """
    for root in roots:
        tx.execute(wanted.delete().where(wanted.c.account == account, is_in(wanted.c.path, root)))
    rows = {one.path: {"account": account, **one._asdict()} for one in recordings}
    _delete(tx, account, list(rows))  # some may lie outside of the roots: links, patterns
    insert_new(tx, wanted, list(rows.values()))


def delete_wanted(tx: Connection, account: str, paths: Collection[str]) -> None:
    """Forget recordings that are no longer where they were."""
    _delete(tx, account, list(paths))


def _delete(tx: Connection, account: str, paths: Sequence[str]) -> None:
    for chunk in chunks(paths):
        tx.execute(wanted.delete().where(wanted.c.account == account, wanted.c.path.in_(chunk)))


def select_unsent(
    tx: Connection, account: str | None = None, paths: Sequence[str] = ()
) -> list[Unsent]:
    """Recordings that were to be sent and were not begun, each content once. Empty `paths`: all."""
    query = sa.select(wanted).order_by(wanted.c.account, wanted.c.path)
    if account is not None:
        query = query.where(wanted.c.account == account)
    if paths:
        query = query.where(sa.or_(*(is_in(wanted.c.path, path) for path in paths)))
    begun = _find_begun(tx)
    unsent: dict[tuple[str, str, str], Unsent] = {}
    for row in tx.execute(query).mappings():
        key = (row["account"], row["content_digest"], row["options_digest"])
        is_at_path = (row["account"], row["content_digest"], row["path"]) in begun
        if is_at_path or key in begun:
            continue
        one = Unsent(row["account"], row["path"], row["content_digest"], row["conversations"])
        unsent.setdefault(key, one)
    return list(unsent.values())


def _find_begun(tx: Connection) -> set[tuple[str, str, str]]:
    """(account, content, path) and (account, content, options) of all sources in the ledger.

    A content counts as begun at the same path, whatever the options were, and at another path with
    the same options: then it is the same conversation.
    """
    begun: set[tuple[str, str, str]] = set()
    columns = (
        sources.c.account,
        sources.c.content_digest,
        sources.c.path,
        sources.c.options_digest,
    )
    for account, content, path, options in tx.execute(sa.select(*columns)):
        begun.add((account, content, path))
        begun.add((account, content, options))
    return begun
