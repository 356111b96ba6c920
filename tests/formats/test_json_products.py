"""JSON of other products: keys, units, names and refusals that the fixtures do not show."""

from __future__ import annotations

import json
from typing import Any

import pytest

from transcript_bridge import formats
from transcript_bridge.errors import InputError, MalformedError, NoSpeechError
from transcript_bridge.formats.json_keys import meanings
from transcript_bridge.formats.time_units import (
    MILLISECONDS,
    SECONDS,
    TimedText,
    find_scale,
)
from transcript_bridge.formats.whisper_json import parse
from transcript_bridge.formats.whisper_json.moments import read_moment
from transcript_bridge.models import Transcript
from transcript_bridge.reading import read_bytes

TEXT = "Hello there, my friend."


def read(document: Any) -> Transcript:
    transcript = parse(json.dumps(document))
    assert transcript.cues == len(transcript.utterances) + sum(p.cues for p in transcript.problems)
    return transcript


def rows(document: Any) -> list[tuple[int, int, str, str | None]]:
    return [u[:4] for u in read(document).utterances]


@pytest.mark.parametrize(
    ("times", "span"),
    [
        ({"start": 1.5, "end": 3}, (1500, 3000)),
        ({"startTime": "1.5", "endTime": "3"}, (1500, 3000)),
        ({"start_time": "1.5s", "end_time": "3s"}, (1500, 3000)),
        ({"startSeconds": 1.5, "durationSeconds": 1.5}, (1500, 3000)),
        ({"start_ms": 1500, "end_ms": 3000}, (1500, 3000)),
        ({"startMs": 1500, "durationMs": 1500}, (1500, 3000)),
        ({"offsetMilliseconds": 1500, "durationMilliseconds": 1500}, (1500, 3000)),
        ({"offsetInTicks": 15_000_000, "durationInTicks": 15_000_000}, (1500, 3000)),
        ({"offset": "PT1.5S", "duration": "PT1.5S"}, (1500, 3000)),
        ({"begin": "00:00:01.500", "stop": "00:00:03,000"}, (1500, 3000)),
        ({"from": "0:01", "to": "0:03"}, (1000, 3000)),
        ({"timestamp": [1.5, 3.0]}, (1500, 3000)),
        ({"time": {"start": 1.5, "end": 3.0}}, (1500, 3000)),
        ({"offsets": {"from": 1500, "to": 3000}}, (1500, 3000)),
        ({"timestamp": "00:01 --> 00:03"}, (1000, 3000)),
        ({"Start-Time": 1.5, "END TIME": 3}, (1500, 3000)),
        ({"start": 1500, "end": 3000}, (1500, 3000)),  # by the rate of speech
        ({"start": "1500", "end": "3000"}, (1500, 3000)),
        ({"start": 1500.0, "end": 3000.0}, (1500, 3000)),
    ],
    ids=lambda value: ",".join(value) if isinstance(value, dict) else "",
)
def test_times_are_read_by_their_key_and_unit(times: dict[str, Any], span: tuple[int, int]) -> None:
    assert rows([{**times, "text": TEXT}]) == [(*span, TEXT, None)]


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        ({"speaker_id": "S1"}, "S1"),
        ({"speakerName": "Ann", "speakerId": 3}, "Ann"),
        ({"speaker": "Ann", "speaker_id": 3}, "Ann"),
        ({"speaker_name": None, "speaker_id": 3}, "3"),
        ({"speaker": "", "original_speaker": "Speaker 2"}, "Speaker 2"),
        ({"speaker": {"id": 1, "name": "Ann"}}, "Ann"),
        ({"speaker": {"id": 1}}, "1"),
        ({"participant": {"name": "Ann"}}, "Ann"),
        ({"speaker_label": "spk_0"}, "spk_0"),
        ({"speakerTag": 2}, "2"),
        ({"speaker": 2.0}, "2"),
        ({"speaker": float("nan")}, None),
        ({"speaker": "[Speaker 1]"}, "Speaker 1"),
        ({"speaker": "(speaker ?)"}, None),
        ({"source": "microphone"}, "microphone"),
        ({"source": "model-v2"}, None),
    ],
)
def test_a_speaker_is_named_by_any_key(fields: dict[str, Any], label: str | None) -> None:
    assert rows([{"start": 1.5, "end": 3.0, "text": TEXT, **fields}]) == [(1500, 3000, TEXT, label)]


