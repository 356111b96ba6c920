"""Inputs whose reading once took time by the square of their size: each is finished, none hangs.

`fuzz/limits.py` searches for more of them.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import get_args

import pytest

from tests.support.hangs import no_hang
from transcript_bridge.archive.voices.similar_names import propose
from transcript_bridge.errors import NoSpeechError, UnknownFormatError
from transcript_bridge.formats.decode import decode
from transcript_bridge.formats.speech import require_speech
from transcript_bridge.models import Transcript, Turn, Utterance, Utterances, Word
from transcript_bridge.reading import read_bytes
from transcript_bridge.shaping import repair
from transcript_bridge.shaping.diarization.joining import Mode, join_turns
from transcript_bridge.shaping.diarization.timeline import MAX_HEARD, build_timeline

pytestmark = pytest.mark.untraced
MEGABYTE = 1_000_000


def test_one_odd_byte_at_the_end_of_a_long_line() -> None:
    with no_hang():
        assert decode(b"a" * MEGABYTE + b"\xe9").text.endswith("aé")


def test_the_language_is_found_far_behind_the_beginning() -> None:
    """The first odd byte comes after megabytes of plain text."""
    text = "a plain line\n" * 200_000 + "Příliš žluťoučký kůň úpěl ďábelské ódy\n"
    assert decode(text.encode("cp1250")).encoding == "cp1250"


@pytest.mark.parametrize("letter", ["a", "Ab", "é", "aÉ"])
def test_a_long_word_of_an_older_encoding(letter: str) -> None:
    text = letter * 100_000 + "é"
    with no_hang():
        assert len(decode(text.encode("cp1252")).text) == len(text)


def test_a_text_without_any_word_is_no_transcript() -> None:
    with no_hang(), pytest.raises(UnknownFormatError, match="this has no times"):
        read_bytes(b"-\n" * MEGABYTE)


@pytest.mark.parametrize("mark", ["\\N", "\\h\\h"])
def test_a_long_word_beside_a_mark_of_substation_alpha(mark: str) -> None:
    cue = f"00:01.000 --> 00:02.000\nOne{mark}{'n' * MEGABYTE} C:\\New C:\\home\n"
    with no_hang():
        read = read_bytes(f"WEBVTT\n\n{cue}".encode())
    assert next(iter(read.utterances)).text.endswith("n C:\\New C:\\home")


@pytest.mark.slow
@pytest.mark.parametrize(
    "pattern",
    ["person{} of{}", "a{} smith", "alic{} doe", "a smith{}", "speaker of town{}"],
)
def test_ten_thousand_labels_of_an_archive(pattern: str) -> None:
    names = [pattern.replace("{}", chr(0x4E00 + number)) for number in range(10_000)]
    with no_hang():
        propose({name: ([name], 1000) for name in names})


def test_a_label_of_a_megabyte_is_not_a_spelling_of_another() -> None:
    names = ["Lab el" * 170_000, "Maria", "Ma"]
    with no_hang():
        found = propose({name: ([name], 1000) for name in names})
    assert all(set(one.labels) <= {"Maria", "Ma"} for one in found)


def test_captions_of_thousands_of_equal_lines() -> None:
    head = "".join(
        f"00:{n:02d}:00.000 --> 00:{n + 1:02d}:00.000\nroll {n}\nroll {n + 1}\n\n"
        for n in range(1, 41)
    )
    lines = "a\n" * 50_000
    huge = "".join(f"01:{n:02d}:00.000 --> 01:{n + 1:02d}:00.000\n{lines}{n}\n\n" for n in range(6))
    with no_hang():
        transcript = read_bytes(f"WEBVTT\n\n{head}{huge}".encode())
    assert len(transcript.utterances) == 46


def test_a_very_long_text_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repair, "MAX_TEXT", 100)
    text = "word " * 2_000_000 + "end"
    with no_hang():
        repaired = repair.repair(Transcript(Utterances.of([Utterance(0, 10**9, text)]), cues=1))
    assert " ".join(repaired.utterances.texts) == text
    assert max(map(len, repaired.utterances.texts)) <= 100


@pytest.mark.parametrize(
    "text",
    ["a" * MEGABYTE, "é" * (MEGABYTE // 2), "aB1" * 300_000 + "!", "[" + "\t" * MEGABYTE + "x"],
    ids=["one letter", "not ASCII", "encoded", "blanks in an object"],
)
def test_a_text_that_may_have_no_speech(text: str) -> None:
    """One long word is not a sentence, and is read in time proportional to its length."""
    texts = [text, text + "}", text[:3900] + "x"]
    utterances = [Utterance(n * 1000, n * 1000 + 900, each) for n, each in enumerate(texts)]
    with no_hang(), suppress(NoSpeechError):
        require_speech(Transcript(Utterances.of(utterances), cues=len(utterances)))


# The join of words and turns


def make_words(count: int, *, step: int = 200, length: int = 180) -> Transcript:
    """`count` words, one each `step` ms, in utterances of twenty."""
    utterances = []
    for first in range(0, count, 20):
        words = tuple(
            Word("word", number * step, number * step + length)
            for number in range(first, first + 20)
        )
        text = " ".join(word.text for word in words)
        begin, end = words[0].start, words[-1].end
        assert begin is not None
        assert end is not None
        utterances.append(Utterance(begin, end, text, None, words))
    return Transcript(Utterances.of(utterances), cues=len(utterances))


def three_hundred_at_once() -> tuple[Transcript, list[Turn]]:
    return make_words(20_000), [Turn(0, 4_000_000, f"S{n}") for n in range(300)]


def overlapping() -> tuple[Transcript, list[Turn]]:
    turns = [Turn(n * 200, n * 200 + 2_000_000, f"S{n}") for n in range(20_000)]
    return make_words(20_000), turns


def long_words() -> tuple[Transcript, list[Turn]]:
    turns = [Turn(n * 2000, n * 2000 + 1500, f"S{n % 7}") for n in range(2_000)]
    return make_words(20_000, length=4_000_000), turns


def one_moment() -> tuple[Transcript, list[Turn]]:
    turns = [Turn(n % 300, 400 + n * 7 % 300, f"S{n}") for n in range(20_000)]
    return make_words(20_000, step=0), turns


def far_labels() -> tuple[Transcript, list[Turn]]:
    turns = [Turn(n * 5000 + 1990, n * 5000 + 2000, f"S{n}") for n in range(20_000)]
    return make_words(20_000, step=5000, length=10), turns


def centuries() -> tuple[Transcript, list[Turn]]:
    return make_words(2_000, step=10**9), [Turn(0, 10**13, "S")]


@pytest.mark.slow
@pytest.mark.parametrize(
    "make",
    [three_hundred_at_once, overlapping, long_words, one_moment, far_labels, centuries],
    ids=lambda make: make.__name__,
)
def test_turns_that_overlap_in_any_way_are_joined(
    make: Callable[[], tuple[Transcript, list[Turn]]],
) -> None:
    words, turns = make()
    count = sum(len(u.words) for u in words.utterances)
    for mode in get_args(Mode):
        with no_hang():
            joined = join_turns(words, turns, mode=mode)
        assert joined.statistics.words == count, mode


def test_of_many_labels_at_once_those_who_began_first_are_looked_at() -> None:
    turns = [Turn(n, 100_000, f"S{n:03}") for n in range(300)]
    timeline = build_timeline(turns)
    assert max(map(len, timeline.heard)) == MAX_HEARD
    assert timeline.heard[-2] == tuple(f"S{n:03}" for n in range(MAX_HEARD))
