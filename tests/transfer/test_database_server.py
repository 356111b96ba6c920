"""A PostgreSQL server that stops and returns, and the messages if it does not."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import threading
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.command import PATIENCE_SECONDS, Run
from tests.support.desk import MakeDesk
from tests.support.made_requests import make_request, make_upload
from tests.support.postgres import PostgresServer
from tests.support.processes import fork, join
from tests.support.waiting import wait_until
from transcript_bridge.errors import LedgerError, SettingsError
from transcript_bridge.transfer.clock import Clock
from transcript_bridge.transfer.events import Event, Finished
from transcript_bridge.transfer.ledger import (
    Claimed,
    Ledger,
    SourcePlan,
    claiming,
    claims,
    describe_location,
    engines,
)
from transcript_bridge.transfer.ledger.database import Database
from transcript_bridge.transfer.ledger.failures import explain
from transcript_bridge.transfer.ledger.location import parse_location
from transcript_bridge.transfer.pace import Pace
from transcript_bridge.transfer.states import Row, State

SECRET = "hunter2"

# ---- restarts


@pytest.mark.postgres
def test_an_upload_goes_on_when_postgresql_was_restarted_in_the_middle(
    desk: MakeDesk, postgres_server: PostgresServer, postgres_database: str
) -> None:
    d = desk()
    source = make_upload("/r", [make_request(f"{n}", n) for n in range(12)])
    finished = 0

    def restart(event: Event) -> None:
        nonlocal finished
        if not isinstance(event, Finished):
            return
        finished += 1
        if finished in (3, 7):
            postgres_server.stop()
            threading.Timer(0.2, postgres_server.start).start()

    summary = d.upload(
        source, ledger=postgres_database, clock=Clock(), observe=restart, concurrency=3
    )
    assert summary.finished == Counter({State.DONE: 12})
    assert set(d.stored().values()) == {1}
    assert len(d.stored()) == 12


@pytest.mark.postgres
def test_a_claim_whose_confirmation_was_lost_is_made_once(postgres_database: str) -> None:
    """The commit arrived and the connection broke: the second attempt finds its own claim."""
    with Ledger(postgres_database) as ledger:
        ledger.open_account("a")
        plan = SourcePlan("a", "/r", "content", "options", [make_request("x", 0)])
        (row,) = ledger.plan(plan)  # type: ignore[misc]
        _lose_next_confirmation(ledger)
        with claiming(Pace(gap=0), 60) as claimant:
            (claimed,) = ledger.claim([row], claimant)
            assert claimed.task == "send"  # type: ignore[union-attr]
            (entry,) = ledger.select()
            assert (entry.row.state, entry.row.attempts) == (State.SENDING, 1)


@pytest.mark.postgres
def test_two_keys_that_claim_at_one_moment_send_nothing_twice(
    postgres_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second claim waits until the first is committed, and sees it."""
    check = claims.check_other_accounts
    checked: list[str] = []

    with (
        Ledger(postgres_database) as ledger,
        claiming(Pace(gap=0), 60) as claimant,
        ThreadPoolExecutor(1) as pool,
    ):
        rows = {}
        for account in ("old key", "new key"):
            ledger.open_account(account)
            plan = SourcePlan(account, "/r", "content", "options", [make_request("x", 0)])
            (rows[account],) = ledger.plan(plan)  # type: ignore[misc]
        second: list[Future[object]] = []

        def is_second_here() -> bool:
            return "new key" in checked or _count_waiting(ledger) > 0

        def check_slowly(tx: sa.engine.Connection, account: str, *rest: Any) -> None:
            check(tx, account, *rest)
            checked.append(account)
            if account == "old key":
                second.append(pool.submit(ledger.claim, [rows["new key"]], claimant))
                wait_until(is_second_here, "the second claim")

        monkeypatch.setattr(claims, "check_other_accounts", check_slowly)
        (claimed,) = ledger.claim([rows["old key"]], claimant)
        assert claimed.task == "send"  # type: ignore[union-attr]
        with pytest.raises(SettingsError, match="under another key"):
            second[0].result()


