"""Files without speech are refused with what they contain; speech is not refused."""

from __future__ import annotations

import json

import pytest

from transcript_bridge.errors import InputError, MalformedError, NoSpeechError
from transcript_bridge.pipeline import load, read_bytes


def srt(texts: list[str], length: int = 2) -> bytes:
    cues = []
    for number, text in enumerate(texts):
        start, end = number * length, (number + 1) * length
        clock = [f"00:{time // 60:02}:{time % 60:02},000" for time in (start, end)]
        cues.append(f"{number + 1}\n{clock[0]} --> {clock[1]}\n{text}\n")
    return "\n".join(cues).encode()


@pytest.mark.parametrize(
    ("texts", "what"),
    [
        (["a/b/0001.webp", "a/b/0002.webp"], "thumbnails"),
        (["https://cdn.example.com/t 1.jpg#xywh=pixel:0,0,9,9"], "thumbnails"),
        (['{"title": "The boat leaves", "id": 4}', "[]"], "metadata"),
        (["{'lat': 46.1, 'lon': 7.5}"], "metadata"),
        (["F/2.8, SS 206.14, ISO 150, EV 0, GPS (7.50, 46.10, 15), D 24.26m, H 6.00m"], "GPS"),
        (["46.12345, 7.54321 Alt 1200 m"] * 3, "GPS"),
        (["[latitude: 59.302335] [longitude: 18.203059] [rel_alt: 1.3 abs_alt: 132.86]"], "GPS"),
        (["2020.07.26 10:00:01\nD=10.1m, H=5.0m, H.S=2.0m/s, ISO:100, EV:0, SS:60"] * 2, "GPS"),
        (["59.302335, 18.203059", "59.302336, 18.203060", "59.302337, 18.203061"], "GPS"),
        (["$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,,*6A"] * 2, "GPS"),
        (["Lat: 46.1 Lon: 7.5 Speed: 12 km/h"] * 3, "GPS"),
        (["QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGk="], "encoded"),
        (["https://example.com/1", "https://example.com/2", "https://example.com/3"], "addresses"),
        (["10:00:00", "10:00:01", "10:00:02"], "clock"),
        (["01 May 2024 10:00:00"] * 3, "clock"),
        (["scene=12;objects=car,dog", "scene=13;objects=car", "scene=13;objects="], "metadata"),
        (["car,1.5,2,0.99", "car,1.6,2,0.98", "dog,2,2,0.9"], "columns"),
        (["Chapter 1", "Chapter 2", "Chapter 3"], "chapters"),
        (["Frame 1", "Frame 2", "Frame 3"], "frames"),
        (["12,40,80,22", "14,40,80,22", "16,41,80,22"], "columns"),
        (["STOP (1,2,30,40)", "STOP (2,2,30,40)", "GO (9,2,30,40)"], "pictures, with"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_files_without_speech_are_refused_with_their_kind(texts: list[str], what: str) -> None:
    with pytest.raises(NoSpeechError, match=what):
        read_bytes(srt(texts), path="a.srt")


@pytest.mark.parametrize(
    "texts",
    [
        ["[Music]", "[Applause]", "[Music]"],
        ['["The Star-Spangled Banner"]', '["The Star-Spangled Banner", "America"]'],
        ["{laughs}", "Right.", "{coughs}"],
        ["www.example.com"],
        ["1", "2", "3", "4"],
        ["One, 2, 3.", "4, 5, 6, 7.", "8."],
        ["10:30", "Half past.", "11:00"],
        ["Heading 270, speed 250.", "Climb 5000.", "Roger."],
        ["5.", "It is 46.12345, 7.54321, you said?"],
        ["Chapter 1. It was a dark night.", "Nobody spoke."],
    ],
    ids=lambda texts: texts[0],
)
def test_speech_is_read_however_odd_it_looks(texts: list[str]) -> None:
    transcript = read_bytes(srt(texts), path="a.srt")
    assert len(transcript.utterances) == len(texts)


@pytest.mark.parametrize("kind", ["metadata", "chapters", "thumbnails"])
def test_a_track_that_says_what_it_is_for_is_refused(kind: str) -> None:
    text = f"WEBVTT\nKind: {kind}\n\n00:01.000 --> 00:02.000\nThe boat leaves.\n"
    with pytest.raises(NoSpeechError, match=f"Kind: {kind}"):
        read_bytes(text.encode(), path="a.vtt")


def test_the_kind_may_be_on_the_line_of_the_signature() -> None:
    text = b"WEBVTT Kind: chapters; Language: en\n\n00:01.000 --> 00:02.000\nThe boat leaves.\n"
    with pytest.raises(NoSpeechError, match="Kind: chapters"):
        read_bytes(text, path="a.vtt")


@pytest.mark.parametrize("kind", ["captions", "subtitles", "descriptions"])
def test_a_track_of_speech_is_read(kind: str) -> None:
    text = f"WEBVTT\nKind: {kind}\n\n00:01.000 --> 00:02.000\nThe boat leaves.\n"
    assert len(read_bytes(text.encode(), path="a.vtt").utterances) == 1


def test_titles_that_fill_minutes_are_chapters() -> None:
    with pytest.raises(NoSpeechError, match="chapters"):
        read_bytes(srt(["Welcome", "The boats of the north", "Questions"], 600), path="a.srt")


def test_long_cues_with_their_words_are_no_chapters() -> None:
    said = "Nobody knows when the boat leaves. " * 8
    assert len(read_bytes(srt([said] * 4, 100), path="a.srt").utterances) == 4


def test_a_file_of_which_nothing_comes_out_is_refused() -> None:
    with pytest.raises(NoSpeechError, match="none of its 2 entries has a text"):
        read_bytes(srt(["<i></i>", ""]), path="a.srt")
    odd = b'{"segments": [{"start": 0, "end": 1, "text": ""}, {"start": 1, "text": ["x"]}]}'
    with pytest.raises(MalformedError, match="none of its 2 entries can be read"):
        read_bytes(odd, path="a.json")


def test_captions_that_lost_their_times_are_not_called_silent() -> None:
    with pytest.raises(MalformedError, match=r":3: text without times, 'Good morning'"):
        read_bytes(b"WEBVTT\n\nGood morning\n\nto you all\n", path="a.vtt")
    assert not read_bytes(b"WEBVTT\n\nNOTE Good morning\n", path="a.vtt").utterances


def test_a_file_of_which_nothing_can_be_sent_is_refused() -> None:
    text = "1\n99999:00:01,000 --> 99999:00:02,000\nGood evening.\n"
    with pytest.raises(MalformedError, match=r"a\.srt:2: its only entry cannot be read"):
        load(text.encode(), path="a.srt")


def test_a_log_of_a_chat_is_refused() -> None:
    log = b'[{"timestamp": "2025-08-22 07:30:12", "speaker": "user", "content": "Hello."}]'
    with pytest.raises(InputError):
        read_bytes(log, path="a.json")


def test_a_text_that_quotes_times_is_no_telemetry() -> None:
    data = b"1\n00:00:00,000 --> 00:00:01,000\nfrom 00:00.000 to 00:01.000 x\n"
    (utterance,) = read_bytes(data).utterances
    assert utterance.text == "from 00:00.000 to 00:01.000 x"


def test_chapters_with_payments_are_chapters() -> None:
    chapters = [{"startTime": start, "title": "News", "value": "3 sats"} for start in (0, 90)]
    text = json.dumps({"version": "1.2.0", "chapters": chapters})
    with pytest.raises(NoSpeechError, match="chapters"):
        read_bytes(text.encode())
