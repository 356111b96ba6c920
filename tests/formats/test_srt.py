from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from random import Random

import pysrt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import (
    Subtitle,
    compose_srt,
    debris,
    made,
    make_subtitles,
    more_examples,
    subtitles,
    tear,
)
from transcript_bridge.errors import MalformedError
from transcript_bridge.formats import srt
from transcript_bridge.formats.decode import decode
from transcript_bridge.formats.srt.write import render
from transcript_bridge.models import Transcript, Utterance
from transcript_bridge.reading import read_bytes

CORPUS = Path(
    os.environ.get("TRANSCRIPT_BRIDGE_CORPUS", Path(__file__).parents[3] / "shared" / "corpus")
)
TIMES = "00:00:01,000 --> 00:00:02,000"


def found(text: str) -> list[Subtitle]:
    transcript = srt.parse(text)
    check_sum(transcript)
    return [Subtitle(u.start, u.end, tuple(u.text.split("\n"))) for u in transcript.utterances]


def unescaped(cues: list[Subtitle]) -> list[Subtitle]:
    return [
        cue._replace(lines=tuple(line.replace("&amp;", "&") for line in cue.lines)) for cue in cues
    ]


def check_sum(transcript: Transcript) -> None:
    assert transcript.cues == len(transcript.utterances) + sum(
        problem.cues for problem in transcript.problems
    )


def codes(text: str) -> list[str]:
    return [problem.code for problem in srt.parse(text).problems]


@given(subtitles)
def test_what_is_well_formed_comes_out_as_it_is(cues: list[Subtitle]) -> None:
    assert found(compose_srt(cues)) == unescaped(cues)
    assert codes(compose_srt(cues)) == []


@given(subtitles)
def test_pysrt_finds_the_same(cues: list[Subtitle]) -> None:
    text = compose_srt(cues)
    theirs = [(item.start.ordinal, item.end.ordinal, item.text) for item in pysrt.from_string(text)]
    ours = [(u.start, u.end, u.text) for u in srt.parse(text).utterances]
    assert ours == [(start, end, said.replace("&amp;", "&")) for start, end, said in theirs]


DEFORMED = {
    "dots": lambda cues: compose_srt(cues, mark="."),
    "colons": lambda cues: compose_srt(cues, mark=":"),
    "short arrow": lambda cues: compose_srt(cues, arrow="->"),
    "typographic arrow": lambda cues: compose_srt(cues, arrow=" –> "),
    "no number": lambda cues: compose_srt(cues, numbered=False),
    "coordinates": lambda cues: compose_srt(cues, settings=" X1:1 X2:22 Y1:333 Y2:4"),
    "blanks after times": lambda cues: compose_srt(cues, settings=" \t"),
    "three empty lines": lambda cues: compose_srt(cues, gap="\n\n\n\n"),
    "blank lines of blanks": lambda cues: compose_srt(cues, gap="\n \t\n"),
    "no empty line": lambda cues: compose_srt(cues, gap="\n"),
    "no last newline": lambda cues: compose_srt(cues).rstrip("\n"),
    "empty lines first": lambda cues: "\n\n \n" + compose_srt(cues),
    "blanks at line ends": lambda cues: compose_srt(cues).replace("\n", " \n"),
    "ASS position": lambda cues: compose_srt(
        [c._replace(lines=("{\\an8}" + c.lines[0], *c.lines[1:])) for c in cues]
    ),
    "italics": lambda cues: compose_srt(
        [c._replace(lines=tuple(f"<i>{x}</i>" for x in c.lines)) for c in cues]
    ),
    "empty lines in the text": lambda cues: compose_srt(
        [c._replace(lines=("\n\n".join(c.lines),)) for c in cues]
    ),
}


@pytest.mark.parametrize("name", DEFORMED)
@given(cues=subtitles)
def test_deformed_in_one_way_it_reads_the_same(name: str, cues: list[Subtitle]) -> None:
    assert found(DEFORMED[name](cues)) == unescaped(cues)


def make_torn(dice: Random) -> str:
    return tear(compose_srt(make_subtitles(dice)), dice)


@more_examples
@given(made(make_torn))
def test_the_sum_of_cues_is_right_for_torn_files(text: str) -> None:
    with suppress(MalformedError):
        check_sum(srt.parse(text))


@more_examples
@given(debris)
def test_files_with_debris_are_read_or_refused(text: str) -> None:
    assert 0 <= srt.sniff(text) <= 100
    try:
        transcript = srt.parse(text)
    except MalformedError:
        return
    check_sum(transcript)
    for utterance in transcript.utterances:
        assert utterance.text.strip()
        assert 1 <= (utterance.line or 0) <= text.count("\n") + 1


@pytest.mark.parametrize(
    "text", ["", "\n", "nothing at all", "1\nA --> B\ntext", "8:00 - 9:00", "3 --> 4"]
)
def test_without_a_time_line_it_is_refused(text: str) -> None:
    with pytest.raises(MalformedError, match="no line has times"):
        srt.parse(text)


