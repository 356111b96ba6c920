"""`plan` and `migrate` subtract what is in Omi according to the ledger."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.clock import JumpingClock
from tests.support.command import Ran, Run
from tests.support.local_http import LOCAL_HTTP

pytestmark = pytest.mark.untraced

Lease = Callable[..., str]
Plan = Callable[..., dict[str, Any]]
Migrate = Callable[..., Ran]
KEY = "omi_dev_l3ft"


def said(number: int, cues: int = 2) -> str:
    rows = (
        f"{n}\n00:00:{n:02d},000 --> 00:00:{n:02d},900\nAlice: {number} and {n}\n"
        for n in range(1, cues + 1)
    )
    return "\n".join(rows)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Five recordings, the last of three conversations where 4 segments make one."""
    folder = tmp_path / "exports"
    folder.mkdir()
    for day in range(1, 6):
        (folder / f"2024-01-0{day} 10.00.00.srt").write_text(said(day, 12 if day == 5 else 2))
    return folder


@pytest.fixture
def environ(sandbox: str) -> dict[str, str]:
    return {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}


@pytest.fixture
def plan(run: Run, archive: Path, environ: dict[str, str]) -> Plan:
    """The totals of a plan."""

    def plan(*words: str | Path, path: Path = archive, **more: str) -> dict[str, Any]:
        ran = run("plan", path, "--json", "--max-segments", "4", *words, **{**environ, **more})
        assert ran.code == 0, ran.err
        totals: dict[str, Any] = json.loads(ran.out.splitlines()[-1])
        return totals

    return plan


@pytest.fixture
def migrate(run: Run, archive: Path, environ: dict[str, str]) -> Migrate:
    def migrate(*words: str | Path, path: Path = archive) -> Ran:
        return run("migrate", path, "--max-segments", "4", "--yes", "--gap", "0", *words, **environ)

    return migrate


def standing(totals: dict[str, Any]) -> tuple[int, int, int, int]:
    return totals["in_omi"], totals["set_aside"], totals["changed"], totals["to_go"]


def test_the_commands_agree_on_a_half_sent_archive(
    run: Run, plan: Plan, migrate: Migrate, archive: Path, environ: dict[str, str]
) -> None:
    assert standing(plan()) == (0, 0, 0, 7)
    assert migrate("--limit", "3", "--oldest-first").code == 4
    totals = plan("--rate", "2")
    assert standing(totals) == (3, 0, 0, 4)
    assert (totals["conversations"], totals["ready_to_go"], totals["seconds_to_go"]) == (7, 2, 15.8)
    assert totals["hours"] == 1.0
    ran = run("plan", archive, "--max-segments", "4", "--rate", "3", **environ)
    assert "5 transcripts: 7 conversations, 3 of them in Omi already; 4 to go" in ran.out
    assert "to go      2 recordings, 16 seconds long" in ran.out
    assert "1 hour, at most 3 per hour" in ran.out
    assert [line.split()[3:5] for line in ran.out.splitlines()[1:6]] == [["1", "0"]] * 3 + [
        ["1", "1"],
        ["3", "3"],
    ]
    ran = migrate()
    assert "7 conversations, 3 of them in Omi already; 4 to go" in ran.out
    assert "7 conversations done, 4 of them now" in ran.err
    assert standing(plan()) == (7, 0, 0, 0)
    ran = run("plan", archive, "--max-segments", "4", **environ)
    assert "7 conversations, all of them in Omi already; nothing to go" in ran.out
    assert "finished about" not in ran.out
    ran = run(
        "migrate", archive, "--max-segments", "4", **environ
    )  # nobody is asked about nothing …
    assert ran.code == 0, ran.err


