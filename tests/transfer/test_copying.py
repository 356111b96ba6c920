"""A ledger file that is copied into a database on a server: nothing is lost, and nothing is sent
twice with either of them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.command import Run
from tests.support.desk import KEY, Desk, MakeDesk
from tests.support.made_requests import make_request, make_upload
from transcript_bridge.errors import LedgerError, SettingsError
from transcript_bridge.transfer.account_label import AccountLabel
from transcript_bridge.transfer.ledger import Ledger, copy_ledger
from transcript_bridge.transfer.settle import Patience
from transcript_bridge.transfer.states import State
from transcript_bridge.transfer.upload import Upload

pytestmark = pytest.mark.postgres
GENERATIONS = ["old", "middle", "new"]


def make_source(number: int) -> Upload:
    return make_upload(f"/in/{number}", [make_request(f"{number}-{m}", m) for m in range(3)])


def join_an_earlier_key(d: Desk) -> None:
    with Ledger(d.path, d.clock.as_clock()) as ledger:
        ledger.open_account("an earlier key", AccountLabel("old", "a file", d.url))
        ledger.join_accounts("an earlier key", d.account)


@pytest.mark.parametrize("generation", GENERATIONS)
def test_an_upload_continues_with_the_copy(
    desk: MakeDesk, postgres_database: str, generation: str
) -> None:
    d = desk(generation=generation)
    d.order("status", status=422, method="POST")
    d.upload(make_source(0))
    join_an_earlier_key(d)
    assert copy_ledger(d.path, postgres_database, d.clock.as_clock()) == 3
    with Ledger(d.path) as file, Ledger(postgres_database) as copy:
        assert copy.select() == file.select()
        assert copy.survey() == file.survey()
        assert copy.count() == file.count()
        assert copy.find_account("an earlier key") == d.account
    d.upload(make_source(0), make_source(1), ledger=postgres_database)
    assert sorted(d.stored().values()) == [1] * 5
    with Ledger(postgres_database) as copy:
        numbers = [entry.row.id for entry in copy.select()]
    assert len(set(numbers)) == 6


@pytest.mark.parametrize("generation", GENERATIONS)
def test_a_file_that_is_used_after_it_was_copied_sends_nothing_twice(
    desk: MakeDesk, postgres_database: str, generation: str
) -> None:
    d = desk(generation=generation)
    d.upload(make_source(0))
    copy_ledger(d.path, postgres_database, d.clock.as_clock())
    d.upload(make_source(1), ledger=postgres_database)
    summary = d.upload(make_source(0), make_source(1), make_source(2))
    assert summary.left == 0
    assert sorted(d.stored().values()) == [1] * 9


@pytest.mark.parametrize("generation", GENERATIONS)
def test_the_copy_of_a_ledger_from_a_backup_sends_nothing_twice(
    desk: MakeDesk, postgres_database: str, tmp_path: Path, generation: str
) -> None:
    d = desk(generation=generation)
    d.upload(make_source(0))
    backup = tmp_path / "backup.db"
    with Ledger(d.path) as ledger:
        ledger.back_up(backup)
    d.upload(make_source(1))
    copy_ledger(backup, postgres_database, d.clock.as_clock())
    with Ledger(postgres_database) as copy:
        assert copy.may_have_forgotten
    # The clock is the database's, which does not jump.
    settings = {"ledger": postgres_database, "patience": Patience(grace=0.0)}
    d.upload(make_source(0), make_source(1), make_source(2), **settings)
    assert sorted(d.stored().values()) == [1] * 9


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize("place", ["file", "database"])
def test_a_ledger_called_restored_sends_nothing_twice(
    desk: MakeDesk, run: Run, postgres_database: str, tmp_path: Path, generation: str, place: str
) -> None:
    """Its file and its count file are of one age, or it has no count file, so nothing else shows
    it."""
    d = desk(generation=generation)
    location = postgres_database if place == "database" else str(tmp_path / "restored.db")
    d.upload(make_source(0), ledger=location)
    d.upload(make_source(1))  # what the ledger has forgotten
    ran = run("ledger", "restored", "--ledger", location)
    assert ran.code == 0, ran.err
    patience = Patience(grace=0.0)
    sources = [make_source(number) for number in range(3)]
    d.upload(*sources, ledger=location, patience=patience)
    assert sorted(d.stored().values()) == [1] * 9


def test_a_request_that_was_being_sent_is_settled_with_the_copy(
    desk: MakeDesk, postgres_database: str
) -> None:
    d = desk(generation="old")
    d.upload(make_source(0))
    with closing(sqlite3.connect(d.path)) as db, db:  # as a program leaves it that was killed
        db.execute("UPDATE tb_requests SET state = 'sending', conversation_id = NULL")
    copy_ledger(d.path, postgres_database, d.clock.as_clock())
    d.upload(make_source(0), ledger=postgres_database)
    assert sorted(d.stored().values()) == [1] * 3
    with Ledger(postgres_database) as copy:
        assert {entry.row.state for entry in copy.select()} == {State.DONE}


def test_only_an_empty_database_is_written_to(desk: MakeDesk, postgres_database: str) -> None:
    d = desk()
    d.upload(make_source(0))
    with Ledger(postgres_database) as ledger:
        ledger.open_account(d.account)  # a run that planned nothing
    copy_ledger(d.path, postgres_database)
    with pytest.raises(SettingsError, match="is in use already; copy into an empty database"):
        copy_ledger(d.path, postgres_database)
    with Ledger(postgres_database) as copy:
        assert len(copy.select()) == 3


def test_a_file_that_another_program_uses_is_not_copied(
    desk: MakeDesk, postgres_database: str
) -> None:
    d = desk()
    d.upload(make_source(0))
    with Ledger(d.path), pytest.raises(LedgerError, match="another program uses the ledger"):
        copy_ledger(d.path, postgres_database)
    copy_ledger(d.path, postgres_database)


# ---- the command, and an upload that forgets it


def test_the_command_says_what_it_copied(
    run: Run, desk: MakeDesk, postgres_database: str, tmp_path: Path
) -> None:
    d = desk()
    d.upload(make_source(0))
    ran = run("ledger", "copy", postgres_database, "--ledger", d.path)
    assert ran.code == 0, ran.err
    assert f"{d.path} was copied to {postgres_database}: 3 requests; from now on" in ran.err
    to_file = run("ledger", "copy", tmp_path / "copy.db", "--ledger", d.path)
    assert (to_file.code, "'ledger backup' copies into a file" in to_file.err) == (2, True)
    assert not (tmp_path / "copy.db").exists()
    of_server = run("ledger", "copy", postgres_database, "--ledger", postgres_database)
    assert (of_server.code, "for example with pg_dump" in of_server.err) == (2, True)
    missing = run("ledger", "copy", postgres_database)
    assert (missing.code, "there is no ledger to copy" in missing.err) == (2, True)


@pytest.mark.parametrize("generation", GENERATIONS)
def test_an_upload_with_an_empty_database_looks_for_what_the_usual_ledger_sent(
    run: Run, desk: MakeDesk, postgres_database: str, tmp_path: Path, generation: str
) -> None:
    d = desk(generation=generation)
    file = tmp_path / "2024-01-24 15.00.00.srt"
    file.write_text("1\n00:00:01,000 --> 00:00:02,500\nAlice: good morning\n")
    account = {"OMI_API_KEY": KEY, "OMI_API_BASE": d.url}
    assert run("upload", file, **account).code == 0
    ran = run("upload", file, "--ledger", postgres_database, **account)
    assert ran.code == 0, ran.err
    assert "ledger.db: 1 of these conversations" in ran.err
    assert d.stored() == {"good": 1}
    with Ledger(postgres_database) as ledger:
        assert ledger.may_have_forgotten is (generation != "new")
