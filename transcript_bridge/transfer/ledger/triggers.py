"""Counts that the database maintains: each change of a row updates them in its transaction.

`status` must not read a million rows. Triggers keep `tb_counts` exact, whichever program writes to
the ledger and whenever it is killed. The count of a kind is the sum of its rows:

- SQLite has one writer at a time, and one row for each kind.
- On PostgreSQL a row that every claim updates would make claims wait for each other, and could end
  in a deadlock. So each statement adds rows with differences, and folds the rows of its accounts
  into one for each kind when there are more than `_MAX_ROWS`. It skips rows that others are
  folding, and so never waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

_MAX_ROWS = 40
"""Rows per account before they are folded. A status of a thousand accounts sums 40,000 rows in 10
ms."""


class _TableTally(NamedTuple):
    """The values that are counted in a table.

    kind, number, condition: SQL with `{row}` for the row: which count, how much, and whether to
    count it. columns: those that they depend on.
    """

    table: str
    subject: str
    kind: str
    number: str
    condition: str
    columns: str


_REQUEST_KIND = (
    "{row}.state"
    " || CASE WHEN {row}.undone THEN ' undone' ELSE '' END"
    " || CASE WHEN {row}.verdict = 'different' THEN ' different' ELSE '' END"
    " || CASE WHEN {row}.adopted THEN ' adopted' ELSE '' END"
    " || CASE WHEN {row}.verified_at IS NULL THEN '' ELSE ' verified' END"
)
_REQUEST_COLUMNS = "account, state, undone, verdict, adopted, verified_at"

TALLIES = (
    _TableTally("tb_requests", "requests", _REQUEST_KIND, "1", "TRUE", _REQUEST_COLUMNS),
    _TableTally("tb_sources", "files", "''", "1", "{row}.is_file", "account, is_file"),
    _TableTally("tb_wanted", "files", "''", "1", "{row}.is_file", "account, is_file"),
    _TableTally(
        "tb_wanted",
        "unsent",
        "''",
        "{row}.conversations",
        "{row}.is_counted",
        "account, is_counted, conversations",
    ),
)


def create_triggers(connection: Connection) -> None:
    """Create the triggers. `tb_counts` exists, and has no index."""
    statements = _list_sqlite_triggers()
    if connection.dialect.name == "postgresql":
        statements = _list_postgres_triggers()
    for statement in statements:
        connection.execute(sa.text(statement))


def count_all(connection: Connection) -> None:
    """Count all rows of the ledger, for a ledger that had no counts."""
    sums = [_sum_of(tally, tally.table, "+") for tally in TALLIES]
    connection.execute(sa.text(_insert_counts(_add_up(sums))))


def _insert_counts(query: str) -> str:
    return f"INSERT INTO tb_counts (account, subject, kind, number) {query}"


def _sum_of(tally: _TableTally, rows: str, sign: str) -> str:
    """A query for the counts of all rows of a table."""
    kind = tally.kind.format(row="t")
    number = tally.number.format(row="t")
    condition = tally.condition.format(row="t")
    return (
        f"SELECT t.account AS account, '{tally.subject}' AS subject, {kind} AS kind, "
        f"{sign} SUM({number}) AS number FROM {rows} AS t WHERE {condition} GROUP BY 1, 2, 3"
    )


def _add_up(sums: Iterable[str]) -> str:
    """A query with one row per kind: files are counted in two tables."""
    return (
        f"SELECT account, subject, kind, SUM(number) FROM ({' UNION ALL '.join(sums)}) AS found "
        "GROUP BY account, subject, kind HAVING SUM(number) <> 0"
    )


# -- SQLite


def _list_sqlite_triggers() -> Iterator[str]:
    yield "CREATE UNIQUE INDEX tb_counts_kind ON tb_counts (account, subject, kind)"
    for tally in TALLIES:
        name = f"{tally.table}_{tally.subject}"
        on = f"ON {tally.table}"
        added = _change_sqlite_count(tally, "new", "+")
        removed = _change_sqlite_count(tally, "old", "-")
        yield f"CREATE TRIGGER {name}_added AFTER INSERT {on} BEGIN {added}; END"
        yield f"CREATE TRIGGER {name}_removed AFTER DELETE {on} BEGIN {removed}; END"
        differs = _differs(tally)
        yield (
            f"CREATE TRIGGER {name}_changed AFTER UPDATE OF {tally.columns} {on} "
            f"WHEN {differs} BEGIN {removed}; {added}; END"
        )


def _change_sqlite_count(tally: _TableTally, row: str, sign: str) -> str:
    kind = tally.kind.format(row=row)
    number = tally.number.format(row=row)
    condition = tally.condition.format(row=row)
    values = f"SELECT {row}.account, '{tally.subject}', {kind}, {sign} {number} WHERE {condition}"
    return (
        f"{_insert_counts(values)} ON CONFLICT (account, subject, kind) "
        "DO UPDATE SET number = number + excluded.number"
    )


def _differs(tally: _TableTally) -> str:
    """The condition that an update changes a count: most updates only write a time."""
    sides = []
    for row in ("old", "new"):
        kind = tally.kind.format(row=row)
        number = tally.number.format(row=row)
        condition = tally.condition.format(row=row)
        sides.append(f"({row}.account, {kind}, {number}, {condition})")
    return " IS NOT ".join(sides)


# -- PostgreSQL

_FOLD = """
    IF EXISTS (
        SELECT FROM tb_counts
        WHERE account IN (SELECT DISTINCT account FROM {rows})
        OFFSET {limit}
    ) THEN
        WITH taken AS MATERIALIZED (
            SELECT ctid AS place FROM tb_counts
            WHERE account IN (SELECT DISTINCT account FROM {rows})
            FOR UPDATE SKIP LOCKED
        ), folded AS (
            DELETE FROM tb_counts WHERE ctid = ANY (ARRAY(SELECT place FROM taken)) RETURNING *
        )
        INSERT INTO tb_counts (account, subject, kind, number)
        SELECT account, subject, kind, SUM(number) FROM folded
        GROUP BY account, subject, kind HAVING SUM(number) <> 0;
    END IF;
"""
_EVENTS = {
    "added": ("INSERT", {"new_rows": "+"}),
    "removed": ("DELETE", {"old_rows": "-"}),
    "changed": ("UPDATE", {"old_rows": "-", "new_rows": "+"}),
}
"""The event -> the statement, and the transition tables of its trigger."""


def _list_postgres_triggers() -> Iterator[str]:
    yield "CREATE INDEX tb_counts_account ON tb_counts (account)"
    for table in dict.fromkeys(tally.table for tally in TALLIES):
        tallies = [tally for tally in TALLIES if tally.table == table]
        for event in _EVENTS:
            yield from _make_postgres_trigger(table, tallies, event)


def _make_postgres_trigger(table: str, tallies: Iterable[_TableTally], event: str) -> Iterator[str]:
    name = f"{table}_{event}"
    verb, tables = _EVENTS[event]
    sums = []
    for tally in tallies:
        sums += [_sum_of(tally, rows, sign) for rows, sign in tables.items()]
    fold = _FOLD.format(rows=next(iter(tables)), limit=_MAX_ROWS)
    yield (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"{_insert_counts(_add_up(sums))}; IF FOUND THEN {fold} END IF; RETURN NULL; END $$"
    )
    kinds = {"new_rows": "NEW", "old_rows": "OLD"}
    referencing = " ".join(f"{kinds[rows]} TABLE AS {rows}" for rows in tables)
    yield (
        f"CREATE TRIGGER {name} AFTER {verb} ON {table} REFERENCING {referencing} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
    )
