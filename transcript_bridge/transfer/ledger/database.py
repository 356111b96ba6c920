"""The database under the ledger: a SQLite file or PostgreSQL. Opening, transactions, failures.

A deleted SQLite file lives on as long as it is open, and is put back: without the ledger nothing is
known of what was uploaded, and a server that ignores session ids would get everything twice.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from threading import Lock
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine, make_url

from ...errors import LedgerError, MissingExtraError, SettingsError
from ..clock import Clock
from .schema import upgrade

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
        url = parse_location(str(location))
        is_sqlite = url.get_backend_name() == "sqlite"
        self._clock = clock
        # SQLite allows one writer at a time, and a second one sleeps for milliseconds before it
        # tries again. Our own threads take turns instead.
        self._turn: AbstractContextManager[object] = Lock() if is_sqlite else nullcontext()
        self.where = url.render_as_string(hide_password=True)
        self._file: _SqliteFile | None = None
        path = _path_of(url)
        if path is not None:
            self.where = str(path)
            _prepare_folder(path)
        self._engine = _open_engine(url)
        try:
            self._prepare(path)
        except sa.exc.DBAPIError as error:
            self._engine.dispose()
            raise explain(error, self.where) from None
        except BaseException:
            self._engine.dispose()
            raise

    def _prepare(self, path: Path | None) -> None:
        upgrade(self._engine, self.where)
        if path is not None:
            self._file = _SqliteFile(self._engine, path)

    def close(self) -> None:
        """Close all connections."""
        if self._file is not None:
            self._file.close()
        self._engine.dispose()

    def check_file(self) -> None:
        """Raises LedgerError where the file is no longer the one that was opened."""
        if self._file is not None:
            self._file.check()

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[Connection]:
        """A transaction that holds the database's write lock. durable: it survives a power cut."""
        options = {"durable": durable}
        try:
            with self._turn, self._engine.connect().execution_options(**options) as tx, tx.begin():
                yield tx
        except sa.exc.DBAPIError as error:
            self.check_file()
            raise explain(error, self.where) from None
        self.check_file()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        try:
            with self._engine.connect().execution_options(reads=True) as tx:
                yield tx
        except sa.exc.DBAPIError as error:
            raise explain(error, self.where) from None

    def now(self, tx: Connection) -> float:
        """Seconds since 1970: PostgreSQL's clock where machines share it, else the clock given."""
        if tx.dialect.name == "postgresql":
            query = sa.text("SELECT extract(epoch FROM clock_timestamp())")
            return float(tx.execute(query).scalar_one())
        return self._clock.now()


# -- locations


def parse_location(location: str) -> URL:
    """A path, or the URL of a PostgreSQL (or SQLite) database.

    Raises SettingsError; never repeats a password.
    """
    if "://" not in location:
        return URL.create("sqlite", database=str(Path(location).expanduser()))
    try:
        url = make_url(location)
    except (sa.exc.ArgumentError, ValueError):
        raise SettingsError(
            "the ledger's URL cannot be understood; write postgresql://user@host/name"
        ) from None
    kind = url.get_backend_name()
    if kind in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg")
    if kind != "sqlite":
        raise SettingsError(f"a ledger is a file or a PostgreSQL database, not {kind}")
    return url


def describe_location(location: str) -> str:
    """The path or URL for people: without a password."""
    url = parse_location(location)
    if _path_of(url) is not None:
        return str(url.database)
    return url.render_as_string(hide_password=True)


def _path_of(url: URL) -> Path | None:
    """The path of a plain SQLite file; None for PostgreSQL and for URLs with options."""
    if url.get_backend_name() != "sqlite" or url.query:
        return None
    return Path(url.database or "")


