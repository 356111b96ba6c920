from __future__ import annotations

import json
import os
from contextlib import suppress
from html import unescape
from pathlib import Path
from random import Random
from typing import Any

import pytest
import webvtt
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import (
    Subtitle,
    compose_vtt,
    debris,
    made,
    make_subtitles,
    more_examples,
    subtitles,
    tear,
)
from transcript_bridge.errors import MalformedError
from transcript_bridge.formats import vtt
from transcript_bridge.formats.cues.markup import standard_text
from transcript_bridge.formats.decode import decode
from transcript_bridge.formats.vtt.standard import parse_standard
from transcript_bridge.formats.vtt.write import render
from transcript_bridge.models import Transcript, Utterance
from transcript_bridge.reading import read_bytes

CORPUS = (
    Path(
        os.environ.get("TRANSCRIPT_BRIDGE_CORPUS", Path(__file__).parents[3] / "shared" / "corpus")
    )
    / "vtt"
)
HEAD = "WEBVTT\n\n00:01.000 --> 00:02.000\n"


def load(name: str) -> Any:
    path = CORPUS / name
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


CASES: dict[str, Any] = load("expected.json") or {"absent": None}
CUE_TEXTS: list[dict[str, str]] = load("cue-text.json") or [{}]


def check_sum(transcript: Transcript) -> None:
    assert transcript.cues == len(transcript.utterances) + sum(
        problem.cues for problem in transcript.problems
    )


def text_of(name: str) -> str:
    if not (CORPUS / name).exists():
        pytest.skip("the corpus is not here")
    return decode((CORPUS / name).read_bytes()).text


@pytest.mark.parametrize("name", CASES)
def test_the_strict_reader_follows_the_standard(name: str) -> None:
    text, case = text_of(name), CASES[name]
    if not case["valid"]:
        with pytest.raises(MalformedError, match="is not WebVTT"):
            parse_standard(text)
        return
    ours = [
        (u.id or "", u.start / 1000, u.end / 1000, u.text) for u in parse_standard(text).utterances
    ]
    assert ours == [(cue["id"], cue["start"], cue["end"], cue["plain"]) for cue in case["cues"]]


@pytest.mark.parametrize("case", CUE_TEXTS, ids=lambda case: case.get("input", "absent"))
def test_cue_text_by_the_standard(case: dict[str, str]) -> None:
    if not case:
        pytest.skip("the corpus is not here")
    assert standard_text(case["input"]) == case["plain"]


@pytest.mark.parametrize("name", CASES)
def test_what_the_standard_finds_is_never_lost(name: str) -> None:
    text, case = text_of(name), CASES[name]
    try:
        transcript = vtt.parse(text)
    except MalformedError:
        assert not case["valid"]
        return
    check_sum(transcript)
    # A lone number before the times is text by the standard, and an index to everybody else.
    found = "".join("".join(u.text for u in transcript.utterances).split())
    for cue in case["cues"]:
        for word in cue["plain"].split():
            assert word in found or word.isdecimal()


def test_the_tolerant_reader_differs_only_where_the_standard_drops_cues() -> None:
    """The files of the corpus in which `parse` differs, and why."""
    if "absent" in CASES:
        pytest.skip("the corpus is not here")
    differ = set()
    for name, case in CASES.items():
        with suppress(MalformedError):
            found = [(u.start, u.end, u.text.split()) for u in vtt.parse(text_of(name)).utterances]
            cues = [
                (round(c["start"] * 1000), round(c["end"] * 1000), c["plain"].split())
                for c in case["cues"]
            ]
            if found != [cue for cue in cues if cue[2]]:
                differ.add(name.partition("__")[2])
    assert differ == {
        "alignment-bad.vtt",  # text after an arrow in the text
        "cues-no-separation.vtt",  # the next cue's number is not text
        "entities-wrong.vtt",  # text after a `<`
        "interspersed-non-cue.vtt",  # text after an empty line
        "no-webvtt.vtt",  # no signature
        "signature-missing.vtt",
        "timings-garbage.vtt",  # times that can be read all the same
        "timings-hour-error.vtt",
        "timings-no-hour-errors.vtt",
        "timings-too-long.vtt",
        "timings-too-short.vtt",
        "voice.vtt",  # an utterance for each voice
    }


@given(subtitles)
def test_what_is_well_formed_comes_out_as_it_is(cues: list[Subtitle]) -> None:
    transcript = vtt.parse(compose_vtt(cues))
    assert [(u.start, u.end, u.text) for u in transcript.utterances] == [
        (c.start, c.end, c.text) for c in cues
    ]
    assert transcript.problems == ()
    assert transcript.utterances == parse_standard(compose_vtt(cues)).utterances


