"""A choice about one recording costs one recording: the others are not read, and stay in Omi."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Run
from transcript_bridge.archive import convert, parallel
from transcript_bridge.workspace.settings_files import SettingsFiles
from transcript_bridge.workspace.settings_writer import SettingsWriter

COUNT = 9
KEY = "omi_dev_0neChoice"
Count = Callable[[], int]
Plan = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    folder.mkdir()
    for day in range(1, COUNT + 1):
        (folder / f"2024-01-0{day} 10.00.00.srt").write_text(
            f"1\n00:00:01,000 --> 00:00:02,500\nMara: day {day}\n\n"
            f"2\n00:00:03,000 --> 00:00:04,000\nSPEAKER_01: so it is, {day}\n"
        )
    return folder


@pytest.fixture
def writer(archive: Path) -> SettingsWriter:
    (archive / "speakers.toml").write_text('[speakers."Mara"]\nis_user = true\n')
    (archive / "transcript-bridge.toml").write_text('speakers = "speakers.toml"\n')
    files = SettingsFiles(archive / "transcript-bridge.toml", archive / "speakers.toml", True)
    return SettingsWriter(files)


@pytest.fixture
def plan(run: Run, archive: Path, sandbox: str) -> Plan:
    def plan(*words: str) -> list[dict[str, Any]]:
        ran = run("plan", archive, "--json", *words, OMI_API_KEY=KEY, OMI_API_BASE=sandbox)
        assert ran.code == 0, ran.err
        return [json.loads(line) for line in ran.out.splitlines()]

    return plan


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Count:
    """How many recordings were read since it was asked last."""
    read: list[str] = []
    open_form = convert._open_form

    def count(form: Any, recording: Any) -> Any:
        read.append(form.path)
        return open_form(form, recording)

    def take() -> int:
        number = len(read)
        read.clear()
        return number

    monkeypatch.setattr(convert, "_open_form", count)
    return take


def migrate(run: Run, archive: Path, sandbox: str) -> str:
    ran = run(
        "migrate", archive, "-y", "--gap", "0", "--json", OMI_API_KEY=KEY, OMI_API_BASE=sandbox
    )
    assert ran.code == 0, ran.err
    return ran.out


def test_a_choice_reads_one_recording_at_most(
    plan: Plan, reads: Count, archive: Path, writer: SettingsWriter
) -> None:
    file = f"{archive}/2024-01-03 10.00.00.srt"
    plan()
    assert reads() == COUNT
    plan()
    assert reads() == 0
    for choose, most in (
        (lambda: writer.name_voice(file, "SPEAKER_01", "Tom"), 0),
        (lambda: writer.set_me(file, "SPEAKER_01"), 0),
        (lambda: writer.not_me_here(file), 0),
        (lambda: writer.one_person(["Mara", "Maria"], "Mara"), 0),
        (lambda: writer.settle([file]), 0),
        (lambda: writer.set_date(file, datetime(2024, 1, 3, 11)), 1),
        (lambda: writer.set_option([file], "language", "de"), 1),
        (lambda: writer.leave_out([file]), 0),
        (lambda: writer.include_again([file]), 0),
    ):
        written = choose()
        plan()
        assert reads() <= most, written.sentence


def test_names_from_the_cache_are_those_that_reading_would_find(
    plan: Plan, archive: Path, writer: SettingsWriter
) -> None:
    plan()
    writer.name_voice(f"{archive}/2024-01-03 10.00.00.srt", "SPEAKER_01", "Tom")
    writer.set_person_id("Tom", "p" * 90)
    writer.not_me_here(f"{archive}/2024-01-04 10.00.00.srt")
    assert plan() == plan("--no-cache")


def test_a_choice_about_one_recording_keeps_the_others_in_omi(
    run: Run, plan: Plan, reads: Count, archive: Path, writer: SettingsWriter, sandbox: str
) -> None:
    migrate(run, archive, sandbox)
    reads()
    writer.set_me(f"{archive}/2024-01-03 10.00.00.srt", "SPEAKER_01")
    totals = plan()[-1]
    assert (totals["in_omi"], totals["changed"], totals["to_go"]) == (COUNT - 1, 1, 0)
    assert reads() == 1
    # A rule that touches nobody changes nothing.
    writer.name_voice(f"{archive}/2024-01-04 10.00.00.srt", "SPEAKER_77", "Zoe")
    totals = plan()[-1]
    assert (totals["in_omi"], totals["changed"], totals["to_go"]) == (COUNT - 1, 1, 0)
    assert reads() <= 2


# ---- what is left out


def test_what_is_left_out_is_counted_and_named_with_its_rule(
    run: Run, plan: Plan, archive: Path, writer: SettingsWriter
) -> None:
    file = f"{archive}/2024-01-03 10.00.00.srt"
    writer.leave_out([file])
    writer.set_for_all("ignore", ["2024-01-04*"])
    *rows, totals = plan()
    assert totals["left_out"] == 2
    assert {row["path"]: row["rule"] for row in rows if row["state"] == "left-out"} == {
        file: '[[files]] path = "2024-01-03 10.00.00.srt"',
        f"{archive}/2024-01-04 10.00.00.srt": 'ignore = "2024-01-04*"',
    }
    ran = run("plan", archive, "--files")
    assert "2 left out by your settings ('plan --files' names the rule)" in ran.out
    assert f'  {file}: [[files]] path = "2024-01-03 10.00.00.srt"' in ran.out
    writer.include_again([file, f"{archive}/2024-01-04 10.00.00.srt"])
    assert plan()[-1]["left_out"] == 0


def test_leaving_out_takes_all_files_of_a_recording(
    plan: Plan, archive: Path, writer: SettingsWriter
) -> None:
    vtt = "WEBVTT\n\n00:01.000 --> 00:02.500\n<v Mara>day 3\n"
    (archive / "2024-01-03 10.00.00.vtt").write_text(vtt)
    writer.leave_out([f"{archive}/2024-01-03 10.00.00.srt"])
    totals = plan()[-1]
    assert (totals["left_out"], totals["ready"]) == (1, COUNT - 1)


def test_the_report_shows_what_is_left_out_and_nothing_waits_for_it(
    run: Run, archive: Path, writer: SettingsWriter, sandbox: str
) -> None:
    environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}
    ran = run("migrate", archive, "-y", "--gap", "0", "--limit", "1", **environ)
    assert ran.code in (0, 4), ran.err
    file = f"{archive}/2024-01-09 10.00.00.srt"
    writer.leave_out([file])
    ran = run("report", archive, "--json", **environ)
    states = {row["path"]: row["state"] for row in json.loads(ran.out)["files"]}
    assert states[file] == "left-out"
    (account,) = json.loads(run("status", archive, "--json", **environ).out)["accounts"]
    assert account["left"] == COUNT - 2


def test_work_is_kept_by_what_holds_for_a_file(archive: Path) -> None:
    """Tables and rules for other files do not change the key of a recording."""
    from transcript_bridge.archive.scan import scan
    from transcript_bridge.options import FileTable, Options

    recordings = scan([str(archive)]).recordings
    plain = parallel.Work(Options(), 0).make_keys(recordings)
    table = FileTable((("language", "de"),), path="2024-01-02 10.00.00.srt", folder=str(archive))
    other = parallel.Work(Options(files=(table,)), 0).make_keys(recordings)
    assert [a == b for a, b in zip(plain, other, strict=True)] == [True, False] + [True] * 7
