"""People: who is who in all recordings, and the voices without a name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.review import Review, open_review

VOICES = ("{owner}", "Bob", "SPEAKER_01", "SPEAKER_02")
CUE = "{n}\n00:00:{s:02d},000 --> 00:00:{e:02d},000\n{voice}: What I have to say is number {n}.\n\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    exports = tmp_path / "exports"
    exports.mkdir()
    for day in (1, 2):
        owner = "Alice Doe" if day == 1 else "Doe, Alice"
        text = ""
        for n, voice in enumerate(VOICES + VOICES[:2]):
            name = voice.format(owner=owner)
            text += CUE.format(n=n + 1, s=n * 9, e=n * 9 + 8 - n, voice=name)
        (exports / f"2024-05-0{day} 10.00.00.srt").write_text(text)
    return exports


@pytest.fixture
def page(folder: Path, tmp_path: Path) -> Iterator[Review]:
    with open_review(folder, tmp_path, ledger=str(tmp_path / "ledger.db")) as review:
        yield review


def read_map(folder: Path) -> str:
    return (folder / "speakers.toml").read_text()


def test_spellings_of_one_person_are_proposed_and_joined(page: Review, folder: Path) -> None:
    before = page.get("people").text
    assert "Perhaps one person" in before
    answer = page.post("people-one", labels=["Alice Doe", "Doe, Alice"], name="Alice Doe")
    assert answer.status == 200, answer.text
    assert 'aliases = ["Doe, Alice"]' in read_map(folder)
    after = page.get("people").text
    assert "Perhaps one person" not in after
    assert "also: <bdi>Doe, Alice</bdi>" in after


def test_a_long_name_of_the_map_is_cut_where_people_read_it(folder: Path, tmp_path: Path) -> None:
    name = "Bob " + "x" * 300
    table = f'[speakers."{name}"]\nis_user = true\naliases = ["Bob"]\n'
    (folder / "speakers.toml").write_text(table)
    (folder / "transcript-bridge.toml").write_text('speakers = "speakers.toml"\n')
    with open_review(folder, tmp_path / "home") as review:
        html = review.get("people").text
    assert f'value="{name}"' in html
    read_by_people = re.sub(r'(?:value|data-fields)="[^"]*"', "", html)
    assert "Bob xxx" in read_by_people
    assert name not in read_by_people


def test_different_people_are_not_proposed_again(page: Review, folder: Path) -> None:
    assert page.post("people-two", labels=["Alice Doe", "Doe, Alice"]).status == 200
    assert "distinct" in read_map(folder)
    assert "Perhaps one person" not in page.get("people").text


def test_the_owner_is_chosen_for_all_recordings_and_taken_back(page: Review, folder: Path) -> None:
    answer = page.post("people-owner", name="Bob", labels=[])
    assert answer.data["said"].startswith("Bob is you")
    assert "is_user = true" in read_map(folder)
    assert "You: <strong><bdi>Bob</bdi></strong>" in page.get("people").text
    assert page.post("undo").status == 200
    assert not (folder / "speakers.toml").exists() or "Bob" not in read_map(folder)


def test_a_likely_owner_is_proposed_with_the_reason(folder: Path, tmp_path: Path) -> None:
    for path, guest in zip(sorted(folder.iterdir()), ("Emma", "Kurt"), strict=True):
        path.write_text(path.read_text().replace("Bob", guest))
    with open_review(folder, tmp_path, ledger=str(tmp_path / "ledger.db")) as page:
        text = page.get("people").text
        assert "No voice is marked as you yet. Perhaps you are <bdi>Alice Doe</bdi>" in text
        answer = page.post("people-owner", name="Alice Doe", labels=["Alice Doe", "Doe, Alice"])
        assert answer.status == 200, answer.text
        assert "You: <strong><bdi>Alice Doe</bdi></strong> (2 spellings)" in page.get("people").text
        page.post("undo")
        assert "No voice is marked as you yet." in page.get("people").text
        assert "Perhaps one person" in page.get("people").text


def test_a_person_id_is_written_and_removed(page: Review, folder: Path) -> None:
    page.post("people-id", name="Bob", id="person-7")
    assert 'person_id = "person-7"' in read_map(folder)
    assert "the person of that id" in page.get("people").text
    page.post("people-id", name="Bob", id="")
    assert "person_id" not in read_map(folder)


def test_voices_are_named_one_after_the_other_each_in_its_recording_only(
    page: Review, folder: Path
) -> None:
    first = page.get("people-queue")
    assert "1 of 4" in first.text
    assert "What I have to say is number 3." in first.text
    choice = {"number": 0, "voice": 2, "key": "0.SPEAKER_01"}
    answer = page.post("people-name", **choice, name="Chiara Rossi")
    assert answer.status == 200, answer.text
    written = read_map(folder)
    assert 'path = "2024-05-01 10.00.00.srt"' in written
    assert "2024-05-02" not in written
    following = page.get(answer.data["go"]).text
    assert "1 of 3" in following
    assert "SPEAKER_02" in following
    assert "Chiara Rossi" in following


def test_later_continues_and_left_unnamed_is_not_shown_again(page: Review) -> None:
    choice = {"number": 0, "voice": 2, "key": "0.SPEAKER_01"}
    later = page.post("people-later", **choice)
    assert "2 of 4" in page.get(later.data["go"]).text
    left = page.post("people-leave", **choice)
    assert "1 of 3" in page.get(left.data["go"]).text


def test_the_queue_ends_at_people_when_every_voice_has_a_name(page: Review) -> None:
    for number in (0, 1):
        for voice, label in ((2, "SPEAKER_01"), (3, "SPEAKER_02")):
            key = f"{number}.{label}"
            page.post("people-name", number=number, voice=voice, key=key, name=f"Guest {voice}")
    answer = page.get("people-queue")
    assert (answer.status, answer.headers["location"]) == (303, "people")
    assert "Every voice has a name." in page.get("people").text


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("people-owner", {"name": " ", "labels": []}),
        ("people-one", {"labels": ["Bob"], "name": "Bob"}),
        ("people-one", {"labels": "Bob", "name": "Bob"}),
        ("people-name", {"number": 99, "voice": 0, "key": "", "name": "X"}),
    ],
    ids=["no-name", "one-label", "no-list", "no-recording"],
)
def test_a_choice_that_does_not_fit_writes_nothing(
    page: Review, folder: Path, address: str, fields: dict[str, object]
) -> None:
    assert page.post(address, **fields).status == 400
    assert not (folder / "speakers.toml").exists()


def test_hostile_names_stay_text(folder: Path, tmp_path: Path) -> None:
    text = CUE.format(n=1, s=0, e=9, voice="<img src=x onerror=alert(1)>")
    (folder / "2024-05-03 10.00.00.srt").write_text(text)
    with open_review(folder, tmp_path, ledger=str(tmp_path / "ledger.db")) as page:
        assert "<img" not in page.get("people").text
        assert "<img" not in page.get("people-queue").text


def test_the_owner_has_several_names_which_can_be_separated_again(
    page: Review, folder: Path
) -> None:
    page.post("people-owner", name="Alice Doe", labels=[])
    said = page.post("people-owner-too", name="Bob").data["said"]
    assert said.startswith("Bob is you, too")
    text = page.get("people").text
    assert "You: <strong><bdi>Alice Doe</bdi></strong> (2 spellings)" in text
    assert "is_user = true" in read_map(folder)
    assert 'aliases = ["Bob"]' in read_map(folder)

    page.post("people-apart", label="Bob")
    assert "Bob" not in read_map(folder)
    assert "You: <strong><bdi>Alice Doe</bdi></strong> <button" in page.get("people").text

    page.post("people-no-owner")
    assert "is_user" not in read_map(folder)
    assert "No voice is marked as you yet" in page.get("people").text
    assert page.post("people-owner-too", name="Bob").status == 400


def test_an_owner_that_all_files_state_needs_no_choice(tmp_path: Path) -> None:
    quote = "> [1](#startMs=1759906825250&endMs=1759906827090): Shall we take the early boat?\n"
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "lifelog.md").write_text(f"# The harbour\n\n## The ferry\n\n{quote}")
    with open_review(tmp_path / "exports", tmp_path) as page:
        text = page.get("people").text
    assert "Your voice is known in all recordings." in text
    assert "No voice is marked as you yet" not in text
