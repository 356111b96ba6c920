"""A file that holds many conversations: each is a separate recording, named `export.json!ID`."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

import transcript_bridge as tb
from tests.support.command import Run
from transcript_bridge.omi.client import OmiClient

# No command waits: the clock jumps.
pytestmark = pytest.mark.usefixtures("jumping_clock")

KEY = "omi_dev_many"


@pytest.fixture
def environ(sandbox: str) -> dict[str, str]:
    return {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}


def make_conversation(number: int, *, lines: int = 2, words: str = "said") -> dict[str, Any]:
    segments = []
    for line in range(lines):
        segment = {
            "text": f"{words} {line} in talk {number}",
            "speaker": f"SPEAKER_{line % 2:02d}",
            "is_user": line % 2 == 1,
            "person_id": None,
            "start": line * 3.0,
            "end": line * 3.0 + 2,
        }
        segments.append(segment)
    return {
        "id": f"c{number}",
        "created_at": f"2025-10-{number + 1:02d}T07:00:00Z",
        "started_at": f"2025-10-{number + 1:02d}T07:00:00Z",
        "language": "de",
        "source": "plaud",
        "structured": {"title": f"Talk “{number}”"},
        "transcript_segments": segments,
    }


def make_export(numbers: Iterable[int], **changes: Any) -> str:
    conversations = [make_conversation(number, **changes) for number in numbers]
    return json.dumps(conversations, ensure_ascii=False, indent=1)


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def planned_rows(run: Run, *words: str | Path) -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in run("plan", *words, "--files", "--json").out.splitlines()]
    return [row for row in rows if "path" in row]


def plan_of(run: Run, *words: str | Path) -> dict[str, Any]:
    """The plan's files by the name after the `!`, else by the whole name."""
    rows = planned_rows(run, *words)
    return {Path(row["path"]).name.rpartition("!")[2]: row for row in rows}


def listed(url: str) -> list[Any]:
    with OmiClient(KEY, url) as omi:
        return list(omi.list_conversations(limit=100))


def test_an_export_is_sent_verified_reported_and_undone(
    run: Run, tmp_path: Path, sandbox: str, environ: dict[str, str]
) -> None:
    broken = make_export(range(4)).replace('"id": "c2"', '"id": "c2" oops')
    export = write(tmp_path / "in" / "export.json", broken)
    ran = run("migrate", export.parent, "-y", **environ)
    assert ran.code == 1
    assert "export.json!c2: this is not JSON from character" in ran.err
    assert len(listed(sandbox)) == 3
    assert run("verify", **environ).code == 0
    assert (
        "3 conversations are in Omi as they were sent"
        in run("verify", f"{export}!c0", f"{export}!c1", f"{export}!c3", **environ).err
    )
    report = json.loads(run("report", export.parent, "--json", **environ).out)
    states = {row["path"].rpartition("!")[2]: row["state"] for row in report["files"]}
    assert states == {"c0": "done", "c1": "done", "c2": "failed", "c3": "done"}
    titles = {row["title"] for row in report["files"]}
    assert titles == {"Talk “0”", "Talk “1”", "Talk “3”", None}
    status = run("status", f"{export}!c1", **environ)
    assert status.code == 0
    assert run("undo", f"{export}!c1", "-y", **environ).code == 0
    assert len(listed(sandbox)) == 2
    assert run("undo", export.parent, "-y", **environ).code == 0
    assert listed(sandbox) == []


def test_upload_and_migrate_know_what_the_other_has_sent(
    run: Run, tmp_path: Path, sandbox: str, environ: dict[str, str]
) -> None:
    export = write(tmp_path / "export.json", make_export(range(3)))
    ran = run("upload", export, "--json", **environ)
    assert ran.code == 0
    names = [json.loads(line)["input"] for line in ran.out.splitlines()]
    assert names == [f"{export}!c{number}" for number in range(3)]
    ran = run("migrate", export, "-y", **environ)
    assert ran.code == 0
    assert len(listed(sandbox)) == 3


def test_what_a_request_says_comes_from_the_conversation(run: Run, tmp_path: Path) -> None:
    export = write(tmp_path / "export.json", make_export([4]))
    body = json.loads(run("convert", f"{export}!c4").out)
    assert body["started_at"] == "2025-10-05T07:00:00+00:00"
    assert body["language"] == "de"
    assert body["source"] == "plaud"
    assert [row["is_user"] for row in body["transcript_segments"]] == [False, True]


def test_inspect_shows_every_conversation_and_its_title(run: Run, tmp_path: Path) -> None:
    export = write(tmp_path / "export.json", make_export(range(2)))
    rows = [json.loads(line) for line in run("inspect", export, "--json").out.splitlines()]
    assert [row["title"] for row in rows] == ["Talk “0”", "Talk “1”"]
    assert [row["input"] for row in rows] == [f"{export}!c0", f"{export}!c1"]
    assert "  title Talk “1”" in run("inspect", f"{export}!c1").out


