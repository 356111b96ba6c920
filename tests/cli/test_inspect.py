from __future__ import annotations

import json
from pathlib import Path

import pytest

import transcript_bridge
from tests.support.command import Run

DEMO = Path(__file__).parent.parent.parent / "transcript_bridge" / "demo"


def test_json_has_one_object_per_line(run: Run) -> None:
    ran = run("inspect", DEMO / "kitchen.srt", DEMO / "planning.vtt", "--me", "Mara", "--json")
    assert ran.code == 2  # Mara is nobody in the second file
    found, failed = [json.loads(line) for line in ran.out.splitlines()]
    assert failed["input"] == str(DEMO / "planning.vtt")
    assert failed["error"]["code"] == "settings"
    assert failed["error"]["exit_code"] == 2
    assert found["input"] == str(DEMO / "kitchen.srt")
    assert {
        k: found[k]
        for k in ("format", "encoding", "language", "duration", "cues", "segments", "requests")
    } == {
        "format": "srt",
        "encoding": "utf-8",
        "language": None,
        "duration": 12.0,
        "cues": 4,
        "segments": 4,
        "requests": 1,
    }
    assert found["speakers"][0] == {
        "speaker": "SPEAKER_00",
        "label": "Mara",
        "is_user": True,
        "person_id": None,
        "segments": 2,
        "seconds": 6.0,
        "share": round(6.0 / 10.2, 4),
    }
    assert [p["code"] for p in found["problems"]] == ["start-guessed"]
    assert set(found["problems"][0]) == {"code", "level", "message", "line", "cues"}
    assert found["started_at"].endswith("+00:00")


def test_inspect_prints_a_table_with_shares(run: Run) -> None:
    ran = run("inspect", DEMO / "kitchen.srt", "--me", "Mara")
    assert ran.code == 0
    (mara,) = [line for line in ran.out.splitlines() if "Mara" in line and "%" in line]
    assert "you" in mara
    assert "59%" in mara
    assert "█" in mara


def test_turns_alone_are_shown_though_they_cannot_be_sent(run: Run) -> None:
    ran = run("inspect", DEMO / "walk.rttm")
    assert ran.code == 0, ran.err
    assert "4 turns and no words" in ran.out
    assert "mueller" in ran.out


def test_version_and_formats(run: Run) -> None:
    assert (
        run("--version").out.strip()
        == f"transcript-bridge, version {transcript_bridge.__version__}"
    )
    out = run("formats").out
    for name in ("srt", "vtt", "whisper_json", "rttm"):
        assert f"\n{name} " in "\n" + out
    rows = [json.loads(line) for line in run("formats", "--json").out.splitlines()]
    assert {"name", "title", "suffixes", "kind", "writes"} == set(rows[0])


def test_shell_completion_is_clicks(run: Run) -> None:
    ran = run(_TRANSCRIPT_BRIDGE_COMPLETE="bash_source")
    assert "_TRANSCRIPT_BRIDGE_COMPLETE" in ran.out


def test_a_join_is_shown_as_a_picture_and_counted(run: Run) -> None:
    ran = run("inspect", DEMO / "walk.json", "--diarization", DEMO / "walk.rttm", COLUMNS="80")
    assert ran.code == 0
    lanes = [line for line in ran.out.splitlines() if "█" in line and "%" not in line]
    assert [lane.split()[0] for lane in lanes] == ["mueller", "abebe"]
    assert lanes[0].index("█") < lanes[1].index("█")
    assert "22 words: 22 by the turn that covers them" in ran.out
    found = json.loads(
        run("inspect", DEMO / "walk.json", "--diarization", DEMO / "walk.rttm", "--json").out
    )
    assert (found["join"]["words"], found["join"]["covered"]) == (22, 22)
    assert [(lane["label"], len(lane["spans"])) for lane in found["lanes"]] == [
        ("mueller", 2),
        ("abebe", 2),
    ]


LABELS = Path(__file__).parent.parent.parent / "fixtures" / "labels"


def test_explain_says_why_a_text_is_a_label_or_not(run: Run) -> None:
    ran = run("inspect", "--explain", LABELS / "traps-in-podcast.srt")
    assert ran.code == 0
    lines = ran.out.splitlines()
    (head,) = [line for line in lines if "labels in the text" in line]
    assert head == "  labels in the text: yes, one of several names returns three times"
    (nora,) = [line for line in lines if line.startswith("    Nora ")]
    assert " label  returns three times (starts 3 cues, first at line 2;" in nora
    (commun,) = [line for line in lines if line.startswith("    commun ")]
    assert " text   a sentence continues after it, in small letters" in commun


def test_explain_as_json_has_every_decision(run: Run) -> None:
    ran = run("inspect", "--explain", "--json", LABELS / "reporting-ukrainian.srt")
    labels = json.loads(ran.out)["labels"]
    assert labels["is_labeled"] is False
    assert labels["reason"] == "too few cues start with a name"
    decisions = {one["label"]: one for one in labels["decisions"]}
    assert decisions["Я сказала"] == {
        "label": "Я сказала",
        "is_label": False,
        "reason": "a clause",
        "looks": "a clause",
        "cues": 3,
        "lines": 0,
        "line": 6,
    }


def test_explain_of_a_file_whose_markup_names_the_speakers(run: Run) -> None:
    ran = run("inspect", "--explain", LABELS / "voices-win.vtt")
    assert "labels in the text: no, the markup names the speakers" in ran.out


def test_explain_of_json_with_labels_in_its_texts(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "xxl.json"
    texts = [" [SPEAKER_00]: Hello there.", " [SPEAKER_01]: Good morning.", " [SPEAKER_00]: Bye."]
    segments = [{"start": n, "end": n + 1, "text": text} for n, text in enumerate(texts)]
    path.write_text(json.dumps({"segments": segments}))
    ran = run("inspect", "--explain", path)
    assert "labels in the text: yes" in ran.out
    assert " SPEAKER_01  label " in ran.out


def test_explain_of_captions_within_json(run: Run) -> None:
    ran = run("inspect", "--explain", LABELS.parent / "whisper_json" / "wistia.json")
    assert "labels in the text: no, no text has a colon" in ran.out, ran.err


@pytest.mark.parametrize("name", ["calls.zip", "calls.tar.gz", "calls.tar"])
def test_a_container_is_answered_with_the_commands_that_take_it(
    run: Run, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(b"PK\x03\x04 and more")
    ran = run("inspect", path)
    assert ran.code == 1
    assert "'transcript-bridge plan' lists them" in ran.err


def test_no_upload_is_proposed_for_what_cannot_be_sent(run: Run, tmp_path: Path) -> None:
    assert "next:" not in run("inspect", DEMO / "walk.rttm").err
    silent = tmp_path / "silent.vtt"
    silent.write_text("WEBVTT\n")
    ran = run("inspect", silent)
    assert "it has no speech: there is nothing to send" in ran.out
    assert "next:" not in ran.err
    assert "next: 'transcript-bridge upload'" in run("inspect", DEMO / "kitchen.srt").err


def test_upload_says_that_there_is_nothing_to_send(run: Run, tmp_path: Path) -> None:
    silent = tmp_path / "silent.vtt"
    silent.write_text("WEBVTT\n")
    ran = run("upload", silent, "--dry-run")
    assert (ran.code, ran.out) == (0, "")
    assert f"{silent}: it has no speech; there is nothing to send" in ran.err