@given(subtitles)
def test_webvtt_py_finds_the_same(cues: list[Subtitle]) -> None:
    text = compose_vtt(cues)
    theirs = [
        (c.start_time.in_milliseconds(), unescape(c.raw_text))
        for c in webvtt.from_string(text).captions
    ]
    assert theirs == [(u.start, u.text) for u in vtt.parse(text).utterances]


DEFORMED = {
    "comma": lambda text: text.replace(".", ","),
    "no signature": lambda text: text.removeprefix("WEBVTT"),
    "small signature": lambda text: "\n\nWebVTT" + text.removeprefix("WEBVTT"),
    "short arrow": lambda text: text.replace("-->", "->"),
    "settings": lambda text: text.replace(",", ".").replace("\n\n", "\n\nNOTE a note\n\n"),
    "blanks at line ends": lambda text: text.replace("\n", " \n").replace("\n \n", "\n\n"),
    "empty line under the times": lambda text: text.replace("\n<v Ann>", "\n\n<v Ann>"),
    "more empty lines": lambda text: text.replace("\n\n", "\n\n\n\n"),
    "no empty line": lambda text: text.replace("\n\n", "\n"),
}


@pytest.mark.parametrize("name", DEFORMED)
@given(cues=subtitles)
def test_deformed_in_one_way_it_reads_the_same(name: str, cues: list[Subtitle]) -> None:
    cues = [
        cue._replace(lines=tuple(line.replace(".", "").replace(",", "") for line in cue.lines))
        for cue in cues
    ]
    text = DEFORMED[name](compose_vtt(cues, voice="<v Ann>"))
    transcript = vtt.parse(text)
    check_sum(transcript)
    found = [(u.start, u.end, u.speaker, u.text) for u in transcript.utterances]
    assert found == [(cue.start, cue.end, "Ann", cue.text) for cue in cues]


def make_torn(dice: Random) -> str:
    voice = dice.choice(["", "<v Ann>", "<c>"])
    return tear(compose_vtt(make_subtitles(dice), voice=voice), dice)


@more_examples
@given(made(make_torn))
def test_the_sum_of_cues_is_right_for_torn_files(text: str) -> None:
    with suppress(MalformedError):
        check_sum(vtt.parse(text))
    with suppress(MalformedError):
        standard = parse_standard(text)
        assert standard.cues == len(standard.utterances)


@more_examples
@given(debris)
def test_files_with_debris_are_read_or_refused(text: str) -> None:
    text = "WEBVTT\n\n" + text
    assert vtt.sniff(text) == 100
    transcript = vtt.parse(text)
    check_sum(transcript)
    for utterance in transcript.utterances:
        assert utterance.text.strip()
        assert 1 <= (utterance.line or 0) <= text.count("\n") + 1
    parse_standard(text)


@pytest.mark.parametrize(
    ("raw", "speaker", "text"),
    [
        ("<v Ann>hi", "Ann", "hi"),
        ("<v.loud.first Ann B>hi</v>", "Ann B", "hi"),
        ("<v\tAnn>hi</v >", "Ann", "hi"),
        ("<v\nAnn>hi", "Ann", "hi"),
        ("<v A &amp; B>hi", "A & B", "hi"),
        ("<v>hi", None, "hi"),
        ("<vb>hi", None, "hi"),
        ("<v Ann><i>hi</i>", "Ann", "hi"),
        ("<c><v Ann>hi</c>", "Ann", "hi"),
        ("<v Ann>hi</v>\n<v Ann>there</v>", "Ann", "hi\nthere"),
        ("<v Ann>hi<v Ann> there", "Ann", "hi there"),
        ("hi <unknown>there</unknown>", None, "hi there"),
        ("1 < 2 and 3 > 2", None, "1 < 2 and 3 > 2"),
        ("hi <", None, "hi <"),
        ("&#" + "9" * 5000 + ";", None, "\ufffd"),
    ],
)
def test_voices_and_tags(raw: str, speaker: str | None, text: str) -> None:
    assert [(u.speaker, u.text) for u in vtt.parse(HEAD + raw).utterances] == [(speaker, text)]


def test_a_label_after_a_voice_is_text() -> None:
    (utterance,) = read_bytes(f"{HEAD}<v Ann>Note: Ben: hi".encode()).utterances
    assert (utterance.speaker, utterance.text) == ("Ann", "Note: Ben: hi")