@pytest.mark.postgres
@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks a process")
def test_a_process_that_is_stopped_in_a_claim_does_not_block_others(
    postgres_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pause a process there, as if its network were cut. When it continues, it claims again."""
    monkeypatch.setattr(claims, "CLAIM_PATIENCE", "1s")
    with Ledger(postgres_database) as ledger:
        rows = {name: _plan_one(ledger, name) for name in ("stopped", "free")}

    def claim(name: str) -> int:
        with Ledger(postgres_database) as opened, claiming(Pace(gap=0), 60) as claimant:
            (claimed,) = opened.claim([rows[name]], claimant)
        return int(not isinstance(claimed, Claimed) or claimed.row.attempts != 1)

    def stop_once_and_claim() -> int:
        read_account = claims.read_account

        def stop_first(tx: sa.engine.Connection, account: str) -> Any:
            monkeypatch.setattr(claims, "read_account", read_account)
            os.kill(os.getpid(), signal.SIGSTOP)
            return read_account(tx, account)

        monkeypatch.setattr(claims, "read_account", stop_first)
        return claim("stopped")

    stopped = fork(stop_once_and_claim)
    os.waitpid(stopped, os.WUNTRACED)
    free = fork(lambda: claim("free"))
    code = join(free, PATIENCE_SECONDS)
    os.kill(stopped, signal.SIGCONT)
    assert (code, join(stopped, PATIENCE_SECONDS)) == (0, 0)


def _plan_one(ledger: Ledger, name: str) -> Row:
    ledger.open_account(name)
    plan = SourcePlan(name, f"/{name}", name, "options", [make_request(name, 0)])
    (row,) = ledger.plan(plan)  # type: ignore[misc]
    return row


@pytest.mark.postgres
@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="Linux says it")
def test_a_server_that_is_gone_without_a_word_is_noticed(postgres_database: str) -> None:
    for query, idle in (("", 30), ("?keepalives_idle=7", 7)):
        with Ledger(postgres_database + query) as ledger:
            connection = ledger._database._engine.raw_connection()
            with socket.socket(fileno=os.dup(connection.fileno())) as wire:
                assert wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == idle
                assert wire.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 60_000
            connection.close()


def _count_waiting(ledger: Ledger) -> int:
    """Sessions of the database server that wait for a lock."""
    query = sa.text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    return int(ledger._database.read(lambda tx: tx.execute(query).scalar_one()))


def _lose_next_confirmation(ledger: Ledger) -> None:
    """The next commit succeeds, and the program gets the error of a lost connection."""
    database: Database = ledger._database
    lost = []

    class LostError(Exception):
        sqlstate = "08006"

    def lose(_connection: sa.engine.Connection) -> None:
        if not lost:
            lost.append(True)
            _connection.connection.driver_connection.commit()  # type: ignore[union-attr]
            raise sa.exc.OperationalError("COMMIT", {}, LostError("the connection is lost"))

    sa.event.listen(database._engine, "commit", lose)


@pytest.mark.postgres
def test_a_server_that_stays_away_is_one_line_with_its_reason(
    postgres_server: PostgresServer, postgres_database: str, desk: MakeDesk
) -> None:
    clock = desk().clock.as_clock()  # it jumps where it would sleep
    with Ledger(postgres_database, clock) as ledger:
        postgres_server.stop()
        with pytest.raises(LedgerError, match="does not answer: check the data") as caught:
            ledger.survey()
    assert "Connection refused" in str(caught.value)


def test_a_refused_login_keeps_its_reason_and_no_password(tmp_path: Path) -> None:
    class RefusedError(Exception):
        pass

    said = RefusedError(
        'connection failed: connection to server at "127.0.0.1", port 5432 failed: FATAL:  '
        f'password authentication failed for user "me" ({SECRET})'
    )
    location = parse_location(f"postgresql://me:{SECRET}@127.0.0.1/x")
    message = str(explain(sa.exc.OperationalError("", {}, said), location))
    assert "refuses the login: check the user and the password" in message
    assert 'password authentication failed for user "me"' in message
    assert SECRET not in message


# ---- passwords


@pytest.mark.parametrize(
    "location",
    [
        "postgresql://me:{}@127.0.0.1:9/x",
        "postgresql://me@127.0.0.1:9/x?password={}",
        "postgresql:///x?host=127.0.0.1&port=9&user=me&password={}&sslpassword={}",
        "postgres://me:{}@127.0.0.1:9/x",
        "POSTGRESQL://me:{}@127.0.0.1:9/x",
        "postgresql://me:one@two{}@127.0.0.1:9/x",
        "postgresql://me@127.0.0.1:9/x?options=-c%20a.b%3D{}",
        "postgresql://me@127.0.0.1:9/x?PASSWORD={}",
        "postgresql://me:{}@127.0.0.1:port/x",
        "postgresql:me:{}@127.0.0.1/x",
        "host=127.0.0.1 port=9 user=me password={}",
        "mysql://me:{}@127.0.0.1/x",
        "postgresql:////me:{}",
        "postgresql://me%3A{}@127.0.0.1:9/x",
        "postgresql://127.0.0.1:9/x#password={}",
        "postgresql://127.0.0.1:9/x&password={}",
    ],
)
@pytest.mark.parametrize("command", [["status"], ["ledger", "path"], ["plan", "."]])
def test_no_form_of_the_url_shows_its_password(
    run: Run, work: Path, location: str, command: list[str]
) -> None:
    ran = run(*command, "--ledger", location.replace("{}", SECRET))
    assert SECRET not in ran.out + ran.err
    assert "two" not in ran.out + ran.err
    assert "Traceback" not in ran.err
    assert list(work.iterdir()) == []


def test_the_rest_of_the_url_is_shown() -> None:
    shown = describe_location(f"postgresql://me@db/x?sslmode=require&password={SECRET}")
    assert shown == "postgresql://me:***@db/x?sslmode=require"


@pytest.mark.parametrize("location", [":memory:", "./:memory:", "sqlite://", "sqlite:///:memory:"])
def test_a_ledger_in_memory_is_refused(run: Run, work: Path, location: str) -> None:
    ran = run("status", "--ledger", location)
    assert (ran.code, "would forget what was sent" in ran.err) == (2, True)
    assert list(work.iterdir()) == []


def test_a_second_at_sign_is_explained() -> None:
    with pytest.raises(SettingsError, match="write %40 for it"):
        describe_location("postgresql://me:one@two@db/x")


# ---- a file that another program has locked


def test_a_ledger_that_stays_locked_is_one_line(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "_SQLITE_BUSY_SECONDS", 0)
    path = tmp_path / "ledger.db"
    Ledger(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        ran = run("status", "--ledger", path)
    assert ran.code == 4
    (line,) = ran.err.splitlines()
    assert "has been locked by another program for too long: stop that program" in line


# ---- a damaged version


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("DELETE FROM tb_meta", "tb_meta is empty"),
        ("INSERT INTO tb_meta (version) VALUES (2)", "has no single version"),
        ("UPDATE tb_meta SET version = 'new'", "has no single version"),
    ],
)
def test_a_version_that_is_missing_or_doubled_is_one_line(
    run: Run, tmp_path: Path, change: str, words: str
) -> None:
    path = tmp_path / "ledger.db"
    Ledger(path).close()
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(change)
    ran = run("status", "--ledger", path)
    assert ran.code == 4
    (line,) = ran.err.splitlines()
    assert words in line
    assert "restore it from a copy" in line
