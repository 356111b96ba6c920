"""Which rows stand for a file, and which recordings count as not begun.

Triggers count rows that are marked; this module marks them. All statements are for the holder of
`lock_planning`, so that two processes never mark the same path or content at once. Each has the
rows of one account, or of one path or content of it; those without a condition are for upgrades.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

_IS_FIRST = (
    "tb_sources.id = COALESCE((SELECT MIN(s.id) FROM tb_sources AS s "
    "WHERE s.account = tb_sources.account AND s.path = tb_sources.path "
    "AND EXISTS (SELECT 1 FROM tb_parts AS p WHERE p.source = s.id)), 0)"
)
"""One source of each path, of those that have requests."""
# A column that is joined with '' takes part in no index. Without that, SQLite looked for each row
# through all rows of the account: an hour and more for 100,000 wanted of 1,000,000.
_IS_SAID_BEFORE = (
    "EXISTS (SELECT 1 FROM tb_wanted AS w WHERE w.account = tb_wanted.account "
    "AND w.content_digest = tb_wanted.content_digest "
    "AND w.options_digest = tb_wanted.options_digest AND w.path || '' < tb_wanted.path)"
)
_IS_KNOWN_FILE = (
    "EXISTS (SELECT 1 FROM tb_sources AS s WHERE s.account = tb_wanted.account "
    "AND s.path = tb_wanted.path AND s.is_file)"
)
_IS_BEGUN = (
    "EXISTS (SELECT 1 FROM tb_sources AS s WHERE s.account || '' = tb_wanted.account "
    "AND s.content_digest = tb_wanted.content_digest "
    "AND (s.path = tb_wanted.path OR s.options_digest = tb_wanted.options_digest))"
)
"""A content is begun at the same path, whatever the options were, and at another path with the same
options: then it is the same conversation."""
_IS_FILE = f"(is_counted AND NOT {_IS_KNOWN_FILE})"

MARK_FILES = f"UPDATE tb_sources SET is_file = ({_IS_FIRST}) WHERE is_file <> ({_IS_FIRST})"
DELETE_BEGUN = f"DELETE FROM tb_wanted WHERE {_IS_BEGUN}"
MARK_COUNTED = (
    f"UPDATE tb_wanted SET is_counted = NOT {_IS_SAID_BEFORE} "
    f"WHERE is_counted <> (NOT {_IS_SAID_BEFORE})"
)
MARK_WANTED_FILES = f"UPDATE tb_wanted SET is_file = {_IS_FILE} WHERE is_file <> {_IS_FILE}"
_WANTED_MARKS = (DELETE_BEGUN, MARK_COUNTED, MARK_WANTED_FILES)
ALL_MARKS = (MARK_FILES, *_WANTED_MARKS)
"""In the order in which they have to be made."""

_OF_ACCOUNT = " AND account = :account"
_AT_PATH = f"{_OF_ACCOUNT} AND path = :path"
_WITH_CONTENT = f"{_OF_ACCOUNT} AND content_digest = :content"
_LOCK = sa.text("SELECT pg_advisory_xact_lock(7255106, hashtext(:account))")
"""A number of its own: `schema.upgrade` and `joining` have others."""


def lock_planning(tx: Connection, account: str) -> None:
    """Let transactions that write sources or what is wanted of an account follow one another.

    It is the first lock that they wait for, so that two of them cannot wait for each other. SQLite
    has one writer at a time anyway.
    """
    if tx.dialect.name == "postgresql":
        tx.execute(_LOCK, {"account": account})


_FILES_AT_PATH = (sa.text(MARK_FILES + _AT_PATH), sa.text(MARK_WANTED_FILES + _AT_PATH))
_BEGUN_CONTENT = sa.text(DELETE_BEGUN + _WITH_CONTENT)
_WANTED_CONTENT = (
    sa.text(MARK_COUNTED + _WITH_CONTENT),
    sa.text(MARK_WANTED_FILES + _WITH_CONTENT),
)


def mark_files(tx: Connection, account: str, path: str) -> None:
    """After sources of a path got or lost requests."""
    for statement in _FILES_AT_PATH:
        tx.execute(statement, {"account": account, "path": path})


def begin_wanted(tx: Connection, account: str, content: str) -> None:
    """After a source with this content was planned: what it begins is no longer wanted."""
    values = {"account": account, "content": content}
    deleted = tx.execute(_BEGUN_CONTENT, values).rowcount
    if deleted:
        for statement in _WANTED_CONTENT:
            tx.execute(statement, values)


def mark_account(tx: Connection, account: str) -> None:
    """After many sources of an account have changed."""
    tx.execute(sa.text(MARK_FILES + _OF_ACCOUNT), {"account": account})
    mark_wanted(tx, account)


def mark_wanted(tx: Connection, account: str) -> None:
    """After many wanted recordings of an account have changed."""
    for statement in _WANTED_MARKS:
        tx.execute(sa.text(statement + _OF_ACCOUNT), {"account": account})
