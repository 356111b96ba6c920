"""RTTM: both ways of reading agree, words find their turns, and writing and reading are inverse."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.hangs import no_hang
from transcript_bridge.errors import MalformedError
from transcript_bridge.formats.rttm import FORMAT, HEADER, fast, parse, sniff
from transcript_bridge.formats.rttm.write import render
from transcript_bridge.models import Transcript, Turn, Utterance, Word

FIXTURES = Path(__file__).parents[2] / "fixtures"


CORPUS = Path(
    os.environ.get("TRANSCRIPT_BRIDGE_CORPUS", Path(__file__).parents[3] / "shared" / "corpus")
)


def speaker(start: object, duration: object, label: str = "A", file: str = "call") -> str:
    return f"SPEAKER {file} 1 {start} {duration} <NA> <NA> {label} <NA> <NA>\n"


def lexeme(start: float, duration: float, word: str, label: str = "A", file: str = "call") -> str:
    return f"LEXEME {file} 1 {start} {duration} {word} lex {label} <NA> <NA>\n"


def test_the_fast_way_and_the_careful_way_agree() -> None:
    paths = [*FIXTURES.glob("rttm/*.rttm"), *CORPUS.glob("diarization/*.rttm")]
    assert paths
    for path in paths:
        text = path.read_text(encoding="utf-8-sig")
        plain = fast.read_turns(text)
        # A comment is enough to have a block read line by line.
        assert plain is None or tuple(plain) == parse("; slowly\n" + text).turns, path.name


def test_blocks_neither_lose_nor_double_a_line() -> None:
    lines = [speaker(f"{n}.000", "0.500", f"S{n % 7}") for n in range(9000)]
    lines[4000] = "SPEAKER broken\n"
    transcript = parse("".join(lines))
    assert [t.start for t in transcript.turns] == [n * 1000 for n in range(9000) if n != 4000]
    assert [(p.code, p.line) for p in transcript.problems] == [("bad-line", 4001)]


def test_a_label_like_none_is_a_label() -> None:
    assert [t.speaker for t in parse(speaker(0, 1, "NA") + speaker(1, 1, "nan")).turns] == [
        "NA",
        "nan",
    ]


@pytest.mark.parametrize("odd", ["nan", "inf", "-1", "1e300", "soon", "<NA>"])
def test_impossible_durations_are_reported(odd: str) -> None:
    transcript = parse(speaker(0, 1) + speaker(1, odd))
    assert len(transcript.turns) == 1
    assert [(p.code, p.line, p.level) for p in transcript.problems] == [("bad-line", 2, "lost")]


@pytest.mark.parametrize("columns", [8, 9, 10])
def test_lines_of_eight_to_ten_columns(columns: int) -> None:
    line = " ".join(speaker(1.5, 0.25).split()[:columns]) + "\n"
    assert parse(line * 3).turns == (Turn(1500, 1750, "A", "call"),) * 3


def test_a_word_goes_to_the_turn_of_its_own_speaker() -> None:
    text = (
        speaker(0, 3, "A")
        + speaker(1, 1, "B")
        + lexeme(1.2, 0.3, "mine", "B")
        + lexeme(2, 0.4, "too", "A")
    )
    assert [(u.speaker, u.text, u.start, u.end) for u in parse(text).utterances] == [
        ("A", "too", 0, 3000),
        ("B", "mine", 1000, 2000),
    ]


def test_a_word_at_the_edge_belongs_to_the_nearer_turn() -> None:
    text = speaker(0, 1) + speaker(2, 1) + lexeme(1.1, 0.2, "late") + lexeme(1.7, 0.2, "early")
    assert [u.text for u in parse(text).utterances] == ["late", "early"]


def test_words_of_several_recordings_are_reported_and_not_mixed() -> None:
    text = "".join(
        speaker(0, 1, "A", file) + lexeme(0.1, 0.1, word, "A", file)
        for file, word in (("b", "one"), ("a", "two"))
    )
    transcript = parse(text)
    assert [u.text for u in transcript.utterances] == ["one", "two"]
    assert [p.code for p in transcript.problems] == ["several-recordings"]


@pytest.mark.parametrize("text", ["; only a comment\n", "SPEAKER a 1\n", "hello\n\n", ""])
def test_nothing_to_read_is_refused(text: str) -> None:
    with pytest.raises(MalformedError, match="no line is RTTM"):
        parse(text)


def test_a_file_with_only_other_lines_is_not_an_error() -> None:
    transcript = parse("SPKR-INFO call 1 <NA> <NA> <NA> unknown A <NA> <NA>\n")
    assert (transcript.turns, [p.code for p in transcript.problems]) == ((), ["skipped-line"])


@pytest.mark.parametrize(
    ("text", "bid"),
    [
        (speaker(0, 1), 95),
        ("; comment\n# another\n\n" + speaker(0, 1), 95),
        ("junk\n" + speaker(0, 1), 60),
        (HEADER + "\n", 100),
        ("SPEAKER 1: hello there\n", 0),
        ("1\n00:00:01,000 --> 00:00:02,000\nSPEAKER call 1 0 1 yes\n", 0),
    ],
)
def test_sniff(text: str, bid: int) -> None:
    assert sniff(text) == bid


# ---- the way back

texts = st.text(min_size=1).filter(lambda text: "\r" not in text)
labels = st.none() | texts
times = st.integers(0, 10**8)


@st.composite
def utterances(draw: st.DrawFn) -> Utterance:
    text = draw(texts)
    start = draw(times)
    words = tuple(
        Word(word, *draw(st.tuples(times, times) | st.just((None, None))))
        for word in draw(st.sampled_from((text.split(), text.split(" "), list(text), ["other"])))
    )
    return Utterance(start, draw(times), text, draw(labels), words)


@given(st.lists(utterances(), max_size=5))
def test_what_was_written_reads_back_the_same(wanted: list[Utterance]) -> None:
    text = render(Transcript(tuple(wanted), path="a folder/my call.json"))
    assert sniff(text) == 100
    if not wanted:
        return
    read = parse(text)
    assert [u[:4] for u in read.utterances] == [u[:4] for u in wanted]
    assert read.problems == ()


@given(
    st.lists(
        st.builds(
            lambda s, d, n, r: Turn(s, s + d, n, r), times, st.integers(1, 10**6), texts, texts
        )
    )
)
def test_turns_without_words_read_back_the_same(wanted: list[Turn]) -> None:
    text = render(Transcript(turns=tuple(wanted)))
    if wanted:
        assert parse(text).turns == tuple(wanted)


def test_words_keep_their_times_and_the_others_share_what_is_left() -> None:
    u = Utterance(
        0,
        4000,
        "one two three four",
        "A",
        (Word("one", 0, 400), Word("two"), Word("four", 3000, 3500)),
    )
    written = parse(render(Transcript((u,)))).utterances[0].words
    assert written[0] == Word("one", 0, 400)
    assert written[3] == Word("four", 3000, 3500)
    assert written[1].start == 400
    assert written[2].end == 3000
    assert written[1].end == written[2].start


def test_words_that_run_together_become_one_lexeme() -> None:
    u = Utterance(
        0,
        900,
        "well-known 東京",
        None,
        (Word("well", 0, 300), Word("-known", 300, 500), Word("東京", 600, 900)),
    )
    assert [w[:3] for w in parse(render(Transcript((u,)))).utterances[0].words] == [
        ("well-known", 0, 500),
        ("東京", 600, 900),
    ]


def test_percent_signs_of_others_stay() -> None:
    assert parse(speaker(0, 1, "50%20A")).turns[0].speaker == "50%20A"


@pytest.mark.untraced
@pytest.mark.parametrize(
    "text",
    [
        speaker(0, 1) + "x\n" * 400_000,
        "LEXEME f 1 0 1 a lex A\n" * 40_000,
        "".join(lexeme(n, 0.1, "a", "A", f"f{n}") for n in range(30_000)),
        "".join(speaker(n / 100, 500) for n in range(30_000))
        + "".join(lexeme(n / 10, 0.1, "a") for n in range(27_000)),
        "SPEAKER " + "a " * 400_000,
        "; x" * 300_000 + "\n" + speaker(0, 1),
    ],
    ids=["junk", "loose", "recordings", "overlapping", "one line", "comment"],
)
def test_a_megabyte_of_anything_is_read_or_refused(text: str) -> None:
    with no_hang():
        sniff(text)
        try:
            transcript = parse(text)
        except MalformedError:
            return
    assert transcript.cues == len(transcript.utterances) + sum(p.cues for p in transcript.problems)


@given(st.text(alphabet=st.sampled_from("SPEAKER LEXEME <NA> 01.-\n;%\tAé\ufeff")) | st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        transcript = FORMAT.parse(text)
    except MalformedError:
        return
    assert transcript.cues == len(transcript.utterances) + sum(p.cues for p in transcript.problems)


@given(
    st.lists(
        st.lists(
            st.sampled_from(
                [
                    "SPEAKER",
                    "LEXEME",
                    "<NA>",
                    "1",
                    "0.5",
                    "-2",
                    "nan",
                    "A",
                    "B C",
                    "hello",
                    "SPKR-INFO",
                ]
            ),
            min_size=1,
            max_size=12,
        ).map(" ".join)
        | st.just(speaker(1, 2).strip())
        | st.just(lexeme(1, 2, "word").strip())
    ).map("\n".join)
)
def test_the_sum_checks_for_any_lines(text: str) -> None:
    for prefix in ("", HEADER + "\n"):
        try:
            transcript = parse(prefix + text)
        except MalformedError:
            continue
        assert transcript.cues == len(transcript.utterances) + sum(
            p.cues for p in transcript.problems
        )
        assert all(t.end > t.start for t in transcript.turns)
