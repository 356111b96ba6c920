"""LRC: the times of lines and words, several times on a line, and writing what is read."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript_bridge.errors import MalformedError
from transcript_bridge.formats import lrc
from transcript_bridge.formats.lrc.write import render
from transcript_bridge.models import Transcript, Utterance, Word
from transcript_bridge.reading import read_bytes


def spans(text: str) -> list[tuple[int, int, str]]:
    return [(u.start, u.end, u.text) for u in lrc.parse(text).utterances]


@pytest.mark.parametrize(
    ("stamp", "ms"),
    [
        ("[01:02.34]", 62_340),
        ("[01:02.345]", 62_345),
        ("[01:02]", 62_000),
        ("[01:02:34]", 62_340),
        ("[1:01:02.5]", 3_662_500),
        ("[123:00.00]", 7_380_000),
    ],
)
def test_a_time_of_any_length_is_read(stamp: str, ms: int) -> None:
    ((start, _, text),) = spans(f"{stamp}Water is on")
    assert (start, text) == (ms, "Water is on")


def test_a_line_with_several_times_is_an_utterance_at_each() -> None:
    assert spans("[00:01.00][00:05.00]Again\n[00:03.00]Once\n[00:06.00]") == [
        (1000, 3000, "Again"),
        (3000, 5000, "Once"),
        (5000, 6000, "Again"),
    ]


def test_background_vocals_are_said() -> None:
    text = "[00:01.00]Hm\n[bg: (hm)]\n[00:03.00]is\n[bg:<00:04.00>on <00:04.50>on]\n[00:06.00]"
    assert spans(text) == [(1000, 3000, "Hm\n(hm)"), (3000, 4000, "is"), (4000, 6000, "on on")]
    assert [word.start for word in lrc.parse(text).utterances[2].words] == [4000, 4500]


def test_a_header_among_the_lines_is_reported() -> None:
    (problem,) = lrc.parse("[00:01.00]Water\n[Chorus: all]\n[00:03.00]is on\n").problems
    assert (problem.code, problem.line) == ("skipped-line", 2)


def test_lines_of_one_time_end_together() -> None:
    assert spans("[00:01.00]Wasser\n[00:01.00]Water\n[00:02.00]") == [
        (1000, 2000, "Wasser"),
        (1000, 2000, "Water"),
    ]


@pytest.mark.parametrize(
    ("offset", "start"), [("+500", 9_500), ("500", 9_500), ("-500", 10_500), ("soon", 10_000)]
)
def test_the_offset_moves_all_times(offset: str, start: int) -> None:
    transcript = lrc.parse(f"[offset:{offset}]\n[00:10.00]<00:10.00>Water <00:10.50>is on")
    (utterance,) = transcript.utterances
    assert utterance.start == utterance.words[0].start == start


def test_the_times_of_words_belong_to_the_line_that_they_are_within() -> None:
    text = "[00:01.00][00:09.00]<00:01.00>Water <00:01.50>on<00:02.00>\n[00:10.00]"
    first, second = lrc.parse(text).utterances
    assert first.words == (Word("Water", 1000, 1500), Word("on", 1500, 2000))
    assert (first.end, second.end, second.words) == (2000, 10_000, ())


@pytest.mark.parametrize(
    ("text", "bid"),
    [
        ("[ti:x]\n[00:12]Water", 92),
        ("[ti:x]\nnotes\n[00:12.50]Water", 92),
        ("[ti:x]", 20),
        ("[00:12] Jane: text with headings", 0),
        ("[10:30:15] Bob: a chat", 0),
        ("[10:30:15.123] INFO a log", 0),
        ("[00:01.000 --> 00:02.000] text with times", 0),
        ("[Jane] 00:12.50", 0),
    ],
)
def test_sniff(text: str, bid: int) -> None:
    assert lrc.sniff(text) == bid


def test_without_a_time_it_is_refused() -> None:
    with pytest.raises(MalformedError, match="no line has a time"):
        lrc.parse("[ti:x]\nWater is on")


# ---- writing

NAMES = st.sampled_from(["Alice", "Bob Roe", "SPEAKER_07", None])
SAID = st.sampled_from(
    [
        "Yes.",
        "[12:30] we met",
        "[ti:x]",
        "a <b> c",
        "日本語です。",
        "12",
        "Note: this",
        "[B]",
        "- no",
    ]
)


def again(transcript: Transcript) -> list[Utterance]:
    return list(read_bytes(render(transcript).encode()).utterances)


@given(st.lists(st.tuples(NAMES, SAID, st.sampled_from([0, 1, 700])), min_size=1, max_size=8))
def test_what_was_written_reads_the_same(said: Sequence[tuple[str | None, str, int]]) -> None:
    utterances = [
        Utterance(1000 * number, 1000 * number + 900 + 100 * (pause == 0) + pause % 7, text, name)
        for number, (name, text, pause) in enumerate(said)
    ]
    found = again(Transcript(utterances=utterances))
    assert [u[:4] for u in found] == [u[:4] for u in utterances]


@given(
    st.lists(st.sampled_from(["Water", "is", "on,", "日本", "<3", "a:"]), min_size=1, max_size=6)
)
def test_the_times_of_words_are_kept(said: list[str]) -> None:
    words = tuple(
        Word(text, 1000 + 300 * number, 1200 + 300 * number + 100 * (number % 2))
        for number, text in enumerate(said)
    )
    last = words[-1].end or 0
    utterance = Utterance(1000, last, " ".join(said), "Alice", words)
    other = Utterance(9000, 9500, "Yes.", "Bob")
    found = again(Transcript(utterances=[utterance, other, other._replace(speaker="Alice")]))
    assert (found[0].text, found[0].start, found[0].end) == (utterance.text, 1000, last)
    assert [(word.text, word.start) for word in found[0].words] == [word[:2] for word in words]


def test_what_looks_like_the_time_of_a_word_is_not_taken_for_one() -> None:
    (found,) = again(Transcript(utterances=[Utterance(0, 1000, "at <00:12.00> sharp")]))
    assert (found.text, found.words) == ("at (00:12.00) sharp", ())


def test_two_people_at_once_keep_their_starts_and_words() -> None:
    both = [Utterance(0, 5000, "One.", "Ann"), Utterance(3000, 4000, "Two.", "Bob")]
    found = again(Transcript(utterances=both))
    assert [(u.start, u.end, u.speaker, u.text) for u in found] == [
        (0, 3000, "Ann", "One."),
        (3000, 4000, "Bob", "Two."),
    ]


def test_the_title_and_the_language_are_kept() -> None:
    transcript = Transcript([Utterance(0, 1000, "Yes.")], title="Day [1]", language="de")
    found = read_bytes(render(transcript).encode())
    assert (found.title, found.language) == ("Day (1)", "de")