def test_commands_that_only_read_create_no_ledger(
    run: Run, plan: Plan, archive: Path, home: Path, tmp_path: Path
) -> None:
    missing = tmp_path / "none.db"
    hint = "none.db: there is no ledger yet, so nothing counts as sent"
    assert hint not in run("plan", archive).err
    for location in (missing, f"sqlite:///{missing}"):
        assert hint in run("plan", archive, "--ledger", location).err
    file = archive / "2024-01-01 10.00.00.srt"
    assert hint in run("upload", file, "--dry-run", "--ledger", missing).err
    assert not missing.exists()
    assert not list(home.rglob("ledger*"))
    code = (
        "import sys; from transcript_bridge.cli import cli\n"
        "cli.main(sys.argv[1:], standalone_mode=False)\n"
        "assert not {'sqlalchemy', 'httpx', 'pydantic'} & set(sys.modules)"
    )
    words = [sys.executable, "-c", code, "plan", str(archive)]
    done = subprocess.run(words, env={"HOME": str(home)}, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def test_status_names_the_account_of_the_ledger(
    plan: Plan, migrate: Migrate, run: Run, environ: dict[str, str], archive: Path
) -> None:
    migrate("--limit", "3", "--oldest-first")
    assert standing(plan(OMI_API_KEY="omi_dev_somebody_else")) == (0, 0, 0, 7)
    assert standing(plan(OMI_API_KEY="")) == (3, 0, 0, 4)  # there is but one it could be
    run(
        "upload",
        archive / "2024-01-01 10.00.00.srt",
        **{**environ, "OMI_API_KEY": "omi_dev_somebody_else"},
    )
    assert standing(plan(OMI_API_KEY="")) == (0, 0, 0, 7)
    ran = run("plan", archive)
    assert "the ledger has several accounts, and there is no key to choose one" in ran.err


def test_no_server_is_asked(
    plan: Plan, migrate: Migrate, run: Run, archive: Path, sandbox: str
) -> None:
    migrate("--limit", "3", "--oldest-first")
    asked = LOCAL_HTTP.get(f"{sandbox}/_sandbox/stats").json()
    plan()
    assert LOCAL_HTTP.get(f"{sandbox}/_sandbox/stats").json() == asked


def test_a_ledger_that_cannot_be_read_is_reported(run: Run, archive: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("SQLite format 3\0 and then no database\n" * 100)
    ran = run("plan", archive, "--ledger", tmp_path / "notes.db")
    assert ran.code == 0
    assert "is not a ledger" in ran.err
    assert "conversations that were sent already are not recognized" in ran.err
    assert "5 to send as 5 conversations" in ran.out


def test_an_archive_may_be_named_in_more_than_one_way(
    run: Run, plan: Plan, migrate: Migrate, archive: Path, environ: dict[str, str]
) -> None:
    """Data that one run keeps of a file is not used for another name in another run."""
    around = archive / ".." / archive.name
    assert migrate("--limit", "3", "--oldest-first", path=around).code == 4
    assert standing(plan()) == (3, 0, 0, 4)
    assert migrate("--limit", "1", "--oldest-first").code == 4
    assert run("report", "-o", "report.html", **environ).code == 0
    assert run("report", around, "-o", "report.html", **environ).code == 0
    rows = [json.loads(line) for line in run("plan", around, "--json", **environ).out.splitlines()]
    assert rows[0]["path"].startswith(f"{around}/")


def test_a_moved_archive_is_the_same(plan: Plan, migrate: Migrate, archive: Path) -> None:
    migrate("--limit", "3", "--oldest-first")
    moved = archive.with_name("moved")
    shutil.move(archive, moved)
    assert standing(plan(path=moved)) == (3, 0, 0, 4)
    (moved / "people.toml").write_text('[[files]]\npattern = "moved/*"\nme = "Alice"\n')
    # A rule makes other conversations of the same words: somebody must say which ones count.
    assert standing(plan("--speakers", moved / "people.toml", path=moved)) == (0, 0, 3, 4)


def test_what_changed_since_is_not_called_sent(
    plan: Plan, migrate: Migrate, run: Run, archive: Path, environ: dict[str, str]
) -> None:
    migrate("--limit", "3", "--oldest-first")
    (archive / "2024-01-02 10.00.00.srt").write_text(said(99))
    assert standing(plan()) == (2, 0, 1, 4)
    assert standing(plan("--me", "Alice")) == (0, 0, 3, 4)
    ran = run("plan", archive, "--max-segments", "4", "--me", "Alice", **environ)
    assert "7 conversations; 4 to go" in ran.out
    assert "changed    3 conversations sent before in another form" in ran.out
    ignore = ("--ignore", "*-03 *", "--ignore", "*-04 *", "--ignore", "*-05 *")
    ran = run("migrate", archive, *ignore, **environ)  # … but about what may be something
    assert (ran.code, "standard input is not a terminal" in ran.err) == (2, True)
    ran = migrate("--limit", "1", "--oldest-first")  # what is set aside leaves the number to others
    assert "as many as --limit says were sent, 3 of 7 are done; 3 conversations left" in ran.err
    assert "it has changed since 1 conversation of it was sent" in ran.err
    ran = migrate("--limit", "1", "--oldest-first", "--changed", "upload")
    assert "3 of them in Omi already; 4 to go" in ran.out
    assert "4 of 7 are done; 3 conversations left" in ran.err


def test_what_was_refused_or_undone(
    plan: Plan, migrate: Migrate, run: Run, archive: Path, environ: dict[str, str], sandbox: str
) -> None:
    LOCAL_HTTP.post(
        f"{sandbox}/_sandbox/faults", json={"kind": "status", "status": 422, "method": "POST"}
    )
    migrate("--limit", "2", "--oldest-first")
    assert standing(plan()) == (1, 1, 0, 5)
    ran = run("plan", archive, "--max-segments", "4", **environ)
    assert (
        "set aside  1 conversation refused ('retry') or deleted in Omi ('retry --deleted')"
        in ran.out
    )
    assert run("retry", **environ).code == 0
    assert standing(plan()) == (1, 0, 0, 6)
    migrate()
    assert run("undo", "--all", "--yes", "--gap", "0", **environ).code == 0
    assert standing(plan()) == (0, 0, 0, 7)


def test_merging_is_only_estimated_for_what_was_not_begun(
    plan: Plan, migrate: Migrate, run: Run, archive: Path, environ: dict[str, str]
) -> None:
    (archive / "2024-01-06 10.00.00.srt").write_text(said(6, 12))
    assert plan("--rate", "1")["if_merged"] == {
        "gap": 2.0,
        "conversations": 6,
        "to_go": 6,
        "hours": 5.0,
    }
    migrate("--limit", "5", "--oldest-first")  # the fifth has three parts
    totals = plan("--rate", "1")
    assert standing(totals) == (7, 0, 0, 3)
    assert totals["if_merged"] == {"gap": 2.0, "conversations": 6, "to_go": 1, "hours": 0.0}
    ran = run("plan", archive, "--max-segments", "4", "--rate", "1", **environ)
    words = "with --merge-gap 2 what was not started would be 1 conversation instead of 3"
    assert f"{words}: less than a minute instead of 2 hours" in ran.out


def test_the_plan_knows_the_limit_and_the_wait(
    run: Run, plan: Plan, archive: Path, lease_sandbox: Lease, jumping_clock: JumpingClock
) -> None:
    url = lease_sandbox(writes_per_window=2, clock=jumping_clock.monotonic)
    soon = (datetime.now(UTC) + timedelta(minutes=2)).isoformat()
    words = ["migrate", archive, "--max-segments", "4", "--yes", "--gap", "0", "--until", soon]
    assert run(*words, OMI_API_KEY=KEY, OMI_API_BASE=url).code == 4
    totals = plan(OMI_API_BASE=url)
    assert standing(totals) == (2, 0, 0, 5)
    assert totals["per_hour"] == 2
    assert 2.5 < totals["hours"] <= 3.0  # nearly an hour until the next two, then two hours more
