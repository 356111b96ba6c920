"""Neighbors of one speaker become one utterance."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from random import Random

from hypothesis import given
from hypothesis import strategies as st

import transcript_bridge as tb
from tests.strategies import made
from tests.support.command import Run
from transcript_bridge.models import Transcript, Utterance, Word
from transcript_bridge.shaping.merging import MergeLimits, merge_neighbors


def transcript(*utterances: Utterance) -> Transcript:
    return Transcript(tuple(utterances), cues=len(utterances))


ONE = Utterance(0, 1000, "One", "Ida", (Word("One", 0, 900),), "a", 1)
TWO = Utterance(1500, 2000, "two.", "Ida", (Word("two.", 1500, 1900),), "b", 5)
REPLY = Utterance(2100, 3000, "Three?", "Jon")
NOBODY = Utterance(3000, 3500, "Hm.")
NOBODY_EITHER = Utterance(3500, 4000, "Hm.")


def test_neighbors_within_the_gap_are_joined() -> None:
    merged = merge_neighbors(transcript(ONE, TWO, REPLY), MergeLimits(500))
    assert merged.utterances == (
        Utterance(0, 2000, "One two.", "Ida", (*ONE.words, *TWO.words), "a", 1),
        REPLY,
    )
    (problem,) = merged.problems
    assert (problem.code, problem.level, problem.cues) == ("merged", "note", 1)


def test_a_longer_silence_parts() -> None:
    whole = transcript(ONE, TWO, REPLY)
    assert merge_neighbors(whole, MergeLimits(499)) is whole


def test_another_speaker_parts() -> None:
    assert len(merge_neighbors(transcript(ONE, REPLY, TWO), MergeLimits(10_000)).utterances) == 3


def test_neighbors_without_a_speaker_are_joined() -> None:
    merged = merge_neighbors(transcript(REPLY, NOBODY, NOBODY_EITHER), MergeLimits(0))
    assert [(u.speaker, u.text) for u in merged.utterances] == [
        ("Jon", "Three?"),
        (None, "Hm. Hm."),
    ]


def test_the_silence_counts_from_whoever_ends_last() -> None:
    long = Utterance(0, 9000, "Long", "Ida")
    within = Utterance(100, 200, "within", "Ida")
    after = Utterance(9100, 9500, "after", "Ida")
    merged = merge_neighbors(transcript(long, within, after), MergeLimits(100))
    assert [(u.start, u.end, u.text) for u in merged.utterances] == [(0, 9500, "Long within after")]


def test_scripts_without_blanks_are_joined_without() -> None:
    merged = merge_neighbors(
        transcript(Utterance(0, 1, "今日は", "花子"), Utterance(1, 2, "寒い。", "花子")),
        MergeLimits(0),
    )
    assert merged.utterances[0].text == "今日は寒い。"


def make_utterances(dice: Random) -> list[Utterance]:
    """Up to twenty, in any order; some end before they begin."""
    return [
        Utterance(
            dice.randint(0, 5000),
            dice.randint(0, 5000),
            dice.choice(["One.", "好", "two"]),
            dice.choice(["Ida", "Jon", None]),
        )
        for _ in range(dice.randint(0, 20))
    ]


@given(made(make_utterances), st.integers(0, 6000))
def test_merging_loses_nothing_and_is_idempotent(found: list[Utterance], gap: int) -> None:
    before = transcript(*found)
    merged = merge_neighbors(before, MergeLimits(gap))
    assert merged.cues == len(merged.utterances) + sum(p.cues for p in merged.problems)
    assert "".join(u.text.replace(" ", "") for u in merged.utterances) == "".join(
        u.text for u in found
    )
    assert merged.duration == before.duration
    assert merge_neighbors(merged, MergeLimits(gap)) is merged


def test_a_merged_segment_has_at_most_1500_characters_and_120_seconds() -> None:
    long_texts = [tb.Utterance(i * 1000, i * 1000 + 900, "x" * 400) for i in range(8)]
    long_times = [tb.Utterance(i * 10_000, i * 10_000 + 9_900, "Yes.") for i in range(40)]
    options = tb.Options(merge_gap=timedelta(seconds=2))
    by_text = tb.shape(tb.Transcript(long_texts, cues=8), options).utterances
    by_time = tb.shape(tb.Transcript(long_times, cues=40), options).utterances
    assert [len(one.text) for one in by_text] == [1202, 1202, 801]
    assert [one.end - one.start for one in by_time] == [119_900, 119_900, 119_900, 39_900]


def test_the_flags_set_how_large_a_merged_segment_gets(run: Run, tmp_path: Path) -> None:
    cues = []
    for number in range(6):
        times = f"00:00:{number:02},000 --> 00:00:{number:02},900"
        cues.append(f"{number + 1}\n{times}\nA sentence of some length.\n")
    file = tmp_path / "talk.srt"
    file.write_text("\n".join(cues))

    def count_segments(*flags: str) -> int:
        ran = run("convert", file, "--merge-gap", "2", *flags)
        return ran.out.count('"text"')

    assert count_segments() == 1
    assert count_segments("--merge-characters", "80") == 2
    assert count_segments("--merge-duration", "2") == 3
