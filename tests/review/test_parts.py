"""Lines of another speaker are given to another voice on the page, and taken back."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Run
from tests.support.review import Answer, Review, open_review

LABELS = ("SPEAKER_00", "Bob", "SPEAKER_00", "Bob", "SPEAKER_00", "Bob")
NAME = "2024-05-02 call.srt"


def write(folder: Path, labels: tuple[str, ...], name: str = NAME) -> None:
    """Cue n, counted from 0, begins at second n."""
    cues = []
    for number, label in enumerate(labels):
        mark = f"{label}: " if label else ""
        times = f"00:00:0{number},000 --> 00:00:0{number},900"
        cues.append(f"{number + 1}\n{times}\n{mark}line {number} of {name[:10]}\n")
    (folder / name).write_text("\n".join(cues))


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    folder.mkdir()
    write(folder, LABELS)
    write(folder, ("", "", "", ""), "2024-05-03 memo.srt")
    return folder


@pytest.fixture(name="page")
def _page(folder: Path, tmp_path: Path) -> Iterator[Review]:
    with open_review(folder, tmp_path / "user") as review:
        yield review


def give(page: Review, first: int, last: int, number: int = 0, **to: Any) -> Answer:
    return page.post("recording-part", number=number, first=first, last=last, at=first * 1000, **to)


def speakers_of(page: Review, number: int = 0) -> list[str | None]:
    return list(page.session.open_recording(number).utterances.speakers)


def read_changes(folder: Path) -> list[dict[str, str]]:
    settings = tomllib.loads((folder / "transcript-bridge.toml").read_text())
    found: list[dict[str, str]] = settings["files"][0]["during"]
    return found


def bodies_of(page: Review, number: int = 0) -> list[dict[str, Any]]:
    texts = page.get(f"recording-bodies?number={number}").data["bodies"]
    return [json.loads(text) for text in texts]


def test_one_line_goes_to_another_voice_and_the_command_line_does_the_same(
    page: Review, folder: Path, run: Run
) -> None:
    answer = give(page, 2, 2, voice=1).data
    assert answer["said"].startswith("1 line of SPEAKER_00 given to Bob. Written to transcript-")
    assert answer["again"]
    assert speakers_of(page) == ["SPEAKER_00", "Bob", "Bob", "Bob", "SPEAKER_00", "Bob"]
    assert read_changes(folder) == [
        {"from": "00:00:02.000", "to": "00:00:02.900", "label": "SPEAKER_00", "speaker": "Bob"}
    ]
    ran = run("convert", folder / NAME, "--to", "requests", "--timezone", "UTC")
    assert [json.loads(ran.out)] == bodies_of(page)


def test_all_of_a_voice_in_a_part_goes_to_a_new_speaker(page: Review) -> None:
    said = give(page, 2, 4, name="  Eva  ").data["said"]
    assert said.startswith("2 lines of SPEAKER_00 given to Eva.")
    assert speakers_of(page) == ["SPEAKER_00", "Bob", "Eva", "Bob", "Eva", "Bob"]
    html = page.get("recording?number=0").text
    assert "1 part given to another speaker" in html
    assert "0:02 to 0:05" in html


def test_the_name_of_a_voice_means_that_voice(page: Review) -> None:
    page.post("recording-name", number=0, voice=0, name="Alice")
    give(page, 1, 1, name="alice")
    assert speakers_of(page)[1] == "SPEAKER_00"


def test_a_line_that_was_given_can_be_given_to_a_third(page: Review, folder: Path) -> None:
    give(page, 2, 4, voice=1)
    give(page, 2, 2, name="Eva")
    assert speakers_of(page) == ["SPEAKER_00", "Bob", "Eva", "Bob", "Bob", "Bob"]
    give(page, 2, 2, name="SPEAKER_00")
    assert speakers_of(page) == ["SPEAKER_00", "Bob", "SPEAKER_00", "Bob", "Bob", "Bob"]
    give(page, 0, 5, name="Tom")  # SPEAKER_00 before and after what is Bob's now
    assert speakers_of(page) == ["Tom", "Bob", "Tom", "Bob", "Bob", "Bob"]
    assert len(read_changes(folder)) == 3


def test_a_part_is_taken_back_and_a_choice_undone(page: Review, folder: Path) -> None:
    give(page, 2, 2, voice=1)
    give(page, 4, 4, name="Eva")
    answer = page.post("recording-part-back", number=0, place=0).data
    assert answer["said"].startswith("SPEAKER_00 says 0:02 to 0:03 again.")
    assert speakers_of(page) == ["SPEAKER_00", "Bob", "SPEAKER_00", "Bob", "Eva", "Bob"]
    page.post("undo")
    assert speakers_of(page)[2] == "Bob"
    page.post("undo")
    page.post("undo")
    assert not (folder / "transcript-bridge.toml").exists()
    assert speakers_of(page) == list(LABELS)


def test_a_part_of_a_recording_without_labels_keeps_the_owner(page: Review) -> None:
    page.post("recording-me", number=1, voice=0)
    give(page, 2, 2, number=1, name="Eva")
    rows = bodies_of(page, 1)[0]["transcript_segments"]
    assert [row["is_user"] for row in rows] == [True, True, False, True]


def test_speech_without_a_label_among_labels_gets_a_name(page: Review) -> None:
    give(page, 1, 1, number=1, name="Eva")
    page.post("recording-name", number=1, voice=0, name="Tom")
    assert speakers_of(page, 1) == ["Tom", "Eva", "Tom", "Tom"]
    page.post("undo")
    page.post("recording-me", number=1, voice=0)
    rows = bodies_of(page, 1)[0]["transcript_segments"]
    assert [row["is_user"] for row in rows] == [True, False, True, True]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"first": 2, "last": 2, "at": 2000, "voice": 0}, "SPEAKER_00 says that already"),
        ({"first": 2, "last": 2, "at": 2000, "name": " "}, "say who it is"),
        ({"first": 2, "last": 2, "at": 1000, "voice": 1}, "the lines have changed"),
        ({"first": 3, "last": 2, "at": 3000, "voice": 1}, "the lines have changed"),
        ({"first": 3, "last": 9, "at": 3000, "voice": 1}, "the lines have changed"),
        ({"first": 2, "last": 2, "at": 2000, "voice": 9}, "no such voice"),
    ],
    ids=["same", "nobody", "moved", "backwards", "beyond", "voice"],
)
def test_invalid_values_are_reported_and_nothing_is_written(
    page: Review, folder: Path, fields: dict[str, Any], words: str
) -> None:
    answer = page.post("recording-part", number=0, **fields)
    assert answer.status == 400
    assert words in answer.data["error"]
    assert not (folder / "transcript-bridge.toml").exists()


def test_two_voices_are_exchanged_with_one_choice_and_taken_back(
    page: Review, folder: Path
) -> None:
    give(page, 1, 1, name="Emma")
    answer = page.post("recording-exchange", number=0, voices=[0, 1])
    assert "are exchanged" in answer.data["said"]
    exchanged = {"SPEAKER_00": "Emma", "Emma": "SPEAKER_00"}
    before = ["SPEAKER_00", "Emma", "SPEAKER_00", "Bob", "SPEAKER_00", "Bob"]
    assert speakers_of(page) == [exchanged.get(label, label) for label in before]
    assert not page.session.open_recording(0).transcript.problems
    assert page.post("recording-exchange", number=0, voices=[0, 1]).status == 200
    assert speakers_of(page) == before
    assert len(read_changes(folder)) == 1
    page.post("undo")
    page.post("undo")
    assert speakers_of(page) == before
    wrong = page.post("recording-exchange", number=0, voices=[0])
    assert "tick the two voices" in wrong.data["error"]