@pytest.mark.parametrize(
    ("line", "start", "end"),
    [
        ("00:00:01,5 --> 00:00:02,46", 1500, 2460),
        ("00:00:01,0005 --> 00:00:02,123456", 1001, 2123),
        ("0:0:1,0-->0:0:2,5", 1000, 2500),
        ("00:01 --> 00:02", 1000, 2000),
        ("1:02:03 --> 1:02:04", 3_723_000, 3_724_000),
        ("00:00:07:77 - 00:00:08:14", 7770, 8140),
        ("00:00:04,560.0000000000009 --> 00:00:07,925.9", 4560, 7925),
        ("00:04.560.25 --> 00:07.925.79999999999999995", 4560, 7925),
        ("00:00:01'500 --> 00:00:02’250", 1500, 2250),
        ("00：00：01，500 --> 00：00：02。250", 1500, 2250),
        ("\u2067\xa000:00:01,000\u202f-->\xa000:00:02,000\u2069 ", 1000, 2000),
        ("00:00:01,000 --\\> 00:00:02,000", 1000, 2000),
        ("00:00:01,000 －－＞ 00:00:02,000", 1000, 2000),
        ("00.00.07 --> 00.00.09", 7000, 9000),
        ("00:75:00,000 --> 00:76:00,000", 4_500_000, 4_560_000),
        ("-00:00:01,000 --> 00:00:02,000", -1000, 2000),
        ("٠٠:٠٠:٠١,٠٠٠ --> ٠٠:٠٠:٠٢,٠٠٠", 1000, 2000),
        ("00: 0:01,000 --> 00:00:02,000", 1000, 2000),
        ("123456789:00:00,000 --> 123456789:00:01,000", 444_444_440_400_000, 444_444_440_401_000),
    ],
)
def test_odd_times_are_read_and_reported(line: str, start: int, end: int) -> None:
    transcript = srt.parse(f"1\n{line}\ntext\n")
    assert [(u.start, u.end) for u in transcript.utterances] == [(start, end)]
    assert [p.code for p in transcript.problems] == ["odd-time-line"]


def test_marks_of_right_to_left_editors_around_times_and_numbers_are_ignored() -> None:
    text = "1\n\u200e00:00:01,000 --> 00:00:02,000\u200f\none\n\n\u200f2\n\u2067" + TIMES
    assert [cue.lines for cue in found(f"{text}\u2069\ntwo\n")] == [("one",), ("two",)]


@pytest.mark.parametrize(
    "text",
    [
        "08:00 - 09:00",
        "from 00:00:01,000 --> 00:00:02,000",
        "1:0 --> 2:0",
        "a -> b",
        "18,000-20,000 compositions",
        "10.30 - 12.30 daily",
        "6'2 - 6'4",
        "1.250.000 – 1.500.000",
        "2.500 > 1.500",
        "2.50 → 3.50",
        "12.50 -> 13.50",
        "00:00:05,000 - 00:00:07,000",
        "0:30.5-0:45.5 is the best part",
    ],
)
def test_speech_that_looks_like_a_time_line_is_text(text: str) -> None:
    assert [cue.lines for cue in found(f"1\n{TIMES}\nbefore\n{text}\n")] == [("before", text)]


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("{\\an8}up", "up"),
        ("{\\pos(1,2)\\i1}up{\\i0}", "up"),
        ("{not ASS}", "{not ASS}"),
        ("<FONT COLOR=red>r</font> <span class='x'>s</span>", "r s"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<unclear> words <3", "<unclear> words <3"),
        ("&lt;i&gt; is a tag", "<i> is a tag"),
        ("&#65;&#x42;&nbsp;&copy;", "AB\xa0©"),
        ("<00:00:01.500>then", "then"),
    ],
)
def test_markup(raw: str, text: str) -> None:
    assert [u.text for u in srt.parse(f"1\n{TIMES}\n{raw}\n").utterances] == [text]


def test_a_single_color_does_not_mark_a_speaker() -> None:
    text = "".join(
        f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{{\\c&HFFF000&}}word\n\n" for n in range(1, 5)
    )
    assert [u.speaker for u in srt.parse(text).utterances] == [None] * 4


def test_a_song_that_repeats_itself_is_not_rolling() -> None:
    cues = [Subtitle(n * 1000, n * 1000 + 1000, ("la la la", "la la la")) for n in range(9)]
    assert found(compose_srt(cues)) == cues


@pytest.mark.parametrize(
    "name", sorted(p.name for p in (CORPUS / "srt").glob("*.srt")) or ["absent"]
)
def test_the_corpus_reads_as_others_read_it(name: str) -> None:
    path = CORPUS / "srt" / name
    if not path.exists():
        pytest.skip("the corpus is not here")
    expected = json.loads((CORPUS / "srt" / "expected.json").read_text(encoding="utf-8")).get(name)
    transcript = srt.parse(decode(path.read_bytes()).text)
    check_sum(transcript)
    if expected is None:
        assert len(transcript.utterances) == transcript.cues >= 3
        return
    ours = [[u.start / 1000, u.end / 1000, u.text.split("\n")] for u in transcript.utterances]
    assert ours == expected


