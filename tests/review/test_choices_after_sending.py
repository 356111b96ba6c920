"""A choice after some was sent: it concerns the files it is about, and no other is read again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command import Run
from tests.support.review import Review, open_to_send
from transcript_bridge.archive import ledger_lookup
from transcript_bridge.shaping.speakers import SpeakerMap

KEY = "omi_dev_later"
CUE = "{n}\n00:00:{s:02d},000 --> 00:00:{e:02d},000\n{voice}: On day {day} I say number {n}.\n\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    exports = tmp_path / "exports"
    exports.mkdir()
    for day, voices in enumerate((("Ann", "SPEAKER_01"), ("Bob", "SPEAKER_01"), ("Eve", "Bob")), 1):
        text = ""
        for n in range(4):
            voice = voices[n % 2]
            text += CUE.format(n=n + 1, s=n * 9, e=n * 9 + 8, voice=voice, day=day)
        (exports / f"2024-05-0{day} 10.00.00.srt").write_text(text)
    return exports


@pytest.fixture
def account(sandbox: str, tmp_path: Path) -> dict[str, str]:
    return {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}


@pytest.fixture
def page(folder: Path, tmp_path: Path, account: dict[str, str]) -> Iterator[Review]:
    with open_to_send(folder, tmp_path, account) as review:
        yield review


@pytest.fixture
def read_again(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths of files that were read to compare them with what was sent."""
    paths: list[str] = []
    load = ledger_lookup.load_recording

    def note(recording: object, path: str, *rest: object) -> object:
        paths.append(Path(path).name)
        return load(recording, path, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(ledger_lookup, "load_recording", note)
    return paths


def send(page: Review, limit: str = "") -> None:
    fields = {"changed": "ask", "limit": limit, "until": "", "same": ""}
    assert page.post("send-start", **fields).status == 200
    page.session.sender.wait()


def test_naming_a_voice_leaves_the_others_in_omi_and_reads_one_file(
    page: Review, read_again: list[str]
) -> None:
    send(page, limit="2")
    read_again.clear()
    named = page.post("recording-name", number=0, voice=1, name="Carl")
    assert named.status == 200
    page.wait_until_read()
    assert "2 of 3 conversations in Omi" in page.get("progress").text
    assert set(read_again) == {"2024-05-01 10.00.00.srt"}
    assert "Send 1 conversation" in page.get("send").text


def test_a_person_of_the_map_who_does_not_speak_causes_no_reading(
    page: Review, read_again: list[str]
) -> None:
    page.post("people-owner", name="Eve", labels=[])
    page.wait_until_read()
    send(page)
    read_again.clear()
    assert page.post("people-id", name="Ann", id="person-1").status == 200
    page.wait_until_read()
    assert "in another form" not in page.get("progress").text
    assert "2 of 3 conversations in Omi" in page.get("progress").text
    assert set(read_again) == {"2024-05-01 10.00.00.srt"}  # Ann is heard there


def test_a_ledger_that_knows_files_with_all_people_goes_on_working(
    folder: Path,
    tmp_path: Path,
    account: dict[str, str],
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    read_again: list[str],
) -> None:
    """As versions wrote it that did not look at who is heard in a file."""
    (folder / "speakers.toml").write_text('[speakers."Bob"]\nperson_id = "p1"\n')
    (folder / "transcript-bridge.toml").write_text('speakers = "speakers.toml"\n')
    words = (folder, "--ledger", tmp_path / "old.db")
    with monkeypatch.context() as patch:
        patch.setattr(SpeakerMap, "of_labels", lambda self, labels: self)
        sent = run("migrate", *words, "--yes", "--gap", "0", **account)
        assert sent.code == 0, sent.err
    read_again.clear()
    planned = run("plan", *words, **account)
    assert "nothing to go" in planned.out
    assert read_again == []
    again = run("migrate", *words, "--yes", "--gap", "0", **account)
    assert "0 of them now" in again.err


def test_a_changed_recording_says_in_what_it_differs(page: Review) -> None:
    send(page, limit="2")
    assert page.post("recording-me", number=0, voice=1).status == 200
    page.wait_until_read()
    assert "changed since it was sent (other speakers)" in page.get("archive").text
