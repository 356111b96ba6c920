"""Upgrades an older ledger in place, by the steps that it lacks.

A step is never changed after its release.
"""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from ...errors import LedgerError, SettingsError
from .file_marks import ALL_MARKS
from .schema import (
    REMOVED_INDEX,
    VERIFIED_INDEX,
    WAS_VERIFIED,
    accounts,
    is_removed,
    meta,
    metadata,
    requests,
)
from .triggers import count_all, create_triggers


def _count_server_errors(connection: Connection) -> None:
    """Version 2: how often the server answered a request with 500."""
    connection.execute(
        sa.text("ALTER TABLE tb_requests ADD COLUMN server_errors INTEGER NOT NULL DEFAULT 0")
    )


def _describe_accounts(connection: Connection) -> None:
    """Version 3: the key and server of an account, and which accounts are the same person's."""
    for column in (
        "key_place TEXT NOT NULL DEFAULT ''",
        "server TEXT NOT NULL DEFAULT ''",
        "joined_to TEXT REFERENCES tb_accounts(id)",
    ):
        connection.execute(sa.text(f"ALTER TABLE tb_accounts ADD COLUMN {column}"))
    connection.execute(
        sa.text(
            "CREATE TABLE tb_distinct_accounts ("
            "account TEXT NOT NULL REFERENCES tb_accounts(id), "
            "other TEXT NOT NULL REFERENCES tb_accounts(id), PRIMARY KEY (account, other))"
        )
    )


_SECONDS = {"postgresql": "DOUBLE PRECISION", "sqlite": "DOUBLE"}
_LONG_NUMBER = {"postgresql": "BIGINT", "sqlite": "INTEGER"}
"""Types of columns, by database dialect."""


def _know_the_whole_archive(connection: Connection) -> None:
    """Version 4: wanted recordings, verdicts of `verify`, speakers, and conversations found by
    words."""
    seconds = _SECONDS[connection.dialect.name]
    for column in (
        "adopted BOOLEAN NOT NULL DEFAULT FALSE",
        "speakers TEXT NOT NULL DEFAULT ''",
        "verdict TEXT NOT NULL DEFAULT ''",
        f"verified_at {seconds}",
    ):
        connection.execute(sa.text(f"ALTER TABLE tb_requests ADD COLUMN {column}"))
    connection.execute(
        sa.text(
            "CREATE TABLE tb_wanted ("
            "account TEXT NOT NULL REFERENCES tb_accounts(id), path TEXT NOT NULL, "
            "content_digest TEXT NOT NULL, options_digest TEXT NOT NULL, "
            "conversations INTEGER NOT NULL, PRIMARY KEY (account, path))"
        )
    )


def _compare_words(connection: Connection) -> None:
    """Version 5: whether a start is stated, and which source replaces a request."""
    number = _LONG_NUMBER[connection.dialect.name]
    for column in ("date_stated BOOLEAN", f"replaced_by {number} REFERENCES tb_sources(id)"):
        connection.execute(sa.text(f"ALTER TABLE tb_requests ADD COLUMN {column}"))


def _send_titles(connection: Connection) -> None:
    """Version 6: which conversations got the title of their file."""
    seconds = _SECONDS[connection.dialect.name]
    for column in (
        "title_state TEXT NOT NULL DEFAULT ''",
        "title_error TEXT NOT NULL DEFAULT ''",
        f"titled_at {seconds}",
    ):
        connection.execute(sa.text(f"ALTER TABLE tb_requests ADD COLUMN {column}"))


def _find_sources_by_content(connection: Connection) -> None:
    """Version 7: an index of sources by content."""
    connection.execute(
        sa.text("CREATE INDEX tb_sources_content ON tb_sources (account, content_digest)")
    )


def _name_conversations(connection: Connection) -> None:
    """Version 8: the ids that products give to conversations."""
    for statement in (
        "ALTER TABLE tb_sources ADD COLUMN conversation TEXT NOT NULL DEFAULT ''",
        "CREATE INDEX tb_sources_conversation ON tb_sources (account, conversation)",
    ):
        connection.execute(sa.text(statement))


_COUNT_STEPS = (
    "ALTER TABLE tb_sources ADD COLUMN is_file BOOLEAN NOT NULL DEFAULT FALSE",
    "ALTER TABLE tb_wanted ADD COLUMN is_counted BOOLEAN NOT NULL DEFAULT FALSE",
    "ALTER TABLE tb_wanted ADD COLUMN is_file BOOLEAN NOT NULL DEFAULT FALSE",
    "DROP INDEX tb_sources_content",
    "CREATE INDEX tb_sources_digest ON tb_sources (content_digest, account)",
    "CREATE INDEX tb_wanted_content ON tb_wanted (account, content_digest)",
    "CREATE INDEX tb_requests_verified ON tb_requests (account, verified_at) "
    "WHERE verified_at IS NOT NULL",
    "CREATE TABLE tb_counts (account TEXT NOT NULL, subject TEXT NOT NULL, kind TEXT NOT NULL, "
    "number BIGINT NOT NULL)",
)