def test_convert_writes_a_file_for_each_conversation(run: Run, tmp_path: Path) -> None:
    export = write(tmp_path / "export.json", make_export(range(2)))
    ran = run("convert", export, "--to", "srt", "-o", f"{tmp_path}/out/")
    assert ran.code == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "export.c0.srt",
        "export.c1.srt",
    ]


def test_a_name_that_the_export_does_not_hold_is_refused(run: Run, tmp_path: Path) -> None:
    export = write(tmp_path / "export.json", make_export(range(2)))
    for command in ("inspect", "plan"):
        ran = run(command, f"{export}!c7")
        assert ran.code != 0
        assert "this file has no conversation 'c7'" in ran.err


def test_one_conversation_can_be_planned(run: Run, tmp_path: Path) -> None:
    export = write(tmp_path / "export.json", make_export(range(3)))
    assert list(plan_of(run, f"{export}!c1")) == ["c1"]


def test_a_plan_shows_the_titles(run: Run, tmp_path: Path) -> None:
    export = write(tmp_path / "export.json", make_export(range(2)))
    out = run("plan", export, "--files").out
    assert "export.json!c1  (Talk “1”)" in out
    assert plan_of(run, export)["c0"]["title"] == "Talk “0”"


def test_an_export_in_a_zip_or_a_tar_file_is_read(run: Run, tmp_path: Path) -> None:
    data = make_export(range(3)).encode()
    with zipfile.ZipFile(tmp_path / "all.zip", "w", zipfile.ZIP_DEFLATED) as container:
        container.writestr("omi/export.json", data)
    member = tarfile.TarInfo("export.json")
    member.size = len(data)
    with tarfile.open(tmp_path / "all.tar.gz", "w:gz") as tar:
        tar.addfile(tarfile.TarInfo("empty"))
        tar.addfile(member, io.BytesIO(data))
    for name in ("all.zip!omi/export.json", "all.tar.gz!export.json"):
        container_name = name.partition("!")[0]
        rows = planned_rows(run, tmp_path / container_name)
        assert [row["path"].rpartition("/all")[2] for row in rows] == [
            f"{name.removeprefix('all')}!c{number}" for number in range(3)
        ]
        assert [row["state"] for row in rows] == ["ready"] * 3


def test_of_one_conversation_in_two_exports_the_newer_is_sent(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "in" / "a" / "export.json", make_export([0, 1]))
    write(tmp_path / "in" / "b" / "export.json", make_export([1, 2], lines=3))
    ran = run("plan", tmp_path / "in", "--files")
    assert f"a/export.json!c1: an older version of {tmp_path}/in/b/export.json!c1" in ran.out
    rows = planned_rows(run, tmp_path / "in")
    found = sorted((row["path"].rpartition("/in/")[2], row["state"]) for row in rows)
    assert found == [
        ("a/export.json!c0", "ready"),
        ("a/export.json!c1", "duplicate"),
        ("b/export.json!c1", "ready"),
        ("b/export.json!c2", "ready"),
    ]


def test_one_id_in_two_accounts_is_two_conversations(run: Run, tmp_path: Path) -> None:
    first = make_export([1]).replace('"c1"', '"1"')
    second = make_export([2]).replace('"c2"', '"1"')
    write(tmp_path / "in" / "a.json", first)
    write(tmp_path / "in" / "b.json", second)
    rows = planned_rows(run, tmp_path / "in")
    assert [row["state"] for row in rows] == ["ready", "ready"]


@pytest.mark.parametrize(
    ("share", "message"),
    [
        (0.6, "this JSON is cut off; export or copy it again"),
        (0.995, "the file is cut off here, and conversations may be missing; export it again"),
    ],
    ids=["in-a-conversation", "after-one"],
)
def test_an_export_that_is_cut_off_is_reported(
    run: Run, tmp_path: Path, share: float, message: str
) -> None:
    text = json.dumps([make_conversation(number) for number in range(3)])
    end = round(len(text) * share) if share < 0.9 else len(text) - 1
    export = write(tmp_path / "export.json", text[:end])
    ran = run("plan", export)
    assert ran.code == 1
    assert ran.err.count(message) == 1


def test_a_whole_export_on_standard_input_is_refused(run: Run) -> None:
    ran = run("inspect", "-", stdin=make_export(range(2)).encode())
    assert ran.code == 1
    assert "this holds many conversations; give the file itself" in ran.err


def test_a_list_of_segments_is_one_transcript(run: Run, tmp_path: Path) -> None:
    rows = [
        {"id": 1, "start": 0, "end": 1, "text": "One."},
        {"id": 2, "start": 1, "end": 2, "text": "Two."},
    ]
    path = write(tmp_path / "2025-10-01 list.json", json.dumps(rows))
    assert list(plan_of(run, path)) == ["2025-10-01 list.json"]


def test_python_reads_one_conversation_of_an_export(tmp_path: Path) -> None:
    export = write(tmp_path / "export.json", make_export(range(3)))
    transcript = tb.read(f"{export}!c2")
    assert transcript.title == "Talk “2”"
    assert tb.load(f"{export}!c2").transcript.start_source == "stated"
    with pytest.raises(tb.InputError, match="this holds many conversations"):
        tb.read(export)
