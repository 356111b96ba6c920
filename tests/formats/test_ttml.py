"""Timed Text: time expressions, and XML that is hostile or broken."""

from __future__ import annotations

from math import nan

import pytest

from transcript_bridge.errors import MalformedError
from transcript_bridge.formats.ttml import parse
from transcript_bridge.formats.ttml.times import Rates, read_rates, read_time

FILM = {"frameRate": "24", "frameRateMultiplier": "1000 1001", "tickRate": "10000000"}


@pytest.mark.parametrize(
    ("value", "ms"),
    [
        ("00:00:01.5", 1500),
        ("100:00:00", 360_000_000),
        ("00:00:01:12", 1400),
        ("1.5s", 1500),
        ("00:00:01,5", 1500),
        ("250ms", 250),
        ("2m", 120_000),
        ("1h", 3_600_000),
        ("45f", 1500),
        ("15000000t", 1500),
        ("1.5", 1500),
        ("soon", nan),
        ("-1s", nan),
        ("9" * 400 + "s", nan),
    ],
)
def test_time_expressions(value: str, ms: float) -> None:
    read = read_time(value, Rates(frames=30.0, ticks=10_000_000.0))
    assert read == pytest.approx(ms, nan_ok=True)


def test_rates_of_the_document() -> None:
    rates = read_rates(FILM)
    assert rates.frames == pytest.approx(23.976, abs=0.001)
    assert rates.ticks == 10_000_000
    assert rates.clock == 1.0
    by_frames = read_rates({**FILM, "timeBase": "smpte"})
    assert read_time("01:00:00:00", by_frames) == 3_603_600
    assert read_rates({"tickRate": "0", "frameRate": "1e99", "frameRateMultiplier": "1 0"}) == (
        30.0,
        30.0,
        1.0,
    )


def paragraphs(inside: str) -> str:
    return f'<tt xmlns="http://www.w3.org/ns/ttml"><body><div>{inside}</div></body></tt>'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (paragraphs('<p begin="1s" end="2s">cut'), "this is not XML"),
        (f'<!DOCTYPE tt [<!ENTITY a "b">]>{paragraphs("&a;")}', "entities of its own"),
        (paragraphs("<p>never shown</p>"), None),
        (
            paragraphs('<p begin="1s">' + "<span>" * 3000 + "deep" + "</span>" * 3000 + "</p>"),
            "nested",
        ),
        (paragraphs("<div>" * 3000 + "</div>" * 3000), "nested"),
        (paragraphs(""), "no paragraph has a time"),
    ],
    ids=["cut off", "entities", "no time", "deep spans", "deep divs", "empty"],
)
def test_what_is_no_document_is_one_line(text: str, message: str | None) -> None:
    if message is None:
        transcript = parse(text)
        assert not transcript.utterances
        assert transcript.cues == sum(problem.cues for problem in transcript.problems) == 1
        return
    with pytest.raises(MalformedError, match=message):
        parse(text)


def test_times_count_from_the_beginning_of_the_parent() -> None:
    inside = '<div begin="10s"><p begin="1s" end="2s"><span begin="0s">in</span></p></div>'
    (utterance,) = parse(paragraphs(inside)).utterances
    assert (utterance.start, utterance.end) == (11_000, 12_000)


def test_blanks_count_as_in_html_unless_they_are_preserved() -> None:
    inside = (
        '<p begin="1s" end="2s">one\n   two</p><p begin="2s" end="3s" xml:space="preserve">a  b</p>'
    )
    texts = [one.text for one in parse(paragraphs(inside)).utterances]
    assert texts == ["one two", "a  b"]
