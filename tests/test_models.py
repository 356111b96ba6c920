"""The columns of a transcript: what they equal, what they are made of, and that they pickle."""

from __future__ import annotations

import pickle
from array import array
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import made, make_text
from transcript_bridge.models import Transcript, Utterance, Utterances, Word
from transcript_bridge.problems import Problem

WIDTHS = (16, 62, 63, 64, 100)
"""Bits of large numbers; a column has 64 bits, one of them for the sign."""


def make_number(dice: Random, width: int) -> int:
    limit = 2 ** dice.choice([3, width])
    return dice.choice([-limit, limit - 1, dice.randrange(-limit, limit)])


def make_rows(dice: Random) -> list[Utterance]:
    width = dice.choice(WIDTHS)
    return [
        Utterance(
            make_number(dice, width),
            make_number(dice, width),
            make_text(dice, 4),
            dice.choice([None, make_text(dice, 2)]),
            dice.choice([(), (Word("a", 0, 1),)]),
            dice.choice([None, make_text(dice, 2)]),
            dice.choice([None, dice.randint(1, 10**6)]),
        )
        for _ in range(dice.randint(0, 6))
    ]


rows = made(make_rows)


@given(rows, rows, st.slices(6))
def test_columns_are_the_rows_they_were_made_of(
    some: list[Utterance], others: list[Utterance], cut: slice
) -> None:
    held = Utterances.joined([Utterances.of(some), Utterances.of(others)])
    whole = [*some, *others]
    assert list(held) == whole == held
    assert held == tuple(whole)
    assert len(held) == len(whole)
    assert [held[i] for i in range(-len(whole), len(whole))] == whole * 2
    assert held[cut] == whole[cut]
    assert hash(held) == hash(Utterances.of(iter(whole)))
    assert pickle.loads(pickle.dumps(held)) == held
    assert list(zip(*held.columns(), strict=True)) == whole


def test_a_different_row_makes_a_difference() -> None:
    one = Utterances.of([Utterance(0, 1, "a")])
    assert one != [Utterance(0, 1, "b")]
    assert one != [Utterance(0, 1, "a"), Utterance(0, 1, "a")]
    assert one != "a"


def test_integers_of_a_long_file_take_eight_bytes_each() -> None:
    many = [Utterance(i, i + 1, "a", line=i + 1) for i in range(10_000)]
    held = Utterances.of(many)
    assert all(isinstance(column, array) for column in (held.starts, held.ends, held.lines))
    assert held == many
    assert isinstance(held[5_000:].starts, array)


@pytest.mark.parametrize(
    "odd", [Utterance(2**70, 2**70, "a", line=1), Utterance(0, 1, "a", line=None)]
)
def test_what_fits_no_array_is_kept_all_the_same(odd: Utterance) -> None:
    many = [Utterance(i, i + 1, "a", line=i + 1) for i in range(5_000)]
    whole = [*many, odd, *many]
    assert Utterances.of(whole) == whole
    assert (
        Utterances.joined([Utterances.of(many), Utterances.of([odd]), Utterances.of(many)]) == whole
    )


def test_a_transcript_takes_any_sequence_and_evolves() -> None:
    said = (Utterance(0, 1000, "a"), Utterance(1000, 3000, "b", "Ida"))
    transcript = Transcript(said, cues=2)  # as a plug-in that knows of no columns may write it
    assert transcript == Transcript(Utterances.of(said), cues=2)
    assert isinstance(transcript.utterances, Utterances)
    assert transcript.duration == 3000
    assert transcript.speakers() == (None, "Ida")
    problem = Problem("merged", "two became one")
    other = transcript.evolve(said[:1], [problem], path="x.srt")
    assert (other.utterances, other.problems, other.path, other.cues) == (
        said[:1],
        (problem,),
        "x.srt",
        2,
    )
    assert transcript.evolve() is transcript
