"""The tables of the ledger's newest version, with which a new ledger begins.

upgrades.py creates them, or upgrades those of an older ledger.
"""

from __future__ import annotations

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

metadata = MetaData()

# SQLite numbers rows automatically only in a column of type INTEGER.
_Number = BigInteger().with_variant(Integer, "sqlite")

meta = Table(
    "tb_meta",
    metadata,
    Column("version", Integer, nullable=False),
    # Of a ledger on a server; that of a file is beside it (sent_counter.py).
    Column("forgotten_until", Double, nullable=False, server_default="0"),
)

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


WAS_VERIFIED = requests.c.verified_at.is_not(None)
# It contains all columns of its condition. Otherwise SQLite may choose any other index that begins
# with the account, depending on the order in which they were created.
REMOVED_INDEX = Index(
    "tb_requests_removed",
    requests.c.account,
    requests.c.undone,
    requests.c.state,
    sqlite_where=is_removed(),
)
VERIFIED_INDEX = Index(
    "tb_requests_verified",
    requests.c.account,
    requests.c.verified_at,
    sqlite_where=WAS_VERIFIED,
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
