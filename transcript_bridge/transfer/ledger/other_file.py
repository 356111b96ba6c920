"""Looks up sources in another ledger file. The file is never changed: it may not be a
ledger."""

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
    """The records of another ledger file.

    sent: how many requests of the sources were sent with it. is_recognized: whether the server
    recognizes a request that is sent again.
    """

    sent: int = 0
    is_recognized: bool = False


def look_elsewhere(path: Path, account: str, content_digests: Collection[str]) -> KnownElsewhere:
    """Look up sources and an account in a file; nothing if it is not a ledger of this
    version."""
    # It is another program's file, so if it has no log, none may be created. It is then read
    # without locks, and read again if somebody began to write meanwhile.
    if not is_in_use(path):
        known = _look(path, "immutable=1", account, content_digests)
        if not is_in_use(path):
            return known
    return _look(path, "mode=ro", account, content_digests)


def _look(path: Path, how: str, account: str, content_digests: Collection[str]) -> KnownElsewhere:
    """how: SQLite's URI parameter that opens the file without changing it."""
    engine = sa.create_engine(
        sa.URL.create("sqlite"),
        creator=partial(sqlite3.connect, f"{path.absolute().as_uri()}?{how}", uri=True),
        poolclass=sa.pool.NullPool,
    )
    total = 0
    try:
        with engine.connect() as tx:
            name = resolve_account(tx, account)
            honors = sa.select(accounts.c.honors_session_ids).where(accounts.c.id == name)
            is_recognized = bool(tx.execute(honors).scalar())
            of_account = COUNT_SENT.where(sources.c.account == name)
            for chunk in chunks(list(content_digests)):
                query = of_account.where(sources.c.content_digest.in_(chunk))
                total += sum(int(count) for _account, _digest, count in tx.execute(query))
    except sa.exc.DBAPIError:
        return KnownElsewhere()
    return KnownElsewhere(total, is_recognized)
