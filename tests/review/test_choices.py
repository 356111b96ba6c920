"""Choices on the page: the files that they write, the messages, and Undo."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Run
from tests.support.review import Answer, Review, open_review

CUES = """1
00:00:01,000 --> 00:00:05,000
SPEAKER_00: So tell me how it began, from the beginning.

2
00:00:06,000 --> 00:00:09,000
Bob Miller: Well, it was a rainy day in the harbour.

3
00:00:10,000 --> 00:00:14,000
SPEAKER_02: I was there, too, and I saw it all.
"""


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "2024-05-02 call.srt").write_text(CUES)
    (folder / "2024-05-03 talk.srt").write_text(CUES.replace("rainy", "sunny"))
    return folder


@pytest.fixture(name="page")
def _page(folder: Path, tmp_path: Path) -> Iterator[Review]:
    with open_review(folder, tmp_path / "user") as review:
        yield review


def bodies_of(page: Review, number: int = 0) -> list[dict[str, Any]]:
    texts = page.get(f"recording-bodies?number={number}").data["bodies"]
    return [json.loads(text) for text in texts]


def decide(page: Review, address: str, **fields: Any) -> Any:
    answer = page.post(address, **{"number": 0, **fields})
    assert answer.status == 200, answer.text
    return answer.data


def refusal(answer: Answer) -> str:
    assert answer.status in (400, 409)
    return str(answer.data["error"])


def read_map(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "speakers.toml").read_text())


def read_settings(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "transcript-bridge.toml").read_text())


def test_a_name_is_written_at_once_for_this_file(page: Review, folder: Path) -> None:
    answer = decide(page, "recording-name", voice=0, name="  Alice   Doe ")
    assert answer["said"].startswith("SPEAKER_00 is Alice Doe here. Written to speakers.toml")
    assert answer["undo"] == "Undo"
    assert answer["names"] == {"0": "Alice Doe", "1": "Bob Miller", "2": "SPEAKER_02"}
    assert 'value="Alice Doe"' in answer["parts"]["voices"]
    written = read_map(folder)["files"]
    assert written == [
        {"path": "2024-05-02 call.srt", "speakers": {"Alice Doe": {"aliases": ["SPEAKER_00"]}}}
    ]
    assert "Alice Doe" in page.get("recording?number=0").text
    other = page.get("recording?number=1").text
    assert "<b class=v0>SPEAKER_00</b>" in other


def test_naming_somebody_changes_nothing_in_omi_but_me_does(page: Review) -> None:
    before = bodies_of(page)
    decide(page, "recording-name", voice=0, name="Alice Doe")
    assert bodies_of(page) == before
    answer = decide(page, "recording-me", voice=0)
    assert answer["said"].startswith("SPEAKER_00 is you here")
    assert [row["is_user"] for row in bodies_of(page)[0]["transcript_segments"]] == [
        True,
        False,
        False,
    ]
    rows = re.findall(r"<tr .*?</tr>", answer["parts"]["voices"])
    assert ">You<" in rows[0]


def test_the_owner_has_the_name_of_the_voice_and_is_the_same_in_all_files(
    page: Review, folder: Path
) -> None:
    decide(page, "recording-name", voice=0, name="Alice Doe")
    decide(page, "recording-me", voice=0)
    assert read_map(folder)["speakers"] == {"Alice Doe": {"is_user": True}}
    decide(page, "recording-me", number=1, voice=2)
    assert bodies_of(page, 1)[0]["transcript_segments"][2]["is_user"]
    assert read_map(folder)["files"][1]["speakers"] == {"Alice Doe": {"aliases": ["SPEAKER_02"]}}


def test_i_am_not_in_this_recording(page: Review) -> None:
    decide(page, "recording-me", voice=1)  # Bob Miller, in all files
    assert bodies_of(page, 1)[0]["transcript_segments"][1]["is_user"]
    answer = decide(page, "recording-absent")
    assert not any(row["is_user"] for row in bodies_of(page)[0]["transcript_segments"])
    assert re.search('value="none" id="me-none" checked', answer["parts"]["voices"])
    assert bodies_of(page, 1)[0]["transcript_segments"][1]["is_user"]


def test_a_name_that_is_there_already_is_asked_about(page: Review, folder: Path) -> None:
    answer = decide(page, "recording-name", voice=0, name="bob miller")
    assert answer["ask"]
    assert not (folder / "speakers.toml").exists()
    question = answer["parts"]["voices"]
    assert "it was a rainy day" in question
    assert "So tell me how it began" in question
    fields = json.loads(
        re.search('data-fields="(.*?)"', question)[1].replace("&quot;", '"')  # type: ignore[index]
    )
    merged = decide(page, "recording-merge", **fields)
    assert merged["names"]["0"] == merged["names"]["1"] == "Bob Miller"
    speakers = [row["speaker_id"] for row in bodies_of(page)[0]["transcript_segments"]]
    assert speakers[0] == speakers[1] != speakers[2]


def test_a_name_that_is_the_label_of_another_voice_is_asked_about(page: Review) -> None:
    answer = decide(page, "recording-name", voice=0, name="speaker_02")
    assert answer["ask"]
    assert "Yes, one person" in answer["parts"]["voices"]


def test_merging_asks_which_name_stays(page: Review) -> None:
    answer = decide(page, "recording-merge", voices=[0, 2])
    assert answer["ask"]
    assert "One person: SPEAKER_00" in answer["parts"]["voices"]
    decide(page, "recording-merge", voices=[0, 2], name="SPEAKER_00")
    speakers = [row["speaker_id"] for row in bodies_of(page)[0]["transcript_segments"]]
    assert speakers[0] == speakers[2] != speakers[1]
    assert "two voices or more" in refusal(page.post("recording-merge", number=0, voices=[1]))


def test_a_real_name_is_for_this_file_or_for_all(page: Review, folder: Path) -> None:
    answer = decide(page, "recording-name", voice=1, name="Robert Miller")
    assert "In all 2 files" in answer["parts"]["voices"]
    fields = {"voice": 1, "name": "Robert Miller", "anyway": True}
    decide(page, "recording-name", **fields, everywhere=True)
    assert read_map(folder)["speakers"] == {"Robert Miller": {"aliases": ["Bob Miller"]}}
    assert "Robert Miller</b>" in page.get("recording?number=1").text


def test_undo_restores_the_exact_bytes(page: Review, folder: Path) -> None:
    text = '# my own map\n[speakers."Bob Miller"]   # a friend\nperson_id = "p1"\n'
    (folder / "speakers.toml").write_text(text)
    with open_review(folder, folder.parent / "user2") as page:
        decide(page, "recording-name", voice=0, name="Alice")
        decide(page, "recording-name", voice=2, name="Chiara")
        written = (folder / "speakers.toml").read_text()
        assert "# my own map" in written
        assert "# a friend" in written
        refused = page.post("recording-name", number=0, voice=9, name="x")
        assert refused.data["undo"] == "Undo: SPEAKER_02 is Chiara here"
        taken_back = decide(page, "undo")
        assert taken_back["said"] == "Taken back: SPEAKER_02 is Chiara here"
        assert taken_back["undo"] == "Undo: SPEAKER_00 is Alice here"
        answer = decide(page, "undo")
        assert not answer["undo"]
        assert (folder / "speakers.toml").read_text() == text
        assert "nothing to undo" in refusal(page.post("undo"))


def test_what_does_not_fit_is_refused_and_nothing_is_written(page: Review, folder: Path) -> None:
    wrong = [
        ("recording-name", {"voice": 9, "name": "x"}),
        ("recording-name", {"voice": 0}),
        ("recording-name", {"voice": "0", "name": "x"}),
        ("recording-name", {"voice": 0, "name": "a\0b"}),
        ("recording-me", {"voice": -1}),
        ("recording-merge", {"voices": "01"}),
        ("recording-date", {"date": "2024-13-01", "time": "10:00", "zone": "UTC", "language": ""}),
        ("recording-date", {"date": "2024-01-01", "time": "1:00", "zone": "../x", "language": ""}),
        ("archive-leave-out", {"numbers": []}),
        ("archive-leave-out", {"numbers": [99]}),
        ("archive-timezone", {"numbers": [0], "value": "Nowhere"}),
        ("archive-language", {"numbers": [0], "value": ""}),
        ("archive-language", {"numbers": [0], "value": "German"}),
    ]
    for address, fields in wrong:
        assert refusal(page.post(address, **{"number": 0, **fields}))
    assert sorted(path.suffix for path in folder.iterdir()) == [".srt", ".srt"]


def test_an_editors_change_is_never_overwritten(page: Review, folder: Path) -> None:
    decide(page, "recording-name", voice=0, name="Alice")
    mine = '[speakers."Zoe"]\naliases = ["SPEAKER_02"]\n'
    (folder / "speakers.toml").write_text(mine)
    answer = page.post("recording-name", number=0, voice=2, name="Chiara")
    assert answer.status == 409
    assert "changed this file" in answer.data["error"]
    assert (folder / "speakers.toml").read_text() == mine
    assert not answer.data["undo"]
    html = page.get("recording?number=0").text
    assert 'value="Zoe"' in html
    assert "changed this file" in html
    decide(page, "recording-name", voice=0, name="Alice")
    assert 'Zoe"]' in (folder / "speakers.toml").read_text()


def test_a_date_a_zone_and_a_language(page: Review, folder: Path) -> None:
    shown = {"date": "2024-05-02", "time": "12:00:00", "zone": "UTC", "language": ""}
    assert decide(page, "recording-date", **shown)["said"] == "Nothing has changed."
    answer = decide(
        page, "recording-date", **{**shown, "time": "15:30:00", "zone": "Europe/Berlin"}
    )
    assert "It began on 2024-05-02 at 15:30:00 (Europe/Berlin)" in answer["said"]
    assert "The date is set by you." in answer["parts"]["when"]
    assert "Back to what the file says" in answer["parts"]["when"]
    decide(
        page,
        "recording-date",
        **{**shown, "time": "15:30:00", "zone": "Europe/Berlin", "language": "de"},
    )
    body = bodies_of(page)[0]
    assert body["started_at"] == "2024-05-02T13:30:01+00:00" or body["started_at"].startswith(
        "2024-05-02T15:30:01+02:00"
    )
    assert body["language"] == "de"
    (table,) = read_settings(folder)["files"]
    assert table["path"] == "2024-05-02 call.srt"
    assert table["timezone"] == "Europe/Berlin"
    back = decide(page, "recording-date-back")
    assert "from the file&#x27;s name" in back["parts"]["when"]
    decide(page, "undo")
    decide(page, "undo")
    decide(page, "undo")
    assert not (folder / "transcript-bridge.toml").exists()


def test_a_recording_is_left_out_and_taken_in_again(page: Review, folder: Path, run: Run) -> None:
    assert decide(page, "recording-leave-out")["go"] == "archive"
    html = page.get("archive").text
    assert 'Left out <span class="count">1' in html
    assert "call.srt" in page.get("archive-rows?show=left-out").text
    assert "1 to send as 1 conversation" in run("plan", folder).out
    decide(page, "archive-include", numbers=[0])
    assert "call.srt" in page.get("archive-rows?show=needs").text
    assert page.get("recording?number=0").status == 200


def test_many_are_decided_about_at_once(page: Review, folder: Path) -> None:
    answer = decide(page, "archive-settle", numbers=[0, 1])
    assert answer["said"].startswith("2 recordings: fine as it is. Written to")
    assert 'Ready <span class="count">2' in page.get("archive").text
    decide(page, "archive-timezone", numbers=[0, 1], value="Asia/Tokyo")
    decide(page, "archive-language", numbers=[1], value="ja")
    assert bodies_of(page, 1)[0]["language"] == "ja"
    assert bodies_of(page, 1)[0]["started_at"].startswith("2024-05-03T")
    for _ in range(3):
        decide(page, "undo")
    assert not (folder / "transcript-bridge.toml").exists()


def test_names_go_in_front_of_the_words(page: Review) -> None:
    decide(page, "recording-keep-names", keep=True)
    texts = [row["text"] for row in bodies_of(page)[0]["transcript_segments"]]
    assert texts[1].startswith("Bob Miller: Well")
    decide(page, "recording-keep-names", keep=False)
    assert not bodies_of(page)[0]["transcript_segments"][1]["text"].startswith("Bob")


def test_the_command_line_sends_the_same(page: Review, folder: Path, run: Run) -> None:
    decide(page, "recording-name", voice=0, name="Alice Doe")
    decide(page, "recording-me", voice=0)
    decide(page, "recording-date", date="2024-05-01", time="09:00:00", zone="UTC", language="en")
    ran = run("convert", folder / "2024-05-02 call.srt", "--to", "requests")
    assert ran.code == 0, ran.err
    sent = [json.loads(line) for line in ran.out.splitlines()]
    if len(sent) == 1 and isinstance(sent[0], list):
        sent = sent[0]
    assert sent == bodies_of(page)


def test_a_name_reads_no_file_and_a_changed_file_is_read_again(
    page: Review, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "rainy" in page.get("recording?number=0").text
    with monkeypatch.context() as patch:
        patch.setattr("transcript_bridge.review.opened.load_recording", None)
        decide(page, "recording-name", voice=0, name="Alice Doe")
        assert "Alice Doe</b>" in page.get("recording?number=0").text
    (folder / "2024-05-02 call.srt").write_text(CUES.replace("rainy", "stormy and rainy"))
    assert "stormy" in page.get("recording?number=0").text


def test_the_reason_is_shown_until_it_is_answered(page: Review, folder: Path) -> None:
    html = page.get("recording?number=0").text
    assert reasons_in(html) == "needs you: no voice is marked as you; 2 voices without a name"
    parts = decide(page, "recording-name", voice=2, name="Chiara")["parts"]
    assert (
        reasons_in(parts["reasons"])
        == "needs you: no voice is marked as you; 1 voice without a name"
    )
    parts = decide(page, "recording-absent")["parts"]
    assert reasons_in(parts["reasons"]) == "needs you: 1 voice without a name"
    page.wait_until_read()
    assert "needs you: nobody" not in page.get("archive?search=call").text
    parts = decide(page, "recording-settle", settled=True)["parts"]
    assert reasons_in(parts["reasons"]) == ""


def reasons_in(html: str) -> str:
    found = re.search('<p id="reasons">(.*?)</p>', html)
    assert found
    return re.sub("<.*?>", "", found[1])


def test_a_recording_that_nothing_dates_is_dated_from_the_list(tmp_path: Path) -> None:
    tape = tmp_path / "exports" / "tape.srt"
    tape.parent.mkdir()
    tape.write_text(CUES)
    os.utime(tape, (1000, 1000))  # 1970: the clock of the computer was never set
    with open_review(tape.parent, tmp_path / "user", timezone="Asia/Tokyo") as page:
        assert "tape.srt" in page.get("archive-rows?show=unreadable").text
        answer = page.post("archive-date", numbers=[0], value="")
        assert refusal(answer) == "the date or the time is not complete"
        said = decide(page, "archive-date", numbers=[0], value="1998-05-17T18:30")["said"]
        assert said.startswith("1 recording: began on 1998-05-17 at 18:30 (Asia/Tokyo)")
        assert "17 May 1998 18:30" in page.get("archive-rows?show=needs").text
        assert bodies_of(page)[0]["started_at"] == "1998-05-17T18:30:01+09:00"