@pytest.mark.parametrize(
    ("text", "bid"),
    [
        ("WEBVTT", 100),
        ("\ufeffWEBVTT - title\n", 100),
        ("\nwebvtt\n", 95),
        ("00:01.000 --> 00:02.000\n<v Ann>hi\n", 85),
        ("00:01.000 --> 00:02.000\nhi\n", 0),
        ("<v Ann>hi", 0),
        ("", 0),
    ],
)
def test_sniff(text: str, bid: int) -> None:
    assert vtt.sniff(text) == bid


# --- writing


def again(transcript: Transcript) -> list[tuple[int, int, str | None, str]]:
    read = read_bytes(render(transcript).encode())
    assert read.language == transcript.language
    return [(u.start, u.end, u.speaker, u.text) for u in read.utterances]


NAMES = st.sampled_from(
    ["Alice", 'Doe, "Kevin"', "[B]", "a: b", "x > y", "&amp;", "<v>", "1b2c@72f9", "李雷", None]
)
SAID = st.sampled_from(
    [
        "Yes.",
        "Note: this",
        "Alice: hi",
        "a --> b",
        "<v Bob>x</v>",
        "&lt;",
        "NOTE x",
        "10:30",
        ">> no",
    ]
)


@given(
    st.lists(st.tuples(NAMES, SAID), min_size=1, max_size=8), st.sampled_from(["en", "pt-BR", None])
)
def test_what_was_written_reads_the_same(
    said: list[tuple[str | None, str]], language: str | None
) -> None:
    utterances = tuple(  # slower than words: cues of one word each would be joined
        Utterance(i * 2000, i * 2000 + 1500, text, name) for i, (name, text) in enumerate(said)
    )
    transcript = Transcript(utterances=utterances, language=language)
    assert again(transcript) == [(u.start, u.end, u.speaker, u.text) for u in utterances]


def test_what_is_written_is_standard() -> None:
    utterances = (
        Utterance(0, 1000, "a < b -->\nc", "Ann\n<B>"),
        Utterance(100 * 3_600_000, 360_000_001, "d"),
    )
    written = render(Transcript(utterances=utterances, language="de"))
    found = [(u.start, u.end, u.speaker, u.text) for u in parse_standard(written).utterances]
    assert found == [(0, 1000, "Ann <B>", "a < b --> c"), (360_000_000, 360_000_001, None, "d")]


def test_a_voice_is_not_carried_where_voices_are_ended() -> None:
    cues = ["<v Ida>One.</v>", "Two.", "Three.", "<v Jon>Four.</v>", "Five.", "Six."]
    stamps = [f"00:0{i}.000 --> 00:0{i}.900\n{cue}\n" for i, cue in enumerate(cues)]
    read = read_bytes("\n".join(["WEBVTT\n", *stamps]).encode())
    assert [u.speaker for u in read.utterances] == ["Ida", None, None, "Jon", None, None]


@pytest.mark.parametrize(
    "header",
    [
        "Language: de\n",
        "\nKind: captions\nLanguage: de\n",
        "\nWEBVTT\nKind: captions\nlang: de\n",
        "\nNOTE a comment\n\nKind: captions\nLanguage: de\n",
        "\nlanguage: de\n\nRegion: id=fred width=40%\n",
    ],
    ids=["above", "below", "second signature", "below a comment", "region"],
)
def test_metadata_are_no_lost_text_wherever_they_are(header: str) -> None:
    transcript = vtt.parse(f"WEBVTT\n{header}\n00:01.000 --> 00:02.000\nHallo.\n")
    assert (transcript.language, transcript.problems) == ("de", ())


def test_a_text_that_says_webvtt_is_no_header() -> None:
    first = "00:01.000 --> 00:02.000\nIt begins with\nWEBVTT\n"
    second = "00:03.000 --> 00:04.000\nYes.\n"
    read = read_bytes(f"WEBVTT\n\n{first}\n{second}".encode())
    assert [u.text for u in read.utterances] == ["It begins with WEBVTT", "Yes."]


def test_the_same_words_with_other_times_are_kept_in_joined_segments() -> None:
    text = (
        "WEBVTT\n\n1\n00:01.000 --> 00:02.000\nNo.\n\n"
        "WEBVTT\n\n2\n00:02.000 --> 00:03.000\nNo.\n\n2\n00:02.000 --> 00:03.000\nNo.\n"
    )
    read = read_bytes(text.encode())
    assert [(u.start, u.text) for u in read.utterances] == [(1000, "No."), (2000, "No.")]
    assert [(p.code, p.cues) for p in read.problems if p.cues] == [("segment-repeat", 1)]
