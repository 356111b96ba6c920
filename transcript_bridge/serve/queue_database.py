"""The tables of the queue, in the database of the ledger: opening and querying them.

Procrastinate (https://procrastinate.readthedocs.io) has the jobs: which key runs when, and where.
Our own table has what users asked for, and the progress of each key.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from ..errors import LedgerError, MissingExtraError, SettingsError
from ..extras import name_install
from ..transfer.ledger import SESSION_SETTINGS, describe_location, find_connection_string

try:
    import procrastinate
    import psycopg
    from procrastinate.exceptions import ConnectorException
    from procrastinate.schema import SchemaManager
    from psycopg.rows import dict_row
except ImportError:
    raise MissingExtraError(f"the queue needs: {name_install('serve')}") from None

__all__ = ["JOBS", "QueueDatabase", "require_address"]

# If logging is not configured, Python would print what these report about an unreachable database.
for _name in ("procrastinate", "psycopg"):
    logging.getLogger(_name).addHandler(logging.NullHandler())

JOBS = "transcript-bridge"
"""The name of our queue; others may use Procrastinate in the same database."""
_AWAY_SECONDS = 120.0
"""Seconds to wait for a database server that is away: longer than a restart with recovery takes."""
_RETRY_SECONDS = 0.5
_CONNECT_SECONDS = 10.0
_CONNECTIONS = 3
"""The most connections, in addition to those of the ledger."""
_SCHEMA_LOCK = 7255107
_ADDING_LOCK = 7255106
"""Keys of advisory locks; the ledger uses others."""
_TABLES = """
CREATE TABLE IF NOT EXISTS tb_queue_migrations (newest text NOT NULL);
CREATE TABLE IF NOT EXISTS tb_queue (
    profile text PRIMARY KEY,
    paths jsonb NOT NULL,
    flags jsonb NOT NULL,
    state text NOT NULL DEFAULT 'waiting',
    paused boolean NOT NULL DEFAULT false,
    next_at timestamptz,
    reason text NOT NULL DEFAULT '',
    code integer NOT NULL DEFAULT 0,
    worker text NOT NULL DEFAULT '',
    failures integer NOT NULL DEFAULT 0,
    stored integer NOT NULL DEFAULT 0,
    total integer,
    wanted text NOT NULL DEFAULT '',
    changed_at timestamptz NOT NULL DEFAULT now()
);
"""

T = TypeVar("T")


class PatientConnector(procrastinate.PsycopgConnector):
    """Waits for a database server that is restarted, so that a worker survives it.

    A statement may be executed twice: its first commit may have arrived before the connection
    broke.
    """

    where = ""

    async def execute_query_async(self, query: Any, **arguments: Any) -> None:
        """Execute a statement. It is no failure if a job is no longer there: another worker has
        taken it, or the first attempt of this statement has ended it."""
        try:
            await self._repeat(
                lambda: super(PatientConnector, self).execute_query_async(query, **arguments)
            )
        except ConnectorException as error:
            if not isinstance(error.__cause__, psycopg.errors.RaiseException):
                raise

    async def execute_query_one_async(self, query: Any, **arguments: Any) -> dict[str, Any]:
        """The only row of a statement."""
        return await self._repeat(
            lambda: super(PatientConnector, self).execute_query_one_async(query, **arguments)
        )

    async def execute_query_all_async(self, query: Any, **arguments: Any) -> list[dict[str, Any]]:
        """The rows of a statement."""
        return await self._repeat(
            lambda: super(PatientConnector, self).execute_query_all_async(query, **arguments)
        )

    async def _repeat(self, ask: Callable[[], Awaitable[T]]) -> T:
        clock = asyncio.get_running_loop().time
        deadline: float | None = None
        while True:
            try:
                return await ask()
            except ConnectorException as error:
                deadline = deadline or clock() + _AWAY_SECONDS
                is_away = isinstance(error.__cause__, psycopg.OperationalError)
                if not is_away:
                    raise
                if clock() >= deadline:
                    raise LedgerError(
                        f"the queue in {self.where} does not answer: check the database server; "
                        "then run the same command again"
                    ) from None
            await asyncio.sleep(_RETRY_SECONDS)


def require_address(location: str) -> str:
    """The connection string of a ledger. Raises SettingsError for a ledger that is a file."""
    address = find_connection_string(location)
    if address is None:
        raise SettingsError(
            "the queue needs a ledger in PostgreSQL, because several machines share it; "
            "give --ledger postgresql://…"
        )
    return address


async def _prepare_connection(connection: psycopg.AsyncConnection[Any]) -> None:
    await connection.execute(SESSION_SETTINGS)
    await connection.commit()


class Statements:
    """The statements of one transaction."""

    def __init__(self, connection: psycopg.AsyncConnection[Any]) -> None:
        self._cursor = connection.cursor(row_factory=dict_row)

    async def fetch(self, query: str, **arguments: Any) -> list[dict[str, Any]]:
        """The rows of a statement."""
        await self._cursor.execute(query, arguments)
        return await self._cursor.fetchall()


class QueueDatabase:
    """The queue of a ledger in PostgreSQL, for one event loop. Use it in an `async with`.

    location: of the ledger. Raises SettingsError for a ledger that is a file, and LedgerError if
    the database cannot be used.
    """

    def __init__(self, location: str) -> None:
        address = require_address(location)
        self.where = describe_location(location)
        self.connector = PatientConnector(
            conninfo=address,
            min_size=1,
            max_size=_CONNECTIONS,
            timeout=_CONNECT_SECONDS,
            configure=_prepare_connection,
        )
        self.connector.where = self.where
        self.app = procrastinate.App(connector=self.connector)

    async def __aenter__(self) -> QueueDatabase:
        try:
            await self.app.open_async()
            await self._prepare()
        except (psycopg.Error, ConnectorException) as error:
            await self.app.close_async()
            kind = type(error.__cause__ or error).__name__
            raise LedgerError(
                f"the queue in {self.where} cannot be opened ({kind}); check the database server, "
                "and the rights of the user in this database; then run the same command again"
            ) from None
        except BaseException:
            await self.app.close_async()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.app.close_async()

    async def fetch(self, query: str, **arguments: Any) -> list[dict[str, Any]]:
        """The rows of a statement."""
        return await self.connector.execute_query_all_async(query, **arguments)

    @asynccontextmanager
    async def change_alone(self) -> AsyncIterator[Statements]:
        """A transaction that excludes others of its kind, so that no other program adds a key
        meanwhile.

        Raises LedgerError if the database cannot be used.
        """
        try:
            async with self.connector.pool.connection() as connection:
                await connection.execute(f"SELECT pg_advisory_xact_lock({_ADDING_LOCK})")
                yield Statements(connection)
        except psycopg.Error as error:
            raise LedgerError(
                f"the queue in {self.where} cannot be written ({type(error).__name__}); check the "
                "database server; then run the same command again"
            ) from None

    async def _prepare(self) -> None:
        """Create the tables at first use, and upgrade those of an older Procrastinate."""
        migrations = sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))
        async with self.connector.pool.connection() as connection:
            # Two programs that start at the same time must create the tables only once.
            await connection.execute(f"SELECT pg_advisory_xact_lock({_SCHEMA_LOCK})")
            await connection.execute(_TABLES)
            cursor = await connection.execute(
                "SELECT to_regclass('procrastinate_jobs') IS NOT NULL, "
                "(SELECT newest FROM tb_queue_migrations LIMIT 1)"
            )
            has_jobs, newest = await cursor.fetchone() or (False, None)
            if newest is not None and newest > migrations[-1].name:
                raise SettingsError(
                    f"the queue in {self.where} was written by a newer version of "
                    "Procrastinate; update yours: "
                    "pip install --upgrade procrastinate"
                )
            if not has_jobs:
                await connection.execute(SchemaManager.get_schema())
            elif newest is not None:
                for migration in migrations:
                    if migration.name > newest:
                        await connection.execute(migration.read_bytes())
            if newest != migrations[-1].name:
                await connection.execute("DELETE FROM tb_queue_migrations")
                await connection.execute(
                    "INSERT INTO tb_queue_migrations VALUES (%s)", (migrations[-1].name,)
                )
