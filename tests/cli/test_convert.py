from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from tests.support.command import Run
from transcript_bridge.opening import read

ROOT = Path(__file__).parent.parent.parent
DEMO = ROOT / "transcript_bridge" / "demo"
CONTRACT = yaml.safe_load(
    (ROOT / "fixtures" / "omi-api" / "openapi.yaml").read_text(encoding="utf-8")
)


def check_against_contract(body: object) -> None:
    schemas = CONTRACT["components"]["schemas"]
    schema = {
        "$ref": "#/components/schemas/CreateConversationFromSegments",
        "components": {"schemas": schemas},
    }
    jsonschema.validate(body, schema)


def test_requests_are_complete_bodies_of_the_contract(run: Run) -> None:
    inputs = [DEMO / "kitchen.srt", DEMO / "planning.vtt", DEMO / "interview.json"]
    ran = run("convert", *inputs)
    assert ran.code == 0
    bodies = [json.loads(line) for line in ran.out.splitlines()]
    assert len(bodies) == 3
    for body in bodies:
        check_against_contract(body)
    assert bodies[0]["transcript_segments"][2] == {
        "text": "No, but it has not rained since, so they will want some today.",
        "speaker": "SPEAKER_00",
        "speaker_id": 0,
        "is_user": False,
        "start": 5.2,
        "end": 8.8,
    }


def test_a_folder_gets_a_body_a_file(run: Run, tmp_path: Path) -> None:
    ran = run("convert", DEMO / "kitchen.srt", "--max-segments", "3", "-o", f"{tmp_path}/out/")
    assert ran.code == 0
    assert ran.out == ""
    names = sorted(p.name for p in (tmp_path / "out").iterdir())
    assert names == ["kitchen.001.json", "kitchen.002.json"]
    for name in names:
        check_against_contract(json.loads((tmp_path / "out" / name).read_text()))


@pytest.mark.parametrize(
    ("name", "beginning"),
    [("out.srt", "1\n00:"), ("out.vtt", "WEBVTT"), ("out.txt", "[00:"), ("out.json", "{")],
)
def test_the_suffix_of_the_output_says_what_is_written(
    run: Run, tmp_path: Path, name: str, beginning: str
) -> None:
    assert run("convert", DEMO / "kitchen.srt", "-o", tmp_path / name).code == 0
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(beginning)


def test_a_suffix_of_another_format_prints_a_warning(run: Run, tmp_path: Path) -> None:
    ran = run("convert", DEMO / "kitchen.srt", "--to", "vtt", "-o", tmp_path / "out.srt", "-q")
    assert ran.code == 0
    warning = "this will be vtt, although it is named like srt"
    assert ran.err == f"warning: {tmp_path}/out.srt: {warning}\n"
    assert (tmp_path / "out.srt").read_text(encoding="utf-8").startswith("WEBVTT")


def test_a_suffix_that_cannot_be_written_prints_a_warning(run: Run, tmp_path: Path) -> None:
    ran = run("convert", DEMO / "kitchen.srt", "-o", tmp_path / "out.docx", "-q")
    assert (
        ran.err == f"warning: {tmp_path}/out.docx: this will be JSON (requests); --to "
        "chooses another format\n"
    )
    assert run("convert", DEMO / "kitchen.srt", "-o", tmp_path / "out.jsonl", "-q").err == ""


def test_inputs_of_one_stem_do_not_overwrite_each_other(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.srt").write_bytes((DEMO / "kitchen.srt").read_bytes())
    (tmp_path / "a.vtt").write_bytes((DEMO / "planning.vtt").read_bytes())
    run("convert", tmp_path / "a.srt", tmp_path / "a.vtt", "-o", f"{tmp_path}/out/")
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        "a.srt.001.json",
        "a.vtt.001.json",
    ]


def test_segments_keep_the_times_of_the_file(run: Run) -> None:
    ran = run("convert", DEMO / "kitchen.srt", "--to", "segments", "--me", "Jonas", "--keep-names")
    rows = [json.loads(line) for line in ran.out.splitlines()]
    assert [(r["start"], r["is_user"]) for r in rows] == [
        (1.0, False),
        (3.6, True),
        (6.2, False),
        (10.1, True),
    ]
    assert rows[1]["text"] == "Jonas: On Tuesday. Was that wrong?"


