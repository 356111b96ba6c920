"""The counts that the database keeps for `status` always agree with the rows."""

from __future__ import annotations

import contextlib
import random
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.ledger_counts import check_counts
from tests.support.ledger_statements import watch_queries
from tests.support.made_requests import make_request
from tests.support.old_ledger import write_old_ledger
from transcript_bridge.errors import RowChangedError, SettingsError
from transcript_bridge.transfer.ledger import Ledger, RequestKind, SourcePlan, Wanted, plan_again
from transcript_bridge.transfer.ledger.triggers import count_all
from transcript_bridge.transfer.ledger.upgrades import VERSION
from transcript_bridge.transfer.states import State

ACCOUNTS = ("someone", "other")
PATHS = ("/a/1", "/a/2", "/b/1")
CONTENTS = ("x", "y", "z")


class Steps:
    """Anything that may happen to a ledger, chosen by a random number generator."""

    def __init__(self, ledger: Ledger, seed: str) -> None:
        self.ledger = ledger
        self.random = random.Random(seed)

    def choose_account(self) -> str:
        return self.ledger.open_account(self.random.choice(ACCOUNTS))

    def plan(self) -> None:
        content = self.random.choice(CONTENTS)
        options = self.random.choice(["o", "p"])
        numbers = range(self.random.randint(1, 3))
        bodies = [make_request(f"{content}{number}{options}", number) for number in numbers]
        plan = SourcePlan(
            self.choose_account(),
            self.random.choice(PATHS),
            f"content {content}",
            options,
            bodies,
            changed=self.random.choice(["ask", "upload", "replace"]),
            conversation=self.random.choice(["", "named"]),
        )
        with contextlib.suppress(SettingsError):  # the other account has it
            self.ledger.plan(plan)

    def want(self) -> None:
        wanted = []
        for path in self.random.sample(PATHS, 2):
            content = f"content {self.random.choice(CONTENTS)}"
            wanted.append(Wanted(path, content, self.random.choice(["o", "p"]), 2))
        self.ledger.want(self.choose_account(), [self.random.choice(["/a", "/b"])], wanted)

    def stop_wanting(self) -> None:
        self.ledger.stop_wanting(self.choose_account(), [self.random.choice(PATHS)])

    def change(self) -> None:
        entries = self.ledger.select(self.choose_account())
        if not entries:
            return
        entry = self.random.choice(entries)
        values = self.random.choice(
            [
                {"state": State.DONE, "attempts": 1},
                {"state": State.DISCARDED, "undone": True},
                {"state": State.DELETED, "undone": self.random.random() < 0.5},
                {"verdict": "different", "verified_at": self.random.uniform(1, 9)},
                {"verdict": "same", "verified_at": self.random.uniform(1, 9)},
                {"adopted": True},
                plan_again(entry.row, fresh=True),
            ]
        )
        with contextlib.suppress(RowChangedError):
            self.ledger.change(entry, **values)

    def join(self) -> None:
        with contextlib.suppress(SettingsError):  # both have sent the same
            self.ledger.join_accounts(*ACCOUNTS)

    def take(self, number: int) -> None:
        """Some steps: many changes, and a few others."""
        steps: list[Callable[[], None]] = [self.plan, self.want, self.stop_wanting, self.change]
        for _ in range(number):
            self.random.choices(steps, weights=[4, 2, 1, 5])[0]()


@pytest.mark.untraced
@pytest.mark.parametrize("seed", range(4))
def test_the_counts_are_those_of_the_rows(location: str, seed: int) -> None:
    with Ledger(location) as ledger:
        for name in ACCOUNTS:
            ledger.open_account(name)
        ledger.declare_distinct(*ACCOUNTS)
        steps = Steps(ledger, f"{seed}")
        for _ in range(6):
            steps.take(8)
            check_counts(ledger)
        steps.join()
        check_counts(ledger)
        steps.take(8)
        check_counts(ledger)


