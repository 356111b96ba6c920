"""JSON of recognizers: what the fixtures do not show, and that nothing breaks it."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.hangs import no_hang
from transcript_bridge.errors import MalformedError
from transcript_bridge.formats.whisper_json import fast, parse, sniff
from transcript_bridge.formats.whisper_json.documents import Around
from transcript_bridge.formats.whisper_json.layout import find_layout
from transcript_bridge.formats.whisper_json.rows import ListReader
from transcript_bridge.formats.whisper_json.values import Labels, read_time
from transcript_bridge.models import Transcript, Word
from transcript_bridge.problems import ProblemLog

FIXTURES = Path(__file__).parents[2] / "fixtures" / "whisper_json"


def read(document: Any) -> Transcript:
    transcript = parse(json.dumps(document))
    assert transcript.cues == len(transcript.utterances) + sum(p.cues for p in transcript.problems)
    return transcript


def segment(start: Any = 0.0, end: Any = 1.0, text: Any = "Hello.", **more: Any) -> dict[str, Any]:
    return {"start": start, "end": end, "text": text, **more}


def test_the_fast_way_and_the_careful_way_agree() -> None:
    compared = 0
    for name in ("whisperx", "openai-whisper", "faster-whisper", "bare-list", "odd-times"):
        path = FIXTURES / f"{name}.json"
        document = json.loads(path.read_text(encoding="utf-8"))
        rows = document["segments"] if isinstance(document, dict) else document
        # Entries of the owner are read by their layout.
        owned = [{**row, "is_user": True} for row in rows]
        reader = ListReader(owned, find_layout(rows), Around())
        for row, entry in zip(rows, reader.read_segments(), strict=True):
            plain = fast.read(row, Labels())
            if plain is None:
                continue
            assert entry == plain._replace(is_owners=True)
            compared += 1
    assert compared >= 10


def test_times_are_rounded_to_the_nearest_millisecond() -> None:
    (u,) = read([segment(1.0005001, 2.0394999999)]).utterances
    assert (u.start, u.end) == (1001, 2039)


@pytest.mark.parametrize(
    ("value", "ms"),
    [
        (1, 1000),
        (1.25, 1250),
        ("1.25", 1250),
        (" 7 ", 7000),
        ("-0.5", -500),
        ("01:02", 62_000),
        ("1:00:00.5", 3_600_500),
        ("00:00:01,2345", 1234),
        (True, None),
        (float("nan"), None),
        (float("inf"), None),
        (10**400, None),
        (1e300, None),
        ("soon", None),
        ("9" * 50, None),
        ("1e5", None),
        ([1], None),
        (None, None),
    ],
)
def test_read_time(value: object, ms: int | None) -> None:
    assert read_time(value) == ms


def test_true_is_neither_a_time_nor_a_label() -> None:
    words = [{"word": "Hello.", "start": True, "end": 0.9}]
    rows = [segment(speaker=1), segment(words=words, speaker=True), segment(1.5, 2.0, speaker=2.0)]
    transcript = read(rows)
    assert transcript.utterances.speakers == ("1", None, "2")
    assert transcript.utterances[1].words == (Word("Hello."),)
    assert [problem.code for problem in transcript.problems] == ["odd-words", "odd-speaker"]
    in_milliseconds = [
        {"speaker": True, "text": "Good morning.", "start_ms": True, "end_ms": 900},
        {"speaker": "Ann", "text": "Hello.", "start_ms": 1200, "end_ms": 1900},
    ]
    rest = read(in_milliseconds).utterances[1]
    assert rest[:4] == (1200, 1900, "Hello.", "Ann")
    named = {"segments": rows, "speakers": [{"id": True, "name": "Ann"}, {"id": 1, "name": "Bo"}]}
    assert read(named).utterances.speakers == ("Bo", None, "2")


@pytest.mark.parametrize(
    ("rows", "times"),
    [
        ([segment(2.0, None, "Hi."), segment(3.0, 4.0)], (2000, 3000)),  # until the next begins
        (
            [segment(2.0, None, "Hi."), segment(60.0, 61.0)],
            (2000, 2300),
        ),  # but not over a long silence
        ([segment(2.0, None, "Hi.")], (2000, 2300)),
        ([segment(None, 2.0)], (0, 2000)),
        ([segment(2.0, None, words=[{"word": "Hello.", "start": 2.1, "end": 2.9}])], (2000, 2900)),
    ],
)
def test_a_missing_time_is_guessed_and_reported(rows: list[Any], times: tuple[int, int]) -> None:
    transcript = read({"segments": rows})
    assert transcript.utterances[0][:2] == times
    assert [p.code for p in transcript.problems] == ["time-guessed"]


def test_times_that_run_backwards_are_kept() -> None:
    assert read([segment(5.0, 4.0), segment(1.0, 2.0)]).utterances[0][:2] == (5000, 4000)


@pytest.mark.parametrize(
    ("value", "language"),
    [
        ("de", "de"),
        ("pt-BR", "pt-BR"),
        ("zh_Hant", "zh-Hant"),
        ("English", "en"),
        ("haitian creole", None),
        ("", None),
        (None, None),
        (3, None),
        ("unknown", None),
    ],
)
def test_language(value: object, language: str | None) -> None:
    assert read({"segments": [segment()], "language": value}).language == language


def test_words_next_to_the_segments_find_their_own_speaker() -> None:
    turns = [segment(0, 3, "One two.", speaker="A"), segment(1, 2, "Three.", speaker="B")]
    words = [
        {"start": s, "end": s + 0.5, "text": t, "speaker": n}
        for s, t, n in ((0, "One", "A"), (1, "Three.", "B"), (2, "two.", "A"))
    ]
    transcript = read(
        {"output": {"turnLevelTranscription": turns, "wordLevelTranscription": words}}
    )
    assert [[w.text for w in u.words] for u in transcript.utterances] == [
        ["One", "two."],
        ["Three."],
    ]


def test_words_alone_are_parted_by_speaker_pause_and_sentence() -> None:
    def words(*rows: tuple[str, float, float, str]) -> list[dict[str, Any]]:
        return [{"word": w, "start": s, "end": e, "speaker": n} for w, s, e, n in rows]

    changing = words(("a", 0, 1, "A"), ("b", 1, 2, "B"), ("c", 3.2, 4, "B"))
    assert [u.text for u in read({"words": changing}).utterances] == ["a", "b", "c"]
    long = [
        w for n in range(40) for w in words(("word." if n % 5 == 4 else "word", n, n + 0.9, "A"))
    ]
    assert [len(u.words) for u in read(long).utterances] == [15, 15, 10]


def test_words_of_blankless_scripts_are_joined_without_blanks() -> None:
    words = [{"word": w, "start": 0.0, "end": 1.0} for w in ("東京", "です", "。", "OK", "です")]
    assert read([segment(text=None, words=words)]).utterances[0].text == "東京です。 OK です"


@pytest.mark.parametrize(
    "texts", [("はい。", "そうです。", "雨です。", "ええ。"), ("Yes.", "No.", "Yes.", "No.")]
)
def test_short_sentences_are_not_taken_for_words(texts: tuple[str, ...]) -> None:
    chunks = [{"timestamp": [n, n + 1], "text": text} for n, text in enumerate(texts)]
    assert [u.text for u in read({"chunks": chunks}).utterances] == list(texts)


def test_a_numeral_without_quotes_is_a_word() -> None:
    (u,) = read([segment(text="At 9.", words=[{"word": "At"}, {"word": 9}])]).utterances
    assert u.words == (Word("At"), Word("9"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"segments": [{"start": 0.0, "en', "cut off"),
        ('{"segments": [', "cut off"),
        ("[" * 100_000, "nested too deep"),
        ('{"segments": ' + "[" * 30_000 + "]" * 30_000 + "}", "nested too deep"),
        ('{"segments": [' + "{}, " * 50_000 + "{}]}", "too small to be segments or words"),
        ('{"segments": [' + "9" * 5000 + "]}", "thousands of digits"),
        ('{"a": 1}', "no segments"),
        ('["a"]', "no segments"),
        ('{"segments": null}', "no segments"),
        ("3", "no segments"),
        ("", "cut off"),
        ('{"segments" []}', "not JSON from character 13"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(text: str, message: str) -> None:
    with pytest.raises(MalformedError, match=message) as caught:
        parse(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "bid"),
    [
        ('{"segments": [{"id": 0, "start": 0.0, "end": 1.0, "text": "', 95),
        ('{"segments": []}', 95),
        ('{\n  "text": "' + "A very long text. " * 5000, 60),
        ('{"segments": [{"start": 0, "end": 1, "speaker": "A"}]}', 20),
        ('[{"speaker": "A", "start": 0, "end": 1, "text": ""}]', 90),
        ('[{"start": 0, "end": 1, "speaker": "A"}]', 20),
        ("[00:01.00]Lyrics", 0),
        ("[ 00:00:00.030 -->  00:00:00.824] A SPEAKER_02", 0),
        ("{\\an8}Subtitle", 0),
        ("[Music]", 0),
        ("", 0),
    ],
)
def test_sniff(text: str, bid: int) -> None:
    assert sniff(text) == bid


def test_problems_do_not_outgrow_the_file() -> None:
    transcript = read({"segments": [segment(), *[0] * 50_000]})
    assert transcript.cues == 50_001
    assert len(transcript.problems) == ProblemLog.LIMIT + 1
    assert transcript.problems[-1].message == "and 49000 more of the same"


@pytest.mark.parametrize(
    "text",
    [
        '{"segments": [' + '{"text":"a"},' * 80_000 + "{}]}",
        '{"words": [' + '{"word":"a"},' * 80_000 + "{}]}",
        '{"segments": [{"text":"' + "\\ud800" * 170_000 + '"}]}',
        '{"text": "' + " " * 1_000_000,
        '{"segments":' + " " * 1_000_000 + "]",
        '[{"' + '\\"segments\\": [' * 60_000,
        '{"text"' + ' : [ { "' * 120_000,
        '{"segments": [{"text":"x","words":[' + '{"word":"zz","start":1},' * 40_000 + "{}]}]}",
    ],
    ids=[
        "segments",
        "words",
        "surrogates",
        "blanks in text",
        "blanks",
        "quoted",
        "keys",
        "odd words",
    ],
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
KEYS = (
    "segments word_segments words word text start end speaker chunks timestamp transcription "
    "offsets from to tokens "
    "output result language speakers turnLevelTranscription wordLevelTranscription"
)
junk = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(KEYS.split()), inner, max_size=5)
    ),
    max_leaves=30,
)
odd_segments = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "start": st.floats(0, 100) | scalars,
            "end": st.floats(0, 100) | scalars,
            "text": st.text(max_size=8) | junk,
            "speaker": st.sampled_from(["A", "B", 1, None, ""]) | junk,
            "timestamp": st.lists(st.floats(0, 9) | st.none(), max_size=3),
            "offsets": st.fixed_dictionaries({"from": st.integers(), "to": scalars}),
            "words": st.lists(
                st.fixed_dictionaries(
                    {}, optional={"word": scalars, "start": scalars, "end": scalars}
                )
            ),
            "tokens": st.lists(
                st.fixed_dictionaries({"text": scalars}, optional={"offsets": junk})
            ),
        },
    )
    | junk,
    max_size=6,
)
documents = (
    junk | odd_segments | st.dictionaries(st.sampled_from(KEYS.split()), odd_segments, max_size=4)
)


@given(documents)
def test_any_json_is_read_or_refused(document: Any) -> None:
    text = json.dumps(document)
    assert 0 <= sniff(text) <= 100
    try:
        transcript = parse(text)
    except MalformedError:
        return
    assert transcript.cues == len(transcript.utterances) + sum(p.cues for p in transcript.problems)
    for u in transcript.utterances:
        assert u.text.strip() == u.text != ""
        assert type(u.start) is type(u.end) is int
        "".join((u.text, u.speaker or "", *(w.text for w in u.words))).encode()
    "".join(p.message for p in transcript.problems).encode()


@given(st.text(alphabet='{}[]",:0. \n\\ud8ensgtx') | st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    message = ""
    try:
        parse(text)
    except MalformedError as error:
        message = error.message
    assert "\n" not in message