@pytest.mark.parametrize("name", ["kitchen.srt", "planning.vtt", "interview.json"])
@pytest.mark.parametrize("to", ["srt", "vtt", "rttm", "text"])
def test_reading_what_was_written_gives_the_same_utterances(
    run: Run, tmp_path: Path, name: str, to: str
) -> None:
    path = tmp_path / f"again.{to}"
    assert run("convert", DEMO / name, "--to", to, "-o", path).code == 0
    wanted = [(u.start, u.end, u.speaker, u.text) for u in read(DEMO / name).utterances]
    assert [(u.start, u.end, u.speaker, u.text) for u in read(path).utterances] == wanted


def test_standard_input(run: Run) -> None:
    ran = run("convert", "-", "--to", "segments", stdin=(DEMO / "planning.vtt").read_bytes())
    assert ran.code == 0
    assert len(ran.out.splitlines()) == 3
    assert ran.err == "standard input: 3 utterances -> 3 segments\n"
    empty = run("convert", "-")
    assert (empty.code, "error: standard input: this file is empty" in empty.err) == (1, True)


def test_messages_do_not_mix_with_data(run: Run) -> None:
    ran = run("convert", DEMO / "kitchen.srt")
    json.loads(ran.out)
    assert "the time of the file" in ran.err
    assert run("convert", DEMO / "kitchen.srt", "--quiet").err == ""


def test_turns_without_words_get_a_placeholder_text_if_wanted(run: Run) -> None:
    ran = run("convert", DEMO / "walk.rttm", "--untranscribed-text", "[speech]", "--to", "segments")
    rows = [json.loads(line) for line in ran.out.splitlines()]
    assert [(r["speaker"], r["text"]) for r in rows[:2]] == [
        ("SPEAKER_00", "[speech]"),
        ("SPEAKER_01", "[speech]"),
    ]


def test_diarization_splits_a_segment_where_the_speaker_changes(run: Run) -> None:
    ran = run("convert", DEMO / "walk.json", "--diarization", DEMO / "walk.rttm", "--to", "vtt")
    speakers = re.findall(r"<v (\w+)>", ran.out)
    assert speakers == ["mueller", "abebe", "mueller", "abebe"]


@pytest.mark.parametrize(
    ("text", "zone", "utc"),
    [
        ("2024-01-24T15:00:00+01:00", None, "2024-01-24T14:00:01Z"),
        ("2024-07-24 15:00", "Europe/Berlin", "2024-07-24T13:00:01Z"),
        ("2024-01-24T15:00", None, "2024-01-24T15:00:01Z"),
    ],
)
def test_when_it_began(run: Run, text: str, zone: str | None, utc: str) -> None:
    options = ["--timezone", zone] if zone else []
    ran = run("convert", DEMO / "kitchen.srt", "--started-at", text, *options)
    from datetime import datetime

    assert datetime.fromisoformat(json.loads(ran.out)["started_at"]) == datetime.fromisoformat(utc)


def test_lines_of_subtitles_can_be_short(run: Run) -> None:
    ran = run("convert", DEMO / "walk.json", "--to", "vtt", "--max-line-length", "24")
    assert ran.code == 0
    texts = [line for line in ran.out.splitlines() if line and "-->" not in line]
    assert len(texts) > 4
    assert max(map(len, texts)) <= 24
    assert len([line for line in ran.out.splitlines() if "-->" in line]) > 2


@pytest.mark.parametrize("to", ["requests", "text", "omi"])
def test_line_limits_are_refused_for_formats_without_lines(run: Run, to: str) -> None:
    ran = run("convert", DEMO / "walk.json", "--to", to, "--max-lines", "2")
    assert ran.code == 2
    assert f"{to} has no lines to break; choose --to srt, vtt, ass, ttml or sbv" in ran.err


def test_omis_json_says_who_the_owner_is(run: Run) -> None:
    ran = run("convert", DEMO / "interview.json", "--to", "omi", "--me", "SPEAKER_01")
    rows = json.loads(ran.out)["transcript_segments"]
    assert {row["speaker"]: row["is_user"] for row in rows} == {
        "SPEAKER_00": False,
        "SPEAKER_01": True,
    }
    assert run("convert", DEMO / "interview.json", "--to", "srt", "--me", "Nobody").code == 0