@pytest.mark.slow
def test_the_counts_are_those_of_the_rows_with_several_writers(location: str) -> None:
    errors: list[BaseException] = []

    def work(number: int) -> None:
        try:
            with Ledger(location) as ledger:
                Steps(ledger, f"writer {number}").take(40)
        except BaseException as error:
            errors.append(error)

    with Ledger(location) as ledger:
        for name in ACCOUNTS:
            ledger.open_account(name)
        ledger.declare_distinct(*ACCOUNTS)
        threads = [threading.Thread(target=work, args=[number]) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == []
        check_counts(ledger)


def test_what_is_rolled_back_does_not_count(location: str) -> None:
    with Ledger(location) as ledger:
        account = ledger.open_account("someone")
        ledger.plan(SourcePlan(account, "/x", "content", "o", [make_request("x", 0)]))

        def fail(tx: sa.Connection) -> None:
            tx.exec_driver_sql("UPDATE tb_requests SET state = 'done'")
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            ledger._database.write(fail)
        assert ledger.count()[account].requests == {RequestKind(State.PLANNED): 1}
        check_counts(ledger)


def test_differences_are_folded_so_that_a_sum_stays_short(location: str) -> None:
    with Ledger(location) as ledger:
        account = ledger.open_account("someone")
        ledger.plan(SourcePlan(account, "/x", "content", "o", [make_request("x", 0)]))
        for number in range(60):
            (entry,) = ledger.select(account)
            ledger.change(entry, state=(State.PLANNED, State.DONE)[number % 2])

        def count(tx: sa.Connection) -> int:
            query = "SELECT COUNT(*) FROM tb_counts"
            return int(tx.exec_driver_sql(query).scalar_one())

        assert ledger._database.read(count) < 50
        check_counts(ledger)


def test_an_older_ledger_is_counted_when_it_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    write_old_ledger(path)
    with contextlib.closing(sqlite3.connect(path)) as db:
        rows = db.execute("SELECT COUNT(*) FROM tb_requests").fetchone()
    with Ledger(path) as ledger:
        assert sum(view.requests for view in ledger.survey()) == rows[0]
        check_counts(ledger)


def test_a_ledger_with_files_that_are_sent_and_wanted_is_counted_anew(location: str) -> None:
    """As an upgrade counts it: each kind has one row, and SQLite refuses two."""
    with Ledger(location) as ledger:
        account = ledger.open_account("someone")
        ledger.plan(SourcePlan(account, "/x", "content", "o", [make_request("x", 0)]))
        ledger.want(account, ["/y"], [Wanted("/y", "another", "o", 2)])

        def count_again(tx: sa.Connection) -> None:
            tx.exec_driver_sql("DELETE FROM tb_counts")
            count_all(tx)

        ledger._database.write(count_again)
        assert ledger.count()[account].files == 2
        check_counts(ledger)


def list_indexes(path: Path) -> set[tuple[str, ...]]:
    """The indexes and triggers of a ledger, in the words that made them."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        found = db.execute(
            "SELECT name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql > ''"
        )
        return {(name, " ".join(sql.replace("tb_requests.", "").split())) for name, sql in found}


def test_an_older_ledger_gets_all_indexes_of_a_new_one(tmp_path: Path) -> None:
    """Without one of them everything works, and a large ledger is slow."""
    old, new = tmp_path / "old.db", tmp_path / "new.db"
    write_old_ledger(old)
    Ledger(old).close()
    Ledger(new).close()
    assert VERSION >= 9
    assert list_indexes(old) == list_indexes(new)


def explain(ledger: Ledger, ask: Callable[[], object]) -> list[str]:
    """How SQLite looks for what a question needs, in its own words."""
    steps: list[str] = []

    def look(connection: Any, statement: str, values: Any) -> None:
        plan = connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)
        steps.extend(step for *_numbers, step in plan)

    watch_queries(ledger, ask, look)
    return steps


LARGE = ("tb_requests", "tb_sources", "tb_parts", "tb_wanted")


def is_slow(step: str) -> bool:
    """Whether it goes through all rows of a large table, or through all of an account."""
    words = step.replace(" TABLE", "").split()  # older versions say TABLE
    is_small = "tb_requests_removed" in words or "tb_requests_verified" in words
    is_whole = words[0] == "SCAN" and words[1] in LARGE
    is_account = words[0] == "SEARCH" and words[1] in LARGE and words[-1] == "(account=?)"
    return (is_whole or is_account) and not is_small


def create_indexes_again(ledger: Ledger, *, backwards: bool) -> None:
    """SQLite chooses between two that promise the same by the order in which they were created."""
    indexes = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    with ledger._database._engine.begin() as tx:
        for name, statement in sorted(tx.execute(sa.text(indexes)), reverse=backwards):
            tx.execute(sa.text(f"DROP INDEX {name}"))
            tx.execute(sa.text(statement))


@pytest.mark.parametrize("backwards", [False, True], ids=["from-a", "from-z"])
def test_no_question_of_status_or_a_plan_goes_through_a_whole_ledger(
    tmp_path: Path, backwards: bool
) -> None:
    """benchmarks/ledger.py measures the time; here the query plan is checked."""
    with Ledger(tmp_path / "ledger.db") as ledger:
        create_indexes_again(ledger, backwards=backwards)
        account = ledger.open_account("someone")
        for number in range(3):
            bodies = [make_request(f"{number}", number)]
            ledger.plan(SourcePlan(account, f"/{number}", f"content {number}", "o", bodies))
        for entry in ledger.select(account)[:2]:
            ledger.change(entry, state=State.DELETED, undone=True, verified_at=1.0)
        questions: list[Callable[[], object]] = [
            ledger.survey,
            ledger.count,
            lambda: ledger.count(account),
            lambda: ledger.read_window(account),
            lambda: ledger.select(None, [State.UNCERTAIN]),
            lambda: ledger.find_sent_elsewhere(account, ["content 1"]),
            lambda: ledger.find_sources(account, ["content 1"], ["/1"], ["conversation"]),
            lambda: ledger.find_requests(account, ["session"], ["content 1"]),
            lambda: ledger.find_wanted(account, ["content 1"]),
            lambda: ledger.find_by_content(account, ["content 1"]),
        ]
        for question in questions:
            steps = explain(ledger, question)
            assert steps
            assert [step for step in steps if is_slow(step)] == []
