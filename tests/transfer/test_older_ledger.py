"""Ledgers from a backup, and ledgers whose folder vanishes: nothing is lost or doubled."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.command import Run
from tests.support.desk import Desk, MakeDesk
from tests.support.made_requests import make_request, make_upload
from transcript_bridge.errors import LedgerError
from transcript_bridge.transfer.events import Finished
from transcript_bridge.transfer.ledger import Ledger
from transcript_bridge.transfer.ledger.database import Database
from transcript_bridge.transfer.ledger.sent_counter import (
    ClockReading,
    SentCount,
    find_count_file,
    judge_count,
    read_count,
    write_count,
)
from transcript_bridge.transfer.states import State
from transcript_bridge.transfer.upload import Upload

GENERATIONS = ["old", "middle", "new"]


def make_source(number: int) -> Upload:
    return make_upload(f"/in/{number}", [make_request(f"{number}-{m}", m) for m in range(3)])


def back_up(d: Desk, target: Path) -> None:
    with Ledger(d.path) as ledger:
        ledger.back_up(target)


def restore(d: Desk, copy: Path) -> None:
    for suffix in ("-wal", "-shm"):
        d.path.with_name(d.path.name + suffix).unlink(missing_ok=True)
    shutil.copy(copy, d.path)


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize("has_count", [True, False], ids=["in-place", "elsewhere"])
def test_a_ledger_from_a_backup_sends_nothing_twice(
    desk: MakeDesk, tmp_path: Path, generation: str, has_count: bool
) -> None:
    d = desk(generation=generation)
    d.upload(make_source(0))
    copy = tmp_path / "copy.db"
    back_up(d, copy)
    d.upload(make_source(1))
    restore(d, copy)
    if not has_count:
        d.path.with_name("ledger.db.count").unlink()
    summary = d.upload(make_source(0), make_source(1), make_source(2))
    assert summary.left == 0
    assert set(d.stored().values()) == {1}
    assert sum(d.stored().values()) == 9
    assert set(d.states().values()) == {State.DONE}


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize("sent", [0, 1], ids=["first-sent", "second-sent"])
def test_a_ledger_from_a_backup_tells_two_speakers_of_the_same_words_apart(
    desk: MakeDesk, tmp_path: Path, generation: str, sent: int
) -> None:
    d = desk(generation=generation)
    twins = [make_request(f"twin{n}", 0, speaker=n, content="twins") for n in range(2)]
    d.upload(make_source(0))
    copy = tmp_path / "copy.db"
    back_up(d, copy)
    d.upload(make_upload(f"/twin{sent}", [twins[sent]]))
    restore(d, copy)
    d.upload(make_upload("/twins", twins), changed="upload")
    kept = [c for c in d.state()["conversations"] if c["segments"][0]["text"].startswith("twins")]
    assert sorted(c["segments"][0]["speaker_id"] for c in kept) == [0, 1]
    assert set(d.states().values()) == {State.DONE}


def test_a_ledger_from_a_backup_sends_nothing_twice_after_the_clock_was_set_back(
    desk: MakeDesk, tmp_path: Path
) -> None:
    """The copy says that a request was tried tomorrow, before it was sent today."""
    d = desk(generation="old")
    now = d.clock.as_clock()
    tomorrow = replace(now, now=lambda: now.now() + 86_400)
    d.order("status", status=401, method="POST")
    d.upload(make_source(0), clock=tomorrow)
    copy = tmp_path / "copy.db"
    back_up(d, copy)
    d.upload(make_source(0))
    restore(d, copy)
    d.upload(make_source(0))
    assert d.stored() == {"0-0": 1, "0-1": 1, "0-2": 1}


def test_a_clock_set_back_in_a_restart_does_not_keep_an_upload_waiting(desk: MakeDesk) -> None:
    """The answer was lost tomorrow by the wrong clock: ten minutes are enough, not a day."""
    d = desk(generation="old")
    now = d.clock.as_clock()
    tomorrow = replace(now, now=lambda: now.now() + 86_400, boot=lambda: "earlier-boot")
    d.order("reset_before", method="POST")
    d.order("status", status=401, method="GET")
    d.upload(make_source(0), clock=tomorrow)
    assert State.UNCERTAIN in d.states().values()
    d.clear()
    began = d.clock.offset
    assert d.upload(make_source(0)).left == 0
    assert set(d.stored().values()) == {1}
    assert d.clock.offset - began < 3_600


def test_what_was_forgotten_counts_as_sent_now_where_no_clock_says_when() -> None:
    """After a restart of the machine, the clock may have been set."""
    now = ClockReading(9_000.0, "this boot:500.0")
    known = SentCount(7, ClockReading(8_000.0, "this boot:400.0"))
    rebooted = SentCount(7, ClockReading(8_000.0, "earlier boot:400.0"))
    unmarked = SentCount(7, ClockReading(8_000.0))

    def judge(count: SentCount | None) -> ClockReading:
        def is_of_this_boot(mark: str) -> bool:
            return mark.startswith("this boot")

        return judge_count(5, count, now, is_of_this_boot).forgotten_until

    assert judge(known) == known.counted
    assert [judge(count) for count in (rebooted, unmarked, None)] == [now] * 3


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("7 8000.5 0.0", SentCount(7, ClockReading(8000.5))),
        (
            "7 8000.5 9.0 boot:4.5 -",
            SentCount(7, ClockReading(8000.5, "boot:4.5"), ClockReading(9.0)),
        ),
        ("7 8000.5 9.0 boot:four -", None),
        ("7 8000.5", None),
        ("", None),
    ],
    ids=["written-by-an-earlier-version", "marked", "damaged", "cut", "empty"],
)
def test_the_file_beside_the_ledger_is_read_as_far_as_it_is_sound(
    tmp_path: Path, text: str, count: SentCount | None
) -> None:
    ledger = tmp_path / "ledger.db"
    find_count_file(ledger).write_text(text.ljust(80))
    assert read_count(ledger) == count
    if count is not None:
        write_count(ledger, count)
        assert read_count(ledger) == count


def test_a_ledger_from_a_backup_asks_about_the_same_words_of_the_same_speaker(
    desk: MakeDesk, tmp_path: Path
) -> None:
    """Two requests that differ in a `person_id` alone, which the server does not show: one of them
    is stored, and nobody can say which."""
    d = desk(generation="old")
    twins = [make_request(f"twin{n}", 0, content="twins") for n in range(2)]
    d.upload(make_source(0))
    copy = tmp_path / "copy.db"
    back_up(d, copy)
    d.upload(make_upload("/twin1", [twins[1]]))
    restore(d, copy)
    d.upload(make_upload("/twins", twins), changed="upload")
    states = d.states()
    assert [states[f"twin{n}"] for n in range(2)] == [State.UNCERTAIN] * 2
    assert d.stored()["twins"] == 1


def test_a_deleted_ledger_sends_nothing_twice_to_an_old_server(desk: MakeDesk) -> None:
    d = desk(generation="old")
    d.upload(make_source(0))
    for suffix in ("", "-wal", "-shm"):
        d.path.with_name(d.path.name + suffix).unlink(missing_ok=True)
    d.upload(make_source(0))
    assert d.stored() == {"0-0": 1, "0-1": 1, "0-2": 1}


def test_a_ledger_in_order_is_never_doubted(desk: MakeDesk) -> None:
    d = desk(generation="old")
    for number in range(3):
        d.upload(make_source(number))
        with Ledger(d.path) as ledger:
            assert not ledger.may_have_forgotten
    assert not any(name.startswith("GET") for name in d.answers())


def test_a_kill_right_after_the_first_commit_puts_nothing_in_doubt(
    desk: MakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file beside the ledger exists before the ledger counts the first request."""

    def kill(database: Database, number: int) -> None:
        raise KeyboardInterrupt

    d = desk(generation="old")
    with monkeypatch.context() as patched:
        patched.setattr(Database, "note_sending", kill)
        with pytest.raises(KeyboardInterrupt):
            d.upload(make_source(0))
    with Ledger(d.path) as ledger:
        assert not ledger.may_have_forgotten
        assert [entry.row.state for entry in ledger.select()].count(State.PLANNED) == 2


