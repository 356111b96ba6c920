"""The database under the ledger: a SQLite file or PostgreSQL. Opening, and transactions."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext, suppress
from functools import partial
from pathlib import Path
from threading import Event, Lock
from typing import Any, TypeVar, TypeVarTuple, Unpack

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine

from ...errors import (
    LedgerError,
    MissingExtraError,
    OutputError,
    OutputExistsError,
    SettingsError,
)
from ...extras import name_install
from ...sqlite_files import opened_here
from ..clock import Clock
from .failures import explain, is_connection_lost
from .location import parse_location
from .schema import requests, upgrade
from .sent_counter import NEVER, Moment, SentCount, judge_count, read_count, write_count
from .sqlite_file import SqliteFile, create_private_file, remove_file

# A second Ctrl-C while a connection is closed: SQLAlchemy logs it and raises it. If logging is not
# configured, Python would print the traceback of the log record.
logging.getLogger("sqlalchemy").addHandler(logging.NullHandler())

T = TypeVar("T")
Arguments = TypeVarTuple("Arguments")

_RESTART_SECONDS = 120.0
"""Seconds to wait for a database server that is away: longer than a restart with recovery takes."""
_RETRY_SECONDS = 0.5
_BEGIN_DURABLE = ("PRAGMA synchronous = FULL", "BEGIN IMMEDIATE")
_BEGIN_WRITING = ("PRAGMA synchronous = NORMAL", "BEGIN IMMEDIATE")
_BEGIN_READING = ("BEGIN",)
"""The statements that begin a transaction of SQLite. A durable one survives a power cut."""
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
  the server would notice that only after hours."""
_SQLITE_BUSY_SECONDS = 120
"""How long a transaction waits for another process. A busy disk takes tens of seconds to sync one
commit."""


