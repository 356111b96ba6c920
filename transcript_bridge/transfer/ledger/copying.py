"""Copies a ledger file into an empty database on a server, where several machines can use it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection

from ...errors import LedgerError, SettingsError
from ...sqlite_files import opened_here
from ..clock import Clock
from .database import Database
from .failures import explain
from .location import Location, parse_location
from .schema import accounts, distinct_accounts, parts, requests, sources, wanted
from .sent_counter import ClockReading, SentCount, write_count

_TABLES = (accounts, distinct_accounts, sources, requests, parts, wanted)
"""In an order in which rows refer to earlier ones. The triggers of the target count the rows."""
_NUMBERED = (sources, requests)
_PLANNED = (sources, requests, wanted)
"""An empty ledger has no rows in these. It may have accounts, of runs that planned nothing."""
_ROWS = 1000
"""Rows that are read and written at once."""


def copy_ledger(source: Path, target: str, clock: Clock | None = None) -> int:
    """Copy a ledger file into an empty database. Returns the number of requests.

    Both get the newest version first. Afterwards the file counts like one from a backup, because
    it will not know what is sent with the copy.

    Raises SettingsError for a target that is not an empty database on a server, LedgerError if
    another program uses the file, or reading or writing fails.
    """
    clock = clock or Clock()
    location = parse_location(target)
    if location.url.get_backend_name() == "sqlite":
        raise SettingsError(
            "name the database to copy to as postgresql://user@host/name; 'ledger backup' copies "
            "into a file"
        )
    has_forgotten = _upgrade_file(source, clock)
    with ExitStack() as stack:
        database = Database(target, clock)
        stack.callback(database.close)
        rows = stack.enter_context(_open_alone(source))

        def copy(tx: Connection) -> int:
            _require_empty(tx, location)
            for table in _TABLES:
                _copy_table(rows, tx, table)
            for table in _NUMBERED:
                _continue_numbers(tx, table)
            if has_forgotten:
                database.forget_until_now(tx)
            # Before the commit: a file that is distrusted for no reason does no harm.
            _distrust_file(rows, source, ClockReading(clock.now(), clock.mark()))
            return tx.execute(sa.select(sa.func.count()).select_from(requests)).scalar_one()

        return database.write(copy)


def _upgrade_file(path: Path, clock: Clock) -> bool:
    """Whether the file may not know all that was sent."""
    database = Database(path, clock)
    database.close()
    return database.forgotten_until.at > 0


@contextmanager
def _open_alone(path: Path) -> Iterator[Connection]:
    """A transaction that reads a ledger file while no other program has it open.

    What another program sent after the copy was made would be missing in it. SQLite leaves its
    mode WAL only if nobody else has the file open, and a program that opens it later waits.
    """
    location = parse_location(str(path))
    with opened_here(path):
        engine = sa.create_engine(
            URL.create("sqlite", database=str(path)),
            connect_args={"timeout": 0.0},
            poolclass=sa.pool.NullPool,
        )
        with engine.connect() as tx:
            try:
                tx.exec_driver_sql("PRAGMA journal_mode = DELETE")
                tx.exec_driver_sql("BEGIN EXCLUSIVE")
            except sa.exc.OperationalError as error:
                if "locked" not in str(error.orig):
                    raise explain(error, location) from None
                raise LedgerError(
                    f"another program uses the ledger {path}: stop it, then run the same command "
                    "again"
                ) from None
            yield tx


def _require_empty(tx: Connection, location: Location) -> None:
    """Raises SettingsError if something was planned. Nothing can be added until the transaction
    ends."""
    names = ", ".join(table.name for table in (accounts, *_PLANNED))
    tx.execute(sa.text(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE"))
    for table in _PLANNED:
        if tx.execute(sa.select(sa.exists(table.select()))).scalar_one():
            raise SettingsError(
                f"the ledger {location.shown} is in use already; copy into an empty database"
            )


def _copy_table(rows: Connection, tx: Connection, table: sa.Table) -> None:
    # With RETURNING, SQLAlchemy inserts many rows with one statement, so that the triggers, too,
    # run once for all of them.
    insert = table.insert().returning(*table.primary_key.columns)
    for chunk in _read_table(rows, table):
        if table is accounts:
            names = [columns["id"] for columns in chunk]
            tx.execute(accounts.delete().where(accounts.c.id.in_(names)))
        tx.execute(insert, chunk)


def _read_table(rows: Connection, table: sa.Table) -> Iterator[Sequence[dict[str, Any]]]:
    query = sa.select(table)
    if table is accounts:  # refer to accounts that were not joined
        query = query.order_by(accounts.c.joined_to.is_not(None))
    read = rows.execute(query.execution_options(yield_per=_ROWS)).mappings()
    for chunk in read.partitions():
        yield [{column.key: found[column] for column in table.columns} for found in chunk]


def _continue_numbers(tx: Connection, table: sa.Table) -> None:
    """Let the database number new rows after the copied ones."""
    sequence = sa.func.pg_get_serial_sequence(table.name, "id")
    following = sa.func.coalesce(sa.func.max(table.c.id), 0) + 1
    tx.execute(sa.select(sa.func.setval(sequence, following, False)).select_from(table))


def _distrust_file(rows: Connection, path: Path, now: ClockReading) -> None:
    number = int(rows.exec_driver_sql("PRAGMA user_version").scalar_one())
    write_count(path, SentCount(number, now, forgotten_until=now))