def _prepare_folder(path: Path) -> None:
    """Make the folder of a ledger, readable by the user alone. Raises SettingsError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            path.touch(mode=0o600)
    except OSError as error:
        raise SettingsError(
            f"the ledger {path} cannot be created ({error.strerror}); "
            "choose another place with --ledger"
        ) from None


# -- engines


def _open_engine(url: URL) -> Engine:
    """An engine that opens transactions as the ledger needs them."""
    if url.get_backend_name() == "sqlite":
        return _open_sqlite(url)
    try:
        return sa.create_engine(url, pool_pre_ping=True, pool_size=4, max_overflow=-1)
    except ModuleNotFoundError:
        raise MissingExtraError(
            "a PostgreSQL ledger needs: pip install 'transcript-bridge[postgres]'"
        ) from None


def _open_sqlite(url: URL) -> Engine:
    arguments = {"timeout": float(_SQLITE_BUSY_SECONDS), "check_same_thread": False}
    engine = sa.create_engine(url, connect_args=arguments, pool_size=4, max_overflow=-1)
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    """WAL lets `status` read while an upload writes."""
    connection.isolation_level = None  # the driver must not begin transactions by itself
    pragmas = (
        f"busy_timeout = {_SQLITE_BUSY_SECONDS * 1000}",
        "journal_mode = WAL",
        "foreign_keys = ON",
    )
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    """A transaction that will write takes the lock at once: upgrading a reader's lock may fail
    instead of waiting.

    What must survive a power cut (that a request is being sent) is synced to the disk before the
    commit returns. What can be found out again (its outcome) survives the end of the program, and
    is synced with the next durable transaction.
    """
    options = connection.get_execution_options()
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    synchronous = "FULL" if options.get("durable", True) else "NORMAL"
    begin = "BEGIN" if options.get("reads") else "BEGIN IMMEDIATE"
    raw.execute(f"PRAGMA synchronous = {synchronous}").close()
    raw.execute(begin).close()


# -- failures


def explain(error: sa.exc.DBAPIError, where: str) -> LedgerError:
    """One line for what the database reports. The statement and its values are left out."""
    said = " ".join(str(error.orig).split())
    lowered = said.lower()
    for words, advice in _ADVICE.items():
        if words in lowered:
            return LedgerError(f"the ledger {where} {advice}; then run the same command again")
    return LedgerError(
        f"the ledger {where} failed ({said[:200]}); nothing more was sent, "
        "run the same command again"
    )


_NOT_WRITABLE = "cannot be written: change its permissions, or choose another place with --ledger"
_ADVICE = {
    "full": "cannot grow, the disk is full: free some space",
    "readonly": _NOT_WRITABLE,
    "read-only": _NOT_WRITABLE,
    "not a database": "is not a ledger, or damaged: move it away (a server that ignores session "
    "ids would then get everything twice), or restore it",
    "malformed": "is damaged: restore it from a copy",
    "unable to open": "cannot be opened: check its folder and permissions",
    "deadlock": "was locked by two workers at once",
    "locked": "has been locked by another program for too long: stop that program",
    "disk i/o": "cannot be written, the disk fails or is full: free some space",
    "connection": "does not answer: check the database server",
}
"""The database's words -> what is wrong, and what to do."""


class _SqliteFile:
    """Watches one SQLite file that `engine` has open, and saves its contents when it is deleted."""

    def __init__(self, engine: Engine, path: Path) -> None:
        self._path = path
        self._anchor = engine.raw_connection()  # stays open, so that a deleted file can be saved
        self._anchor.cursor().execute("SELECT count(*) FROM sqlite_master").fetchall()
        self._identity = self._identify()

    def close(self) -> None:
        """Close the connection that keeps the file."""
        self._anchor.close()

    def check(self) -> None:
        """Raises LedgerError where the file is no longer the one that was opened."""
        found = self._identify()
        if found == self._identity:
            return
        # An empty file was made by a connection that was opened after the deletion.
        was_deleted = found is None or self._path.stat().st_size == 0
        place = self._path if was_deleted else self._path.with_name(self._path.name + ".rescued")
        what = "deleted" if was_deleted else "replaced"
        if self._save(place):
            result = f"its contents were saved to {place}"
        else:
            result = "its contents could not be saved"
        raise LedgerError(
            f"the ledger {self._path} was {what} while in use; stopped, and {result}; "
            "run the same command again"
        )

    def _identify(self) -> tuple[int, int] | None:
        """Device and inode; None where there is no such file."""
        try:
            stat = self._path.stat()
        except OSError:
            return None
        return stat.st_dev, stat.st_ino

    def _save(self, place: Path) -> bool:
        source = self._anchor.driver_connection
        assert isinstance(source, sqlite3.Connection)
        for suffix in ("-wal", "-shm"):
            place.with_name(place.name + suffix).unlink(missing_ok=True)
        try:
            target = sqlite3.connect(place)
            try:
                source.backup(target)
            finally:
                target.close()
        except (sqlite3.Error, OSError):
            return False
        return True
