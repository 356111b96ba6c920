"""A document with nothing but what WhisperX writes is not searched; the search finds the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from transcript_bridge.formats.whisper_json import parse
from transcript_bridge.formats.whisper_json.entry import Entry, to_whole_utterances
from transcript_bridge.formats.whisper_json.plain import read_plain
from transcript_bridge.formats.whisper_json.shapes import find_lists

Document = dict[str, Any]


def search(document: Document) -> list[Entry]:
    """The segments without odd values."""
    return [entry for entry in find_lists(document).segments if to_whole_utterances([entry])]


def make_document() -> Document:
    """As WhisperX writes it: numerals have no times, a score may be null."""
    segments: list[Document] = []
    for number in range(25):
        start = 2.0 * number
        words: list[Document] = [
            {"word": "Good", "start": start, "end": start + 0.4, "score": 0.9, "speaker": "A"},
            {"word": "12"},
            {"word": "times.", "start": start + 0.9, "end": start + 1.5, "score": None},
        ]
        segment = {"start": start, "end": start + 1.5, "text": " Good 12 times.", "words": words}
        segments.append({**segment, "speaker": "A"})
    words = [word for segment in segments for word in segment["words"]]
    return {"segments": segments, "word_segments": words, "language": "English"}


def test_a_document_of_whisperx_is_not_searched() -> None:
    plain = read_plain(make_document())
    assert plain is not None
    assert plain.segments == search(make_document())
    assert len(plain.segments) == 25


def _put(place: str, key: str, value: Any) -> Callable[[Document], None]:
    """Set a key of the document, of a segment, or of a word."""

    def change(document: Document) -> None:
        segment = document["segments"][3]
        holders = {"document": document, "segment": segment, "word": segment["words"][0]}
        holders[place][key] = value

    return change


def _without_words(document: Document) -> None:
    for segment in document["segments"]:
        del segment["words"]


def _in_milliseconds(document: Document) -> None:
    _without_words(document)
    del document["word_segments"]
    for segment in document["segments"]:
        segment.update(start=int(segment["start"] * 1000), end=int(segment["end"] * 1000))


def _all_in_one(document: Document) -> None:
    words = document["word_segments"]
    one = {"start": 0.0, "end": 300.5, "text": "Good 12 times.", "words": words}
    document["segments"] = [one]


def _times_as_texts(document: Document) -> None:
    for segment in document["segments"]:
        segment.update(start=str(segment["start"]), end=str(segment["end"]))


def _words_as_arrays(document: Document) -> None:
    for segment in document["segments"]:
        segment["words"] = [[0.0, 0.4, " Good", 0.9], [0.9, 1.5, " times.", 0.8]]


ODDITIES: dict[str, Callable[[Document], None]] = {
    "words beside segments": _without_words,
    "milliseconds": _in_milliseconds,
    "all in one segment": _all_in_one,
    "times as texts": _times_as_texts,
    "words as arrays": _words_as_arrays,
    "no segments": _put("document", "segments", []),
    "another list": _put("document", "utterances", [{"start": 0.5, "end": 1, "text": "Hi"}]),
    "text as a list": _put("document", "text", ["Good"]),
    "speaker as an object": _put("segment", "speaker", {"name": "Ann"}),
    "text as a number": _put("segment", "text", 12),
    "seconds since 1970": _put("segment", "start", 1.7e9),
    "start as a text": _put("segment", "start", "6.5"),
    "another speaker": _put("segment", "speaker_name", "Ann"),
    "words as an object": _put("segment", "words", {"word": "Good"}),
    "speaker of a word as an object": _put("word", "speaker", {"name": "Ann"}),
    "kind of a word": _put("word", "type", "spacing"),
    "start of a word as a boolean": _put("word", "start", True),
    "start of a word as a text": _put("word", "start", "6.5"),
}


@pytest.mark.parametrize("oddity", ODDITIES)
def test_what_is_odd_is_searched(oddity: str) -> None:
    document = make_document()
    ODDITIES[oddity](document)
    assert read_plain(document) is None


@pytest.mark.parametrize(
    "change",
    [
        _put("segment", "text", ""),
        _put("segment", "speaker", None),
        _put("segment", "words", None),
        _put("segment", "end", 1e8),
        _put("word", "speaker", 3),
        _put("word", "word", ""),
        _put("word", "end", float("nan")),
        _put("document", "language", None),
        _put("document", "word_segments", []),
    ],
)
def test_what_readers_repair_is_found_alike(change: Callable[[Document], None]) -> None:
    document = make_document()
    change(document)
    plain = read_plain(document)
    assert plain is None or plain.segments == search(document)


def test_an_odd_segment_of_a_long_document_is_reported() -> None:
    """Of a long list only some entries are looked at."""
    rows: list[Any] = [{"start": n + 0.5, "end": n + 1.0, "text": "Hi."} for n in range(2600)]
    rows[1501] = 7
    transcript = parse(json.dumps({"segments": rows}))
    assert (transcript.cues, len(transcript.utterances)) == (2600, 2599)
    assert [problem.code for problem in transcript.problems] == ["bad-item"]
