"""The database under the ledger: a SQLite file or PostgreSQL. Opening, and transactions."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext, suppress
from pathlib import Path
from threading import Event, Lock
from typing import TypeVar, TypeVarTuple, Unpack

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ...errors import (
    LedgerError,
    OutputError,
    OutputExistsError,
    SettingsError,
)
from ...sqlite_files import opened_here
from ..clock import Clock
from .engines import RESTART_SECONDS, make_file, open_engine
from .failures import explain, is_connection_lost
from .location import parse_location
from .schema import meta, requests
from .sent_counter import NEVER, ClockReading, SentCount, judge_count, read_count, write_count
from .sqlite_file import SqliteFile, create_private_file, remove_file
from .upgrades import upgrade

# A second Ctrl-C while a connection is closed: SQLAlchemy logs it and raises it. If logging is not
# configured, Python would print the traceback of the log record.
logging.getLogger("sqlalchemy").addHandler(logging.NullHandler())

T = TypeVar("T")
Arguments = TypeVarTuple("Arguments")

_RETRY_SECONDS = 0.5
_BEGIN_DURABLE = ("PRAGMA synchronous = FULL", "BEGIN IMMEDIATE")
_BEGIN_WRITING = ("PRAGMA synchronous = NORMAL", "BEGIN IMMEDIATE")
_BEGIN_READING = ("BEGIN",)
"""The statements that begin a transaction of SQLite. A durable one survives a power cut."""


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
            self._is_new = make_file(path)
            self._noted.enter_context(opened_here(path))
        self._engine = open_engine(self._location.url, clock)
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
            else:
                self._read_forgotten(tx)
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
            _count_as_sent_before(tx, until)

    def _read_forgotten(self, tx: Connection) -> None:
        """Without a mark: the boot of one machine means nothing to the others."""
        until = tx.execute(sa.select(meta.c.forgotten_until)).scalar_one()
        self._count = self._count._replace(forgotten_until=ClockReading(until))

    def _read_moment(self) -> ClockReading:
        return ClockReading(self._clock.now(), self._clock.mark())

    def _is_of_this_boot(self, mark: str) -> bool:
        return self._clock.since(mark) is not None

    def _count_to(self, number: int) -> SentCount:
        return SentCount(number, self._read_moment(), self.forgotten_until)

    @property
    def forgotten_until(self) -> ClockReading:
        """Requests that were sent before this moment may be missing in the ledger; 0 if none
        are."""
        return self._count.forgotten_until

    def distrust(self, other: Path | None = None) -> None:
        """Assume that requests were sent that this ledger does not know: with another ledger file,
        or until now.

        Raises LedgerError if this cannot be stored.
        """
        path = self._location.path
        if path is None:
            self.write(self.forget_until_now)
            return
        until = self._read_moment()
        if other is not None:
            until = judge_count(-1, read_count(other), until, self._is_of_this_boot).forgotten_until
        self.write(_count_as_sent_before, until.at)
        self._count = self._count._replace(forgotten_until=until)
        write_count(path, self._count)
        if read_count(path) != self._count:
            raise LedgerError(f"the file beside the ledger {self.where} cannot be written")

    def forget_until_now(self, tx: Connection) -> None:
        """Of a ledger on a server: assume that it does not know what was sent so far.

        Processes that have it open learn this when they open it again.
        """
        now = self.now(tx)
        _count_as_sent_before(tx, now)
        tx.execute(meta.update().values(forgotten_until=now))
        self._count = self._count._replace(forgotten_until=ClockReading(now))

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
                deadline = deadline or now + RESTART_SECONDS
                may_come_back = not self._is_sqlite and is_connection_lost(error)
                if not may_come_back or now >= deadline:
                    raise explain(error, self._location) from None
            except sa.exc.TimeoutError:
                raise LedgerError(
                    f"the ledger {self.where} is too slow: no connection was free for "
                    f"{RESTART_SECONDS:.0f} s; check the database server, then run the same "
                    "command again"
                ) from None
            self._clock.sleep(_RETRY_SECONDS, Event())

    def now(self, tx: Connection) -> float:
        """Seconds since 1970: PostgreSQL's clock where machines share it, else the clock given."""
        if tx.dialect.name == "postgresql":
            query = sa.text("SELECT extract(epoch FROM clock_timestamp())")
            return float(tx.execute(query).scalar_one())
        return self._clock.now()


def _count_as_sent_before(tx: Connection, until: float) -> None:
    """Correct moments from a clock that was set back since: no request of the ledger was sent after
    those that it forgot."""
    late = requests.c.sent_at >= until
    tx.execute(requests.update().where(late).values(sent_at=until - 1))


def _has_requests(tx: Connection) -> bool:
    return tx.execute(sa.select(sa.exists(requests.select()))).scalar_one()
