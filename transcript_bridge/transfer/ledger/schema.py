"""The tables of the ledger, and how older ledgers are upgraded.

The tables below are those of the newest version, with which a new ledger begins. An older ledger is
upgraded in place by the steps that it lacks. A step is never changed after its release.
"""

from __future__ import annotations

from collections.abc import Callable

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
from sqlalchemy.engine import Connection

from ...errors import LedgerError, SettingsError
from .file_marks import ALL_MARKS
from .triggers import count_all, create_triggers

metadata = MetaData()

# SQLite numbers rows automatically only in a column of type INTEGER.
_Number = BigInteger().with_variant(Integer, "sqlite")

meta = Table("tb_meta", metadata, Column("version", Integer, nullable=False))

accounts = Table(
    "tb_accounts",
    metadata,
    Column("id", Text, primary_key=True),  # a hash of server and key, which do not follow from it
    Column("profile", Text, nullable=False, server_default=""),
    Column("key_place", Text, nullable=False, server_default=""),  # where the key was found
    Column("server", Text, nullable=False, server_default=""),
    Column("joined_to", Text, ForeignKey("tb_accounts.id")),  # another key of the same account
    Column("honours_key", Boolean, key="honors_session_ids"),  # null: unknown
    Column("honoured_since", Double, key="honors_since", nullable=False, server_default="0"),
    # The server refused the key when it was used last.
    Column("key_refused", Boolean, nullable=False, server_default=sa.false()),
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

distinct_accounts = Table(
    "tb_distinct_accounts",  # pairs that are different people, as the user said
    metadata,
    Column("account", Text, ForeignKey("tb_accounts.id"), primary_key=True),
    Column("other", Text, ForeignKey("tb_accounts.id"), primary_key=True),
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
    # The product's id of the conversation, the same in every export: empty if it has none, or if
    # version 7 or earlier wrote the row.
    Column("conversation", Text, nullable=False, server_default=""),
    # Whether it represents its path in the number of files: one source of each path with requests.
    Column("is_file", Boolean, nullable=False, server_default=sa.false()),
    sa.UniqueConstraint("account", "path", "content_digest", "options_digest"),
    Index("tb_sources_digest", "content_digest", "account"),
    Index("tb_sources_conversation", "account", "conversation"),
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
    Column("server_errors", Integer, nullable=False, server_default="0"),  # answers 500
    Column("last_error", Text, nullable=False, server_default=""),
    Column("started_at", BigInteger, nullable=False),  # microseconds since 1970
    Column("finished_at", BigInteger, nullable=False),
    Column("segments", Integer, nullable=False),
    Column("words", Integer, nullable=False),
    Column("content_digest", Text, nullable=False),
    Column("undone", Boolean, nullable=False, server_default=sa.false()),
    Column("adopted", Boolean, nullable=False, server_default=sa.false()),
    Column("speakers", Text, nullable=False, server_default=""),  # empty: not known
    Column("verdict", Text, nullable=False, server_default=""),  # the last verdict of verify
    Column("verified_at", Double),
    Column("title_state", Text, nullable=False, server_default=""),  # empty: no title was sent
    Column("title_error", Text, nullable=False, server_default=""),  # the server's words or ours
    Column("titled_at", Double),  # when a title was last sent, accepted or not
    Column("date_stated", Boolean),  # null: written by version 4 or earlier
    Column("replaced_by", _Number, ForeignKey("tb_sources.id")),  # delete it when that is in Omi
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


def is_removed(table: sa.FromClause = requests) -> sa.ColumnElement[bool]:
    """Whether a request is no longer in Omi, written like the condition of the index for these.

    table: the requests, or an alias.
    """
    return table.c.undone | (table.c.state == sa.literal_column("'deleted'"))


_WAS_VERIFIED = requests.c.verified_at.is_not(None)
# It contains all columns of its condition. Otherwise SQLite may choose any other index that begins
# with the account, depending on the order in which they were created.
_REMOVED_INDEX = Index(
    "tb_requests_removed",
    requests.c.account,
    requests.c.undone,
    requests.c.state,
    sqlite_where=is_removed(),
)
_VERIFIED_INDEX = Index(
    "tb_requests_verified",
    requests.c.account,
    requests.c.verified_at,
    sqlite_where=_WAS_VERIFIED,
)

parts = Table(
    "tb_parts",
    metadata,
    Column("source", _Number, ForeignKey("tb_sources.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("request", _Number, ForeignKey("tb_requests.id"), nullable=False, index=True),
)


wanted = Table(
    "tb_wanted",  # recordings that an archive's upload will send and has not begun
    metadata,
    Column("account", Text, ForeignKey("tb_accounts.id"), primary_key=True),
    Column("path", Text, primary_key=True),
    Column("content_digest", Text, nullable=False),
    Column("options_digest", Text, nullable=False),
    Column("conversations", Integer, nullable=False),
    # Whether it counts as not begun: no earlier path has the same content and options.
    Column("is_counted", Boolean, nullable=False, server_default=sa.false()),
    # Whether it represents its path in the number of files: it counts, and no source does.
    Column("is_file", Boolean, nullable=False, server_default=sa.false()),
    Index("tb_wanted_content", "account", "content_digest"),
)

counts = Table(
    "tb_counts",  # what triggers count (triggers.py): the sum of `number` over the rows of a kind
    metadata,
    Column("account", Text, nullable=False),
    Column("subject", Text, nullable=False),  # requests, files, or unsent conversations
    Column("kind", Text, nullable=False),  # of requests: their state and what else is so
    Column("number", BigInteger, nullable=False),
)


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
"""How the errors of refused keys began, as versions up to 9 wrote them down."""


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
        _REMOVED_INDEX.dialect_options[dialect]["where"] = is_removed()
        _VERIFIED_INDEX.dialect_options[dialect]["where"] = _WAS_VERIFIED


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