@pytest.mark.skipif(os.name != "posix", reason="an open file cannot be deleted")
@pytest.mark.parametrize("generation", GENERATIONS)
def test_a_ledger_whose_folder_vanishes_is_written_back(
    desk: MakeDesk, tmp_path: Path, generation: str
) -> None:
    d = desk(generation=generation)
    d.path = tmp_path / "folder" / "ledger.db"

    def delete(event: object) -> None:
        if isinstance(event, Finished) and not d.events:
            d.events.append(event)
            shutil.rmtree(d.path.parent)

    with pytest.raises(LedgerError, match=r"was deleted while in use.*saved to"):
        d.upload(make_source(0), observe=delete)
    assert d.path.stat().st_mode & 0o777 == 0o600
    assert d.upload(make_source(0)).finished == {State.DONE: 3}
    assert d.stored() == {"0-0": 1, "0-1": 1, "0-2": 1}


@pytest.mark.skipif(os.name != "posix", reason="an open file cannot be deleted")
def test_what_cannot_be_written_back_is_named(desk: MakeDesk, tmp_path: Path) -> None:
    d = desk()
    d.path = tmp_path / "folder" / "ledger.db"

    def replace_by_file(event: object) -> None:
        if isinstance(event, Finished) and not d.events:
            d.events.append(event)
            shutil.rmtree(d.path.parent)
            d.path.parent.write_text("")

    with pytest.raises(LedgerError) as raised:
        d.upload(make_source(0), observe=replace_by_file)
    message = str(raised.value)
    assert "could not be saved" in message
    assert "/in/0" in message
    assert "run the same command again" not in message


