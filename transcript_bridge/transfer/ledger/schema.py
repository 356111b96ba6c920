"""The tables of the ledger, how they came to be, and how a database is opened.

A step of the schema is a function that takes a connection; they are applied in order, each in a
transaction, and never changed once released: a new version adds a step.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.engine import URL, Connection, Engine, make_url

from ...errors import MissingExtraError, SettingsError

metadata = MetaData()

# SQLite numbers rows by itself only in a column that is called INTEGER.
_Number = BigInteger().with_variant(Integer, "sqlite")

meta = Table("tb_meta", metadata, Column("version", Integer, nullable=False))

accounts = Table(
    "tb_accounts",
    metadata,
    Column("id", Text, primary_key=True),  # a hash of server and key: neither can be had from it
    Column("profile", Text, nullable=False, server_default=""),
    Column("honours_key", Boolean),  # null: not known
    Column("honoured_since", Double, nullable=False, server_default="0"),
    Column("window_limit", Integer),
    Column("learnt_at", Double, nullable=False, server_default="0"),
    Column("window_seconds", Double),
    Column("opened_at", Double),
    Column("used", Integer, nullable=False, server_default="0"),
    Column("blocked_until", Double, nullable=False, server_default="0"),
    Column("blocked_for", Double, nullable=False, server_default="0"),
    Column("next_at", Double, nullable=False, server_default="0"),
    Column("reads_blocked_until", Double, nullable=False, server_default="0"),
)

sources = Table(
    "tb_sources",
    metadata,
    Column("id", _Number, primary_key=True),
    Column("account", Text, ForeignKey("tb_accounts.id"), nullable=False),
    Column("path", Text, nullable=False),
    Column("content_digest", Text, nullable=False),
    Column("options_digest", Text, nullable=False),
    Column("planned_at", Double, nullable=False),
    sa.UniqueConstraint("account", "path", "content_digest", "options_digest"),
)

requests = Table(
    "tb_requests",
    metadata,
    Column("id", _Number, primary_key=True),
    Column("account", Text, ForeignKey("tb_accounts.id"), nullable=False),
    Column("session_id", Text, nullable=False),
    Column("generation", Integer, nullable=False, server_default="0"),
    Column("state", Text, nullable=False),
    Column("conversation_id", Text),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("last_error", Text, nullable=False, server_default=""),
    Column("started_at", BigInteger, nullable=False),  # microseconds since 1970
    Column("finished_at", BigInteger, nullable=False),
    Column("segments", Integer, nullable=False),
    Column("words", Integer, nullable=False),
    Column("content_digest", Text, nullable=False),
    Column("undone", Boolean, nullable=False, server_default=sa.false()),
    Column("sent_at", Double),
    Column("sent_mark", Text, nullable=False, server_default=""),
    Column("not_before", Double, nullable=False, server_default="0"),
    Column("claimed_by", Text),
    Column("claim_until", Double, nullable=False, server_default="0"),
    Column("updated_at", Double, nullable=False),
    sa.UniqueConstraint("account", "session_id"),
    Index("tb_requests_state", "account", "state"),
    Index("tb_requests_sent", "account", "sent_at"),
    Index("tb_requests_content", "account", "content_digest"),
    Index("tb_requests_conversation", "account", "conversation_id"),
)

parts = Table(
    "tb_parts",
    metadata,
    Column("source", _Number, ForeignKey("tb_sources.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("request", _Number, ForeignKey("tb_requests.id"), nullable=False, index=True),
)


def _create_tables(connection: Connection) -> None:
    metadata.create_all(connection)


STEPS: tuple[Callable[[Connection], None], ...] = (_create_tables,)


def bring_up_to_date(engine: Engine, where: str) -> None:
    """Apply the steps that are missing. Raises SettingsError for a ledger of a newer program."""
    with engine.begin() as connection:
        if (
            engine.dialect.name == "postgresql"
        ):  # two programs that start at once make the tables once
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(7255104)"))
        version = 0
        if sa.inspect(connection).has_table(meta.name):
            version = connection.execute(sa.select(meta.c.version)).scalar_one()
        if version > len(STEPS):
            raise SettingsError(
                f"the ledger {where} was written by a newer Transcript Bridge (version {version}, this one knows "
                f"{len(STEPS)}); update the program, or give another --ledger"
            )
        for step in STEPS[version:]:
            step(connection)
        if version == 0:
            connection.execute(meta.insert().values(version=len(STEPS)))
        elif version < len(STEPS):
            connection.execute(meta.update().values(version=len(STEPS)))


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
    is_plain = url.get_backend_name() == "sqlite" and not url.query
    return str(url.database) if is_plain else url.render_as_string(hide_password=True)


def open_engine(url: URL) -> Engine:
    """An engine that opens transactions as the ledger needs them."""
    try:
        if url.get_backend_name() != "sqlite":
            return sa.create_engine(url, pool_pre_ping=True, pool_size=4, max_overflow=-1)
    except ModuleNotFoundError:
        raise MissingExtraError(
            "a PostgreSQL ledger needs: pip install 'transcript-bridge[postgres]'"
        ) from None
    engine = sa.create_engine(
        url,
        connect_args={"timeout": 30.0, "check_same_thread": False},
        pool_size=4,
        max_overflow=-1,
    )
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    """WAL lets `status` read while an upload writes."""
    connection.isolation_level = None  # the driver begins no transactions of its own
    for pragma in ("busy_timeout = 30000", "journal_mode = WAL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    """A transaction that will write takes the lock at once: upgrading a reader's may fail instead
    of waiting.

    What must outlive a power cut (that something is being sent) is synced to the disk before the
    commit returns. What can be found out again (what came of it) outlives the end of the program,
    and is synced with the next that must.
    """
    options = connection.get_execution_options()
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    raw.execute(f"PRAGMA synchronous = {'NORMAL' if options.get('loose') else 'FULL'}").close()
    raw.execute("BEGIN" if options.get("reads") else "BEGIN IMMEDIATE").close()
