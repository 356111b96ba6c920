"""YouTube's captions: rolling lines come out once, words have times, and XML is read safely."""

from __future__ import annotations

import json
from typing import Any

import pytest

from transcript_bridge.errors import MalformedError
from transcript_bridge.formats import youtube
from transcript_bridge.models import Transcript, Word
from transcript_bridge.reading import read_bytes


def read(*events: dict[str, Any]) -> Transcript:
    return youtube.parse(json.dumps({"events": list(events)}))


def event(start: int, length: int, *texts: str, **more: Any) -> dict[str, Any]:
    segments = [{"utf8": text} for text in texts]
    return {"tStartMs": start, "dDurationMs": length, "segs": segments, **more}


def test_an_automatic_caption_ends_where_the_next_begins() -> None:
    found = read(
        event(0, 4000, "one"),
        event(2000, 2000, "\n", aAppend=1),
        event(2010, 4000, "two", aAppend=1),
        event(9000, 1000, "three"),
    )
    spans = [(u.start, u.end, u.text) for u in found.utterances]
    assert spans == [(0, 2010, "one"), (2010, 6010, "two"), (9000, 10_000, "three")]
    assert found.cues == 3


def test_captions_by_hand_may_overlap() -> None:
    found = read(event(0, 4000, "one"), event(2000, 4000, "two"))
    assert [u.end for u in found.utterances] == [4000, 6000]


def test_words_are_at_the_start_of_the_event_and_their_offset() -> None:
    late = event(1000, 1000, "one", " two three")
    late["segs"][1]["tOffsetMs"] = 300
    (utterance,) = read(late).utterances
    assert utterance.words == (
        Word("one", 1000, 1300),
        Word("two", 1300, 1562),
        Word("three", 1562, 2000),
    )


@pytest.mark.parametrize(
    "odd",
    [
        {"tStartMs": "soon", "segs": [{"utf8": "x"}]},
        {"tStartMs": 1e300, "segs": [{"utf8": "x"}]},
        {"tStartMs": 5, "segs": "x"},
        {"tStartMs": 5, "segs": [None, {"utf8": 7}]},
        {"tStartMs": 5},
    ],
    ids=["text", "huge", "no list", "odd segments", "window"],
)
def test_events_without_text_or_time_are_no_cues(odd: dict[str, Any]) -> None:
    assert read(odd, event(0, 1000, "one")).cues == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<timedtext><body><p t='0'>cut", "this is not XML"),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><timedtext>&b;</timedtext>", "entities of its own"),
        ("<timedtext><body/></timedtext>", "no event"),
        ('{"events": {}}', "no event"),
    ],
    ids=["cut off", "entities", "empty", "no list"],
)
def test_what_cannot_be_read_is_one_line(text: str, message: str) -> None:
    with pytest.raises(MalformedError, match=message):
        youtube.parse(text)


@pytest.mark.parametrize("value", ["1000", "1000.0", "1e3"], ids=["whole", "fraction", "exponent"])
def test_numbers_of_xml(value: str) -> None:
    (utterance,) = youtube.parse(f'<timedtext><p t="{value}" d="500">x</p></timedtext>').utterances
    assert (utterance.start, utterance.end) == (1000, 1500)


@pytest.mark.parametrize(
    "keys", [("start", "duration", 1.0), ("offset", "duration", 1000.0)], ids=["s", "ms"]
)
def test_lists_of_captions_end_where_the_next_begin(keys: tuple[str, str, float]) -> None:
    start, length, unit = keys
    said = "what somebody says in four seconds, more or less"
    rows = [{"text": said, start: int(2 * n * unit), length: int(4 * unit)} for n in range(4)]
    found = read_bytes(json.dumps(rows).encode())
    spans = [(u.start, u.end) for u in found.utterances]
    assert spans == [(0, 2000), (2000, 4000), (4000, 6000), (6000, 10_000)]
