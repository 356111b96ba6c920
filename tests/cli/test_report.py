"""`report`, after real uploads to a real server."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path

import pytest

from tests.support.command import Run
from tests.support.local_http import LOCAL_HTTP

# No command waits: the clock jumps.
pytestmark = pytest.mark.usefixtures("jumping_clock")

DEMO = Path(__file__).parent.parent.parent / "transcript_bridge" / "demo"
KEY = "omi_dev_R3port"
WORDS = "water the tomatoes"
"""Said in kitchen.srt."""


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "2024-03-02 10.00.00 kitchen.srt").write_bytes((DEMO / "kitchen.srt").read_bytes())
    (folder / "2024-05-09 planning.vtt").write_bytes((DEMO / "planning.vtt").read_bytes())
    (folder / "2024-05-09 copy.vtt").write_bytes((DEMO / "planning.vtt").read_bytes())
    (folder / "broken.srt").write_text(WORDS)
    (folder / "transcript-bridge.toml").write_text('me = "Mara"\ntimezone = "Europe/Berlin"\n')
    return folder


def page_of(tmp_path: Path, name: str = "report.html") -> str:
    return (tmp_path / "work" / name).read_text(encoding="utf-8")


def test_what_was_uploaded_is_on_the_page(run: Run, sandbox: str, tmp_path: Path) -> None:
    environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}
    sent = json.loads(run("upload", DEMO / "kitchen.srt", "--json", **environ).out)
    ran = run("report")
    assert ran.code == 0, ran.err
    assert "report.html: 1 file, 1 of 1 conversation in Omi" in ran.err
    assert ran.out == ""
    assert f"next: open {tmp_path / 'work' / 'report.html'} in a browser" in ran.err
    page = page_of(tmp_path)
    for words in (
        sent["id"],
        "kitchen.srt",
        "<bdi>Mara</bdi>",
        "Who spoke when",
        "conversation, all in Omi",
    ):
        assert words in page
    assert WORDS not in page
    assert KEY not in page
    assert "<script" not in page
    assert "this is a web page" in run("inspect", "report.html").err  # and no transcript


def test_the_report_and_the_plan_have_one_length(run: Run, sandbox: str, tmp_path: Path) -> None:
    environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}
    path = tmp_path / "2024-03-02 10.00.00.srt"
    path.write_text("1\n00:50:00,000 --> 00:51:00,000\nIt begins late.\n")
    assert run("upload", path, **environ).code == 0
    planned = json.loads(run("plan", path, "--json", **environ).out.splitlines()[-1])
    report = json.loads(run("report", path, "--json", **environ).out)
    hours = planned["seconds"] / 3600
    assert report["totals"]["hours"] == report["months"][0]["hours"] == round(hours, 3) == 0.85


def test_an_archive_is_reported_with_what_was_not_sent(
    run: Run, sandbox: str, tmp_path: Path, archive: Path
) -> None:
    environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}
    run("upload", DEMO / "walk.json", "--started-at", "2020-01-01T10:00:00Z", **environ)
    assert run("migrate", archive, "--yes", "--gap", "0", "--limit", "1", **environ).code == 4
    ran = run("report", archive, "--json")
    assert ran.code == 0, ran.err
    data = json.loads(ran.out)
    assert {Path(file["path"]).name: file["state"] for file in data["files"]} == {
        "2024-03-02 10.00.00 kitchen.srt": "done",
        "2024-05-09 planning.vtt": "duplicate",
        "2024-05-09 copy.vtt": "unsent",
        "broken.srt": "failed",
    }
    kitchen = data["files"][0]
    assert kitchen["began"] == "2024-03-02T10:00:00+01:00"
    assert [one["label"] for one in kitchen["speakers"] if one["is_user"]] == ["Mara"]
    assert data["totals"]["by_state"] == {"done": 1, "unsent": 1}
    assert [month["month"] for month in data["months"]] == ["2024-03", "2024-04", "2024-05"]
    everything = json.loads(run("report", "--json").out)
    assert everything["totals"]["by_state"] == {"done": 2, "unsent": 1}
    assert WORDS not in ran.out


def test_a_table_has_a_row_a_conversation(run: Run, sandbox: str) -> None:
    environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}
    run("upload", DEMO / "kitchen.srt", "--max-segments", "3", **environ)
    ran = run("report", "--csv")
    assert ran.code == 0, ran.err
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert [(row["part"], row["parts"], row["segments"], row["state"]) for row in rows] == [
        ("1", "2", "3", "done"),
        ("2", "2", "1", "done"),
    ]
    assert all(row["id"] for row in rows)


def test_what_the_server_refused_is_reported_with_what_to_do(
    run: Run, sandbox: str, archive: Path, tmp_path: Path
) -> None:
    LOCAL_HTTP.post(
        f"{sandbox}/_sandbox/faults", json={"kind": "status", "status": 422, "method": "POST"}
    )
    ran = run("migrate", archive, "--yes", "--gap", "0", OMI_API_KEY=KEY, OMI_API_BASE=sandbox)
    assert ran.code == 1
    assert run("report", archive, "-o", "page.html", "--no-lanes").code == 0
    page = page_of(tmp_path, "page.html")
    assert "Set aside, and what to do" in page
    assert "&#x27;transcript-bridge retry&#x27; lets the next upload send it again" in page
    assert "No line has times such as" in page
    assert "Another file has it: <a" in page
    assert "Who spoke when" not in page


def test_a_source_that_is_gone_is_reported(run: Run, sandbox: str, tmp_path: Path) -> None:
    path = tmp_path / "kitchen.srt"
    path.write_bytes((DEMO / "kitchen.srt").read_bytes())
    run("upload", path, OMI_API_KEY=KEY, OMI_API_BASE=sandbox)
    path.unlink()
    assert run("report", path.parent, "-o", "-").out.count("the file is gone") == 1
    (file,) = json.loads(run("report", "--json").out)["files"]
    assert (file["state"], file["there"], file["segments"]) == ("done", False, 4)


def test_nothing_uploaded_is_no_failure(run: Run, tmp_path: Path) -> None:
    assert run("report").code == 0
    assert "Nothing was uploaded yet." in page_of(tmp_path)
    assert json.loads(run("report", "--json").out)["files"] == []
    assert run("report", "--csv").out.startswith("path,state,part")


def test_what_cannot_be_written_is_one_line(run: Run, tmp_path: Path) -> None:
    ran = run("report", "-o", tmp_path / "nowhere" / "report.html")
    assert ran.code == 1
    assert "this cannot be written (its folder does not exist); choose another -o" in ran.err
    assert len(ran.err.splitlines()) == 1


def test_after_an_undo_the_report_shows_what_was_sent_again(run: Run, sandbox: str) -> None:
    environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}
    first = ("upload", DEMO / "kitchen.srt", "--started-at", "2024-03-02T10:00:00Z")
    assert run(*first, **environ).code == 0
    assert run("undo", "--all", "--yes", **environ).code == 0
    deleted = json.loads(run("report", "--json").out)
    assert [file["state"] for file in deleted["files"]] == ["deleted"]
    again = ("upload", DEMO / "kitchen.srt", "--started-at", "2024-03-03T10:00:00Z")
    assert run(*again, **environ).code == 0
    data = json.loads(run("report", "--json").out)
    assert [file["state"] for file in data["files"]] == ["done"]
    assert [len(file["conversations"]) for file in data["files"]] == [1]
    assert data["totals"]["by_state"] == {"done": 1}
    assert data["totals"]["segments"] == deleted["totals"]["segments"]


def test_an_archive_with_unread_files_is_not_called_all_in_omi(
    run: Run, sandbox: str, tmp_path: Path
) -> None:
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "2024-03-02 10.00.00 kitchen.srt").write_bytes((DEMO / "kitchen.srt").read_bytes())
    (folder / "captions.smi").write_text("<SAMI><BODY>")
    (folder / "picture.jpg").write_bytes(b"")
    environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}
    sent = run("migrate", folder, "--yes", **environ)
    assert "1 file may contain transcripts and was not read; 'plan' says what" in sent.err
    ran = run("report", folder)
    assert "1 of 1 conversation in Omi; 1 file cannot be sent; the report says why" in ran.err
    page = page_of(tmp_path)
    assert "conversation, all in Omi" not in page
    assert "conversation in Omi, all that can be sent; 1 file cannot" in page
    assert "in a subtitle editor" in page
    assert "picture.jpg" in page
    data = json.loads(run("report", folder, "--json").out)
    states = {Path(file["path"]).name: file["state"] for file in data["files"]}
    assert states == {"2024-03-02 10.00.00 kitchen.srt": "done", "captions.smi": "unread"}
    assert data["totals"]["left_out"] == 1
    assert [Path(name).name for name in data["other_file_names"]] == ["picture.jpg"]
    rows = list(csv.DictReader(io.StringIO(run("report", folder, "--csv").out)))
    unread = next(row for row in rows if row["state"] == "unread")
    assert "subtitle editor" in unread["message"]


def test_guessed_dates_look_guessed_in_every_report(run: Run, sandbox: str, tmp_path: Path) -> None:
    folder = tmp_path / "copied"
    folder.mkdir()
    for name in ("one", "two", "three"):
        path = folder / f"{name}.srt"
        path.write_text(f"1\n00:00:01,000 --> 00:00:02,000\nAlice: this is {name}\n")
        os.utime(path, (1_700_000_000, 1_700_000_000))
    environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}
    assert run("upload", folder / "one.srt", **environ).code == 0
    run("report", folder)
    page = page_of(tmp_path)
    assert page.count("~14 November 2023") == 3
    assert "~ marks a guessed date: nothing says when it began (3 files)." in page
    assert "Most dates are guesses of 14 November 2023, probably the day of an export" in page
    data = json.loads(run("report", folder, "--json").out)
    assert [file["date_is_guessed"] for file in data["files"]] == [True, True, True]
    assert data["guessed_day"] == "2023-11-14"
    rows = list(csv.DictReader(io.StringIO(run("report", folder, "--csv").out)))
    assert [row["date_is_guessed"] for row in rows] == ["yes", "yes", "yes"]
    dry = json.loads(run("upload", folder / "two.srt", "--dry-run", "--json").out)
    assert (dry["date_source"], dry["date_is_guessed"]) == ("file", True)
    seen = json.loads(run("inspect", folder / "two.srt", "--json").out)
    assert (seen["date_source"], seen["date_is_guessed"]) == ("file", True)
    assert "guessed from the file's time" in run("upload", folder / "two.srt", "--dry-run").out
