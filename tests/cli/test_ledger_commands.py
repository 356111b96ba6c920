"""`status`, `verify`, `report`, `undo` and `retry` know the whole archive, whatever has happened to
its files and to its conversations."""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.clock import JumpingClock
from tests.support.command import Ran, Run
from tests.support.local_http import LOCAL_HTTP

KEY = "omi_dev_wh0leLedger"
COUNT = 8
"""Recordings of an archive."""
MANY = 24
"""More than a question lists."""
Lease = Callable[..., str]


@pytest.fixture
def call(run: Run, sandbox: str, jumping_clock: JumpingClock) -> Run:
    """The command against a sandbox, with a key."""

    def call(*words: str | Path, stdin: bytes = b"", **environ: str) -> Ran:
        account = {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}
        return run(*words, stdin=stdin, **{**account, **environ})

    return call


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Recordings with dates in their names, one conversation each."""
    return make_archive(tmp_path / "exports", COUNT)


def make_archive(folder: Path, count: int) -> Path:
    folder.mkdir()
    for n in range(count):
        text = f"1\n00:00:01,000 --> 00:00:02,500\nAlice: number {n}\n\n"
        text += f"2\n00:00:03,000 --> 00:00:04,000\nBob: so it is, {n}\n"
        (folder / f"2024-01-{n + 1:02d} 10.00.00.srt").write_text(text)
    return folder


def migrate(call: Run, archive: Path, *flags: str) -> Ran:
    return call("migrate", archive, "-y", "--gap", "0", *flags)


def status_of(call: Run, *inputs: Path) -> dict[str, Any]:
    (account,) = json.loads(call("status", *inputs, "--json").out)["accounts"]
    found: dict[str, Any] = account
    return found


def report_of(call: Run, *inputs: Path) -> dict[str, Any]:
    ran = call("report", *inputs, "--json")
    assert ran.code == 0, ran.err
    found: dict[str, Any] = json.loads(ran.out)
    return found


def delete_in_omi(sandbox: str, conversation: str) -> None:
    LOCAL_HTTP.delete(
        f"{sandbox}/v1/dev/user/conversations/{conversation}",
        headers={"Authorization": f"Bearer {KEY}"},
    ).raise_for_status()


def conversations(sandbox: str) -> list[dict[str, Any]]:
    state = json.loads(LOCAL_HTTP.get(f"{sandbox}/_sandbox/state").content)
    return [one for one in state["conversations"] if one["status"] != "deleted"]


# ---- the whole archive


def test_status_says_three_of_eight_and_when_the_rest_is_done(call: Run, archive: Path) -> None:
    assert migrate(call, archive, "--limit", "3").code == 4
    lines = call("status").out.splitlines()
    assert lines[0].endswith(": 3 of 8 conversations in Omi, from 8 files")
    assert "        5 not started; the same 'migrate' sends them, or says why not" in lines
    assert any(
        "5 left: less than a minute, at most 25 writes an hour, until " in one for one in lines
    )
    account = status_of(call)
    assert (account["conversations"], account["in_omi"], account["left"]) == (8, 3, 5)
    assert account["done_at"] is not None
    assert status_of(call, archive)["conversations"] == 8


def test_status_knows_the_users_own_limit(call: Run, archive: Path) -> None:
    migrate(call, archive, "--limit", "3")
    (archive / "transcript-bridge.toml").write_text('rate = "2/hour"\n')
    assert "5 left: 2 hours, at most 2 writes an hour, until " in call("status", archive).out


def test_verify_of_the_folder_counts_what_was_never_sent(call: Run, archive: Path) -> None:
    migrate(call, archive, "--limit", "3")
    for inputs in ((), (archive,)):
        ran = call("verify", *inputs)
        assert ran.code == 1
        assert "3 same, 5 never sent; it took 1 call\nnext: the same" in ran.err
        assert ran.out.count("never sent") >= 5
    migrate(call, archive)
    (archive / "film.smi").write_text("<SAMI><BODY>Hello")
    ran = call("verify", archive)
    assert ran.code == 0
    assert "1 file may contain transcripts and was not read; 'plan' says what to do" in ran.err


def test_verify_finds_a_file_that_was_added_after_the_upload(call: Run, archive: Path) -> None:
    migrate(call, archive)
    added = archive / "2024-02-01 09.00.00.srt"
    added.write_text("1\n00:00:01,000 --> 00:00:02,500\nAlice: new\n")
    ran = call("verify", archive)
    assert ran.code == 1
    assert f"{added}: never sent (1 conversation)" in ran.out
    changed = archive / "2024-01-01 10.00.00.srt"
    changed.write_text("1\n00:00:01,000 --> 00:00:02,500\nAlice: other words\n")
    assert f"{changed}: it has changed since it was sent" in call("verify", archive).out


def test_a_file_that_changed_before_it_was_sent_counts_once(call: Run, archive: Path) -> None:
    migrate(call, archive, "--limit", "3")
    text = "1\n00:00:01,000 --> 00:00:02,500\nAlice: other words\n"
    (archive / "2024-01-05 10.00.00.srt").write_text(text)
    (archive / "2024-01-06 10.00.00.srt").unlink()
    assert "3 same, 5 never sent; it took 1 call\n" in call("verify", archive).err
    migrate(call, archive)
    assert call("verify", archive).err.endswith(
        "7 conversations are in Omi as they were sent; it took 1 call\n"
    )
    assert status_of(call)["conversations"] == 7


def test_report_without_a_path_has_what_was_not_begun(call: Run, archive: Path) -> None:
    migrate(call, archive, "--limit", "3")
    assert report_of(call)["totals"]["by_state"] == {"done": 3, "unsent": 5}
    shutil.rmtree(archive)
    assert report_of(call)["totals"]["by_state"] == {"done": 3, "unsent": 5}
    assert status_of(call)["conversations"] == 8


def test_a_folder_that_was_renamed_half_way_counts_once(call: Run, archive: Path) -> None:
    migrate(call, archive, "--limit", "3")
    renamed = archive.rename(archive.with_name("renamed"))
    migrate(call, renamed, "--limit", "3")
    account = status_of(call)
    assert (account["conversations"], account["in_omi"], account["left"]) == (8, 6, 2)


# ---- undone and sent again


@pytest.mark.parametrize("flags", [(), ("--me", "Alice")])
def test_what_was_undone_and_sent_again_counts_once(
    call: Run, archive: Path, flags: tuple[str, ...]
) -> None:
    migrate(call, archive)
    assert call("undo", archive, "-y", "--gap", "0").code == 0
    migrate(call, archive, *flags)
    for inputs in ((), (archive,)):
        totals = report_of(call, *inputs)["totals"]
        assert (totals["conversations"], totals["stored"], totals["files"]) == (8, 8, 8)
        account = status_of(call, *inputs)
        assert (account["conversations"], account["in_omi"]) == (8, 8)
        assert account["states"]["deleted"] == 0
        assert call("verify", *inputs).err.endswith(
            "8 conversations are in Omi as they were sent; it took 1 call\n"
        )


def test_what_was_replaced_is_not_called_deleted_in_omi(
    call: Run, archive: Path, sandbox: str
) -> None:
    migrate(call, archive)
    renamed = archive.rename(archive.with_name("renamed"))
    assert migrate(call, renamed, "--me", "Bob", "--changed", "replace").code == 0
    assert len(conversations(sandbox)) == 8
    account = status_of(call)
    assert (account["conversations"], account["in_omi"], account["deleted_in_omi"]) == (8, 8, 0)
    assert call("verify").err.endswith(
        "8 conversations are in Omi as they were sent; it took 1 call\n"
    )
    assert "nothing of this was refused, or deleted" in call("retry", "--deleted").err
    assert report_of(call)["totals"]["conversations"] == 8


# ---- moved


def test_a_renamed_folder_is_found_by_its_content(call: Run, archive: Path, sandbox: str) -> None:
    migrate(call, archive)
    renamed = archive.rename(archive.with_name("renamed"))
    (renamed / "2024-01-01 10.00.00.srt").rename(renamed / "2024-01-01 10.00.00 kitchen.srt")
    assert status_of(call, renamed)["in_omi"] == 8
    assert call("verify", renamed).err.endswith(
        "8 conversations are in Omi as they were sent; it took 1 call\n"
    )
    report = report_of(call, renamed)
    assert report["totals"]["by_state"] == {"done": 8}
    assert {Path(file["path"]).parent for file in report["files"]} == {renamed}
    one = call("undo", renamed / "2024-01-01 10.00.00 kitchen.srt", "-y")
    assert one.code == 0, one.err
    assert len(conversations(sandbox)) == 7
    assert call("undo", renamed, "-y", "--gap", "0").out.count("deleted") == 7
    assert conversations(sandbox) == []


def test_a_renamed_file_that_was_set_aside_counts_once(
    call: Run, archive: Path, sandbox: str
) -> None:
    """Its new name has a date, which makes it another request: the user has to decide."""
    old = (archive / "2024-01-01 10.00.00.srt").rename(archive / "kitchen.srt")
    assert migrate(call, archive).code == 0
    new = old.rename(archive / "2024-01-01 10.00.00 kitchen.srt")
    ran = migrate(call, archive)
    assert ran.code == 1
    assert f"{new}" in ran.err
    assert len(conversations(sandbox)) == 8
    for inputs in ((), (archive,)):
        account = status_of(call, *inputs)
        counts = [account[name] for name in ("conversations", "in_omi", "not_begun", "sources")]
        assert counts == [8, 8, 0, 8]
    assert call("verify").err.endswith(
        "8 conversations are in Omi as they were sent; it took 1 call\n"
    )
    assert migrate(call, archive, "--changed", "upload").code == 0
    assert status_of(call)["conversations"] == 9


def test_a_folder_that_is_gone_is_found_in_the_ledger(call: Run, archive: Path) -> None:
    migrate(call, archive)
    shutil.rmtree(archive)
    assert status_of(call, archive)["in_omi"] == 8
    assert call("verify", archive).err.endswith(
        "8 conversations are in Omi as they were sent; it took 1 call\n"
    )
    assert report_of(call, archive)["totals"]["stored"] == 8


def test_retry_finds_a_refused_file_that_was_renamed(
    call: Run, archive: Path, sandbox: str
) -> None:
    LOCAL_HTTP.post(
        f"{sandbox}/_sandbox/faults", json={"kind": "status", "status": 422, "method": "POST"}
    )
    migrate(call, archive)
    renamed = archive.rename(archive.with_name("renamed"))
    assert "1 conversation to send again" in call("retry", renamed).err


@pytest.mark.parametrize("command", ["status", "verify", "report", "undo", "retry"])
def test_an_unknown_path_is_an_error(call: Run, archive: Path, command: str) -> None:
    migrate(call, archive)
    flags = ["-y"] if command == "undo" else []
    for others in ((), (archive,)):
        ran = call(command, *others, archive / "no such file.srt", *flags)
        assert ran.code == 1
        assert "there is no such file or folder, and nothing was uploaded from there" in ran.err
    assert "8 conversations" in ran.out + ran.err or command == "retry"  # the rest is done


PATHS = ("inspect", "convert", "upload", "plan", "review", "speakers", "migrate")


@pytest.mark.parametrize("command", PATHS)
def test_a_path_that_does_not_exist_fails_and_a_setting_that_does_not_is_wrong_usage(
    call: Run, archive: Path, command: str
) -> None:
    """As in the commands above. `review` has nothing to show then."""
    flags = {"migrate": ["-y"], "review": ["--no-browser"]}.get(command, [])
    ran = call(command, archive / "no such file.srt", *flags)
    assert ran.code == 1
    assert "there is no such file" in ran.err
    for setting in ("--settings", "--speakers"):
        ran = call(command, archive / "2024-01-01 10.00.00.srt", setting, "nope.toml", *flags)
        assert ran.code == 2, ran.err


# ---- deleted in Omi


def test_what_was_deleted_in_omi_is_shown_and_sent_again_once(
    call: Run, archive: Path, sandbox: str
) -> None:
    migrate(call, archive)
    first = conversations(sandbox)[0]["id"]
    delete_in_omi(sandbox, first)
    assert call("verify").code == 1
    account = status_of(call)
    assert (account["in_omi"], account["deleted_in_omi"], account["verified"]) == (7, 1, 8)
    assert "1 deleted in Omi, or locked; 'retry --deleted' sends them again" in call("status").out
    report = report_of(call)
    assert report["totals"]["by_state"] == {"done": 7, "deleted": 1}
    messages = [one["message"] for file in report["files"] for one in file["conversations"]]
    assert [one for one in messages if one] == ["deleted in Omi, or locked; 'verify' looked for it"]
    migrate(call, archive)
    assert len(conversations(sandbox)) == 7  # nobody asked for it
    assert "there is nothing to send again" in call("retry").err
    assert "1 conversation to send again" in call("retry", archive, "--deleted").err
    assert "nothing of this was refused, or deleted" in call("retry", archive, "--deleted").err
    migrate(call, archive)
    migrate(call, archive)
    assert len(conversations(sandbox)) == 8
    assert call("verify").code == 0
    assert status_of(call)["deleted_in_omi"] == 0


def test_a_conversation_that_is_there_again_is_seen(call: Run, archive: Path, sandbox: str) -> None:
    """A locked conversation looks like a deleted one."""
    migrate(call, archive)
    first = conversations(sandbox)[0]["id"]
    lock = f"{sandbox}/_sandbox/conversations/{first}/lock"
    LOCAL_HTTP.post(lock, json={"locked": True}).raise_for_status()
    assert call("verify").code == 1
    assert status_of(call)["in_omi"] == 7
    LOCAL_HTTP.post(lock, json={"locked": False}).raise_for_status()
    assert call("verify").code == 0
    assert status_of(call)["in_omi"] == 8


# ---- undo


def test_undo_lists_what_it_would_do_and_how_long_it_takes(
    call: Run, tmp_path: Path, sandbox: str
) -> None:
    archive = make_archive(tmp_path / "many", MANY)
    migrate(call, archive)
    shown = call("undo", archive, "--dry-run")
    assert shown.code == 0
    assert shown.out.count(": 1 conversation\n") == 24
    assert "with at most 25 writes an hour, this takes 1 minute" in shown.out
    assert "Delete 24 conversations in Omi?" in shown.err
    assert len(conversations(sandbox)) == 24
    asked = call("undo", archive)  # nobody can answer
    assert asked.code == 2
    assert "… and 4 more files" in asked.err
    done = call("undo", archive, "-y", "--gap", "0")
    assert done.err.endswith(
        "24 conversations: 24 deleted; uploading the same files again creates new ones\n"
    )


def test_undo_of_a_copy_leaves_what_the_original_made(
    call: Run, archive: Path, sandbox: str, tmp_path: Path
) -> None:
    migrate(call, archive)
    copy = shutil.copytree(archive, tmp_path / "backup")
    assert call("verify", copy).err.endswith(
        "8 conversations are in Omi as they were sent; it took 1 call\n"
    )
    left = call("undo", copy, "-y")
    assert "8 conversations left alone: uploaded from other files" in left.err
    assert len(conversations(sandbox)) == 8
    shutil.rmtree(archive)
    assert call("undo", copy, "-y", "--gap", "0").code == 0
    assert conversations(sandbox) == []


def test_what_was_undone_half_way_is_not_left_to_be_sent(call: Run, archive: Path) -> None:
    migrate(call, archive, "--limit", "3")
    renamed = archive.rename(archive.with_name("renamed"))
    assert call("undo", renamed, "--dry-run").code == 0
    assert status_of(call)["left"] == 5
    assert call("undo", renamed, "-y", "--gap", "0").code == 0
    account = status_of(call)
    assert (account["conversations"], account["undone"], account["left"]) == (3, 3, 0)
    assert call("verify").err.endswith("3 removed by 'undo'\n")


@pytest.mark.parametrize("flags", [("-y",), ("--dry-run",)])
def test_undo_leaves_what_another_program_may_have_made(
    run: Run, lease_sandbox: Lease, jumping_clock: JumpingClock, archive: Path, flags: tuple[str]
) -> None:
    url = lease_sandbox(generation="old", clock=jumping_clock.monotonic)
    account = {"OMI_API_KEY": KEY, "OMI_API_BASE": url}
    one = archive / "2024-01-01 10.00.00.srt"
    fault = {"kind": "reset_after_store", "method": "POST"}
    LOCAL_HTTP.post(f"{url}/_sandbox/faults", json=fault).raise_for_status()
    assert run("upload", one, **account).code == 0
    assert len(conversations(url)) == 1
    left = run("undo", one, *flags, **account)
    assert "1 conversation left alone: found by the words" in left.err
    assert len(conversations(url)) == 1
    assert "1 of those in Omi were found by their words" in run("status", **account).out
    assert run("undo", one, "--adopted", "-y", **account).code == 0
    assert conversations(url) == []


# ---- speakers


def test_verify_compares_speakers(call: Run, archive: Path, tmp_path: Path) -> None:
    ledger = tmp_path / "l.db"
    call("upload", archive / "2024-01-01 10.00.00.srt", "--ledger", ledger)
    assert call("verify", "--ledger", ledger).code == 0
    with contextlib.closing(sqlite3.connect(ledger)) as db:
        assert db.execute("SELECT speakers FROM tb_requests").fetchall() == [("0x1,1x1",)]
        db.execute("UPDATE tb_requests SET speakers = '0x2'")  # as if it had been sent so
        db.commit()
    ran = call("verify", "--ledger", ledger)
    assert ran.code == 1
    assert "is different: another speaker in 1 of 2 segments (first: segment 2)" in ran.out
    account = json.loads(call("status", "--ledger", ledger, "--json").out)["accounts"][0]
    assert account["different"] == 1
    (file,) = json.loads(call("report", "--ledger", ledger, "--json").out)["files"]
    assert file["conversations"][0]["message"].startswith("it is different from what was sent")


def test_verify_warns_of_a_person_that_omi_does_not_know(call: Run, archive: Path) -> None:
    one = archive / "2024-01-01 10.00.00.srt"
    call("upload", one, "--speaker", "Bob=0b3f2a64-unknown")
    ran = call("verify", one)
    assert ran.code == 0
    assert "a person was named in 1 segment, but Omi shows Speaker 1" in ran.err
    (row,) = [json.loads(line) for line in call("verify", one, "--json").out.splitlines()]
    assert (row["verdict"], row["warning"][:18]) == ("same", "a person was named")


def test_joined_accounts_keep_what_is_to_be_sent(call: Run, archive: Path, tmp_path: Path) -> None:
    migrate(call, archive, "--limit", "3")
    other = tmp_path / "2024-03-01 10.00.00.srt"
    other.write_text("1\n00:00:01,000 --> 00:00:02,500\nAlice: another one\n")
    new_key = {"OMI_API_KEY": "omi_dev_an0ther"}
    assert call("upload", other, **new_key).code == 0
    accounts = json.loads(call("status", "--json").out)["accounts"]
    (number,) = [account["account"] for account in accounts if account["in_use"]]
    assert call("auth", "alias", number, "-y", **new_key).code == 0
    (joined,) = json.loads(call("status", "--json", **new_key).out)["accounts"]
    assert (joined["conversations"], joined["in_omi"], joined["left"]) == (9, 4, 5)


# ---- what status says of files, and of other accounts


def test_status_counts_the_files_that_were_set_aside(call: Run, archive: Path) -> None:
    (archive / "broken.srt").write_text("no times")
    (archive / "packed.rar").write_bytes(b"Rar!")
    migrate(call, archive)
    ran = call("status", archive)
    assert "  1 file cannot be sent; 'plan' says why\n" in ran.out
    assert "  1 file may contain transcripts and was not read; 'plan' says what to do\n" in ran.out
    data = json.loads(call("status", archive, "--json").out)
    assert (data["unusable"], data["unread"]) == (1, 1)
    without_paths = call("status")
    assert "cannot be sent" not in without_paths.out
    assert "verify' compares it with Omi; 'status' with the paths also counts" in without_paths.err
    found = [json.loads(line) for line in call("verify", archive, "--json").out.splitlines()]
    verdicts = {row["verdict"]: Path(row["input"]).name for row in found}
    assert (verdicts["unusable"], verdicts["unread"]) == ("broken.srt", "packed.rar")
    assert all(row["detail"] for row in found if row["verdict"] != "same")
    assert "verify" not in call("status").err


def test_status_of_paths_is_about_the_account_that_has_them(call: Run, archive: Path) -> None:
    """Another account was never asked to send them, and what is skipped is said once."""
    other = archive.parent / "2024-02-01 other.srt"
    other.write_text("1\n00:00:01,000 --> 00:00:03,000\nAlice: Something else\n")
    call("migrate", other, "-y", "--gap", "0", OMI_API_KEY=f"{KEY}other")
    migrate(call, archive)
    (archive / "loop").symlink_to(archive)
    ran = call("status", archive)
    assert "not begun" not in ran.out
    assert len(ran.out.splitlines()) == 2
    assert ran.err.count("warning: ") == 1
    assert "next: 'transcript-bridge verify'" in ran.err


def test_standard_input_is_called_so_for_people_and_a_dash_for_programs(call: Run) -> None:
    talk = b"1\n00:00:01,000 --> 00:00:02,500\nAlice: hello\n"
    sent = call("upload", "-", stdin=talk)
    assert sent.out.startswith("standard input: ")
    assert "\nstandard input: nothing says when it began" in sent.err
    again = json.loads(call("upload", "-", "--json", stdin=talk).out)
    assert again["input"] == "-"
    assert "  standard input: 1 conversation\n" in call("undo", "-", "--dry-run").out
    undone = call("undo", "-", "--yes")
    assert undone.out.startswith("standard input: ")
    unread = call("plan", "-")
    assert "error: standard input: this command does not read it; name a file" in unread.err
