"""Marks the rows that are counted as a file, and the recordings that are counted as not begun.

Triggers count the marked rows. The holder of `lock_planning` runs all statements, so that two
processes never mark the same path or content at once. Each statement covers the rows of one
account, path or content; those without a condition are for upgrades.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

_IS_FIRST = (
    "tb_sources.id = COALESCE((SELECT MIN(s.id) FROM tb_sources AS s "
    "WHERE s.account = tb_sources.account AND s.path = tb_sources.path "
    "AND EXISTS (SELECT 1 FROM tb_parts AS p WHERE p.source = s.id)), 0)"
)
"""True for one source of each path that has requests."""
# `column || ''` keeps an index from being used. With the index, SQLite went through all rows of the
# account for each row: over an hour for 100,000 wanted recordings of 1,000,000.
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
"""A recording is begun if a source has the same content at the same path with any options, or at
another path with the same options: then it is the same conversation."""
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
"""In the order in which they must run."""

_OF_ACCOUNT = " AND account = :account"
_AT_PATH = f"{_OF_ACCOUNT} AND path = :path"
_WITH_CONTENT = f"{_OF_ACCOUNT} AND content_digest = :content"
_LOCK = sa.text("SELECT pg_advisory_xact_lock(7255106, hashtext(:account))")
"""The key of an advisory lock; `upgrades.upgrade` and `joining` use other keys."""


def lock_planning(tx: Connection, account: str) -> None:
    """Make transactions that write an account's sources or wanted recordings run one after another.

    This must be the first lock of a transaction, so that two cannot wait for each other. SQLite has
    only one writer anyway.
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
    """Update the marks after sources of a path gained or lost requests."""
    for statement in _FILES_AT_PATH:
        tx.execute(statement, {"account": account, "path": path})


def begin_wanted(tx: Connection, account: str, content: str) -> None:
    """Delete the wanted recordings that are begun, after a source with this content was planned."""
    values = {"account": account, "content": content}
    deleted = tx.execute(_BEGUN_CONTENT, values).rowcount
    if deleted:
        for statement in _WANTED_CONTENT:
            tx.execute(statement, values)


def mark_account(tx: Connection, account: str) -> None:
    """Update the marks after many sources of an account changed."""
    tx.execute(sa.text(MARK_FILES + _OF_ACCOUNT), {"account": account})
    mark_wanted(tx, account)


def mark_wanted(tx: Connection, account: str) -> None:
    """Update the marks after many wanted recordings of an account changed."""
    for statement in _WANTED_MARKS:
        tx.execute(sa.text(statement + _OF_ACCOUNT), {"account": account})