def test_identifiers_of_speakers_get_the_names_that_the_file_lists() -> None:
    segment = {"start": 1.5, "end": 3.0, "text": TEXT, "speaker": 7}
    for speakers in ([{"id": 7, "name": "Ann"}], {"7": "Ann"}, {"7": {"name": "Ann"}}):
        assert rows({"segments": [segment], "speakers": speakers})[0][3] == "Ann"


@pytest.mark.parametrize(
    ("start", "end", "began"),
    [
        ("2025-08-19T09:00:05Z", "2025-08-19T09:00:06Z", "2025-08-19T09:00:05+00:00"),
        ("2025-08-19 11:00:05+02:00", "2025-08-19 11:00:06+02:00", "2025-08-19T09:00:05+00:00"),
        (1_755_594_005, 1_755_594_006, "2025-08-19T09:00:05+00:00"),
        (1_755_594_005_000, 1_755_594_006_000, "2025-08-19T09:00:05+00:00"),
        ("1755594005", "1755594006", "2025-08-19T09:00:05+00:00"),
        ("2025-08-19T09:00:05", "2025-08-19T09:00:06", None),  # which zone?
    ],
)
def test_dates_say_when_it_began(start: Any, end: Any, began: str | None) -> None:
    transcript = read([{"start_time": start, "end_time": end, "text": "Hello."}])
    assert transcript.utterances[0][:2] == (0, 1000)
    if began is None:
        assert transcript.started_at is None
        assert [problem.code for problem in transcript.problems] == ["zone-missing"]
    else:
        assert transcript.started_at is not None
        assert transcript.started_at.isoformat() == began
        assert transcript.start_source == "stated"


@pytest.mark.parametrize(
    ("times", "characters", "unit"),
    [
        ([(0, 2)], 30, SECONDS),
        ([(0, 2000)], 30, MILLISECONDS),
        ([(0, 30), (30, 30)], 18, SECONDS),  # slow, but people are
        ([(0, 900)], 2, SECONDS),  # "Hm" can last any time
        ([(0, 2000.5)], 30, SECONDS),
        ([(0, None), (2000, None)], 30, MILLISECONDS),
        ([(0, None), (200, None)], 30, SECONDS),
    ],
)
def test_the_rate_of_speech_tells_the_unit(times: Any, characters: int, unit: float) -> None:
    entries = [
        TimedText(float(start), None if length is None else float(length), characters, True)
        for start, length in times
    ]
    assert find_scale(entries).unit == unit


def test_seconds_of_windows_without_speech_stay_seconds() -> None:
    silent = [{"start": 30.0 * n, "end": 30.0 * n + 30.0, "text": "you"} for n in range(5)]
    assert rows(silent)[-1][:2] == (120_000, 150_000)


def test_milliseconds_by_the_rate_of_speech_are_reported() -> None:
    (problem,) = read([{"start": 0, "end": 2000, "text": TEXT}]).problems
    assert problem.code == "unit-guessed"
    assert "12 characters a second" in problem.message


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([{"speaker": "A", "text": "Hi."}], "keys of an entry: speaker, text"),
        ({"segments": [{"when": 1, "text": "Hi."}]}, "keys of an entry: when, text"),
        ({"segments": [{"start": None, "end": None, "text": "Hi."}]}, "no times"),
        ({"a": 1, "b": [2]}, "its keys: a, b"),
        ({"text": "Hello.", "words": []}, "a text"),
        (
            [
                {"start": 25, "end": 109, "text": "Good day."},
                {"start": 240, "end": 270, "text": "Hello."},
            ],
            "hundredths",
        ),
        (
            {
                "a": [{"start": 1, "end": 2, "text": "x y"}],
                "b": [{"start": 1, "end": 2, "text": "z"}],
            },
            "several lists",
        ),
    ],
)
def test_what_is_not_known_is_refused_with_its_keys(document: Any, message: str) -> None:
    with pytest.raises(MalformedError, match=message):
        read(document)