class Database:
    """One database that several threads and processes use at once.

    where: its path or URL for people, without a password.
    Raises SettingsError for a location that cannot be used, LedgerError when reading or writing
    fails.
    """

    def __init__(self, location: str | Path, clock: Clock) -> None:
        self._location = parse_location(str(location))
        self._clock = clock
        # SQLite allows one writer at a time, and a second one sleeps for milliseconds before it
        # tries again. The threads of this process take turns instead.
        self._is_sqlite = self._location.url.get_backend_name() == "sqlite"
        self._turn: AbstractContextManager[object] = Lock() if self._is_sqlite else nullcontext()
        self.where = self._location.shown
        self._file: SqliteFile | None = None
        self._count = SentCount(0, NEVER)
        self._noted = ExitStack()
        self._is_new = False
        path = self._location.path
        if path is not None:
            self._is_new = _make_file(path)
            self._noted.enter_context(opened_here(path))
        self._engine = _open_engine(self._location.url, clock)
        try:
            self._prepare(path)
        except sa.exc.DBAPIError as error:
            self.close()
            raise explain(error, self._location) from None
        except BaseException:
            self.close()
            raise

    def _prepare(self, path: Path | None) -> None:
        """In one transaction: opening is most of the work of many commands."""
        with self._engine.begin() as tx:
            self._begin(tx, _BEGIN_DURABLE)
            upgrade(tx, self.where)
            if path is not None:
                self._open_count(tx, path)
        if path is not None:
            self._file = SqliteFile(path, self._clock.now(), self._count_to)

    def _open_count(self, tx: Connection, path: Path) -> None:
        """Compare the ledger with the counter file beside it.

        The file is written first: if the program ends in between, the ledger still looks older than
        it.
        """
        number = int(tx.exec_driver_sql("PRAGMA user_version").scalar_one())
        found = read_count(path)
        self._count = judge_count(number, found, self._read_moment(), self._is_of_this_boot)
        if self._count != found and self._count.number:
            write_count(path, self._count)
        if self._count.number != number:
            tx.exec_driver_sql(f"PRAGMA user_version = {self._count.number}")
        # Nothing in the ledger was sent after the requests that it forgot. A later moment comes
        # from a clock that was set back since, and would hide that a request is one of them.
        until = self.forgotten_until.at
        was_noticed = found is None or found.forgotten_until.at != until
        if until and was_noticed:
            late = requests.c.sent_at >= until
            tx.execute(requests.update().where(late).values(sent_at=until - 1))

    def _read_moment(self) -> Moment:
        return Moment(self._clock.now(), self._clock.mark())

    def _is_of_this_boot(self, mark: str) -> bool:
        return self._clock.since(mark) is not None

    def _count_to(self, number: int) -> SentCount:
        return SentCount(number, self._read_moment(), self.forgotten_until)

    @property
    def forgotten_until(self) -> Moment:
        """Requests that were sent before this moment may be missing in the ledger; 0 if none
        are."""
        return self._count.forgotten_until

    def distrust(self, other: Path) -> None:
        """Assume that requests were sent with another ledger file."""
        path = self._location.path
        if path is not None:
            behind = judge_count(-1, read_count(other), self._read_moment(), self._is_of_this_boot)
            self._count = self._count._replace(forgotten_until=behind.forgotten_until)
            write_count(path, self._count)

    def count_sending(self, tx: Connection) -> int:
        """Count a transaction that claims requests. Returns its number, for `note_sending`.

        The file beside the ledger is created before the first commit: if the program is killed
        between the two, the ledger must not look like one whose file is missing.
        """
        path = self._location.path
        if self._file is None or path is None:
            return 0
        number = int(tx.exec_driver_sql("PRAGMA user_version").scalar_one()) + 1
        if number == 1:
            write_count(path, self._count_to(0))
        tx.exec_driver_sql(f"PRAGMA user_version = {number}")
        return number

    def note_sending(self, number: int) -> None:
        """Write the number into the file beside the ledger, after the commit and before anything is
        sent."""
        path = self._location.path
        if path is None or number == 0:
            return
        write_count(path, self._count_to(number))

    def back_up(self, target: Path) -> None:
        """Copy everything that is committed in a SQLite ledger, while others may use it.

        Raises SettingsError for a ledger on a server, OutputExistsError and OutputError if the copy
        cannot be written.
        """
        if self._file is None:
            raise SettingsError(
                "this ledger is a database on a server; back it up there, for example with pg_dump"
            )
        try:
            create_private_file(target)
        except FileExistsError:
            raise OutputExistsError(f"{target} exists; name a new file for the copy") from None
        except OSError as error:
            raise OutputError(
                f"the ledger cannot be copied to {target} ({error.strerror}); name another file"
            ) from None
        try:
            self._file.copy(target)
        except (sqlite3.Error, OSError) as error:
            target.unlink(missing_ok=True)
            raise OutputError(f"the ledger cannot be copied to {target} ({error})") from None

    def close(self) -> None:
        """Close all connections."""
        if self._file is not None:
            self._file.close()
        self._engine.pool.dispose()  # the engine's own method would create a new pool
        self._noted.close()

    def give_up(self) -> None:
        """Close all connections after an error. A file that was just created is removed."""
        is_unused = False
        if self._is_new:
            with suppress(LedgerError):
                is_unused = not self.read(_has_requests)
        self.close()
        path = self._location.path
        if is_unused and path is not None:
            remove_file(path)

    def check_file(self) -> None:
        """Raises LedgerError if the file at the path is no longer the one that was opened."""
        if self._file is not None:
            self._file.check()

    def write(
        self,
        work: Callable[[Connection, Unpack[Arguments]], T],
        *arguments: *Arguments,
        durable: bool = True,
    ) -> T:
        """The result of a transaction that holds the database's write lock.

        work: takes the transaction and the arguments. If the connection is lost, it is called again
        in a new transaction, although the first may have been committed. durable: whether it must
        survive a power cut.
        """
        statements = _BEGIN_WRITING
        if durable:
            statements = _BEGIN_DURABLE

        def attempt() -> T:
            with self._turn, self._engine.begin() as tx:
                self._begin(tx, statements)
                return work(tx, *arguments)

        result = self._repeat(attempt)
        self.check_file()
        return result

    def read(self, work: Callable[[Connection, Unpack[Arguments]], T], *arguments: *Arguments) -> T:
        """The result of a transaction that only reads. work: takes it and the arguments."""

        def attempt() -> T:
            with self._engine.connect() as tx:
                self._begin(tx, _BEGIN_READING)
                return work(tx, *arguments)

        return self._repeat(attempt)

    def _begin(self, tx: Connection, statements: Sequence[str]) -> None:
        """Begin a transaction of SQLite; SQLAlchemy begins one of PostgreSQL by itself.

        One that will write takes the lock at once: upgrading a reader's lock may fail instead of
        waiting. What must survive a power cut (that a request is being sent) is synced to the disk
        before the commit returns. What can be found out again (its outcome) survives the end of the
        program, and is synced with the next durable transaction.

        A listener for the event "begin" would do it, too. But then SQLAlchemy looks for listeners
        at each statement, which is a third of the work of a transaction that reads.
        """
        if not self._is_sqlite:
            return
        raw = tx.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        try:
            for statement in statements:
                raw.execute(statement).close()
        except sqlite3.Error as error:  # reported as SQLAlchemy's own statements are
            raise sa.exc.OperationalError(statements[-1], None, error) from None

    def _repeat(self, attempt: Callable[[], T]) -> T:
        """Try until it succeeds: a database server that is restarted comes back in a moment."""
        deadline: float | None = None
        while True:
            try:
                return attempt()
            except sa.exc.DBAPIError as error:
                self.check_file()
                now = self._clock.monotonic()
                deadline = deadline or now + _RESTART_SECONDS
                may_come_back = not self._is_sqlite and is_connection_lost(error)
                if not may_come_back or now >= deadline:
                    raise explain(error, self._location) from None
            except sa.exc.TimeoutError:
                raise LedgerError(
                    f"the ledger {self.where} is too slow: no connection was free for "
                    f"{_RESTART_SECONDS:.0f} s; check the database server, then run the same "
                    "command again"
                ) from None
            self._clock.sleep(_RETRY_SECONDS, Event())

    def now(self, tx: Connection) -> float:
        """Seconds since 1970: PostgreSQL's clock where machines share it, else the clock given."""
        if tx.dialect.name == "postgresql":
            query = sa.text("SELECT extract(epoch FROM clock_timestamp())")
            return float(tx.execute(query).scalar_one())
        return self._clock.now()


def _has_requests(tx: Connection) -> bool:
    return tx.execute(sa.select(sa.exists(requests.select()))).scalar_one()


# -- engines


def _make_file(path: Path) -> bool:
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


def _open_engine(url: URL, clock: Clock) -> Engine:
    """An engine that opens transactions as the ledger needs them."""
    if url.get_backend_name() == "sqlite":
        return _open_sqlite(url, clock)
    try:
        engine = sa.create_engine(
            url,
            pool_pre_ping=True,
            pool_size=_KEPT_CONNECTIONS,
            max_overflow=_MORE_CONNECTIONS,
            pool_timeout=_RESTART_SECONDS,
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
    except sqlite3.Error:  # the file is no database: SQLAlchemy forgets the connection, open
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
