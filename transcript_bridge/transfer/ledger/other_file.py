"""What another ledger file knows of the same sources. It is not changed: it may be no ledger."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from functools import partial
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from ...sqlite_files import is_in_use
from .accounts import resolve_account
from .joining import COUNT_SENT
from .rows import chunks
from .schema import accounts, sources


class KnownElsewhere(NamedTuple):
    """What another ledger file knows.

    sent: how many requests of the sources are in Omi by it. is_recognized: whether the server
    recognizes a request that is sent again.
    """

    sent: int = 0
    is_recognized: bool = False


def look_elsewhere(path: Path, account: str, content_digests: Collection[str]) -> KnownElsewhere:
    """What a file knows of sources and an account; nothing if it is no ledger of this version."""
    # Where there is no log, nothing may make one either: this is another program's file. Such a
    # file is read without locks, and again if somebody began to write meanwhile.
    if not is_in_use(path):
        known = _look(path, "immutable=1", account, content_digests)
        if not is_in_use(path):
            return known
    return _look(path, "mode=ro", account, content_digests)


def _look(path: Path, how: str, account: str, content_digests: Collection[str]) -> KnownElsewhere:
    """how: SQLite's parameter for opening the file so that it is not changed."""
    engine = sa.create_engine(
        sa.URL.create("sqlite"),
        creator=partial(sqlite3.connect, f"{path.absolute().as_uri()}?{how}", uri=True),
        poolclass=sa.pool.NullPool,
    )
    total = 0
    try:
        with engine.connect() as tx:
            name = resolve_account(tx, account)
            honors = sa.select(accounts.c.honours_key).where(accounts.c.id == name)
            is_recognized = bool(tx.execute(honors).scalar())
            of_account = COUNT_SENT.where(sources.c.account == name)
            for chunk in chunks(list(content_digests)):
                query = of_account.where(sources.c.content_digest.in_(chunk))
                total += sum(int(count) for _account, _digest, count in tx.execute(query))
    except sa.exc.DBAPIError:
        return KnownElsewhere()
    return KnownElsewhere(total, is_recognized)