def test_messages_with_dates_are_no_speech() -> None:
    messages = [{"ts": "1503435956.0002", "user": "U1", "text": "Lunch at the usual place?"}]
    with pytest.raises(NoSpeechError, match="log of messages"):
        read(messages)


def test_a_text_under_an_unknown_key_is_no_file_of_turns() -> None:
    """Turns alone are offered --untranscribed-text, which would throw these words away."""
    for said in ("Thanks for having me", "Thanks."):
        text = json.dumps([{"speaker": "A", "start": 0.0, "end": 1.0, "said": said}])
        with pytest.raises(InputError, match="its keys: speaker, start, end, said"):
            formats.detect(text, "a.json").parse(text)


def test_of_several_lists_the_one_with_speakers_is_read_if_it_has_all_of_the_text() -> None:
    plain = [{"start": 0.5, "end": 3.5, "text": "Hello there. Hi."}]
    named = [
        {"start": 0.5, "end": 1.5, "text": "Hello there.", "speaker": "A"},
        {"start": 2.5, "end": 3.5, "text": "Hi.", "speaker": "B"},
    ]
    both = {"segments": plain, "utterances": named}
    assert [row[3] for row in rows(both)] == ["A", "B"]
    both["utterances"] = named[1:]
    assert [row[2] for row in rows(both)] == ["Hello there. Hi."]


def test_a_summary_with_times_is_not_taken_for_speech() -> None:
    document = {
        "words": [{"text": "Hello.", "start": 0.5, "end": 0.9}],
        "sentiment_analysis_results": [{"text": "Good.", "start": 0.5, "end": 0.9}],
    }
    assert [row[2] for row in rows(document)] == ["Hello."]


@pytest.mark.parametrize("value", ["", "soon", "2025-13-45T00:00", "9" * 50, float("nan"), 1e300])
def test_values_that_are_not_times_are_ignored(value: Any) -> None:
    assert read_moment(value, SECONDS) is None


def test_a_moment_without_its_seconds_is_no_time() -> None:
    moment = {"absolute": "2026-03-04T09:00:01Z"}
    assert read_moment({"relative": 1.5, **moment}, 1000) == (1500, False, True)
    assert read_moment(moment, 1000) is None


def test_a_time_beyond_all_dates_is_not_the_start_of_a_meeting() -> None:
    turns = [{"start_time": 342_176_117_010, "words": "The boat leaves."}]
    transcript = read_bytes(json.dumps({"speaker_blocks": turns}).encode(), format="meetings")
    assert transcript.started_at is None


def test_a_key_has_one_meaning_however_it_is_spelled() -> None:
    for key in ("startTimeMs", "start_time_ms", "StartTimeMs", "start-time-ms"):
        assert meanings(key)["start"].unit == 1.0
    assert meanings("restart") == {}
    assert meanings("x" * 100_000) == {}


def test_one_segment_in_a_wrapper_keeps_its_text() -> None:
    segment = {"start": 0.5, "end": 1.5, "text": "7 boats.", "words": [{"word": "boats."}]}
    assert rows({"result": segment}) == [(500, 1500, "7 boats.", None)]


def test_segments_without_times_have_the_unit_of_their_words() -> None:
    words = [
        {"text": "Hello", "start": 100, "end": 600},
        {"text": "there", "start": 700, "end": 1100},
    ]
    assert rows([{"text": "Hello there", "words": words}]) == [(100, 1100, "Hello there", None)]


def test_raw_tabs_in_json_lines_are_read() -> None:
    text = '{"start": 0.5, "end": 1, "text": "a\tb"}\n{"start": 1.5, "end": 2, "text": "c"}\n'
    assert [u.text for u in parse(text).utterances] == ["a\tb", "c"]


def test_watsons_words_have_the_speaker_whose_label_begins_with_them() -> None:
    words = [["yes", 0.5, 0.7], ["%HESITATION", 0.8, 0.9], ["no", 1.0, 1.4], "odd", ["x", 1]]
    answer = {
        "results": [
            {"alternatives": [{"transcript": "yes %HESITATION no ", "timestamps": words}]},
            {"alternatives": []},
        ],
        "speaker_labels": [{"from": 0.5, "speaker": 0}, {"from": 1.0, "speaker": 1}, "odd"],
    }
    for document in (answer, {"result": answer, "status": 200}):
        found = read_bytes(json.dumps(document).encode())
        said = [(u.start, u.end, u.speaker, u.text) for u in found.utterances]
        assert said == [(500, 700, "0", "yes"), (1000, 1400, "1", "no")]