def _keep_counts(connection: Connection) -> None:
    """Version 9: counts of requests and files, so that `status` need not count them."""
    undone = "undone = 1"
    if connection.dialect.name == "postgresql":
        undone = "undone"
        locked = "tb_requests, tb_sources, tb_parts, tb_wanted"
        connection.execute(sa.text(f"LOCK TABLE {locked} IN SHARE ROW EXCLUSIVE MODE"))
    removed = (
        "CREATE INDEX tb_requests_removed ON tb_requests (account, undone, state) "
        f"WHERE {undone} OR state = 'deleted'"
    )
    for statement in (*_COUNT_STEPS, removed):
        connection.execute(sa.text(statement))
    for statement in ALL_MARKS:
        connection.execute(sa.text(statement))
    count_all(connection)
    create_triggers(connection)


_REFUSALS = (
    "Invalid API Key",
    "Missing or invalid Authorization header",
    "the server refused the API key",
    "Insufficient permissions. Required scope",
    "the API key lacks the scope",
)
"""The first words of errors for refused keys in versions up to 9."""


def _know_refused_keys(connection: Connection) -> None:
    """Version 10: which keys the server refuses. Known only of those that it never accepted."""
    connection.execute(
        sa.text("ALTER TABLE tb_accounts ADD COLUMN key_refused BOOLEAN NOT NULL DEFAULT FALSE")
    )
    was_refused = sa.or_(*(requests.c.last_error.startswith(said) for said in _REFUSALS))
    refused = sa.select(requests.c.account).where(requests.c.state == "planned", was_refused)
    others = sa.select(requests.c.account).where(requests.c.state != "planned")
    of_these = (accounts.c.id.in_(refused), accounts.c.id.not_in(others))
    connection.execute(accounts.update().where(*of_these).values(key_refused=True))


def _know_what_was_forgotten(connection: Connection) -> None:
    """Version 11: until when requests may have been sent that a ledger on a server does not
    know."""
    seconds = _SECONDS[connection.dialect.name]
    column = f"forgotten_until {seconds} NOT NULL DEFAULT 0"
    connection.execute(sa.text(f"ALTER TABLE tb_meta ADD COLUMN {column}"))


UPGRADES: tuple[Callable[[Connection], None], ...] = (
    _count_server_errors,
    _describe_accounts,
    _know_the_whole_archive,
    _compare_words,
    _send_titles,
    _find_sources_by_content,
    _name_conversations,
    _keep_counts,
    _know_refused_keys,
    _know_what_was_forgotten,
)
"""The first step upgrades version 1 to version 2, and so on."""
VERSION = 1 + len(UPGRADES)
_VERSIONS_SHOWN = 3
_FIND_VERSION = "SELECT version FROM tb_meta"
_FIND_TABLES = {
    "sqlite": "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'tb_meta')",
    "postgresql": "SELECT to_regclass('tb_meta') IS NOT NULL",
}
"""Whether a database has the ledger's tables. These and the version are asked for as text: what
SQLAlchemy compiles for each engine again was a fifth of what it takes to open a ledger."""


def upgrade(connection: Connection, where: str) -> None:
    """Create the tables, or upgrade those of an older program, within a transaction that writes.

    where: the ledger's name for people. Raises SettingsError for a ledger that a newer program
    wrote, LedgerError for a damaged one.
    """
    dialect = connection.dialect.name
    if dialect == "postgresql":
        # Two programs that start at the same time must create the tables only once.
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(7255104)"))
    if not connection.exec_driver_sql(_FIND_TABLES[dialect]).scalar_one():
        _limit_indexes_of(dialect)
        metadata.create_all(connection)
        create_triggers(connection)
        connection.execute(meta.insert().values(version=VERSION))
        return
    version = _read_version(connection, where)
    if version > VERSION:
        raise SettingsError(
            f"the ledger {where} was written by a newer Transcript Bridge (version {version}, "
            f"this one knows {VERSION}); update the program, or give another --ledger"
        )
    for step in UPGRADES[version - 1 :]:
        step(connection)
    if version < VERSION:
        connection.execute(meta.update().values(version=VERSION))


def _limit_indexes_of(dialect: str) -> None:
    """Add the conditions of the partial indexes for PostgreSQL.

    `Index(postgresql_where=…)` would load that dialect for every ledger, which takes 30 ms.
    """
    if dialect == "postgresql":
        REMOVED_INDEX.dialect_options[dialect]["where"] = is_removed()
        VERIFIED_INDEX.dialect_options[dialect]["where"] = WAS_VERIFIED


def _read_version(connection: Connection, where: str) -> int:
    """Raises LedgerError if the table of the version does not have exactly one row."""
    versions = connection.exec_driver_sql(_FIND_VERSION).scalars().all()
    if len(versions) == 1 and isinstance(versions[0], int):
        return versions[0]
    if versions:
        said = ", ".join(str(version)[:20] for version in versions[:_VERSIONS_SHOWN])
        problem = f"has no single version (tb_meta: {said})"
    else:
        problem = "has no version (tb_meta is empty)"
    raise LedgerError(f"the ledger {where} is damaged: it {problem}; restore it from a copy")
