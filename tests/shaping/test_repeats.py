"""Cues that a file has twice."""

from __future__ import annotations

from transcript_bridge.models import Transcript, Utterance
from transcript_bridge.shaping.repeats import drop_repeats


def starts_of(*utterances: Utterance) -> list[int]:
    return list(drop_repeats(Transcript(utterances)).utterances.starts)


def test_a_cue_that_is_in_the_file_again_comes_out_once_and_is_reported() -> None:
    first = Utterance(400, 1900, "Where?", "Nora", line=2)
    second = Utterance(2100, 2900, "There.", "Emil", line=6)
    transcript = drop_repeats(Transcript((first, second, first._replace(line=10)), cues=3))
    assert transcript.utterances == [first, second]
    (problem,) = transcript.problems
    assert (problem.code, problem.line, problem.cues) == ("cue-repeat", 10, 1)


def test_two_people_who_say_the_same_word_at_once_both_stay() -> None:
    yes = Utterance(400, 900, "Yes.", "Nora")
    assert starts_of(yes, yes._replace(speaker="Emil")) == [400, 400]


def test_a_word_that_is_repeated_in_a_second_stays_if_times_are_whole_seconds() -> None:
    no = Utterance(3000, 4000, "No.", "Nora")
    assert starts_of(no, no, Utterance(4000, 5000, "Well.", "Emil")) == [3000, 3000, 4000]


def test_a_file_in_whole_seconds_that_has_everything_twice_is_taken_once() -> None:
    cues = [Utterance(0, 2000, "Where?"), Utterance(2000, 4000, "There.")]
    assert starts_of(*cues, *cues) == [0, 2000]


def test_words_without_length_stay() -> None:
    nothing = Utterance(500, 500, "Thank you.")
    assert starts_of(nothing, nothing) == [500, 500]
