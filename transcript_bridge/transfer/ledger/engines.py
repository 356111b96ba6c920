"""Opens the engine of SQLAlchemy for a ledger: the file, connections and their settings."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Engine

from ...errors import MissingExtraError, SettingsError
from ...extras import name_install
from ..clock import Clock
from .sqlite_file import create_private_file

RESTART_SECONDS = 120.0
"""Seconds to wait for a database server that is away: longer than a restart with recovery takes."""
_MODE_RETRY_SECONDS = 0.02
_KEPT_CONNECTIONS = 4
_MORE_CONNECTIONS = 4
"""Connections to PostgreSQL that a process keeps open, and further ones under load. A transaction
takes milliseconds, so eight are enough for hundreds of threads; the server allows a hundred for all
processes together."""
SERVER_PATIENCE = "120s"
"""How long PostgreSQL waits for the next statement of a transaction."""
SESSION_SETTINGS = (
    f"SELECT set_config(name, CASE name WHEN 'jit' THEN 'off' ELSE '{SERVER_PATIENCE}' END, FALSE) "
    "FROM pg_settings WHERE name = 'jit' "
    "OR (name = 'idle_in_transaction_session_timeout' AND setting = '0')"
)
"""The first statement on each connection to PostgreSQL. It only sets what the server knows: an old
server would refuse an unknown SET.

- Do not compile queries to machine code: all are short. In a ledger of a million requests, it took
  330 of the 480 ms of the counts, because PostgreSQL overestimates the cost of their condition.
- A client that stops in a transaction, or whose network is cut, must not hold its locks forever:
  the server would notice that only after hours.
"""
_SQLITE_BUSY_SECONDS = 120
"""How long a transaction waits for another process. A busy disk takes tens of seconds to sync one
commit."""


def make_file(path: Path) -> bool:
    """Make a ledger's file and folder, readable by the user alone. Whether there was no file.

    Raises SettingsError.
    """
    is_new = False
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with suppress(FileExistsError):
            create_private_file(path)
            is_new = True
    except OSError as error:
        raise SettingsError(
            f"the ledger {path} cannot be created ({error.strerror}); "
            "choose another place with --ledger"
        ) from None
    return is_new


def open_engine(url: URL, clock: Clock) -> Engine:
    """An engine that opens transactions as the ledger needs them."""
    if url.get_backend_name() == "sqlite":
        return _open_sqlite(url, clock)
    try:
        engine = sa.create_engine(
            url,
            pool_pre_ping=True,
            pool_size=_KEPT_CONNECTIONS,
            max_overflow=_MORE_CONNECTIONS,
            pool_timeout=RESTART_SECONDS,
        )
    except ModuleNotFoundError:
        raise MissingExtraError(f"a PostgreSQL ledger needs: {name_install('postgres')}") from None
    sa.event.listen(engine, "connect", _prepare_postgres)
    return engine


def _prepare_postgres(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute(SESSION_SETTINGS)
    cursor.close()
    connection.commit()


def _open_sqlite(url: URL, clock: Clock) -> Engine:
    arguments = {"timeout": float(_SQLITE_BUSY_SECONDS), "check_same_thread": False}
    engine = sa.create_engine(url, connect_args=arguments, pool_size=4, max_overflow=-1)
    sa.event.listen(engine, "connect", partial(_prepare_sqlite, clock))
    return engine


def _prepare_sqlite(clock: Clock, connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions by itself
    try:
        connection.execute("PRAGMA foreign_keys = ON").close()
        _use_wal(clock, connection)
    except sqlite3.Error:  # the file is not a database: SQLAlchemy would leave the connection open
        connection.close()
        raise


def _use_wal(clock: Clock, connection: sqlite3.Connection) -> None:
    """WAL lets `status` read while an upload writes.

    Where two processes open a new file at the same moment, one of them changes its mode and SQLite
    refuses the other at once, without waiting: it would wait for itself.
    """
    deadline = clock.monotonic() + _SQLITE_BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL").close()
            return
        except sqlite3.OperationalError as error:
            is_locked = error.sqlite_errorcode == sqlite3.SQLITE_BUSY
            if not is_locked or clock.monotonic() >= deadline:
                raise
        clock.sleep(_MODE_RETRY_SECONDS, Event())
