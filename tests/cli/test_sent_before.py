"""Sent recordings are recognized by the same command, by the other one, and in an old ledger."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Run
from tests.support.old_ledger import FOLDER, write_old_ledger
from transcript_bridge.omi.client import OmiClient
from transcript_bridge.transfer.account_label import name_account

pytestmark = pytest.mark.untraced

KEY = "omi_dev_again"
SRT = (
    "1\n00:00:01,000 --> 00:00:02,000\nMara: Is the water on?\n\n"
    "2\n00:00:03,000 --> 00:00:04,000\nTom: For an hour.\n"
)


@pytest.fixture
def environ(sandbox: str) -> dict[str, str]:
    return {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    folder.mkdir()
    return folder


def sources(ledger: Path) -> list[tuple[Any, ...]]:
    with contextlib.closing(sqlite3.connect(ledger)) as base:
        return base.execute(
            "SELECT path, content_digest, options_digest FROM tb_sources"
        ).fetchall()


def count_stored(url: str) -> int:
    with OmiClient(KEY, url) as omi:
        return len(omi.list_conversations(limit=100))


def totals(run: Run, *words: str | Path, **environ: str) -> dict[str, Any]:
    ran = run("plan", *words, "--json", **environ)
    assert ran.code == 0, ran.err
    found: dict[str, Any] = json.loads(ran.out.splitlines()[-1])
    return found


def test_the_same_upload_three_times_is_one_source_and_reads_nothing_again(
    run: Run, environ: dict[str, str], folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, ledger = folder / "kitchen.srt", tmp_path / "ledger.db"
    file.write_text(SRT, encoding="utf-8")
    words = ("upload", file, "--me", "Mara", "--started-at", "2024-01-24T15:00:00+00:00")
    first = run(*words, "--ledger", ledger, **environ)
    assert first.code == 0, first.err
    monkeypatch.setattr("transcript_bridge.cli.named_files.load_file", pytest.fail)
    for _ in range(2):
        again = run(*words, "--ledger", ledger, **environ)
        assert (again.code, "was already there" in again.out) == (0, True), again.err
    assert len(sources(ledger)) == 1


@pytest.mark.parametrize(
    "flags",
    [
        ("--me", "Mara"),
        ("--speaker", "Tom=p-1", "--keep-names"),
        ("--merge-gap", "2", "--language", "de", "--timezone", "Asia/Tokyo"),
        (),
    ],
    ids=lambda flags: " ".join(flags) or "none",
)
@pytest.mark.parametrize("name", ["2024-01-24 15.04.05 kitchen.srt", "kitchen.srt"])
def test_plan_and_migrate_know_what_upload_sent(
    run: Run,
    environ: dict[str, str],
    folder: Path,
    tmp_path: Path,
    name: str,
    flags: tuple[str, ...],
) -> None:
    (folder / name).write_text(SRT, encoding="utf-8")
    ledger = ("--ledger", tmp_path / "ledger.db")
    sent = run("upload", folder / name, *flags, *ledger, **environ)
    assert sent.code == 0, sent.err
    plan = totals(run, folder, *flags, *ledger, **environ)
    assert (plan["in_omi"], plan["changed"], plan["to_go"]) == (1, 0, 0)
    migrated = run("migrate", folder, *flags, *ledger, "--yes", **environ)
    assert migrated.code == 0, migrated.err
    assert count_stored(environ["OMI_API_BASE"]) == 1
    assert len(sources(tmp_path / "ledger.db")) == 1


def test_upload_knows_what_migrate_sent(
    run: Run, environ: dict[str, str], folder: Path, tmp_path: Path
) -> None:
    file = folder / "2024-01-24 15.04.05 kitchen.srt"
    file.write_text(SRT, encoding="utf-8")
    ledger = ("--ledger", tmp_path / "ledger.db")
    assert run("migrate", folder, "--me", "Tom", "--yes", *ledger, **environ).code == 0
    ran = run("upload", file, "--me", "Tom", *ledger, **environ)
    assert (ran.code, "was already there" in ran.out) == (0, True), ran.err
    assert len(sources(tmp_path / "ledger.db")) == 1


def test_another_option_that_changes_no_body_changes_nothing(
    run: Run, environ: dict[str, str], folder: Path, tmp_path: Path
) -> None:
    """A person who is not in the file, a zone that does not matter, a rule for another file."""
    file = folder / "2024-01-24T15_04_05Z kitchen.srt"
    file.write_text(SRT, encoding="utf-8")
    ledger = ("--ledger", tmp_path / "ledger.db")
    assert run("upload", file, "--timezone", "UTC", *ledger, **environ).code == 0
    people = tmp_path / "people.toml"
    people.write_text(
        '[speakers."Nobody here"]\nis_user = true\n[[files]]\npattern = "other/*"\nme = "Tom"\n',
        encoding="utf-8",
    )
    flags = ("--timezone", "Asia/Tokyo", "--speakers", people)
    plan = totals(run, folder, *flags, *ledger, **environ)
    assert (plan["in_omi"], plan["changed"], plan["to_go"]) == (1, 0, 0)
    plan = totals(run, folder, "--me", "Tom", *ledger, **environ)
    assert (plan["in_omi"], plan["changed"], plan["to_go"]) == (0, 1, 0)


# ---- the ledger of version 1


@pytest.fixture
def old(tmp_path: Path, environ: dict[str, str]) -> Path:
    """The folder of the files that version 1 has sent; the ledger is beside it."""
    folder = tmp_path / "old"
    shutil.copytree(FOLDER, folder)
    written = datetime(2024, 3, 1, 12, tzinfo=UTC).timestamp()
    for path in folder.rglob("*.srt"):
        os.utime(path, (written, written))
    account = name_account(environ["OMI_API_BASE"], KEY)
    write_old_ledger(tmp_path / "ledger.db", account=account, folder=str(folder))
    return folder


OLD_COMMANDS = [
    ("kitchen.srt", ("--me", "Mara", "--started-at", "2024-01-24T15:00:00+00:00")),
    ("walk.srt", ("--speaker", "Bob=p-17")),
]
OLD_FLAGS = ("--me", "Alice", "--max-segments", "2")


@pytest.mark.parametrize(("name", "flags"), OLD_COMMANDS)
def test_upload_sends_nothing_again_that_version_1_sent(
    run: Run,
    environ: dict[str, str],
    old: Path,
    tmp_path: Path,
    name: str,
    flags: tuple[str, ...],
) -> None:
    ran = run("upload", old / name, *flags, "--ledger", tmp_path / "ledger.db", **environ)
    assert (ran.code, "was already there" in ran.out) == (0, True), ran.err
    assert count_stored(environ["OMI_API_BASE"]) == 0  # this server never had them


def test_plan_and_migrate_know_what_version_1_sent(
    run: Run, environ: dict[str, str], old: Path, tmp_path: Path
) -> None:
    ledger = ("--ledger", tmp_path / "ledger.db")
    plan = totals(run, old / "archive", *OLD_FLAGS, *ledger, **environ)
    assert (plan["in_omi"], plan["changed"], plan["to_go"]) == (7, 0, 0)
    ran = run("migrate", old / "archive", *OLD_FLAGS, "--yes", *ledger, **environ)
    assert ran.code == 0, ran.err
    assert count_stored(environ["OMI_API_BASE"]) == 0
    plan = totals(run, old / "archive", *OLD_FLAGS, *ledger, **environ)
    assert (plan["in_omi"], plan["changed"], plan["to_go"]) == (7, 0, 0)


def test_a_changed_file_of_version_1_is_changed(
    run: Run, environ: dict[str, str], old: Path, tmp_path: Path
) -> None:
    file = old / "archive" / "long.srt"
    file.write_text(file.read_text(encoding="utf-8").replace("five", "six"), encoding="utf-8")
    plan = totals(run, old / "archive", *OLD_FLAGS, "--ledger", tmp_path / "ledger.db", **environ)
    assert (plan["in_omi"], plan["changed"], plan["to_go"]) == (4, 3, 0)
