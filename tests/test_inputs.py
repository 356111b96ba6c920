"""`tb.read` takes other inputs than paths."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import transcript_bridge as tb

DEMO = Path(__file__).parent.parent / "transcript_bridge" / "demo"
PLANNING = DEMO / "planning.vtt"


class FakeAnnotation:
    """The method of pyannote's Annotation that is used."""

    def itertracks(self, yield_label: bool = False) -> Iterator[tuple[Any, str, str]]:
        assert yield_label
        yield SimpleNamespace(start=0.5, end=1.25), "A", "SPEAKER_00"
        yield SimpleNamespace(start=1.0, end=2.0), "B", "SPEAKER_01"


def test_bytes_and_open_files_are_read_as_the_file_is() -> None:
    wanted = tb.read(PLANNING).utterances
    assert tb.read(PLANNING.read_bytes()).utterances == wanted
    with PLANNING.open("rb") as file:
        assert tb.read(file).utterances == wanted
    with PLANNING.open(encoding="utf-8") as file:
        assert tb.read(file).utterances == wanted
    assert tb.read(io.StringIO(PLANNING.read_text(encoding="utf-8"))).utterances == wanted


def test_the_dict_of_whisperx_is_read_as_its_file_is() -> None:
    path = DEMO / "interview.json"
    result = json.loads(path.read_text(encoding="utf-8"))
    assert tb.read(result).utterances == tb.read(path).utterances


@pytest.mark.parametrize(
    "diarization", [FakeAnnotation(), SimpleNamespace(speaker_diarization=FakeAnnotation())]
)
def test_an_annotation_of_pyannote_is_read_as_turns(diarization: Any) -> None:
    turns = tb.read_turns(diarization)
    assert turns == (tb.Turn(500, 1250, "SPEAKER_00"), tb.Turn(1000, 2000, "SPEAKER_01"))


def test_text_and_unknown_objects_are_refused_with_what_to_do() -> None:
    with pytest.raises(tb.InputError, match=r"text\.encode\(\)"):
        tb.read("WEBVTT\n\n00:00.000 --> 00:01.000\nHello.\n")
    with pytest.raises(tb.InputError, match=r"must be a path, bytes, an open file.* not int"):
        tb.read(7)
    closed = io.BytesIO(b"x")
    closed.close()
    with pytest.raises(tb.InputError, match="cannot be read"):
        tb.read(closed)


def test_the_repr_of_a_long_transcript_is_one_short_line() -> None:
    transcript = tb.Transcript([tb.Utterance(i, i + 1, "word") for i in range(5000)])
    assert len(repr(transcript)) < 160
    assert "5000 utterances" in repr(transcript)
    assert "\n" not in repr(transcript.evolve(path="a\nb"))


def test_started_at_may_be_a_text_in_iso_format() -> None:
    """Type checkers know that, too: this file is checked without exceptions."""
    options = tb.Options(started_at="2024-01-24T15:00:00Z")
    assert options == tb.Options(started_at=datetime(2024, 1, 24, 15, tzinfo=UTC))
    moment: datetime | None = options.started_at
    assert moment is not None
    assert moment.year == 2024
    for wrong in ("yesterday", "2024-01-24T15:00:00"):
        with pytest.raises(tb.SettingsError, match="started_at"):
            tb.Options(started_at=wrong)


def test_what_is_in_memory_is_loaded_as_its_file_is() -> None:
    """WhisperX's result and pyannote's Annotation become requests without a file."""
    path = DEMO / "interview.json"
    result = json.loads(path.read_text(encoding="utf-8"))
    options = tb.Options(started_at="2024-01-24T15:00:00Z")
    wanted = tb.to_requests(tb.load(path, options))
    assert tb.to_requests(tb.load(result, options)) == wanted
    assert tb.to_requests(tb.load(path.read_bytes(), options)) == wanted
    words = b"1\n00:00:00,500 --> 00:00:01,200\nGood morning.\n"
    joined = tb.load(words, options, turns=FakeAnnotation())
    assert joined.transcript.speakers() == ("SPEAKER_00",)


def test_nothing_but_content_and_name_dates_what_is_in_memory(tmp_path: Path) -> None:
    file = tmp_path / "2024-01-24 15.00.00 kitchen.srt"
    file.write_bytes((DEMO / "kitchen.srt").read_bytes())
    options = tb.Options(timezone="UTC")
    with file.open("rb") as opened:
        began = tb.load(opened, options).began
    assert (began.at, began.source) == (datetime(2024, 1, 24, 15, tzinfo=UTC), "name")
    unknown = tb.load(file.read_bytes(), options)
    assert unknown.began.at is None
    with pytest.raises(tb.SettingsError, match="give started_at"):
        tb.to_requests(unknown)
    with pytest.raises(tb.InputError, match="no speaker turns"):
        tb.load(file, options, turns=file.read_bytes())


def test_cues_that_start_at_the_same_moment_keep_the_order_of_the_file() -> None:
    cues = (
        b"1\n00:00:01,000 --> 00:00:05,000\nFirst.\n\n2\n00:00:01,000 --> 00:00:02,000\nSecond.\n"
    )
    shaped = tb.shape(tb.read(cues))
    assert list(shaped.utterances.texts) == ["First.", "Second."]
    assert shaped.problems == ()
