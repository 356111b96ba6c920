"""`migrate`: once, in order, within limits and deadlines, and again after a stop."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import sys
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from tests.support.clock import JumpingClock
from tests.support.command import PATIENCE_SECONDS, Run, Start, make_environ
from tests.support.prepared_process import PreparedPython
from tests.support.sandboxes import Gate
from tests.support.waiting import wait_until
from transcript_bridge.cli.commands.migrate import read_deadline
from transcript_bridge.errors import SettingsError
from transcript_bridge.omi.client import OmiClient

Lease = Callable[..., str]
KEY = "omi_dev_migrate"


def srt(name: str) -> str:
    first = f"1\n00:00:01,000 --> 00:00:02,500\nAlice: this is {name}\n"
    return f"{first}\n2\n00:00:03,000 --> 00:00:04,000\nBob: so it is, {name}\n"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    folder.mkdir()
    for day in range(1, 7):
        (folder / f"2024-01-0{day} 10.00.00.srt").write_text(srt(f"day {day}"))
    with zipfile.ZipFile(folder / "old.zip", "w") as archive:
        archive.writestr("2023/2023-12-01 09.00.00.srt", srt("a zip"))
    (folder / "broken.srt").write_text("nothing")
    return folder


def stored(url: str) -> list[str]:
    with OmiClient(KEY, url) as omi:
        return sorted(f"{c.started_at:%Y-%m-%d}" for c in omi.list_conversations() if c.started_at)


ALL = ["2023-12-01", *(f"2024-01-0{day}" for day in range(1, 7))]


def test_an_archive_is_sent_once(run: Run, archive: Path, sandbox: str) -> None:
    environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}
    ran = run("migrate", archive, "--yes", "--gap", "0", **environ)
    assert ran.code == 1  # one is broken
    assert "7 conversations done, 7 of them now" in ran.err
    assert "broken.srt: no line has times" in ran.err
    assert stored(sandbox) == ALL
    (archive / "2024-02-01 10.00.00 new.srt").write_text(srt("new"))
    (archive / "broken.srt").unlink()
    ran = run("migrate", archive, "--yes", "--gap", "0", "--json", **environ)
    assert ran.code == 0, ran.err
    events = [json.loads(line) for line in ran.out.splitlines()]
    assert [event["event"] for event in events] == ["finished", "ended"]
    assert events[0]["path"].endswith("new.srt")
    assert (events[-1]["sent"], events[-1]["done"]) == (1, 8)
    assert len(stored(sandbox)) == 8


def test_a_limit_of_our_own_and_the_order(run: Run, archive: Path, sandbox: str) -> None:
    environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}
    ran = run(
        "migrate", archive, "--yes", "--gap", "0", "--limit", "2", "--newest-first", **environ
    )
    assert ran.code == 4
    assert "as many as --limit says were sent, 2 of 7 are done" in ran.err
    assert stored(sandbox) == ["2024-01-05", "2024-01-06"]
    ran = run(
        "migrate", archive, "--yes", "--gap", "0", "--limit", "3", "--oldest-first", **environ
    )
    assert ran.code == 4
    assert (
        "5 of 7 are done; 2 conversations left" in ran.err
    )  # those that it never came to count, too
    assert stored(sandbox) == ["2023-12-01", "2024-01-01", "2024-01-02", "2024-01-05", "2024-01-06"]


def test_programs_are_reported_of_files_that_cannot_be_sent(
    run: Run, archive: Path, sandbox: str
) -> None:
    environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}
    ran = run("migrate", archive, "--yes", "--gap", "0", "--json", **environ)
    events = [json.loads(line) for line in ran.out.splitlines()]
    assert events[0]["event"] == "set aside"
    assert (events[0]["path"], events[0]["error"]["message"][:17]) == (
        f"{archive}/broken.srt",
        "no line has times",
    )
    assert (events[-1]["set_aside"], events[-1]["exit_code"]) == (1, 1)
    ran = run("migrate", archive, "--yes", **environ)
    assert "7 conversations done, 0 of them now; 1 file cannot be sent\n" in ran.err


def in_minutes(minutes: int) -> str:
    """A moment for `--until`."""
    return (datetime.now().astimezone() + timedelta(minutes=minutes)).isoformat()


def test_the_finish_time_follows_the_limit_that_the_server_showed(
    run: Run, archive: Path, lease_sandbox: Lease, jumping_clock: JumpingClock
) -> None:
    url = lease_sandbox(writes_per_window=2, window_seconds=600, clock=jumping_clock.monotonic)
    words = ["migrate", archive, "--yes", "--gap", "0", "--until", in_minutes(5)]
    ran = run(*words, "--json", OMI_API_KEY=KEY, OMI_API_BASE=url)
    (waiting,) = (
        event for event in map(json.loads, ran.out.splitlines()) if event["event"] == "waiting"
    )
    begin = datetime.fromisoformat(waiting["until"])
    end = datetime.fromisoformat(waiting["finished_about"])
    # Five are left, two in ten minutes: after two more windows the last one is sent.
    assert timedelta(minutes=20) < end - begin < timedelta(minutes=21)
    assert "5 conversations left" in ran.err


def test_files_that_are_added_while_it_runs_are_sent_too(
    run: Run, archive: Path, lease_sandbox: Lease, jumping_clock: JumpingClock
) -> None:
    (archive / "broken.srt").unlink()
    url = lease_sandbox(writes_per_window=5, clock=jumping_clock.monotonic)

    def add_files(_seconds: float) -> None:
        (archive / "2024-03-01 10.00.00.srt").write_text(srt("late"))
        (archive / "late.srt").write_text("nothing")

    jumping_clock.before_sleep = add_files
    words = ["migrate", archive, "--yes", "--gap", "0", "--json"]
    ran = run(*words, OMI_API_KEY=KEY, OMI_API_BASE=url)
    assert "2024-03-01" in stored(url)
    events = [json.loads(line) for line in ran.out.splitlines()]
    others = [
        (event["event"], event.get("path"))
        for event in events
        if event["event"] not in ("finished", "waiting")
    ]
    assert others == [("set aside", f"{archive}/late.srt"), ("added", None), ("ended", None)]
    assert (events[-1]["done"], events[-1]["total"], ran.code) == (8, 8, 1)
    assert "8 conversations done, 8 of them now; 1 file cannot be sent" in ran.err


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of Unix")
@pytest.mark.parametrize(
    ("kind", "waits"),
    [
        ("xterm", rb"2/7\S* *\S*next at (?:\w+ )?\d\d:\d\d, finished about .*\d\d:\d\d"),
        ("dumb", rb"(?m)^2 of 7 done, finished about .*\d\d:\d\d"),  # also for screen readers
    ],
)
def test_a_terminal_shows_when_it_goes_on_and_when_it_ends(
    archive: Path,
    home: Path,
    work: Path,
    lease_sandbox: Lease,
    prepared_python: PreparedPython,
    kind: str,
    waits: bytes,
) -> None:
    import pty

    url = lease_sandbox(writes_per_window=2, window_seconds=600)
    screen = {"COLUMNS": "80", "TERM": kind}
    environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": url, **screen}
    shown, terminal = pty.openpty()
    with open(os.devnull, "wb") as nothing:  # noqa: PTH123
        process = prepared_python.start_with(
            ("migrate", archive, "--yes", "--gap", "0"),
            make_environ(home, environ),
            work,
            {0: terminal, 1: nothing.fileno(), 2: terminal},
        )
    os.close(terminal)
    seen = b""
    try:
        while not re.search(waits, seen):
            ready, _, _ = select.select([shown], [], [], PATIENCE_SECONDS)
            assert ready, seen[-500:]
            seen += os.read(shown, 65536)
    finally:
        with process:
            process.kill()
        os.close(shown)


@pytest.mark.parametrize("name", ["ledger.db", "sent"])
def test_a_ledger_in_the_archive_keeps_what_is_written_while_another_command_reads_it(
    run: Run, start: Start, archive: Path, lease_sandbox: Lease, name: str
) -> None:
    """Whoever opens and closes a file of a database that is in use ends the locks of SQLite. The
    other command removed the log then, into which this one went on writing."""
    gate = Gate()
    url = lease_sandbox(gate=gate, processing_seconds=Gate.LONG)
    environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": url}
    ledger = archive / name
    words = ["migrate", archive, "--yes", "--gap", "0", "--ledger", ledger]
    process = start(*words, **environ)
    wait_until(lambda: gate.waiting, "the first request")
    status = run("status", archive, "--ledger", ledger, **environ)
    assert "7 conversations" in status.out + status.err
    gate.open()
    _, err = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 1, err  # one file is broken
    assert "1 file cannot be sent" in err
    again = run(*words, **environ)
    assert "7 conversations done" in again.err
    assert stored(url) == ALL


def test_stopped_in_the_middle_it_goes_on(
    run: Run, start: Start, archive: Path, lease_sandbox: Lease, jumping_clock: JumpingClock
) -> None:
    url = lease_sandbox(writes_per_window=3, clock=jumping_clock.monotonic)
    environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": url}
    words = ["migrate", archive, "--yes", "--gap", "0"]
    process = start(*words, **environ)
    wait_until(lambda: len(stored(url)) == 3, "three conversations")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 4, err
    again = "if you continue now; run the same command again to continue"
    assert re.search(rf"; 4 conversations left, finished about [^;]* {again}", err)
    assert len(out.splitlines()) > 0
    ran = run(*words, **environ)
    assert ran.code == 1
    assert stored(url) == ALL


def test_what_changed_is_set_aside(run: Run, archive: Path, sandbox: str) -> None:
    environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}
    (archive / "broken.srt").unlink()
    assert run("migrate", archive, "--yes", "--gap", "0", **environ).code == 0
    (archive / "2024-01-01 10.00.00.srt").write_text(srt("another text"))
    ran = run("migrate", archive, "--yes", "--gap", "0", **environ)
    assert ran.code == 1
    reason = "it has changed since 1 conversation of it was sent: other content"
    assert f"{reason} (--changed upload|skip|replace)" in ran.err
    assert len(stored(sandbox)) == 7
    assert (
        run("migrate", archive, "--yes", "--gap", "0", "--changed", "upload", **environ).code == 0
    )
    assert len(stored(sandbox)) == 8


def test_nothing_is_sent_without_confirmation(run: Run, archive: Path, sandbox: str) -> None:
    ran = run("migrate", archive, OMI_API_KEY=KEY, OMI_API_BASE=sandbox)
    assert ran.code == 2
    assert "check with --dry-run, then add --yes" in ran.err
    assert stored(sandbox) == []
    ran = run("migrate", archive, "--yes")
    assert (ran.code, "no API key" in ran.err) == (2, True)
    (archive.parent / "empty").mkdir()
    assert (
        "there is nothing to send"
        in run(
            "migrate", archive.parent / "empty", "--yes", OMI_API_KEY=KEY, OMI_API_BASE=sandbox
        ).err
    )


def test_a_refused_key_stops_at_once(run: Run, archive: Path, sandbox: str) -> None:
    ran = run("migrate", archive, "--yes", OMI_API_KEY="nothing", OMI_API_BASE=sandbox)
    assert ran.code == 3
    end = "7 conversations left; when that is done, run the same command again to continue\n"
    assert ran.err.endswith(end)
    assert stored(sandbox) == []


def test_deadlines() -> None:
    now = datetime(2024, 1, 24, 15, 0, tzinfo=timezone(timedelta(hours=1)))
    assert read_deadline(None, now) is None
    assert read_deadline("18:30", now) == now.replace(hour=18, minute=30)
    assert read_deadline("09:00", now) == now.replace(day=25, hour=9)
    assert read_deadline("2024-01-24T18:30", now) == now.replace(hour=18, minute=30)
    assert read_deadline("2024-02-01T00:00:00+00:00", now) is not None
    for text in ("tomorrow", "25:00", "2024-01-24T14:00:00+01:00"):
        with pytest.raises(SettingsError, match="--until"):
            read_deadline(text, now)


def test_it_stops_at_its_deadline(
    run: Run, archive: Path, lease_sandbox: Lease, jumping_clock: JumpingClock
) -> None:
    url = lease_sandbox(writes_per_window=1, window_seconds=600, clock=jumping_clock.monotonic)
    words = ["migrate", archive, "--yes", "--until", in_minutes(5)]
    ran = run(*words, OMI_API_KEY=KEY, OMI_API_BASE=url)
    assert ran.code == 4, ran.err
    assert "1 of 7 are done" in ran.err


def test_names_that_are_not_utf_8_arrive_each_once(
    run: Run, run_process: Run, tmp_path: Path, lease_sandbox: Lease
) -> None:
    folder = tmp_path / "latin"
    folder.mkdir()
    names = (b"2024-01-24 caf\xe9.srt", b"2024-01-24 caf\xe8.srt", b"2024-01-24 caf\x1b.srt")
    for number, name in enumerate(names):
        with open(os.fsencode(folder) + b"/" + name, "wb") as file:  # noqa: PTH123
            file.write(srt(f"number {number}").encode())
    url = lease_sandbox()
    environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": url}
    single = os.fsdecode(os.fsencode(folder) + b"/" + names[0])
    sent = run_process("upload", single, **environ)
    assert sent.code == 0, sent.err
    assert "Traceback" not in sent.err
    assert "1 of them in Omi already; 2 to go" in run("plan", folder, **environ).out
    ran = run("migrate", folder, "--yes", "--gap", "0", **environ)
    assert ran.code == 0, ran.err
    assert "3 conversations done, 2 of them now" in ran.err
    assert len(stored(url)) == 3
    report = json.loads(run("report", folder, "--json").out)
    assert len({file["path"] for file in report["files"]}) == 3
    assert [file["state"] for file in report["files"]] == ["done"] * 3
    assert run("verify", folder, **environ).code == 0
