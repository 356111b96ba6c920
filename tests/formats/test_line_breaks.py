"""Subtitles with short lines: where lines and cues end, when cues are shown; all is kept."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest
from hypothesis import example, given

from tests.strategies import made
from transcript_bridge import formats
from transcript_bridge.formats import LineLimits
from transcript_bridge.formats.cues.fitting import fit_utterances
from transcript_bridge.formats.cues.line_breaks import break_text, width_of
from transcript_bridge.line_joining import join_lines, join_texts, needs_no_space
from transcript_bridge.models import Transcript, Utterance, Word
from transcript_bridge.reading import read_bytes

WRITERS = [format.name for format in formats.all_formats() if format.render_lines]
_WORDS = "So the river, rises. 日本語です。 こんにちは extraordinarily naïve Bob: - 2024 [x] <b> …"


def make_text(dice: Random) -> str:
    return " ".join(dice.choices(_WORDS.split(), k=dice.randint(1, 40)))


def make_limits(dice: Random) -> LineLimits:
    return LineLimits(dice.randint(8, 50), dice.randint(1, 3))


def test_lines_end_after_sentences_and_commas_first() -> None:
    text = "We counted again. And then, because somebody asked, we counted a third time."
    assert break_text(text, LineLimits(30, 2)) == [
        ["We counted again. And then,", "because somebody asked,"],
        ["we counted a third time."],
    ]


def test_lines_are_of_one_length() -> None:
    ((first, second),) = break_text(
        "Somebody said that the house on the hill is sold", LineLimits()
    )
    assert (first, second) == ("Somebody said that the house", "on the hill is sold")


def test_full_width_characters_count_twice_and_lines_begin_with_no_closing_mark() -> None:
    text = "今日はとても良い天気ですね。散歩に行きましょうか、それとも家で映画を見ましょうか。"
    lines = [line for cue in break_text(text, LineLimits(20, 2)) for line in cue]
    assert all(width_of(line) <= 20 and line[0] not in "、。" for line in lines)
    assert "".join(lines) == text


def test_a_word_longer_than_a_line_has_a_separate_line() -> None:
    long = "https://example.com/a/very/long/address"
    lines = [line for cue in break_text(f"See {long} soon", LineLimits(20, 2)) for line in cue]
    assert lines == ["See", long, "soon"]


@example("日本語です。 日本語です。", LineLimits(8, 1))
@given(made(make_text), made(make_limits))
def test_no_line_is_too_long_and_no_word_is_lost(text: str, limits: LineLimits) -> None:
    text = join_lines(text)
    cues = break_text(text, limits, label_width=5)
    assert max(map(len, cues)) <= limits.lines
    assert join_texts([line for cue in cues for line in cue]) == text
    for lines in cues:
        for number, line in enumerate(lines):
            width = width_of(line) + (5 if number == 0 else 0)
            assert width <= limits.length or is_one_piece(line)


def is_one_piece(line: str) -> bool:
    """Whether a line cannot be broken: at its blanks, lines would be joined without one."""
    words = line.split(" ")
    return all(needs_no_space(left[-1], right[0]) for left, right in pairwise(words))


def spans(utterance: Utterance, limits: LineLimits) -> list[tuple[int, int, str]]:
    return [(u.start, u.end, u.text) for u in fit_utterances([utterance], limits)]


def test_a_cue_is_shown_while_its_words_are_said() -> None:
    words = (Word("Good", 1000, 1200), Word("morning.", 1300, 2000), Word("Yes.", 8000, 8500))
    utterance = Utterance(900, 9000, "Good morning. Yes.", None, words)
    assert spans(utterance, LineLimits(14, 1)) == [
        (900, 2000, "Good morning."),
        (8000, 9000, "Yes."),
    ]
    first, second = fit_utterances([utterance], LineLimits(14, 1))
    assert first.words + second.words == words


@pytest.mark.parametrize(
    "words",
    [(), (Word("Other", 0, 10),), (Word("Good"), Word("morning."), Word("Yes."))],
    ids=["none", "other words", "no times"],
)
def test_without_word_times_cues_share_the_time_by_characters(words: tuple[Word, ...]) -> None:
    utterance = Utterance(0, 16_000, "Good morning. Yes.", None, words)
    assert spans(utterance, LineLimits(14, 1)) == [
        (0, 12_000, "Good morning."),
        (12_000, 16_000, "Yes."),
    ]


NAMES = ("Alice", "Bob Roe", "SPEAKER_07")
PARTS = ("river", "rises", "in the hills,", "behind.", "日本語です。", "At 10:30", "No.")


def make_said(dice: Random) -> list[tuple[str, str]]:
    """Names and what they say."""
    return [
        (dice.choice(NAMES), " ".join(dice.choices(PARTS, k=dice.randint(1, 25))))
        for _ in range(dice.randint(1, 5))
    ]


@pytest.mark.parametrize("name", WRITERS)
@given(said=made(make_said), limits=made(make_limits))
def test_what_is_read_again_has_the_same_words_and_speakers(
    name: str, said: list[tuple[str, str]], limits: LineLimits
) -> None:
    utterances = [
        Utterance(n * 60_000, n * 60_000 + 50_000, text, speaker)
        for n, (speaker, text) in enumerate(said)
    ]
    render_lines = formats.get(name).render_lines
    assert render_lines is not None
    found = read_bytes(render_lines(Transcript(utterances), limits).encode(), format=name)
    for utterance in utterances:
        cues = [u for u in found.utterances if utterance.start <= u.start < utterance.end]
        assert join_texts([cue.text for cue in cues]) == join_lines(utterance.text)
        assert {cue.speaker for cue in cues} == {utterance.speaker}
        assert max(cue.end for cue in cues) == utterance.end


def test_the_speaker_is_before_the_first_line_of_each_cue() -> None:
    text = "Where does the river rise? In the hills behind the old mill, they say."
    render_lines = formats.get("srt").render_lines
    assert render_lines is not None
    written = render_lines(Transcript([Utterance(0, 4000, text, "Alice")]), LineLimits(30, 2))
    cues = [cue.split("\n")[2:] for cue in written.strip().split("\n\n")]
    assert len(cues) > 1
    for first, *others in cues:
        assert first.startswith("Alice: ")
        assert "Alice" not in "".join(others)
