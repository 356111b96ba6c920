"""Recognizers around Whisper, in the shapes that they write: words, times, labels, the owner."""

from __future__ import annotations

import json
from typing import Any

import pytest

from transcript_bridge import Transcript, read_bytes
from transcript_bridge.models import KnownSpeaker

Row = tuple[int, int, str | None, str]


def read(document: Any) -> Transcript:
    return read_bytes(json.dumps(document).encode(), path="talk.json")


def rows(document: Any) -> list[Row]:
    return [(one.start, one.end, one.speaker, one.text) for one in read(document).utterances]


CHUNKS = [
    {"timestamp": [0.0, 1.2], "text": " Hi there."},
    {"timestamp": [1.5, 2.0], "text": " Bye."},
]
SPOKEN = [(0, 1200, None, "Hi there."), (1500, 2000, None, "Bye.")]
NEMO = [
    {"segment": "Hi there.", "start": 0.0, "end": 1.2},
    {"segment": "Bye.", "start": 1.5, "end": 2.0},
]
SHAPES: dict[str, tuple[Any, list[Row]]] = {
    "as many words as times": ({"chunks": CHUNKS, "text": "", "speakers": []}, SPOKEN),
    "as many words as times, speakers": (
        {"speakers": [{**one, "speaker": "S0"} for one in CHUNKS], "chunks": CHUNKS},
        [(start, end, "S0", text) for start, end, _, text in SPOKEN],
    ),
    "NeMo's older key": ({"text": "Hi there. Bye.", "timestep": {"segment": NEMO}}, SPOKEN),
    "NeMo's segments in a list": ({"segments": NEMO}, SPOKEN),
    "NeMo's segments beside words": (
        {
            "segment_timestamps": NEMO,
            "word_timestamps": [{"word": "Hi", "start": 0.0, "end": 0.4}],
        },
        SPOKEN,
    ),
    "LocalAI's nanoseconds": (
        [
            {"id": 0, "start": 0, "end": 1_200_000_000, "text": "Hi there, and good morning."},
            {"id": 1, "start": 1_500_000_000, "end": 3_000_000_000, "text": "Bye until later."},
        ],
        [(0, 1200, None, "Hi there, and good morning."), (1500, 3000, None, "Bye until later.")],
    ),
    "words of Qwen's aligner": (
        {
            "language": "English",
            "text": "Good morning.",
            "time_stamps": [
                {"text": "Good", "start_time": 0.0, "end_time": 0.4},
                {"text": "morning", "start_time": 0.4, "end_time": 1.0},
            ],
        },
        [(0, 1000, None, "Good morning.")],
    ),
    "words in a list": (
        [
            {"text": text, "start_s": start, "stop_s": start + 0.3}
            for text, start in (("How", 0.0), ("are", 0.4), ("you", 0.8), ("now?", 1.2))
        ],
        [(0, 1500, None, "How are you now?")],
    ),
    "SenseVoice": (
        [
            {
                "text": "<|en|><|NEUTRAL|><|Speech|><|withitn|>Good morning.",
                "timestamp": [[0, 300], [350, 800]],
                "words": ["Good", "morning"],
            }
        ],
        [(0, 800, None, "Good morning.")],
    ),
    "seconds since 1970": (
        [
            {"start": 1_706_128_140.5, "end": 1_706_128_141.7, "text": "Hi there."},
            {"start": 1_706_128_142.0, "end": 1_706_128_142.5, "text": "Bye."},
        ],
        SPOKEN,
    ),
    "one chunk": ({"text": "Hi there.", "timestamp": [0.0, 1.2]}, SPOKEN[:1]),
    "two tokens": (
        {"text": " hi you", "tokens": [" hi", " you"], "timestamps": [0.1, 0.5]},
        [(100, 500, None, "hi you")],
    ),
    "labels in the texts": (
        {
            "segments": [
                {"start": 0.0, "end": 1.2, "text": " [SPEAKER_00]: Hi there."},
                {"start": 1.5, "end": 2.0, "text": " [SPEAKER_01]: Bye."},
            ]
        },
        [(0, 1200, "SPEAKER_00", "Hi there."), (1500, 2000, "SPEAKER_01", "Bye.")],
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes(shape: str) -> None:
    document, expected = SHAPES[shape]
    assert rows(document) == expected


def test_the_end_of_openais_stream_repeats_its_text() -> None:
    events = [
        {
            "type": "transcript.text.segment",
            "start": 0.0,
            "end": 1.5,
            "text": "Hi.",
            "speaker": "A",
        },
        {
            "type": "transcript.text.segment",
            "start": 1.7,
            "end": 2.5,
            "text": "Bye.",
            "speaker": "B",
        },
        {"type": "transcript.text.done", "text": "A: Hi.\nB: Bye."},
    ]
    transcript = read_bytes("\n".join(map(json.dumps, events)).encode(), path="talk.jsonl")
    assert [one.text for one in transcript.utterances] == ["Hi.", "Bye."]
    assert [problem.code for problem in transcript.problems] == ["cue-repeat"]


def test_words_without_speakers_belong_to_segments_by_time() -> None:
    words = [
        {"word": "Hi", "start": 0.0, "end": 0.5},
        {"word": "there.", "start": 0.5, "end": 1.2},
        {"word": "Bye.", "start": 1.5, "end": 2.0},
    ]
    segments = [
        {"start": 0.0, "end": 1.2, "text": "Hi there.", "speaker": "A"},
        {"start": 1.5, "end": 2.0, "text": "Bye.", "speaker": "B"},
    ]
    first, second = read({"segments": segments, "words": words}).utterances
    assert [word.start for word in first.words] == [0, 500]
    assert [word.text for word in second.words] == ["Bye."]


def test_entries_of_the_owner_name_the_label() -> None:
    segments = [
        {"start": 0.0, "end": 1.2, "text": "Hi.", "speaker": "SPEAKER_00", "is_user": True},
        {"start": 1.5, "end": 2.0, "text": "Bye.", "speaker": "SPEAKER_01", "is_user": False},
    ]
    assert read(segments).known_speakers == (KnownSpeaker("SPEAKER_00", is_user=True),)
    segments[1]["speaker"] = "SPEAKER_00"  # the label is two people's
    assert read(segments).known_speakers == ()
