"""Files of turns that other tools write: what a line or an entry may look like, and what is speech
and not a turn."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.hangs import no_hang
from transcript_bridge import formats
from transcript_bridge.errors import InputError, MalformedError, UnknownFormatError
from transcript_bridge.formats import pyannote, turn_lines, turn_table
from transcript_bridge.formats.turns.line import read_line
from transcript_bridge.options import Options
from transcript_bridge.pipeline import load
from transcript_bridge.turns_file import TurnsFile

FORMATS = (pyannote.FORMAT, turn_lines.FORMAT, turn_table.FORMAT)
TALK = b"1\n00:00:00,000 --> 00:00:02,000\nGood morning all.\n"


@pytest.mark.parametrize(
    ("line", "start", "end", "label"),
    [
        ("0.5 2.25 A", 0.5, 2.25, "A"),
        ("0.5\t2.25\tA", 0.5, 2.25, "A"),
        ("0,5\t2,25\tAnn Smith", 0.5, 2.25, "Ann Smith"),
        ("A\t0.5\t2.25", 0.5, 2.25, "A"),
        ("0.5,2.25,A", 0.5, 2.25, "A"),
        ("A,0.5,2.25", 0.5, 2.25, "A"),
        ("0.5 -- 2.25 speaker_00", 0.5, 2.25, "speaker_00"),
        ("0.5-2.25 A", 0.5, 2.25, "A"),
        ("[0.5s --> 2.25s] SPEAKER_00:", 0.5, 2.25, "SPEAKER_00"),
        ("(0.5, 2.25) A", 0.5, 2.25, "A"),
        ("SPEAKER_00: 0.5 - 2.25", 0.5, 2.25, "SPEAKER_00"),
        ("Speaker 1: from 0.5s to 2.25s", 0.5, 2.25, "Speaker 1"),
        ("From 0.5s to 2.25s: SPEAKER_01", 0.5, 2.25, "SPEAKER_01"),
        ('Speaker "A" speaks between t=0.5s and t=2.25s.', 0.5, 2.25, "A"),
        ("start=0.5s stop=2.25s speaker_SPEAKER_00", 0.5, 2.25, "SPEAKER_00"),
        ("start: 0.5, end: 2.25, speaker: A", 0.5, 2.25, "A"),
        ("start=0.5 duration=1.75 A", 0.5, 2.25, "A"),
        ("0:00:00.5 - 0:00:02.25 Ann", 0.5, 2.25, "Ann"),
        ("Ann (00:05 - 00:07)", 5, 7, "Ann"),
        ("500 ms - 2250 ms A", 0.5, 2.25, "A"),
        ("3. 0.5 - 2.25: Ann", 0.5, 2.25, "Ann"),
        ("0.5 2.25 1", 0.5, 2.25, "1"),
        ("1 0.5 2.25", 0.5, 2.25, "1"),
        ("Speaker 2 0.5 2.25", 0.5, 2.25, "Speaker 2"),
        ("Turn: 0.5s - 2.25s, Speaker: SPEAKER_00", 0.5, 2.25, "SPEAKER_00"),
        ("Speaker SPEAKER_00 speaks from 0.5s to 2.25s", 0.5, 2.25, "SPEAKER_00"),
    ],
)
def test_a_line_with_two_times_and_a_label_is_a_turn(
    line: str, start: float, end: float, label: str
) -> None:
    turn = read_line(line)
    assert turn is not None
    assert (turn.start.seconds, turn.end.seconds, turn.label) == (start, end, label)


@pytest.mark.parametrize(
    "line",
    [
        "Duration : 56.861 s",
        "Real time factor (RTF): 25.9 / 56.8 = 0.45",
        "progress 3.57%",
        "meeting 1 0.5 2.25 hello",
        "0.5 2.25",
        "2.25 0.5 A",
        "he paid 20 or 30 for it",
        "00:00:01,000 --> 00:00:02,000",
    ],
)
def test_a_line_that_is_no_turn(line: str) -> None:
    assert read_line(line) is None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("0.0\t0.4\thello\n0.5\t0.9\tworld\n", id="labels-of-words"),
        pytest.param("start\tend\ttext\n0\t2000\tYes\n2000\t2500\tNo\n", id="whisper-tsv"),
        pytest.param("start,end,speaker,text\n0,2000,A,Hello\n", id="csv-with-text"),
        pytest.param("0:01 - 0:03 Good morning, all of you.\n0:04 - 0:05 Hello.\n", id="text"),
        pytest.param("0:00:01.2,0:00:03.5\nHello.\n\n0:00:04.0,0:00:05.0\nYes.\n", id="sbv"),
        pytest.param("Chapter 1: 0:00 - 5:30\nIntroduction follows here\n", id="chapter"),
    ],
)
def test_speech_is_not_taken_for_turns(text: str) -> None:
    assert [format.name for format in FORMATS if format.sniff(text)] == []


@pytest.mark.parametrize(
    "entry",
    [
        {"start_time": 1, "end_time": 2, "speaker": "A", "content": "Hello."},
        {"start": 1, "end": 2, "speaker": "A", "body": "Hello."},
        {"startTime": 1, "endTime": 2, "speaker_name": "A", "sentence": "Hello."},
        {"start": 1, "stop": 2, "label": "A", "title": "Introduction"},
        {"start": 1, "end": 2, "speaker": "A", "transcript": "Hello."},
    ],
)
def test_json_with_text_is_not_taken_for_turns(entry: dict[str, object]) -> None:
    assert pyannote.FORMAT.sniff(json.dumps([entry])) == 0


@pytest.mark.parametrize(
    "document",
    [
        {"A": [{"start": 0.5, "end": 2.25}]},
        {"A": [[0.5, 2.25]]},
        [{"offset": 0.5, "duration": 1.75, "speaker": "A"}],
        [{"from": 0.5, "to": 2.25, "label": "A"}],
        [{"start_ms": 500, "end_ms": 2250, "speaker_id": "A"}],
    ],
    ids=["objects-by-label", "rows-by-label", "offset", "from-to", "milliseconds"],
)
def test_json_with_other_keys_is_read_as_turns(document: object) -> None:
    text = json.dumps(document)
    assert formats.detect(text).name == "pyannote"
    (turn,) = pyannote.FORMAT.parse(text).turns
    assert turn[:3] == (500, 2250, "A")


def test_turns_format_overrides_what_turns_look_like() -> None:
    labels = TurnsFile(b"0.0\t2.0\tgood morning everybody here\n", "talk.txt", is_named=True)
    with pytest.raises(UnknownFormatError, match=r"name the format with --turns-format"):
        load(TALK, path="talk.srt", turns=labels)
    options = Options(turns_format="turn_lines")
    (utterance,) = load(TALK, options, path="talk.srt", turns=labels).transcript.utterances
    assert utterance.speaker == "good morning everybody here"


def test_a_file_that_is_named_as_turns_is_asked_for_turns_first() -> None:
    text = json.dumps([{"start": 0, "stop": 2, "speaker": "A"}])
    assert formats.detect_turns(text, "talk.json").name == "pyannote"
    assert formats.detect_turns(TALK.decode(), "talk.json").name == "srt"


def test_a_named_file_without_turns_is_refused() -> None:
    turns = TurnsFile(TALK, "turns.srt", is_named=True)
    with pytest.raises(InputError, match=r"there are no speaker turns in this; give RTTM"):
        load(TALK, path="talk.srt", turns=turns)


LINES = st.sampled_from(
    ["0.5 2.0 A", "0 20 B", "start,end,speaker", "1,2,A", "x", "", "\\\t1", "1 2 sil", "9" * 40]
)


@given(st.lists(LINES | st.text(max_size=20)).map("\n".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    for format in FORMATS:
        format.sniff(text)
        with contextlib.suppress(MalformedError):
            for turn in format.parse(text).turns:
                assert turn.start <= turn.end
                assert turn.speaker


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("0.5 2.0 A\n" * 3000, id="turns"),
        pytest.param("0.5 " * 70_000, id="times"),
        pytest.param(" " * 300_000, id="blanks"),
        pytest.param("A " * 150_000, id="labels"),
        pytest.param("1:" * 150_000, id="clocks"),
        pytest.param("start,end,speaker\n" + "1,2,A\n" * 3000, id="table"),
    ],
)
def test_a_long_text_is_read_or_refused(text: str) -> None:
    with no_hang():
        for format in FORMATS:
            format.sniff(text)
            with contextlib.suppress(MalformedError):
                format.parse(text)


def test_the_docs_name_every_format_of_turns() -> None:
    page = Path(__file__).parents[2] / "docs" / "diarization.md"
    text = page.read_text(encoding="utf-8")
    for format in formats.all_formats():
        if format.kind == "turns":
            assert f"`{format.name}`" in text
