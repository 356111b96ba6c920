"""pyannote's turns: forms that are not in the fixtures, errors, and the bids of formats."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.hangs import no_hang
from transcript_bridge.errors import MalformedError
from transcript_bridge.formats import pyannote, whisper_json
from transcript_bridge.formats.pyannote import parse, sniff
from transcript_bridge.models import Turn

TURN = {"start": 0.5, "end": 1.25, "speaker": "A"}
WORDS = [{"start": 0.5, "end": 1.0, "text": "Hello.", "speaker": "A"}]


@pytest.mark.parametrize(
    "document",
    [
        [TURN],
        {"turns": [TURN]},
        {"segments": [TURN]},
        {"diarization": [TURN]},
        {"diarization": {"segments": [TURN]}},
        {"speaker_diarization": [TURN], "exclusive_speaker_diarization": []},
        {"exclusiveDiarization": [TURN]},
        {"output": {"exclusiveDiarization": [{**TURN, "end": 1.0}], "diarization": [TURN]}},
        [{"segment": {"start": 0.5, "end": 1.25}, "track": "B", "label": "A"}],
        [{**TURN, "start": "0.5", "speaker": " A "}],
    ],
)
def test_shapes(document: Any) -> None:
    text = json.dumps(document)
    assert parse(text).turns == (Turn(500, 1250, "A"),)
    assert sniff(text) > whisper_json.sniff(text)


@pytest.mark.parametrize(
    "document",
    [
        WORDS,
        {"segments": WORDS},
        {"segments": []},
        {"output": {"diarization": [TURN], "turnLevelTranscription": WORDS}},
    ],
)
def test_a_file_with_words_is_a_transcript(document: Any) -> None:
    text = json.dumps(document)
    assert whisper_json.sniff(text) > sniff(text)


def test_words_that_are_passed_over_are_reported() -> None:
    transcript = parse(
        json.dumps({"output": {"diarization": [TURN], "wordLevelTranscription": WORDS}})
    )
    assert [(p.code, p.level) for p in transcript.problems] == [("words-ignored", "lost")]


@pytest.mark.parametrize(
    ("line", "turn"),
    [
        ("[ 00:00:00.030 -->  00:00:00.824] A SPEAKER_02", Turn(30, 824, "SPEAKER_02")),
        ("[ 00:00:00.030 -->  00:00:00.824] 12 Ada Byron ", Turn(30, 824, "Ada Byron")),
        (
            "[ 100:00:00.000 -->  100:00:01.500] _ speaker90",
            Turn(360_000_000, 360_001_500, "speaker90"),
        ),
        ("start=0.2s stop=1.5s speaker_SPEAKER_00", Turn(200, 1500, "SPEAKER_00")),
        ("start=0.2s end=1.5s speaker=Ada", Turn(200, 1500, "Ada")),
    ],
)
def test_lines_as_printed(line: str, turn: Turn) -> None:
    assert parse(line).turns == (turn,)
    assert sniff(line + "\n") == 95


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "[]x",
        "{}",
        "[1, 2]",
        '{"segments": 3}',
        '[{"start": 1}]',
        "[" * 50_000,
        '{"diarization": ["a"]}',
    ],
)
def test_what_has_no_turns_is_refused(text: str) -> None:
    with pytest.raises(MalformedError):
        parse(text)


@pytest.mark.parametrize(
    "text", ["[]", '{"segments": {}}', "[Music]", "{\\an8}Subtitle", "start=now", "00:00:01.000"]
)
def test_what_it_does_not_bid_on(text: str) -> None:
    assert sniff(text) == 0


@pytest.mark.untraced
@pytest.mark.parametrize(
    "text",
    [
        "[" + '{"start":0,"end":1,"speaker":"A"},' * 28_000 + "{}]",
        "[ 00:00:00.030 -->  00:00:00.824] A SPEAKER_02\n" + "[ " * 500_000,
        "[ 00:00:00.030 -->  00:00:00.824] A SPEAKER_02\n" + "x\n" * 500_000,
        "[ 00:00:00.030 -->  00:00:00.824]" + " " * 1_000_000,
    ],
    ids=["turns", "brackets", "junk", "blanks"],
)
def test_a_megabyte_of_anything_is_read_or_refused(text: str) -> None:
    with no_hang(), contextlib.suppress(MalformedError):
        sniff(text)
        parse(text)


scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.just("\ud800")
)
KEYS = "diarization segments turns content output segment start end speaker label track"
keys = st.sampled_from(KEYS.split())
junk = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=5)
)


@given(junk.map(json.dumps) | st.text(alphabet="[ 0:1.-]>AB{}\n") | st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        transcript = pyannote.FORMAT.parse(text)
    except MalformedError:
        return
    assert (
        transcript.cues
        == len(transcript.utterances)
        == sum(p.cues for p in transcript.problems)
        == 0
    )
    for turn in transcript.turns:
        assert turn.start < turn.end
        turn.speaker.encode()
