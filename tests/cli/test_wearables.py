"""Files that the apps of other wearables export."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import transcript_bridge as tb
from tests.support.command import Run
from tests.support.exports import (
    Talk,
    make_bee,
    make_lifelog_file,
    make_lifelogs,
    name_lifelog_file,
)

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
NO_SPEECH = "# Quiet\n\n## Nothing was said\n"


def write_zip(path: Path, members: Mapping[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as container:
        for name, text in members.items():
            container.writestr(name, text)
    return path


def read_plan(run: Run, *words: str | Path) -> list[dict[str, Any]]:
    """A dict for each file of the plan."""
    rows = [json.loads(line) for line in run("plan", *words, "--files", "--json").out.splitlines()]
    return [row for row in rows if "path" in row]


# ---- Limitless


@pytest.fixture
def lifelogs(tmp_path: Path) -> Path:
    talks = [Talk(0), Talk(1, lines=3)]
    members = {name_lifelog_file(talk): make_lifelog_file(talk) for talk in talks}
    members["lifelogs/2025/10/03/2025-10-03_07h00m25s_Quiet.md"] = NO_SPEECH
    members["README.md"] = "# About this export\n"
    return write_zip(tmp_path / "lifelogs.zip", members)


def test_each_lifelog_of_limitless_zip_is_a_conversation(run: Run, lifelogs: Path) -> None:
    rows = [row for row in read_plan(run, lifelogs) if row["state"] == "ready"]
    names = [row["path"].rpartition("lifelogs.zip!")[2] for row in rows]
    assert names == [
        "lifelogs/2025/10/01/2025-10-01_07h00m00s_Talk-0.md",
        "lifelogs/2025/10/02/2025-10-02_07h00m00s_Talk-1.md",
    ]
    assert [row["title"] for row in rows] == ["Talk “0”", "Talk “1”"]
    assert [row["started_at"] for row in rows] == [
        "2025-10-01T07:00:00.250000+00:00",
        "2025-10-02T07:00:00.250000+00:00",
    ]


def test_a_lifelog_without_speech_is_reported(run: Run, lifelogs: Path) -> None:
    out = run("plan", lifelogs, "--files").out
    assert "_Quiet.md: this is a Limitless lifelog without speech" in out
    assert "the transcript" in out


def test_notes_with_times_are_no_lifelogs(run: Run, tmp_path: Path) -> None:
    notes = "# Talk\n\n**Ann** 0:01\n\nhi there\n\n**Bob** 0:04\n\nhi\n\n**Ann** 0:09\n\nso\n"
    (tmp_path / "notes.md").write_text(notes)
    (row,) = read_plan(run, tmp_path)
    assert row["state"] == "ready"
    body = json.loads(run("convert", tmp_path / "notes.md").out)
    assert body["source"] == "phone"
    assert [one["text"] for one in body["transcript_segments"]] == ["hi there", "hi", "so"]


def test_speaker_1_of_a_lifelog_is_the_owner_unless_the_user_says_otherwise(
    run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "talk.md"
    path.write_text(make_lifelog_file(Talk(0)), encoding="utf-8")
    body = json.loads(run("convert", path).out)
    assert [row["is_user"] for row in body["transcript_segments"]] == [True, False]
    assert body["source"] == "limitless"
    body = json.loads(run("convert", path, "--me", "2", "--source", "phone").out)
    assert [row["is_user"] for row in body["transcript_segments"]] == [False, True]
    assert body["source"] == "phone"


def test_a_lifelog_as_markdown_and_as_json_is_sent_once(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(make_lifelog_file(Talk(0)), encoding="utf-8")
    (tmp_path / "b.json").write_text(make_lifelogs([Talk(0)]), encoding="utf-8")
    states = sorted(row["state"] for row in read_plan(run, tmp_path))
    assert states == ["duplicate", "ready"]


def test_python_reads_a_lifelog(tmp_path: Path) -> None:
    path = tmp_path / "talk.md"
    path.write_text(make_lifelog_file(Talk(0, lines=3)), encoding="utf-8")
    transcript = tb.read(str(path))
    assert transcript.title == "Talk “0”"
    assert len(transcript.utterances) == 3


# ---- Bee


def test_conversations_of_bee_are_parts_with_their_owner(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bee.json").write_text(make_bee([Talk(0), Talk(1)]), encoding="utf-8")
    rows = read_plan(run, tmp_path)
    assert [Path(row["path"]).name for row in rows] == ["bee.json!t0", "bee.json!t1"]
    assert {row["date_source"] for row in rows} == {"header"}
    body = json.loads(run("convert", f"{tmp_path}/bee.json!t1").out)
    assert [row["is_user"] for row in body["transcript_segments"]] == [True, False]
    assert body["source"] == "bee"
    assert body["started_at"] == "2025-10-02T07:00:00.250000+00:00"


def test_markdown_of_bee_is_refused_with_what_to_export(run: Run, tmp_path: Path) -> None:
    (tmp_path / "3.md").write_bytes((FIXTURES / "bee" / "synced.md").read_bytes())
    for command in ("plan", "inspect"):
        err = run(command, tmp_path / "3.md").err
        assert "3.md: Bee's Markdown does not say when each sentence was spoken" in err
        assert "bee conversations get ID --json" in err


# ---- labels


def test_labels_that_are_no_names_are_not_written_into_texts(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "talk.md"
    path.write_text(make_lifelog_file(Talk(0)).replace("[2]", "[Ann]"), encoding="utf-8")
    body = json.loads(run("convert", path, "--keep-names").out)
    texts = [row["text"] for row in body["transcript_segments"]]
    assert texts[0].startswith("Line 0")
    assert texts[1].startswith("Ann: Line 1")


def test_a_name_of_the_user_is_written_into_texts(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bee.json").write_text(make_bee([Talk(0)]), encoding="utf-8")
    speakers = tmp_path / "speakers.toml"
    speakers.write_text('[speakers."Eve"]\nis_user = true\naliases = ["You"]\n')
    body = json.loads(
        run("convert", f"{tmp_path}/bee.json!t0", "--keep-names", "--speakers", speakers).out
    )
    texts = [row["text"] for row in body["transcript_segments"]]
    assert texts[0].startswith("Eve: Line 0")
    assert texts[1].startswith("Line 1")


def test_a_plan_counts_what_files_say_of_their_speakers(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bee.json").write_text(make_bee([Talk(0)]), encoding="utf-8")
    out = run("plan", tmp_path).out
    expected = "2 labels, 1 of them without a person"
    assert expected in " ".join(out.split())
