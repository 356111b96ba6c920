"""Starting and showing the state must not read all rows of a large ledger.

benchmarks/ledger.py measures it. Here the steps of the database are counted, or its plan is looked
at: neither depends on the machine.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.command import Run
from tests.support.large_ledger import Size, fill, name_account
from tests.support.ledger_statements import watch_queries
from transcript_bridge.transfer.ledger import Ledger, Wanted
from transcript_bridge.transfer.states import State

ACCOUNTS = 2
ACCOUNT = name_account(1)
FEW, MANY = 200, 3000
STEPS_COUNTED = 50
LARGE = ("tb_requests", "tb_sources", "tb_parts", "tb_wanted")


class Steps:
    """How many steps SQLite's machine has made."""

    def __init__(self) -> None:
        self.number = 0

    def add(self) -> int:
        self.number += STEPS_COUNTED
        return 0


@contextlib.contextmanager
def count_steps() -> Iterator[Steps]:
    """Of all connections that are opened in the block."""
    steps = Steps()

    def watch(connection: sqlite3.Connection, _record: object) -> None:
        connection.set_progress_handler(steps.add, STEPS_COUNTED)

    sa.event.listen(sa.pool.Pool, "connect", watch)
    try:
        yield steps
    finally:
        sa.event.remove(sa.pool.Pool, "connect", watch)


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """One with few requests, and one with many."""
    folder = tmp_path_factory.mktemp("ledgers")
    paths = (folder / "few.db", folder / "many.db")
    for path, requests in zip(paths, (FEW, MANY), strict=True):
        fill(str(path), Size(requests, ACCOUNTS))
    return paths


def test_status_takes_no_step_for_each_request(run: Run, ledgers: tuple[Path, Path]) -> None:
    numbers = []
    for path in ledgers:
        with count_steps() as steps:
            ran = run("status", "--ledger", path)
        assert ran.code == 0
        numbers.append(steps.number)
    few, many = numbers
    assert few > 0
    assert many - few < MANY - FEW


def test_plan_takes_no_step_for_each_request_of_other_files(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    folder.mkdir()
    recording = folder / "2024-01-24 15.04.05.srt"
    recording.write_text("1\n00:00:01,000 --> 00:00:09,000\nAlice: good morning to all of you\n")
    numbers = []
    for requests in (FEW, MANY):
        path = tmp_path / f"{requests}.db"
        fill(str(path), Size(requests, 1))
        with count_steps() as steps:
            ran = run("plan", folder, "--ledger", path)
        assert "1 transcript, 1 to send" in ran.out
        numbers.append(steps.number)
    few, many = numbers
    assert few > 0
    assert many - few < (MANY - FEW) // 10


def test_to_want_recordings_takes_few_steps_for_each_that_is_wanted(tmp_path: Path) -> None:
    """Not for each that was sent, nor for each pair of the two."""
    path = tmp_path / "ledger.db"
    fill(str(path), Size(MANY, 1))
    account = name_account(0)
    with count_steps() as steps, Ledger(path) as ledger:
        ledger.want(account, ["/new"], [Wanted("/new/1", "new", "o", 1)])
        wanted = len(ledger.select_unsent(account))
    assert wanted == MANY // 10 + 1
    assert steps.number < 150 * wanted


def find_scans(plan: dict[str, Any]) -> Iterator[str]:
    """Queries in which PostgreSQL reads all of a large table, because a condition has no index."""
    table = plan.get("Relation Name", "")
    uses_index = "Index Cond" in plan or plan["Node Type"] == "Bitmap Heap Scan"
    is_small = plan.get("Index Name") in ("tb_requests_removed", "tb_requests_verified")
    if table in LARGE and not uses_index and not is_small:
        yield f"{plan['Node Type']} of {table}"
    for part in plan.get("Plans", ()):
        yield from find_scans(part)


def test_the_last_writes_of_all_accounts_are_found_at_once(ledgers: tuple[Path, Path]) -> None:
    names = [name_account(number) for number in range(ACCOUNTS)]
    with contextlib.closing(sqlite3.connect(ledgers[1])) as database:
        rows = database.execute("SELECT account, sent_at FROM tb_requests").fetchall()
    statements: list[str] = []
    with Ledger(ledgers[1]) as ledger:
        found: dict[str, list[float]] = {}

        def ask() -> None:
            found.update(ledger.find_recent_writes([*names, "nobody"]))

        watch_queries(ledger, ask, lambda _connection, text, _values: statements.append(text))
    assert len(statements) == 1
    for name in names:
        assert found[name] == sorted(at for of, at in rows if of == name)[-50:]
    assert found["nobody"] == []


def explain(ledger: Ledger, ask: Callable[[], object]) -> list[str]:
    """Return the scans in the query plan of PostgreSQL, which uses an index wherever it can
    here."""
    scans: list[str] = []

    def look(connection: Any, statement: str, values: Any) -> None:
        other = connection.cursor()
        other.execute("SET LOCAL enable_seqscan = off")
        other.execute(f"EXPLAIN (FORMAT JSON) {statement}", values)
        ((plan,),) = other.fetchone()
        scans.extend(find_scans(plan["Plan"]))

    watch_queries(ledger, ask, look)
    return scans


only_postgres = pytest.mark.parametrize(
    "location", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)


@only_postgres
def test_postgres_has_an_index_for_every_question_of_status_and_plan(location: str) -> None:
    fill(location, Size(MANY, ACCOUNTS))
    with Ledger(location) as ledger:
        questions: list[Callable[[], object]] = [
            ledger.survey,
            ledger.count,
            lambda: ledger.count(ACCOUNT),
            lambda: ledger.read_window(ACCOUNT),
            lambda: ledger.find_recent_writes([ACCOUNT]),
            lambda: ledger.select(None, [State.UNCERTAIN]),
            lambda: ledger.find_sources(ACCOUNT, ["content"], ["/path"], ["conversation"]),
            lambda: ledger.find_requests(ACCOUNT, ["session"], ["content"]),
            lambda: ledger.find_wanted(ACCOUNT, ["content"]),
        ]
        for question in questions:
            assert explain(ledger, question) == []


@only_postgres
def test_postgres_compiles_no_query(location: str) -> None:
    """Compiling one of the counts took longer than all of them."""
    with Ledger(location) as ledger:
        assert ledger._database.read(lambda tx: tx.execute(sa.text("SHOW jit")).scalar()) == "off"
