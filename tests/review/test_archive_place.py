"""The list of recordings: its rows, filters, search, and files that cannot be read."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command import PATIENCE_SECONDS
from tests.support.review import Review, open_review, serve_review
from transcript_bridge.archive import parallel
from transcript_bridge.archive.grouping import Recording
from transcript_bridge.archive.summary import RecordingSummary
from transcript_bridge.review.contents import ArchiveContents
from transcript_bridge.review.session import Session

CUE = "1\n00:00:01,000 --> 00:01:02,000\n{}: Hello there, this is long enough to be a sample.\n"
HOSTILE = "<img src=x onerror=harmed=1>"


@pytest.fixture(name="archive", scope="module")
def _archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Review]:
    folder = tmp_path_factory.mktemp("exports")
    (folder / "team").mkdir()
    (folder / "2024-01-31 20.29.00 weekly.srt").write_text(CUE.format("Alice Doe"))
    (folder / "2024-02-01 20.29.00 call.srt").write_text(CUE.format("SPEAKER_00"))
    (folder / "2024-02-01 20.29.00 call.mp3").write_bytes(b"")
    (folder / "team" / "memo.srt").write_text(CUE.format("Alice Doe").replace("Hello", "Hey"))
    (folder / f"2024-02-02 10.00.00 {HOSTILE}.vtt").write_text(
        "WEBVTT\n\n00:01.000 --> 00:04.000\n<v &lt;script&gt;Eve>Hello\n"
    )
    (folder / "copy of weekly.srt").write_text(CUE.format("Alice Doe"))
    (folder / "broken.srt").write_text("nothing of the kind")
    for number in range(3):
        (folder / f"{number}.jpg").write_bytes(b"x")
    with open_review(folder, tmp_path_factory.mktemp("home"), me="Alice Doe") as review:
        yield review


def rows_of(archive: Review, query: str = "") -> list[str]:
    """The text of each row."""
    html = archive.get(f"archive{query}").text
    rows = re.findall(r'<div role="row" class="row">(.*?)</div>', html)
    return [re.sub(r"<[^>]*>", "", row) for row in rows]


def test_the_list_says_of_each_recording_what_is_to_be_decided(archive: Review) -> None:
    text = "\n".join(rows_of(archive))
    assert re.search("31 Jan 2024 20:291:022024-01-31 20.29.00 weekly.srtYouready", text)
    assert re.search(
        "call.srt ♪1 voice without a name.*needs you: no voice is marked as you; 1 voice", text
    )
    assert re.search("~.*memo.srtYou.*needs you: the date is a guess", text)
    assert re.search(
        "copy of weekly.srt.*a copy: the same as 2024-01-31 20.29.00 weekly.srt, which is sent",
        text,
    )
    assert re.search("broken.srt.*cannot be read: no line has times such as", text)
    assert "/exports" not in text


def test_filters_and_search_show_fewer(archive: Review) -> None:
    assert len(rows_of(archive)) == 6
    assert len(rows_of(archive, "?show=ready")) == 1
    assert len(rows_of(archive, "?show=unreadable")) == 1
    assert len(rows_of(archive, "?show=nonsense")) == 6
    assert len(rows_of(archive, "?show=no-language")) == 4
    assert len(rows_of(archive, "?search=ALICE+doe")) == 2
    assert len(rows_of(archive, "?search=guess&show=needs")) == 1
    assert rows_of(archive, "?search=nobody-of-this-name") == []
    newest = rows_of(archive, "?order=newest")
    assert "memo" in newest[0]
    assert "weekly" in newest[3]
    html = archive.get("archive?show=ready").text
    assert '<a href="archive?show=ready" aria-current="true">Ready <span class="count">1' in html
    assert "Left out" not in html  # nothing is


def test_a_search_gets_the_rows_alone(archive: Review) -> None:
    html = archive.get("archive-rows?search=memo").text
    assert html.startswith('<div id="rows" role="table"')
    assert html.count("<a ") == 1


def test_names_are_text(archive: Review) -> None:
    html = archive.get("archive").text
    assert "<img" not in html
    assert "<script>Eve" not in html
    assert "&lt;img src=x onerror=harmed=1&gt;.vtt" in html
    assert "&lt;script&gt;Eve" in html


def test_an_empty_folder_says_what_was_looked_at(tmp_path: Path) -> None:
    for name in ("a.jpg", "b.jpg", "c.pdf"):
        (tmp_path / name).write_bytes(b"x")
    with open_review(tmp_path, tmp_path / "home") as review:
        html = review.get("archive").text
    assert "No transcripts here" in html
    assert "Looked at 3 files: .jpg 2, .pdf 1." in html
    assert "SRT subtitles: .srt" in html


def test_what_cannot_be_read_is_reported(tmp_path: Path) -> None:
    with open_review(tmp_path / "nowhere", tmp_path) as review:
        html = review.get("archive").text
        assert review.get("archive-progress").data["over"]
    assert "there is no such file or folder" in html


def test_while_it_is_read_the_page_shows_how_far(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("transcript_bridge.review.session.Session.start_reading", lambda self: None)
    with serve_review(tmp_path, tmp_path) as review:
        review.open()
        assert "Looking for recordings" in review.get("archive").text
        review.session._advance(3, 8)
        answer = review.get("archive-progress").data
    assert not answer["over"]
    assert "Reading 3 of 8 recordings" in answer["parts"]["reading"]


def test_recordings_appear_as_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    for day in (1, 2, 3):
        (folder / f"2024-05-0{day} 10.00.00 call.srt").write_text(
            f"1\n00:00:01,000 --> 00:00:05,000\nSPEAKER_00: call {day}\n"
        )
    held = threading.Event()
    may_go_on = threading.Event()
    convert = parallel.Work.convert

    def hold_the_last(work: parallel.Work, recording: Recording) -> RecordingSummary:
        if "05-03" in recording.path:
            held.set()
            may_go_on.wait(PATIENCE_SECONDS)
        return convert(work, recording)

    monkeypatch.setattr(parallel.Work, "convert", hold_the_last)
    with serve_review(folder, tmp_path / "home") as review:
        review.open()
        assert held.wait(PATIENCE_SECONDS)
        html = review.get("archive").text
        answer = review.get("archive-progress?shown=1").data
        rows = answer["parts"]["rows"]
        again = review.get(f"archive-progress?shown={answer['shown']}").data
        may_go_on.set()
        review.wait_until_read()
        whole = review.get("archive").text
    assert "rows" not in again["parts"]  # nothing has arrived since then
    for text in (html, rows):
        assert text.count('role="row" class="row"') == 2
        assert "1 May 2024 10:00" in text
        assert "1 voice without a name" in text
        assert "recording?number=" not in text  # it is opened when all is read
    assert "Reading 2 of 3 recordings" in html
    assert whole.count("recording?number=") == 3


def test_a_reading_that_ends_after_a_later_one_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "2024-05-01 10.00.00 call.srt").write_text(CUE.format("Ann"))
    read = Session._read_contents
    has_read = threading.Event()
    may_go_on = threading.Event()

    def read_and_wait(session: Session) -> ArchiveContents:
        contents = read(session)
        has_read.set()
        may_go_on.wait(PATIENCE_SECONDS)
        return contents

    with open_review(tmp_path, tmp_path / "home") as review:
        session = review.session
        monkeypatch.setattr(Session, "_read_contents", read_and_wait)
        session.start_reading()
        assert has_read.wait(PATIENCE_SECONDS)
        monkeypatch.setattr(Session, "_read_contents", read)
        (tmp_path / "2024-05-02 10.00.00 call.srt").write_text(CUE.format("Eve"))
        session.start_reading()
        newest = session.wait_until_read(PATIENCE_SECONDS)
        may_go_on.set()
        for thread in threading.enumerate():
            if thread.name == "reading":
                thread.join(PATIENCE_SECONDS)
        assert session.contents is newest
    assert len(newest.found) == 2


def test_notes_of_the_plan_are_seen_on_the_page(tmp_path: Path) -> None:
    """The lines of `plan` about files, without its numbers."""
    (tmp_path / "transcript-bridge.toml").write_text(
        '[[files]]\npath = "gone.srt"\nlanguage = "de"\n'
    )
    (tmp_path / "2024-05-01 call.srt").write_text(
        "1\n00:00:01,000 --> 00:00:05,000\nSPEAKER_00: hello there\n"
    )
    with open_review(tmp_path, tmp_path / "home") as review:
        html = review.get("archive").text
        (path, message), *_ = review.session.contents.plan.notices
    assert "1 note about these files" in html
    assert "gone.srt" in path + message
    assert "gone.srt" in html


def test_the_list_says_what_comes_next(tmp_path: Path) -> None:
    (tmp_path / "2024-05-01 10.00.00 call.srt").write_text(CUE.format("Ann"))
    with open_review(tmp_path, tmp_path / "home") as review:
        assert "mark yourself" in review.get("archive").text
        assert review.post("people-owner", name="Ann", labels=["Ann"]).status == 200
        review.wait_until_read()
        assert "Nothing needs you." in review.get("archive").text
        assert review.post("archive-leave-out", numbers=[0]).status == 200
        review.wait_until_read()
        assert "Nothing of this can be sent" in review.get("archive").text
