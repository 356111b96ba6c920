"""Files that are not read: which look like a transcript, and what the user is advised to export."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from transcript_bridge.archive.convert import convert_recording
from transcript_bridge.archive.left_out import LeftOut
from transcript_bridge.archive.scan import scan
from transcript_bridge.options import Options

TIMED = "Ann (00:12)\nHello.\n\nBob (00:15)\nHello.\n\nAnn (00:21)\nFine.\n"
AMAZON = '{"jobName": "x", "results": {"transcripts": [{"transcript": "hi"}], "items": []}}'
UTTERANCES = '{"utterances": [{"speaker": "A", "sentence": "Hello"}]}'


def document(text: str, inner: str = "word/document.xml") -> bytes:
    paragraphs = "".join(f"<w:p><w:t>{line}</w:t></w:p>" for line in text.splitlines())
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as box:
        # A fixed time: the bytes are in a test's id, which must be the same in every xdist worker.
        box.writestr(zipfile.ZipInfo(inner), f"<w:document>{paragraphs}</w:document>")
    return packed.getvalue()


def left_out_of(folder: Path) -> list[LeftOut]:
    found = scan([str(folder)])
    files = list(found.left_out)
    for recording in found.recordings:
        files += convert_recording(recording, Options()).left_out
    return files


@pytest.mark.parametrize(
    ("name", "content", "advice"),
    [
        ("utf16.rtf", TIMED.encode("utf-16"), "text with times"),
        ("zoom.docx", document(TIMED.replace("Ann (", "(Ann ")), "download the .vtt in Teams"),
        ("talk.odt", document(TIMED, "content.xml"), "text with times"),
        ("old.smi", b"<SAMI><BODY>", "subtitle editor"),
        ("movie.sub", b"{0}{25}Hello\n", "MicroDVD"),
        ("plan.md", b"### 0:05 Opening\nGo in.\n### 0:35 Home\nShow it.\n### 1:30 End\n", "times"),
        ("aws.json", AMAZON.encode(), "Amazon Transcribe"),
        ("other.json", UTTERANCES.encode(), "JSON with speech"),
        ("Meeting transcript.pdf", b"%PDF", "named like a transcript"),
    ],
)
def test_a_file_that_looks_like_a_transcript_is_named_with_what_to_export(
    tmp_path: Path, name: str, content: bytes, advice: str
) -> None:
    (tmp_path / name).write_bytes(content)
    (file,) = left_out_of(tmp_path)
    assert file.path.endswith(name)
    assert file.absolute == str(tmp_path / name)
    assert file.advice
    assert advice in file.advice


NOTE = "{heading}\n\n**Ann** [0:03]: Where is the harbor?\n\n**{other}** [0:08]: Behind the hill.\n"


@pytest.mark.parametrize(
    ("name", "heading", "other", "is_read"),
    [
        ("note.md", "## Talk", "Ann", True),
        ("note.md", "## Talk", "Bob", False),
        ("note.md", "## Full transcript", "Bob", True),
        ("2024 Transcript.md", "## Talk", "Bob", True),
    ],
)
def test_a_note_is_read_if_it_says_that_it_is_a_transcript_or_repeats_names(
    tmp_path: Path, name: str, heading: str, other: str, is_read: bool
) -> None:
    (tmp_path / name).write_text(NOTE.format(heading=heading, other=other))
    assert (left_out_of(tmp_path) == []) == is_read


def test_subtitles_are_a_better_form_than_a_note(tmp_path: Path) -> None:
    (tmp_path / "talk.md").write_text(NOTE.format(heading="# Transcript", other="Ann"))
    (tmp_path / "talk.srt").write_text("1\n00:00:03,000 --> 00:00:05,000\nWhere is the harbor?\n")
    (recording,) = scan([str(tmp_path)]).recordings
    assert [form.name for form in recording.forms] == ["talk.srt", "talk.md"]


@pytest.mark.parametrize("name", ["GMT20240124-202901_RecordingnewChat.txt", "notes.txt"])
def test_the_chat_beside_a_zoom_recording_is_known_by_its_name(tmp_path: Path, name: str) -> None:
    """Two messages in a row look like speech; a file of another name with the same is read."""
    (tmp_path / name).write_bytes(b"00:00:01 Ann: Hello there\n00:00:04 Bob: Hello, Ann\n")
    (recording,) = scan([str(tmp_path)]).recordings
    summary = convert_recording(recording, Options())
    if name == "notes.txt":
        assert summary.state == "ready"
        return
    assert summary.state == "none"
    (file,) = summary.left_out
    assert (file.advice, file.why) == (
        "",
        "this is the chat of a meeting in Zoom, which people wrote",
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("agenda.txt", b"10:00 Welcome\n"),
        ("shifts.csv", b"name,from\nAnn,9:00\nBob,8:00\nCem,7:30\nDee,6:00\nEve,5:00\n"),
        ("hours.txt", b"9:00 am opens\n10:00 am tea\n11:00 am soup\n"),
        ("readme.md", b"# Title\n\nSome words.\n"),
        ("package.json", b'{"name": "x", "text": "y"}'),
        ("film.sub", b"\x00\x00\x01\xba pictures"),
        ("model.stl", b"solid cube\n"),
        ("empty.docx", b"not a container"),
        ("invoice.pdf", b"%PDF"),
        ("picture.jpg", b"\xff\xd8"),
    ],
)
def test_other_files_are_counted_only(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    (file,) = left_out_of(tmp_path)
    assert (file.suffix, file.advice) == (Path(name).suffix, "")


def test_a_document_next_to_its_transcript_needs_nothing(tmp_path: Path) -> None:
    (tmp_path / "talk.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>Hello\n")
    (tmp_path / "talk.odt").write_bytes(document(TIMED, "content.xml"))
    (tmp_path / "talk.docx").write_bytes(document(TIMED))
    (file,) = left_out_of(tmp_path)
    assert (file.suffix, file.advice) == (".odt", "")
    (recording,) = scan([str(tmp_path)]).recordings
    assert convert_recording(recording, Options()).others == (str(tmp_path / "talk.docx"),)


def test_a_large_document_is_not_opened(tmp_path: Path) -> None:
    with (tmp_path / "talk.docx").open("wb") as file:
        file.truncate(300 * 1024 * 1024)
    (left,) = left_out_of(tmp_path)
    assert left.advice == ""


THUMBNAILS = "WEBVTT\n\n00:00.000 --> 00:05.000\nfilm.jpg#xywh=0,0,120,67\n"


def test_thumbnails_beside_a_film_are_not_a_transcript_and_not_a_failure(
    tmp_path: Path,
) -> None:
    (tmp_path / "film.vtt").write_text(THUMBNAILS)
    (file,) = left_out_of(tmp_path)
    assert (file.suffix, file.advice) == (".vtt", "")
    assert "thumbnails" in file.why
    (recording,) = scan([str(tmp_path)]).recordings
    assert convert_recording(recording, Options()).state == "none"


def test_another_form_is_used_if_the_first_has_no_speech(tmp_path: Path) -> None:
    (tmp_path / "film.vtt").write_text(THUMBNAILS)
    (tmp_path / "film.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nGood evening.\n")
    (recording,) = scan([str(tmp_path)]).recordings
    summary = convert_recording(recording, Options())
    assert (summary.state, summary.segments) == ("ready", 1)
    assert [Path(file.path).name for file in summary.left_out] == ["film.vtt"]