@pytest.mark.parametrize(
    "words", [("status",), ("report", "--json"), ("resolve",), ("retry",), ("ledger", "export")]
)
def test_what_needs_a_ledger_makes_none_at_a_mistyped_path(
    run: Run, tmp_path: Path, words: tuple[str, ...]
) -> None:
    mistyped = tmp_path / "m.db"
    ran = run(*words, "--ledger", mistyped)
    assert ran.code == 2
    assert ran.err == f"error: {mistyped}: there is no ledger; give yours with --ledger\n"
    assert not mistyped.exists()
    assert run(*words).code == 0
    assert run(*words, TRANSCRIPT_BRIDGE_LEDGER=str(tmp_path / "not-yet.db")).code == 0


@pytest.mark.parametrize("words", [("verify",), ("undo", "--all"), ("auth", "alias", "work")])
def test_what_needs_a_key_and_a_ledger_makes_none_at_a_mistyped_path(
    run: Run, tmp_path: Path, words: tuple[str, ...]
) -> None:
    mistyped = tmp_path / "m.db"
    ran = run(*words, "--ledger", mistyped, OMI_API_KEY="omi_dev_mistyped")
    assert ran.code == 2
    assert ran.err == f"error: {mistyped}: there is no ledger; give yours with --ledger\n"
    assert not mistyped.exists()


def test_the_command_backs_up_a_ledger_and_replaces_nothing(run: Run, tmp_path: Path) -> None:
    ledger, copy = tmp_path / "l.db", tmp_path / "copy.db"
    Ledger(ledger).close()
    assert run("ledger", "backup", copy, "--ledger", ledger).code == 0
    assert copy.stat().st_mode & 0o777 == 0o600
    with contextlib.closing(sqlite3.connect(copy)) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    before = copy.read_bytes()
    again = run("ledger", "backup", copy, "--ledger", ledger)
    assert again.code == 1
    assert copy.read_bytes() == before
    assert run("ledger", "backup", tmp_path / "none/copy.db", "--ledger", ledger).code == 1
    mistyped = run("ledger", "backup", tmp_path / "new.db", "--ledger", tmp_path / "m.db")
    assert "m.db: there is no ledger to copy" in mistyped.err
    assert not (tmp_path / "new.db").exists()
