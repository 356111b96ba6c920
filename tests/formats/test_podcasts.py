"""Podcasting 2.0: lines and words are joined to sentences, and pages are read in order."""

from __future__ import annotations

import json

import pytest

from transcript_bridge.errors import MalformedError
from transcript_bridge.formats import podcast_html, podcast_json

Line = tuple[str, float, float, str]


def join(*lines: Line) -> list[str]:
    rows = [
        {"speaker": speaker, "startTime": start, "endTime": end, "body": body}
        for speaker, start, end, body in lines
    ]
    return [u.text for u in podcast_json.parse(json.dumps({"segments": rows})).utterances]


LINE: Line = ("Ann", 0, 2, "the circle is")


@pytest.mark.parametrize(
    ("following", "is_joined"),
    [
        (("Ann", 2, 4, "now complete"), True),
        (("Bo", 2, 4, "now complete"), False),
        (("Ann", 3, 4, "now complete"), False),
    ],
    ids=["the same speaker", "another speaker", "after a pause"],
)
def test_a_line_goes_on_with_the_next(following: Line, is_joined: bool) -> None:
    assert len(join(LINE, following)) == (1 if is_joined else 2)


@pytest.mark.parametrize("body", ["complete.", "complete?\u201d", "完了。", "over\n"])
def test_a_sentence_or_a_paragraph_ends_there(body: str) -> None:
    assert len(join(("Ann", 0, 2, body), ("Ann", 2, 4, "and then"))) == 2


def test_text_without_punctuation_ends_after_a_minute() -> None:
    lines = [("Ann", n * 10.0, n * 10.0 + 10, "and so on") for n in range(9)]
    assert [text.count("and") for text in join(*lines)] == [6, 3]


def test_true_is_not_a_time() -> None:
    rows = [{"startTime": True, "body": "Hi."}, {"startTime": 2, "endTime": True, "body": "Bye."}]
    transcript = podcast_json.parse(json.dumps({"segments": rows}))
    assert [u[:3] for u in transcript.utterances] == [(2000, 2300, "Bye.")]
    assert [problem.code for problem in transcript.problems] == ["unreadable-times"]


def test_words_go_on_after_a_short_sentence() -> None:
    words = [
        ("Ann", n * 0.5, n * 0.5 + 0.4, text) for n, text in enumerate(["No.", "I", "am", "."])
    ]
    assert join(*words) == ["No. I am ."]


@pytest.mark.parametrize(
    ("page", "rows"),
    [
        ("<time>0:05</time><p>a</p><p>b</p>", [(5000, None, "a\nb")]),
        ("<cite>Jo:</cite><time>0:05</time><p>a</p>", [(5000, "Jo", "a")]),
        ("<time>0:00</time><p>a</p><cite>Jo</cite><p>b</p>", [(0, None, "a"), (300, "Jo", "b")]),
        (
            "<time>1:00:00</time><P CLASS='x'>a &lt; b<script>c</script>",
            [(3_600_000, None, "a < b")],
        ),
        ("<![odd [x]><time>0:05</time><p>a</p>", [(5000, None, "a")]),
    ],
    ids=["two paragraphs", "name", "name without a time", "unclosed", "odd declaration"],
)
def test_pages(page: str, rows: list[tuple[int, str | None, str]]) -> None:
    found = podcast_html.parse(page).utterances
    assert [(u.start, u.speaker, u.text) for u in found] == rows


@pytest.mark.parametrize(
    ("page", "bid"),
    [
        ("<cite>Jo:</cite>\n<time>0:00</time>\n<p>Hi.</p>", 96),
        ("<time>1:02:03</time><p>Hi.</p>", 96),
        ("<p>posted at <time>10:30</time></p>", 0),
        ("<html><body>an error</body></html>", 0),
    ],
    ids=["names", "no names", "another time", "no time"],
)
def test_sniff(page: str, bid: int) -> None:
    assert podcast_html.FORMAT.sniff(page) == bid


def test_a_page_without_times_is_refused() -> None:
    with pytest.raises(MalformedError, match="no time of a paragraph"):
        podcast_html.parse("<p>Hello</p>")
