"""Text with headings: what is read as speech, and what only looks like it."""

from __future__ import annotations

import pytest

import transcript_bridge as tb
from transcript_bridge import formats

NO_SPEECH = {
    "chapters": "0:00 Intro\n1:30 The topic\n10:45 Questions\n",
    "agenda": "09:00 Opening\n09:30 Talk by Jane\n10:30 Coffee\n",
    "log": "14:02:33 INFO Starting the server on port 8000\n14:02:34 INFO Listening on all ports\n",
    "chat": "[24.01.24, 15:04:05] Jane: Hello there\n[24.01.24, 15:04:09] Bob: Hello\n",
    "zoom-chat": "00:05:03 From Jane to Everyone:\n\tHello\n00:07:20 From Bob to Everyone:\n\tHi\n",
    "prose": "We met at 10:30\nand talked until 11:15\nabout many things.\n",
    "one-time": "[0:03] Jane: Hello.\n",
    "turns": "0:00 A\n0:02 B\n0:03 A\n0:05 B\n0:06 A\n0:08 B\n",
    "no-times": "Jane: Hello.\nBob: Hello.\n",
}


@pytest.mark.parametrize("text", NO_SPEECH.values(), ids=NO_SPEECH)
def test_what_is_no_transcript_is_not_taken_for_one(text: str) -> None:
    assert formats.get("text").sniff(text) == 0
    with pytest.raises(tb.InputError):
        tb.read(text.encode(), format="text")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (NO_SPEECH["no-times"], "this text has no times"),
        (NO_SPEECH["prose"], "this text has times, but not in a form that is read"),
    ],
    ids=["no-times", "prose"],
)
def test_a_text_that_is_refused_says_why(text: str, reason: str) -> None:
    with pytest.raises(tb.InputError, match=reason):
        tb.read(text.encode(), format="text")


def test_a_time_at_the_end_of_a_sentence_is_text() -> None:
    text = "Jane Doe  0:03\nSee you at 10:30\n\nBob  0:09\nDinner 19:00\nor later.\n"
    rows = tb.read(text.encode()).utterances
    assert [row.text for row in rows] == ["See you at 10:30", "Dinner 19:00 or later."]
    assert [row.speaker for row in rows] == ["Jane Doe", "Bob"]


def test_a_stretch_ends_at_the_next_or_after_the_time_that_its_text_takes() -> None:
    text = f"Jane  0:01\nYes.\n\nBob  0:10\n{'long ' * 40}\n\nJane  0:12\nNo.\n"
    rows = tb.read(text.encode()).utterances
    assert [(row.start, row.end) for row in rows] == [(1000, 1300), (10000, 12000), (12000, 12300)]


def test_the_first_line_is_the_title() -> None:
    text = "Weekly sync\n\nJane Doe  0:03\nGood morning.\n\nBob  0:09\nHello.\n"
    transcript = tb.read(text.encode())
    assert transcript.title == "Weekly sync"
    assert transcript.problems == ()


@pytest.mark.parametrize("mark", ["-", "–", "to"])
def test_a_time_range_gives_the_end(mark: str) -> None:
    text = f"[0:01 {mark} 0:05] Jane: Hello there.\n[0:05 {mark} 0:09] Bob: It is on.\n"
    rows = tb.read(text.encode()).utterances
    assert [(row.start, row.end, row.text) for row in rows] == [
        (1000, 5000, "Hello there."),
        (5000, 9000, "It is on."),
    ]


def test_the_last_of_a_pause_of_an_hour_is_kept() -> None:
    text = "Jane  0:03\nHello.\n\nBob  59:59\nAre you there?\n\nJane  1:00:01\nYes.\n"
    rows = tb.read(text.encode()).utterances
    assert [row.start for row in rows] == [3000, 3_599_000, 3_601_000]
