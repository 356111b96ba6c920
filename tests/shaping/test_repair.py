from __future__ import annotations

from functools import partial
from random import Random

import pytest
from hypothesis import given

from tests.strategies import made, make_text
from transcript_bridge.models import Transcript, Utterance, Utterances
from transcript_bridge.shaping.repair import MAX_MS, MAX_TEXT, RULES, looks_clean, repair
from transcript_bridge.wire import build_segments


def repaired(*utterances: Utterance) -> Transcript:
    return repair(Transcript(utterances=utterances, cues=len(utterances)))


def codes(transcript: Transcript) -> list[str]:
    return [p.code for p in transcript.problems]


def test_a_clean_transcript_is_passed_on_as_it_is() -> None:
    transcript = Transcript(
        utterances=(Utterance(0, 1000, "Hello."), Utterance(500, 1500, "Hi.")), cues=2
    )
    assert repair(transcript) is transcript


def test_utterances_are_sorted_and_the_order_is_reported() -> None:
    after = repaired(Utterance(2000, 3000, "second"), Utterance(0, 1000, "first"))
    assert [u.text for u in after.utterances] == ["first", "second"]
    assert codes(after) == ["out-of-order"]


def test_no_length_ends_where_the_next_one_begins() -> None:
    after = repaired(Utterance(1000, 1000, "a text of some length"), Utterance(1500, 2000, "next"))
    assert (after.utterances[0].start, after.utterances[0].end) == (1000, 1500)


def test_no_length_at_the_end_is_estimated_from_the_text() -> None:
    after = repaired(Utterance(1000, 400, "x" * 100, line=7))
    assert after.utterances[0].end == 1000 + 100 * 65
    assert (after.problems[0].code, after.problems[0].line) == ("no-length", 7)


def test_a_negative_start_moves_to_zero() -> None:
    after = repaired(Utterance(-500, 1000, "early"), Utterance(-900, -100, "earlier still"))
    assert [u.start for u in after.utterances] == [0, 0]
    assert all(u.end > 0 for u in after.utterances)


def test_blank_and_absurd_are_dropped_and_accounted_for() -> None:
    after = repaired(
        Utterance(0, 1, " \n"), Utterance(0, MAX_MS + 1, "far"), Utterance(5, 9, "kept")
    )
    assert [u.text for u in after.utterances] == ["kept"]
    assert sum(p.cues for p in after.problems) == 2


@pytest.mark.parametrize("junk", ["\0", "\ud800", "\x1b", "\x7f"])
def test_control_characters_are_removed(junk: str) -> None:
    after = repaired(Utterance(0, 1000, f"he{junk}llo"))
    assert after.utterances[0].text == "hello"


@pytest.mark.parametrize(("label", "cleaned"), [("A\0li", "Ali"), ("\ud800", None), ("\0 ", None)])
def test_labels_are_cleaned_as_texts_are(label: str, cleaned: str | None) -> None:
    after = repaired(Utterance(0, 1000, "hello", label))
    assert after.utterances[0].speaker == cleaned
    assert codes(after) == ["unspeakable-characters"]


def test_a_text_of_nothing_but_junk_is_dropped() -> None:
    after = repaired(Utterance(0, 1000, "\0\0"))
    assert after.utterances == ()
    assert codes(after) == ["unspeakable-characters", "blank-text"]


def test_a_huge_text_is_cut_at_blanks_and_nothing_is_lost() -> None:
    text = "word " * 30_000
    after = repaired(Utterance(0, 60_000, text.strip()))
    assert len(after.utterances) == 3
    assert " ".join(u.text for u in after.utterances) == text.strip()
    assert all(len(u.text) <= MAX_TEXT for u in after.utterances)
    assert after.cues == len(after.utterances) + sum(p.cues for p in after.problems)


ODD_TIMES = (0, MAX_MS, MAX_MS + 1, 10**15, -(10**15))


def make_time(dice: Random) -> int:
    return dice.choice([dice.randint(-10_000, 20_000), dice.randint(0, 3), dice.choice(ODD_TIMES)])


def make_utterances(dice: Random, most: int) -> list[Utterance]:
    return [
        Utterance(make_time(dice), make_time(dice), make_text(dice, 8))
        for _ in range(dice.randint(0, most))
    ]


@given(made(partial(make_utterances, most=12)))
def test_after_repair_nothing_is_refused_the_sum_checks_and_twice_is_once(
    found: list[Utterance],
) -> None:
    after = repaired(*found)
    rows = [
        {"text": u.text, "start": u.start / 1000, "end": u.end / 1000} for u in after.utterances
    ]
    assert len(build_segments(rows)) == len(after.utterances)
    assert after.cues == len(after.utterances) + sum(p.cues for p in after.problems)
    assert repair(after) == after


@given(made(partial(make_utterances, most=3)))
def test_the_quick_look_finds_what_the_rules_find(found: list[Utterance]) -> None:
    assert looks_clean(Utterances.of(found)) == (
        not any(rule.applies(u) for rule in RULES for u in found)
    )


def test_an_end_that_is_estimated_counts_the_time_that_a_script_needs() -> None:
    same_length = [Utterance(0, 0, "何时出发去北京呢", "A"), Utterance(9000, 9000, "8 chars.", "B")]
    chinese, english = repair(Transcript(same_length, cues=2)).utterances
    assert chinese.end - chinese.start == 3 * (english.end - english.start)