# --- writing


def again(transcript: Transcript) -> list[tuple[int, int, str | None, str]]:
    read = read_bytes(render(transcript).encode(), format="srt")
    return [(u.start, u.end, u.speaker, u.text) for u in read.utterances]


NAMES = st.sampled_from(["Alice", "Bob Roe", "SPEAKER_07", "Anne-Marie O'Neill", "JONAS", None])
SAID = st.sampled_from(
    [
        "Yes.",
        "Note: this",
        "a < b & c > d",
        "AT&T, R&D & &copy me",
        "<i>x</i>",
        "{\\an8}",
        "12",
        "&amp;",
        "10:30 --> 11:00",
        "00:00:01,000",
        "- no",
    ]
)


def test_an_ampersand_is_written_as_it_is_unless_it_begins_an_entity() -> None:
    said = [Utterance(0, 900, "AT&T & Co", None), Utterance(1000, 1900, "&amp; & &lt", None)]
    written = render(Transcript(utterances=tuple(said)))
    assert "AT&T & Co\n" in written
    assert "&amp;amp; &amp; &amp;lt\n" in written


@given(st.lists(st.tuples(NAMES, SAID), min_size=1, max_size=8))
def test_what_was_written_reads_the_same(said: list[tuple[str | None, str]]) -> None:
    utterances = tuple(  # slower than words: cues of one word each would be joined
        Utterance(i * 2000, i * 2000 + 1500, text, name) for i, (name, text) in enumerate(said)
    )
    assert again(Transcript(utterances=utterances)) == [
        (u.start, u.end, u.speaker, u.text) for u in utterances
    ]


@pytest.mark.parametrize("name", ["Dr. Bär", "李雷", "x y z", "Ann: host", "Leo (host)", "B2"])
def test_unusual_names_stand_in_brackets(name: str) -> None:
    utterances = (Utterance(0, 1000, "One.", name), Utterance(1000, 2000, "Two.", "Alice"))
    written = render(Transcript(utterances=utterances))
    assert f"[{name}]: One." in written


def test_without_speakers_no_label_is_written() -> None:
    utterances = (
        Utterance(0, 1000, "One."),
        Utterance(100 * 3_600_000, 100 * 3_600_000 + 1, "Two\nlines"),
    )
    assert render(Transcript(utterances=utterances)) == (
        "1\n00:00:00,000 --> 00:00:01,000\nOne.\n\n2\n100:00:00,000 --> 100:00:00,001\nTwo "
        "lines\n\n"
    )


def srt_of(*cues: str) -> bytes:
    blocks = []
    for number, cue in enumerate(cues, 1):
        blocks.append(f"{number}\n00:00:{number:02},000 --> 00:00:{number + 1:02},000\n{cue}\n")
    return "\n".join(blocks).encode()


@pytest.mark.parametrize("height", [2, 3, 4])
def test_each_line_of_captions_that_roll_comes_once(height: int) -> None:
    lines = [f"Line {n} of the news." for n in range(12)]
    cues = ["\n".join(lines[max(0, n - height + 1) : n + 1]) for n in range(12)]
    for tagged in (cues, [f'<font face="Mono">{{\\an7}}{cue}</font>' for cue in cues]):
        read = read_bytes(srt_of(*tagged))
        assert [u.text for u in read.utterances] == lines


@pytest.mark.parametrize(
    "cues",
    [
        ["Row, row, row", "your boat", "Row, row, row", "your boat", "gently down"] * 2,
        ["No.", "No.", "No.", "Why?", "No."] * 2,
        ["The sea is wide\nand I can't", "and I can't\ncross over", "And neither\nhave I", "wings"],
        ["<b>Chapter</b>", "<b>Chapter</b>", "<b>Two</b>", "<b>Two</b>"],
    ],
    ids=["song", "answers", "poem", "bold"],
)
def test_real_repetitions_are_kept(cues: list[str]) -> None:
    read = read_bytes(srt_of(*cues))
    assert len(read.utterances) == len(cues)
    assert read.problems == ()


@pytest.mark.parametrize("mark", ["।", "؟", "۔", "。", "։"])
def test_a_long_stretch_of_single_words_ends_with_a_sentence_of_any_script(mark: str) -> None:
    words = [f"क{number}" for number in range(40)]
    words[29] += mark
    cues = [
        f"{n}\n00:00:{n // 2:02},{n % 2 * 5}00 --> 00:00:{n // 2:02},{n % 2 * 5 + 4}99\n{word}\n"
        for n, word in enumerate(words)
    ]
    found = read_bytes("\n".join(cues).encode(), path="talk.srt").utterances
    assert [text.endswith(mark) for text in found.texts] == [True, False]