def test_tokens_that_do_not_make_up_the_text_are_no_words() -> None:
    tokens = [{"text": " Good", "start": 0.2, "end": 0.5}, {"text": "bye", "start": 0.5, "end": 1}]
    for text, words in ((" Goodbye", [("Goodbye", 200, 1000)]), ("Hello.", [])):
        sentence = {"text": text, "start": 0.2, "end": 1.0, "tokens": tokens}
        (utterance,) = read_bytes(json.dumps({"sentences": [sentence]}).encode()).utterances
        assert [word[:3] for word in utterance.words] == words
        assert utterance.text == text.strip()


FIRST, SECOND = "Did the ferry leave?", "No, it waited."


@pytest.mark.parametrize(
    ("document", "speakers"),
    [
        ([[0.0, 1.5, FIRST, 91], [1.5, 3.0, SECOND, 94]], [None, None]),  # confidences
        ([[0.0, 1.5, "en", FIRST], [1.5, 3.0, "en", SECOND]], [None, None]),
        ([["a.wav", 0.0, 1.5, FIRST], ["a.wav", 1.5, 3.0, SECOND]], [None, None]),
        ([[0.0, 1.5, FIRST, 0], [1.5, 3.0, SECOND, 1], [3.0, 4.5, "Oh.", 0]], ["0", "1", "0"]),
        ([["Ann", FIRST, 0.0, 1.5], ["Ben", SECOND, 1.5, 3.0]], ["Ann", "Ben"]),
        ({"text": [FIRST, SECOND], "timestamps": [[0.0, 1.5], [1.5, 3.0]]}, [None, None]),
        ([[0.0, 1.5, FIRST], "", [1.5, 3.0, SECOND]], [None, None]),
    ],
)
def test_short_texts_of_arrays_are_speakers_if_they_return(
    document: Any, speakers: list[str | None]
) -> None:
    assert [u.speaker for u in read(document).utterances] == speakers
    assert [u[:3] for u in read(document).utterances][:2] == [
        (0, 1500, FIRST),
        (1500, 3000, SECOND),
    ]


@pytest.mark.parametrize(
    "document",
    [
        [[1, FIRST], [2, SECOND], [3, FIRST]],  # numbers of rows
        {"1": FIRST, "2": SECOND},
        {"start": [0.0, 1.5], "end": [1.5, 3.0]},
        {"start": [0.0], "text": [FIRST, SECOND]},
        {"columns": [["start", "text"]], "data": [[0.0, FIRST]]},
    ],
)
def test_arrays_without_times_are_refused(document: Any) -> None:
    with pytest.raises(MalformedError):
        parse(json.dumps(document))


def test_arrays_with_sentences_are_no_turns() -> None:
    arrays = json.dumps([[0.0, 1.5, "Okay"], [1.5, 3.0, "That is all."]])
    turns = json.dumps([[0.0, 1.5, "Ann"], [1.5, 3.0, "Ben"]])
    assert read_bytes(arrays.encode()).format == "whisper_json"
    assert read_bytes(turns.encode()).format == "pyannote"


@pytest.mark.parametrize("kind", [[], {"name": None}, 5], ids=repr)
def test_a_type_that_is_no_text_says_nothing(kind: Any) -> None:
    word = {"text": "Hello", "start": 1.5, "end": 3.0, "type": kind}
    assert rows([{"speaker": "Ann", "words": [word]}]) == [(1500, 3000, "Hello", "Ann")]
    assert rows({"segments": [{**word, "text": TEXT}]}) == [(1500, 3000, TEXT, None)]


@pytest.mark.parametrize("rest", ["", "\n\n"])
def test_events_that_are_cut_off_have_their_line(rest: str) -> None:
    event = json.dumps({"type": "transcript.text.segment", "start": 1.5, "end": 3, "text": TEXT})
    cut = f"event: one\ndata: {event}\n\ndata: {event[:50]}{rest}"
    with pytest.raises(MalformedError, match="cut off") as refusal:
        parse(cut)
    assert refusal.value.line == 4
