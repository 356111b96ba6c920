"""Real processes, a real server, a limit, and a stop in the middle."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from transcript_bridge.cli.commands.migrate import read_deadline
from transcript_bridge.errors import SettingsError
from transcript_bridge.omi.client import OmiClient
from transcript_bridge.omi.sandbox import SandboxSettings, run_sandbox

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


def test_an_archive_is_brought_over_once(run, archive: Path, sandbox: str) -> None:
    environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}
    ran = run("migrate", archive, "--yes", "--gap", "0", **environ)
    assert ran.code == 1  # one is broken
    assert "7 conversations done, 7 of them now" in ran.err
    assert "broken.srt: this is named like a transcript" in ran.err
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


def test_a_limit_of_our_own_and_the_order(run, archive: Path, sandbox: str) -> None:
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


def test_programs_are_told_of_files_that_cannot_be_sent(run, archive: Path, sandbox: str) -> None:
    environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}
    ran = run("migrate", archive, "--yes", "--gap", "0", "--json", **environ)
    events = [json.loads(line) for line in ran.out.splitlines()]
    assert events[0]["event"] == "set aside"
    assert (events[0]["path"], events[0]["message"][:16]) == (
        f"{archive}/broken.srt",
        "this is named li",
    )
    assert (events[-1]["set_aside"], events[-1]["exit_code"]) == (1, 1)
    ran = run("migrate", archive, "--yes", **environ)
    assert "7 conversations done, 0 of them now; 1 file cannot be sent, 'plan' says why" in ran.err


def test_the_end_is_reckoned_by_what_the_server_has_shown(run, archive: Path) -> None:
    with run_sandbox(SandboxSettings(writes_per_window=2, window_seconds=600)) as url:
        soon = (datetime.now().astimezone() + timedelta(seconds=4)).isoformat()
        words = ["migrate", archive, "--yes", "--gap", "0", "--until", soon]
        ran = run(*words, "--json", OMI_API_KEY=KEY, OMI_API_BASE=url)
    (waiting,) = (
        event for event in map(json.loads, ran.out.splitlines()) if event["event"] == "waiting"
    )
    moments = (datetime.fromisoformat(waiting[name]) for name in ("until", "finished_about"))
    begin, end = moments
    assert end - begin == timedelta(hours=2)  # five are left, two an hour
    assert "5 conversations left" in ran.err


def test_what_comes_while_it_runs_is_taken_in(archive: Path, home: Path) -> None:
    (archive / "broken.srt").unlink()
    with run_sandbox(SandboxSettings(writes_per_window=5, window_seconds=8)) as url:
        kept = {
            name: os.environ[name]
            for name in ("PATH", "COVERAGE_PROCESS_START")
            if name in os.environ
        }
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "transcript_bridge",
                "migrate",
                str(archive),
                "--yes",
                "--gap",
                "0",
                "--json",
            ],
            env={**kept, "OMI_API_KEY": KEY, "OMI_API_BASE": url, "HOME": str(home)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        until = time.monotonic() + 30
        while not stored(url) and time.monotonic() < until:
            time.sleep(0.1)
        (archive / "2024-03-01 10.00.00.srt").write_text(srt("late"))
        (archive / "late.srt").write_text("nothing")
        out, err = process.communicate(timeout=30)
        assert "2024-03-01" in stored(url)
    events = [json.loads(line) for line in out.splitlines()]
    told = [
        (event["event"], event.get("path"))
        for event in events
        if event["event"] not in ("finished", "waiting")
    ]
    assert told == [("set aside", f"{archive}/late.srt"), ("added", None), ("ended", None)]
    assert (events[-1]["done"], events[-1]["total"], process.returncode) == (8, 8, 1)
    assert "8 conversations done, 8 of them now; 1 file cannot be sent" in err


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of Unix")
def test_a_terminal_shows_when_it_goes_on_and_when_it_ends(archive: Path, home: Path) -> None:
    import pty

    kept = {
        name: os.environ[name] for name in ("PATH", "COVERAGE_PROCESS_START") if name in os.environ
    }
    with run_sandbox(SandboxSettings(writes_per_window=2, window_seconds=600)) as url:
        shown, terminal = pty.openpty()
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "transcript_bridge",
                "migrate",
                str(archive),
                "--yes",
                "--gap",
                "0",
            ],
            env={
                **kept,
                "OMI_API_KEY": KEY,
                "OMI_API_BASE": url,
                "HOME": str(home),
                "COLUMNS": "80",
                "TERM": "xterm",
            },
            stdin=terminal,
            stdout=subprocess.DEVNULL,
            stderr=terminal,
        )
        os.close(terminal)
        seen = b""
        until = time.monotonic() + 30
        waits = re.compile(rb"2/7\S* *\S*next at \d\d:\d\d, finished about .*\d\d:\d\d")
        while not waits.search(seen) and time.monotonic() < until:
            seen += os.read(shown, 65536)
        process.kill()
        process.wait()
        os.close(shown)
    assert waits.search(seen), seen[-500:]


def test_stopped_in_the_middle_it_goes_on(run, archive: Path, home: Path) -> None:
    with run_sandbox(SandboxSettings(writes_per_window=3, window_seconds=4)) as url:
        environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": url}
        kept = {
            name: os.environ[name]
            for name in ("PATH", "COVERAGE_PROCESS_START")
            if name in os.environ
        }
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "transcript_bridge",
                "migrate",
                str(archive),
                "--yes",
                "--gap",
                "0",
            ],
            env={**kept, **environ, "HOME": str(home)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        until = time.monotonic() + 30
        while len(stored(url)) < 2 and time.monotonic() < until:
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
        assert process.returncode == 4, err
        assert "run the same command again to go on" in err
        ran = run("migrate", archive, "--yes", "--gap", "0", **environ)
        assert ran.code == 1
        assert stored(url) == ALL
        assert len(out.splitlines()) > 0


def test_what_changed_is_set_aside(run, archive: Path, sandbox: str) -> None:
    environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}
    (archive / "broken.srt").unlink()
    assert run("migrate", archive, "--yes", "--gap", "0", **environ).code == 0
    (archive / "2024-01-01 10.00.00.srt").write_text(srt("another text"))
    ran = run("migrate", archive, "--yes", "--gap", "0", **environ)
    assert ran.code == 1
    assert "it has changed since 1 conversation of it was sent (--changed upload|skip)" in ran.err
    assert len(stored(sandbox)) == 7
    assert (
        run("migrate", archive, "--yes", "--gap", "0", "--changed", "upload", **environ).code == 0
    )
    assert len(stored(sandbox)) == 8


def test_nobody_is_surprised(run, archive: Path, sandbox: str) -> None:
    ran = run("migrate", archive, OMI_API_KEY=KEY, OMI_API_BASE=sandbox)
    assert ran.code == 2
    assert "look at 'transcript-bridge plan' first, then give --yes" in ran.err
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


def test_a_refused_key_stops_at_once(run, archive: Path, sandbox: str) -> None:
    ran = run("migrate", archive, "--yes", OMI_API_KEY="nothing", OMI_API_BASE=sandbox)
    assert ran.code == 3
    assert stored(sandbox) == []


def test_deadlines() -> None:
    now = datetime(2024, 1, 24, 15, 0, tzinfo=timezone(timedelta(hours=1)))
    assert read_deadline(None, now) is None
    assert read_deadline("18:30", now) == now.replace(hour=18, minute=30)
    assert read_deadline("09:00", now) == now.replace(day=25, hour=9)
    assert read_deadline("2024-02-01T00:00:00+00:00", now) is not None
    for text in ("tomorrow", "25:00", "2024-01-24T14:00:00+01:00"):
        with pytest.raises(SettingsError, match="--until"):
            read_deadline(text, now)


def test_it_stops_at_its_deadline(run, archive: Path) -> None:
    with run_sandbox(SandboxSettings(writes_per_window=1, window_seconds=600)) as url:
        soon = (datetime.now().astimezone() + timedelta(seconds=5)).isoformat()
        ran = run("migrate", archive, "--yes", "--until", soon, OMI_API_KEY=KEY, OMI_API_BASE=url)
        assert ran.code == 4, ran.err
        assert "1 of 7 are done" in ran.err
