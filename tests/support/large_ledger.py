"""Makes ledgers with many requests in a few statements.

Of the requests, 60 % are done (some of them looked at by `verify`, some undone), 38 % are planned
and the rest is refused or uncertain; as many recordings again are wanted and not begun, a tenth of
the requests.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa

from transcript_bridge.transfer.clock import Clock
from transcript_bridge.transfer.ledger import Ledger
from transcript_bridge.transfer.ledger.database import Database


class Size(NamedTuple):
    """The size of a ledger that is made."""

    requests: int
    accounts: int


_TABLES = {
    "tb_accounts (id)": "SELECT DISTINCT {account} FROM {numbers}",
    "tb_sources (id, account, path, content_digest, options_digest, planned_at, is_file)": (
        "SELECT n + 1, {account}, {path}, {digest}, 'options', 1700000000, TRUE FROM {numbers}"
    ),
    "tb_requests (id, account, session_id, state, undone, conversation_id, attempts, started_at, "
    "finished_at, segments, words, content_digest, speakers, verdict, verified_at, date_stated, "
    "sent_at, updated_at)": (
        "SELECT n + 1, {account}, {digest}, {state}, {share} < 1, 'conversation-' || n, 1, "
        "1700000000000000 + n, 1700000060000000 + n, 200, 2000, {digest}, '0x100,1x100', '', "
        "CASE WHEN {share} < 90 THEN 1700000000 + n END, TRUE, 1700000000 + n, "
        "1700000000 + n FROM {numbers}"
    ),
    "tb_parts (source, number, request)": "SELECT n + 1, 1, n + 1 FROM {numbers}",
    "tb_wanted (account, path, content_digest, options_digest, conversations, is_counted, "
    "is_file)": (
        "SELECT {account}, {path} || '.wanted', 'wanted' || {digest}, 'options', 1, TRUE, TRUE "
        "FROM {numbers} WHERE n % 10 = 0"
    ),
}
"""Table and columns -> its rows, from the numbers `n`."""
_STATES = (
    "CASE WHEN {share} < 1 THEN 'deleted' WHEN {share} < 600 THEN 'done' "
    "WHEN {share} < 980 THEN 'planned' WHEN {share} < 998 THEN 'rejected' "
    "ELSE 'uncertain' END"
)
_SQLITE = {
    "account": "printf('%020x', n % {accounts})",
    "digest": "printf('%064x', n)",
    "path": "'/archive/' || (n / 1000) || '/recording ' || n || '.vtt'",
    "state": _STATES,
    "numbers": (
        "(WITH RECURSIVE counted (n) AS "
        "(SELECT 0 UNION ALL SELECT n + 1 FROM counted WHERE n < {last}) SELECT n FROM counted)"
    ),
}
_POSTGRES = {
    **_SQLITE,
    "account": "lpad(to_hex(n % {accounts}), 20, '0')",
    "digest": "lpad(to_hex(n), 64, '0')",
    "numbers": "generate_series(0::bigint, {last}) AS n",
}


def name_account(number: int) -> str:
    """Name an account as the statements below do."""
    return f"{number:020x}"


def fill(location: str, size: Size) -> None:
    """Write the rows of a ledger of this size."""
    Ledger(location).close()
    database = Database(location, Clock())
    words = _SQLITE if Path(location).exists() else _POSTGRES
    sizes = {"accounts": size.accounts, "last": size.requests - 1}
    share = f"((n * 7919 + n / {size.accounts} * 1000003) % 1000)"
    values = {name: text.format(**sizes, share=share) for name, text in words.items()}
    values["share"] = share

    def add(tx: sa.Connection) -> None:
        if words is _SQLITE:
            tx.exec_driver_sql("PRAGMA cache_size = -500000")  # kB
        for columns, rows in _TABLES.items():
            query = rows.format(**values)
            if words is _POSTGRES:
                query = query.replace("%", "%%")  # the driver takes % for a parameter
            tx.exec_driver_sql(f"INSERT INTO {columns} {query}")
        if words is _POSTGRES:
            tx.exec_driver_sql("ANALYZE")

    database.write(add, durable=False)
    database.close()
