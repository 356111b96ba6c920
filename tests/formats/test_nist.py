"""CTM and STM: marks of words, several recordings, and files that only look similar."""

from __future__ import annotations

import pytest

from transcript_bridge import formats
from transcript_bridge.formats import ctm, stm
from transcript_bridge.formats.nist_lines import read_word


@pytest.mark.parametrize(
    ("token", "word"),
    [
        ("they;tag1;tag2", "they"),
        ("a\\;s;tag1", "a;s"),
        ("(farmer)", "farmer"),
        ("read(2)", "read"),
        ("f-", "f-"),
        ("%", ""),
        ("(%hesitation)", ""),
        ("@", ""),
        ("<unk>", ""),
        ("{SMACK}", ""),
        ("!SIL", ""),
        ("silly", "silly"),
    ],
)
def test_marks_are_no_part_of_words(token: str, word: str) -> None:
    assert read_word(token) == word


@pytest.mark.parametrize(
    "text",
    [
        "we { go / going } home",
        "we {go / going / @} home",
        "we <ALT_BEGIN> go <ALT> going <ALT_END> home",
        "<ALT_BEGIN> we <ALT> he <ALT_END> (<hes>) go home",
        "{ we / { they / who } } go {BREATH} home",
    ],
)
def test_the_first_alternative_is_read(text: str) -> None:
    assert stm.parse(f"talk 1 ann 0.5 1.5 {text}\n").utterances.texts == ("we go home",)


def test_recordings_begin_where_the_one_before_ends() -> None:
    lines = ["b 1 0.5 0.5 late", "a 1 0.0 0.5 early", "b 1 3.0 0.5 later"]
    found = [(u.start, u.end, u.text) for u in ctm.parse("\n".join(lines)).utterances]
    assert found == [(500, 1000, "late"), (3000, 3500, "later"), (3500, 4000, "early")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("talk 1 0.5 0.5 hello\n", "ctm"),
        ("talk A 0.5 0.5 hello 0.9 lex ann\n", "ctm"),
        ("talk 1 ann 0.5 1.5 hello there\n", "stm"),
        ("talk 1 ann 0.5 1.5 <o,f0,female> hello\n", "stm"),
        ("talk 1 12 0.5 1.5 hello there now\n", "stm"),
        ("SPEAKER talk 1 0.5 1.5 <NA> <NA> ann <NA> <NA>\n", "rttm"),
    ],
)
def test_columns_tell_the_format(text: str, expected: str) -> None:
    assert formats.detect(text).name == expected


def test_a_list_of_numbers_is_neither() -> None:
    text = "The room has 3 doors and 4 windows\nRoom 12 1.5 2.5 wide and long\n"
    assert ctm.sniff(text) == stm.sniff(text) == 0
