"""Speaker labels inside the text. The shapes of products and the false labels are fixtures/labels;
here are the rules one by one, and what must hold whatever the text."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import made, make_text, roll_few
from tests.support.hangs import no_hang
from transcript_bridge.models import Transcript, Utterance, Word
from transcript_bridge.shaping.labels import any_form, read_labels
from transcript_bridge.shaping.labels.decision import FileLabels, find_labels
from transcript_bridge.shaping.labels.explaining import explain_decisions
from transcript_bridge.shaping.labels.file_signs import FILE_SIGNS
from transcript_bridge.shaping.labels.label_signs import OWN_SIGNS, STYLE_SIGNS
from transcript_bridge.shaping.labels.likeness import (
    CERTAIN,
    LIKELY,
    NEVER,
    RATINGS,
    STRONG,
    WEAK,
    likeness,
)
from transcript_bridge.shaping.labels.prefixes import PREFIX
from transcript_bridge.shaping.labels.scan import Openings, find_openings
from transcript_bridge.sounds import is_sound


def cues(*texts: str) -> Transcript:
    """A second each, one after the other."""
    utterances = [
        Utterance(i * 1000, i * 1000 + 1000, text, line=i + 1) for i, text in enumerate(texts)
    ]
    return Transcript(tuple(utterances), cues=len(texts))


def said(*texts: str) -> list[tuple[str | None, str]]:
    return [(u.speaker, u.text) for u in read_labels(cues(*texts)).utterances]


def speakers(*texts: str) -> list[str | None]:
    return [speaker for speaker, _ in said(*texts)]


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Alice", LIKELY),
        ("李雷", LIKELY),
        ("Q", LIKELY),
        ("Participant 3", LIKELY),
        ("Alice Doe", STRONG),
        ("ALICE", STRONG),
        ("Dr. Vincent van Gogh", STRONG),
        ("Leo Dion (host)", STRONG),
        ("+1 415 555 0100", STRONG),
        ("(415) 555-0100", STRONG),
        ("030 1234567", STRONG),
        ("1990-2000-2010", NEVER),
        ("SPEAKER_00", CERTAIN),
        ("Speaker 1", CERTAIN),
        ("Sprecherin B", CERTAIN),
        ("alice", WEAK),
        ("alice@acme.example", WEAK),
        ("Alice Berg and Jon Vik and Eva", WEAK),
        ("Doe, Kevin", WEAK),
        ("Yes. Alice", WEAK),
        ("Clarification", WEAK),
        ("Question", WEAK),
        ("Plan B", NEVER),
        ("Step two", NEVER),
        ("Fun fact", NEVER),
        ("He said", NEVER),
        ("and he said", NEVER),
        ("So it was. the end", NEVER),
        ("good, bad", NEVER),
        ("[INAUDIBLE] as well", NEVER),
        ("The answer is", NEVER),
        ("E = mc2", NEVER),
        ("他说", NEVER),
        ("Subtitles by the class", NEVER),
        ("8", NEVER),
        ("A" * 65, NEVER),
    ],
)
def test_texts_are_rated_by_how_much_they_look_like_names(label: str, expected: int) -> None:
    assert likeness(label) == expected


@pytest.mark.parametrize("text", ["[Music]", "(applause)", "♪ Home ♪", "♫"])
def test_sounds_are_recognized(text: str) -> None:
    assert is_sound(text)


@pytest.mark.parametrize("text", ["[INAUDIBLE] as well", "(so) and (so)", "Music", ""])
def test_words_are_not_taken_for_sounds(text: str) -> None:
    assert not is_sound(text)


def test_a_name_that_returns_three_times_and_another_make_a_long_file_labeled() -> None:
    prose = ["So it goes on and on."] * 40
    twice = [*prose, "Ida: Yes.", *prose, "Ida: No.", "Jon: Hm.", *prose]
    assert set(speakers(*twice)) == {None}
    assert "Ida" in speakers(*twice, "Ida: Perhaps.")


def test_a_full_name_that_returns_needs_no_other_and_is_not_carried() -> None:
    prose = ["So it goes on and on."] * 4
    one = ["Ida Berg: Yes.", *prose]
    assert speakers(*prose, *one, *one, *one) == [None] * 4 + ["Ida Berg", *[None] * 4] * 3


def test_a_word_that_returns_alone_is_a_phrase_whatever_follows() -> None:
    prose = ["So it goes on and on."] * 2
    one = ["Challenge: Do ten of these.", *prose]
    texts = [*prose, *one, *one, *one]
    assert said(*texts) == [(None, text) for text in texts]


def test_a_name_that_opens_the_file_and_half_of_its_cues_needs_no_other() -> None:
    texts = ["Ida: One.", "[Music]", "Two.", "Ida: Three.", "[Music]", "Four.", "Ida: Five."]
    assert speakers(*texts) == ["Ida", None, "Ida", "Ida", None, "Ida", "Ida"]


def test_role_names_in_few_cues_are_phrases() -> None:
    prose = ["So it goes on and on."] * 12
    texts = [*prose, *["the first one: Yes.", "the other one: No."] * 3]
    assert said(*texts) == [(None, text) for text in texts]


@pytest.mark.parametrize("follows", ["it is deep.", "«It is deep.»", '"It is deep."'])
def test_what_a_sentence_goes_on_after_is_no_label(follows: str) -> None:
    names = ["Ida: One.", "So it goes on.", "Jon: Two.", "So it does."] * 3
    assert said(*names, f"Lesson: {follows}")[-1] == ("Jon", f"Lesson: {follows}")
    assert said(*names, "Lesson: It is deep.")[-1] == ("Lesson", "It is deep.")


def test_a_label_of_one_occurrence_is_not_carried_where_others_return() -> None:
    names = ["Ida: One.", "So it goes on.", "Jon: Two.", "So it does."] * 3
    assert speakers(*names, "Eva: Three.", "So.", "Ida: Four.", "So.")[-4:] == [
        "Eva",
        None,
        "Ida",
        "Ida",
    ]


def test_a_repeated_clause_does_not_make_a_file_labeled() -> None:
    texts = ["Then I said: no.", "And he said: yes.", "so what: nothing", "Remember: wash it."] * 5
    assert said(*texts) == [(None, text) for text in texts]


def test_one_capitalized_word_in_a_short_file_is_prose() -> None:
    assert speakers("Tea: with milk.", "It is good.", "Very good.") == [None, None, None]


def test_half_of_the_cues_with_names_make_a_short_file_labeled() -> None:
    assert speakers("Ida: Hello.", "Ida: You?", "Is there anybody?", "No.") == [
        "Ida",
        "Ida",
        None,
        None,
    ]


def test_a_name_in_the_first_cue_and_another_make_a_short_file_labeled() -> None:
    assert (
        speakers("Ida: Hello.", "So.", "So.", "Jon: Hm.", "So.", "So.", "So.")
        == ["Ida"] * 3 + ["Jon"] * 4
    )


def test_a_label_that_no_prose_has_needs_no_company() -> None:
    assert speakers("So.", "So.", "So.", "So.", "[SPEAKER_07]: Yes.") == [None] * 4 + ["SPEAKER_07"]


def test_among_shouted_names_an_odd_prefix_stays_text() -> None:
    assert said("IDA: One.", "Dessert: two.", "IDA: Three.", "JON: Four.", "IDA: Five.", "Six.")[
        1
    ] == (
        "IDA",
        "Dessert: two.",
    )


def test_among_full_names_a_single_word_stays_text() -> None:
    texts = ["Ida Berg: One.", "Jon Vik: Two.", "So."] * 3
    assert said(*texts, "Dessert: ice.")[-1] == ("Jon Vik", "Dessert: ice.")
    assert said(*texts, "Eva Lund: ice.")[-1] == ("Eva Lund", "ice.")


def test_where_every_cue_has_a_name_a_new_one_is_a_name() -> None:
    assert speakers("IDA: One.", "Jon: Two.", "IDA: Three.", "IDA: Four.") == [
        "IDA",
        "Jon",
        "IDA",
        "IDA",
    ]


def test_a_family_name_first_that_is_heard_once_is_a_name_where_every_cue_has_one() -> None:
    texts = ["Ida Berg: One.", "Jon Vik: Two.", "O'Neil, Pat: Three.", "Ida Berg: Four."]
    assert speakers(*texts) == ["Ida Berg", "Jon Vik", "O'Neil, Pat", "Ida Berg"]
    assert said(*texts, "So.")[2] == ("Jon Vik", "O'Neil, Pat: Three.")


def test_lower_case_names_count_where_every_cue_has_one() -> None:
    assert speakers("ida: one", "jon: two") == ["ida", "jon"]
    assert speakers("ida: one") == [None]


def test_blanks_within_a_label_do_not_make_another() -> None:
    assert set(
        speakers("Ida  Berg: One.", "Ida Berg : Two.", "Ida\u00a0Berg:Three.", "Ida Berg: Four.")
    ) == {"Ida Berg"}


def test_spellings_are_not_merged() -> None:
    assert speakers("Ida: One.", "IDA: Two.", "Ida B.: Three.") == ["Ida", "IDA", "Ida B."]


def test_a_label_that_is_repeated_does_not_carry() -> None:
    assert speakers("Ida: One.", "Ida: Two.", "Three.", "Jon: Four.", "Five.") == [
        "Ida",
        "Ida",
        None,
        "Jon",
        None,
    ]


def test_somebody_unnamed_ends_the_carrying() -> None:
    texts = [
        "Ida: One.",
        "Two.",
        ">> Three.",
        "Four.",
        "Ida: Five.",
        "Six.",
        "[UNKNOWN]: Seven.",
        "Eight.",
        "Ida: Nine.",
    ]
    assert speakers(*texts) == ["Ida", "Ida", None, None, "Ida", "Ida", None, None, "Ida"]


def test_a_sound_does_not_end_the_carrying() -> None:
    assert speakers("IDA: One.", "[Music]", "Two.", "JON: Three.") == ["IDA", None, "IDA", "JON"]


def test_markup_decides_for_the_whole_file() -> None:
    texts = ["Ida: One.", "Ida:\nTwo.", "Ida: Three."]
    transcript = Transcript(
        (*cues(*texts).utterances, Utterance(3000, 4000, "Note: four.", "Jon")), cues=4
    )
    assert [(u.speaker, u.text) for u in read_labels(transcript).utterances] == [
        (None, "Ida: One."),
        (None, "Ida: Two."),
        (None, "Ida: Three."),
        ("Jon", "Note: four."),
    ]


def test_a_file_without_labels_comes_back_as_it_is() -> None:
    transcript = cues("One.", "Two: three.")
    assert read_labels(transcript) is transcript


def test_a_label_alone_goes_to_the_next_cue_and_is_reported() -> None:
    transcript = read_labels(cues("IDA:", "One.", "JON: Two.", "IDA:", "[Music]", "Three."))
    assert [(u.start, u.speaker, u.text) for u in transcript.utterances] == [
        (1000, "IDA", "One."),
        (2000, "JON", "Two."),
        (4000, None, "[Music]"),
        (5000, "IDA", "Three."),
    ]
    assert [(p.code, p.level, p.line, p.cues) for p in transcript.problems] == [
        ("label-only-cue", "note", 1, 1),
        ("label-only-cue", "note", 4, 1),
    ]


def test_thousands_of_labels_alone_are_summed_up() -> None:
    problems = read_labels(cues(*["SPEAKER_07:"] * 1500)).problems
    assert len(problems) == 1001
    assert sum(p.cues for p in problems) == 1500


def test_a_word_before_a_colon_at_the_end_of_a_cue_is_not_lost() -> None:
    assert said("Ida: One.", "Jon: Two.", "Ida: Three.", "Dessert:", "Ice.")[3] == (
        "Ida",
        "Dessert:",
    )


def test_a_label_directly_above_another_is_text_of_the_one_before() -> None:
    both = said("Ida: One.", "Jon: Two.", "Ida: Three.\nJon:\nIda: Four.", "Jon:\nIda: Five.")
    assert both[2:] == [("Ida", "Three. Jon: Four."), ("Ida", "Jon:"), ("Ida", "Five.")]


def test_time_is_shared_by_the_length_of_the_texts() -> None:
    transcript = read_labels(cues("IDA: One two three.\nJON: Four."))
    assert [(u.start, u.end, u.speaker) for u in transcript.utterances] == [
        (0, 736, "IDA"),
        (736, 1000, "JON"),
    ]
    assert [(p.code, p.line, p.cues) for p in transcript.problems] == [("speaker-split", 1, -1)]


def test_words_go_with_their_texts_and_without_the_labels() -> None:
    words = (Word("IDA: ", 0, 100), Word("One", 100, 300), Word("JON:Two", 600, 800), Word("three"))
    (first, second) = read_labels(
        Transcript(
            (
                Utterance(0, 1000, "IDA: One\nJON:Two three", None, words),
                *cues("IDA: So.", "JON: So.").utterances,
            ),
            cues=3,
        )
    ).utterances[:2]
    assert first == Utterance(0, 600, "One", "IDA", (Word("One", 100, 300),))
    assert second == Utterance(
        600, 1000, "Two three", "JON", (Word("Two", 600, 800), Word("three"))
    )


def test_words_of_a_recognizer_that_spells_otherwise_are_shared_by_length() -> None:
    words = tuple(
        Word(text, i * 100, i * 100 + 90) for i, text in enumerate(["one", "two", "three", "4"])
    )
    utterance = Utterance(0, 400, "IDA: One, two! JON: x\nJON: Three four?", None, words)
    made = read_labels(Transcript((utterance, *cues("JON: So.").utterances), cues=2)).utterances
    assert [w.text for u in made for w in u.words] == ["one", "two", "three", "4"]


def test_emptied_times_do_not_run_backwards() -> None:
    words = (
        Word("IDA:", 900, 950),
        Word("One", 950, 2000),
        Word("JON:", 100, 200),
        Word("Two", 200, 300),
    )
    transcript = Transcript((Utterance(500, 1000, "IDA: One\nJON: Two", None, words),), cues=1)
    assert [(u.start, u.end) for u in read_labels(transcript).utterances] == [
        (500, 500),
        (500, 1000),
    ]


# --- every decision can be asked why


def labels_of(*texts: str) -> FileLabels:
    return find_labels(texts, find_openings(texts, "\n".join(texts)))


PROSE = ["So it goes on and on."] * 40


@pytest.mark.parametrize(
    ("texts", "accepted", "reason"),
    [
        ([*PROSE, "SPEAKER_00: Yes."], True, "a label has a form that prose never has"),
        (
            [*PROSE, *["Ida: Yes."] * 3, "Jon: No."],
            True,
            "one of several names returns three times",
        ),
        ([*PROSE, *["Ida Berg: Yes."] * 3], True, "a full name returns three times"),
        ([*PROSE, *["Ida: Yes."] * 3], False, "a single word returns, and no other label occurs"),
        ([*PROSE, *["ida: a", "jon: b"] * 3], False, "too few cues start with a name"),
        (
            ["ida: a", "jon: b", "so."] * 3,
            True,
            "role names return three times, in half of the cues",
        ),
        (["Ida: Yes."], True, "every cue starts with a name or brackets"),
        (["[1]: a", "[a b, c]: b"], True, "every cue starts with a name or brackets"),
        (["ida: a", "jon: b"], True, "each of a few cues starts with a possible name"),
        (
            ["ida: a", "ida: b", "jon: c", "eva: d"],
            True,
            "every cue starts with a possible name, and one is repeated",
        ),
        (
            ["ida: a", "jon: b", "eva: c", "ola: d"],
            False,
            "every cue starts with a possible name, but none is repeated",
        ),
        (
            ["Ida: A", "Jon: B", "So.", "So."],
            True,
            "half of the cues start with one of several names",
        ),
        (
            ["Ida: A", "Ida: B", "So.", "So."],
            True,
            "the file opens with a name that is repeated, in half of the cues",
        ),
        (["So.", "Ida Berg: B"], True, "half of the cues start with a full name"),
        (
            ["Tea: A", "So."],
            False,
            "half of the cues start with a single word, and no other label occurs",
        ),
        (
            ["Ida: A", "Jon: B", *["So."] * 8],
            True,
            "the file opens with a name, and has another",
        ),
        (["So.", "Ida: A", "Jon: B", *["So."] * 8], False, "too few cues start with a name"),
    ],
)
def test_every_decision_about_a_file_has_a_reason(
    texts: list[str], accepted: bool, reason: str
) -> None:
    labels = labels_of(*texts)
    assert labels.file_verdict == (accepted, reason)
    assert bool(labels.names) == accepted
    assert accepted == bool(labels.verdicts)


NAMES = ["Ida: A", "Jon: B"] * 3


@pytest.mark.parametrize(
    ("texts", "label", "accepted", "reason"),
    [
        (
            ["[1]: a", "[Ida]: b"],
            "1",
            True,
            "in square brackets, in a file that labels every cue",
        ),
        ([*NAMES, "So.", "[1]: a"], "1", False, "never a name"),
        ([*NAMES, "So.", "S: A"], "S", True, "looks like the other names"),
        ([*NAMES, "SPEAKER_00: a"], "SPEAKER_00", True, "has a form that prose never has"),
        (NAMES, "Ida", True, "returns three times"),
        (
            [*NAMES, "So.", "Eva : a"],
            "Eva",
            False,
            "the blank before the colon differs from other labels",
        ),
        (
            [*NAMES, "eva: a", "eva: b"],
            "eva",
            True,
            "could be a name, in a file that labels most cues",
        ),
        ([*NAMES, "eva: a"], "eva", False, "does not look like a name"),
        ([*NAMES, "Eva: a"], "Eva", True, "looks like a name, in a file that labels every cue"),
        (
            [*NAMES, *["So."] * 9, "So\nEva: A"],
            "Eva",
            False,
            "never starts a cue, in a file that labels few of them",
        ),
        (
            ["IDA: A"] * 3 + ["JON: B", *["So."] * 2, "Eva: A"],
            "Eva",
            False,
            "other labels are in capitals",
        ),
        (
            ["Ida Berg: a", "Jon Vik: b"] * 3 + ["So.", "Eva: a"],
            "Eva",
            False,
            "other labels are full names",
        ),
        (
            ["李雷：好。", *["好。"] * 3, "城市：海。"] + ["李雷：好。", "王芳：好。"] * 3,
            "城市",
            False,
            "occurs once, in a script without capitals and a file that does not label every cue",
        ),
        (
            [*NAMES, *["So."] * 4, "Lesson: it is"],
            "Lesson",
            False,
            "a sentence continues after it, in small letters or quotation marks",
        ),
        (["[Ida]: a"] * 3 + ["So.", "Eva: a"], "Eva", False, "other labels are in square brackets"),
    ],
)
def test_every_decision_about_a_prefix_has_a_reason(
    texts: list[str], label: str, accepted: bool, reason: str
) -> None:
    labels = labels_of(*texts)
    assert labels.verdicts[label] == (accepted, reason)
    assert (label in labels.names) == accepted


def test_every_sign_has_its_own_reason() -> None:
    for table in (FILE_SIGNS, (*OWN_SIGNS, *STYLE_SIGNS)):
        reasons = [sign.reason for sign in table]
        assert len(set(reasons)) == len(reasons)


def explain(*texts: str) -> dict[str, tuple[bool, str]]:
    decisions = explain_decisions(cues(*texts)).labels
    return {one.label: (one.is_label, one.reason) for one in decisions}


def test_the_explanation_has_what_was_rejected_by_its_words() -> None:
    explained = explain(*NAMES, "I said: So.", "Mixed 3:1 so.", "8:00", "So\nNote: B", "Tea: it is")
    assert explained == {
        "Ida": (True, "returns three times"),
        "Jon": (True, "returns three times"),
        "I said": (False, "a clause"),
        "Mixed 3": (False, "no text follows after a blank"),
        "Note": (False, "a phrase before a colon"),
        "Tea": (False, "a sentence continues after it, in small letters or quotation marks"),
    }


def test_the_explanation_of_a_file_without_labels_says_what_would_be_one() -> None:
    assert explain(*["So."] * 9, "Ida Berg: So.") == {
        "Ida Berg": (False, "would be a label if the file were labeled")
    }


def test_every_rating_has_its_own_reason() -> None:
    reasons = [rating.reason for rating in RATINGS]
    assert len(set(reasons)) == len(reasons)


# --- whatever the text

_NAMES = (
    "Ida",
    "Jon Vik",
    "EVA",
    "SPEAKER_00",
    "李雷",
    "ola@x",
    "UNKNOWN",
    "he said",
    "Note",
    "[Music]",
    "1",
)
_BITS = (
    ":",
    ": ",
    "：",
    " : ",
    "\n",
    "[",
    "]",
    "(",
    ")",
    ">>",
    ">> ",
    "&gt;&gt;",
    "- ",
    " ",
    "\u200f",
    "\u3000",
    "…",
    "好",
    "a",
    "B.",
    "8:00",
)


def make_label_text(dice: Random) -> str:
    """Up to twelve names, marks and other characters."""
    parts = []
    for _ in range(roll_few(dice, 5, 12)):
        parts.append(dice.choice([dice.choice(_NAMES), dice.choice(_BITS), make_text(dice, 3)]))
    return "".join(parts)


def make_utterance(dice: Random) -> Utterance:
    """Some end before they begin; some have words."""
    start = dice.randint(0, 10**6)
    text = make_label_text(dice)
    words: tuple[Word, ...] = ()
    if dice.choice([True, False]):
        words = tuple(Word(word, start, start + 1) for word in text.split())
    return Utterance(start, start + dice.randint(-5, 5000), text, None, words)


def make_transcript(dice: Random) -> Transcript:
    found = [make_utterance(dice) for _ in range(roll_few(dice, 5, 12))]
    return Transcript(tuple(found), cues=len(found))


def make_lines(dice: Random) -> list[str]:
    return [make_label_text(dice) for _ in range(roll_few(dice, 4, 8))]


transcripts = made(make_transcript)


@given(made(make_lines))
def test_the_explanation_agrees_with_what_was_read(lines: list[str]) -> None:
    explained = explain(*lines)
    for speaker in speakers(*lines):
        if speaker is not None and speaker in explained:
            assert explained[speaker][0]


def solid(text: str) -> str:
    return "".join(text.split())


@given(transcripts)
def test_the_sum_checks_and_all_is_one_line(transcript: Transcript) -> None:
    read = read_labels(transcript)
    assert read.cues == len(read.utterances) + sum(problem.cues for problem in read.problems)
    assert all(u.text == " ".join(u.text.split()) for u in read.utterances)
    assert all(u.speaker is None or (u.speaker.strip() == u.speaker != "") for u in read.utterances)


@given(transcripts)
def test_no_text_is_invented_moved_or_doubled(transcript: Transcript) -> None:
    left = iter(solid("".join(u.text for u in transcript.utterances)))
    for utterance in read_labels(transcript).utterances:
        assert all(character in left for character in solid(utterance.text))


@given(transcripts)
def test_reading_what_was_read_changes_nothing(transcript: Transcript) -> None:
    read = read_labels(transcript)
    if any(u.speaker for u in read.utterances):
        assert read_labels(read) is read


@given(transcripts)
def test_the_quick_way_finds_what_the_careful_one_finds(transcript: Transcript) -> None:
    def carefully(texts: Sequence[str], whole: str) -> Openings:
        found = find_openings(texts, whole)
        pairs = [(PREFIX.match(text), text) for text in texts] if found.marks else []
        matched = [
            m[0] if m and any(mark in text for mark in found.marks) else "" for m, text in pairs
        ]
        assert found.matched == matched
        return found._replace(only_at_start=False)

    quick = read_labels(transcript)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(any_form, "find_openings", carefully)
        assert read_labels(transcript) == quick


def test_a_cue_in_which_thousands_speak_stays_whole_and_is_reported() -> None:
    crowd = "\n".join(f"Ida: {n}\nJon: {n}" for n in range(1100))
    read = read_labels(cues("Ida: Hello.", crowd, "Jon: Yes.", "Ida: So.", "Ida: Well."))
    assert [u.speaker for u in read.utterances] == ["Ida", None, "Jon", "Ida", "Ida"]
    assert read.utterances[1].text == " ".join(crowd.split())
    assert [(p.code, p.line, p.cues) for p in read.problems] == [("crowded-cue", 2, 0)]


words = st.lists(
    st.sampled_from(["one", "two,", "Three.", "8:00", "[Music]", "好的", "Jon"]), min_size=1
).map(" ".join)
labels = st.one_of(
    st.sampled_from(
        ["Ida", "Jon Vik", "ola", "SPEAKER_01", "1", "He said", "Note", "Plan B", "a, b & c"]
    ),
    st.text(
        st.characters(blacklist_characters="[]", blacklist_categories=("Cs", "Cc", "Zl", "Zp")),
        min_size=1,
        max_size=30,
    ).filter(str.strip),
)


@given(st.lists(st.tuples(st.none() | labels, words), min_size=1))
def test_names_in_brackets_before_every_cue_are_always_read(
    lines: list[tuple[str | None, str]],
) -> None:
    """As our own writers put them (formats/cues/writing.py)."""
    read = said(*[f"[{name or 'UNKNOWN'}]: {text}" for name, text in lines])
    assert read == [
        (None if name in (None, "UNKNOWN") else " ".join(name.split()), text)
        for name, text in lines
    ]


@given(st.lists(st.tuples(st.sampled_from(["Ida", "Jon Vik", "EVA"]), words), min_size=1))
def test_plain_names_before_every_cue_are_always_read(lines: list[tuple[str, str]]) -> None:
    assert said(*[f"{name}: {text}" for name, text in lines]) == lines


prose = st.sampled_from(
    [
        "",
        "Note: ",
        "Plan B: ",
        "https:",
        "6:45 ",
        "He said: ",
        "[Music] ",
        "E = mc2: ",
        "so, then: ",
        ":",
    ]
)


@given(st.lists(st.tuples(prose, words).map("".join)))
def test_text_without_names_is_left_alone(lines: list[str]) -> None:
    assert said(*lines) == [(None, line) for line in lines]


@pytest.mark.untraced
@pytest.mark.parametrize(
    "text",
    [
        "Ida: x\n" * 150_000,
        "\n".join(f"A{i:x}: x" for i in range(120_000)),
        ">> " * 330_000,
        "Ida: x\n" * 3 + ">> x\nIda: y " + ">> z " * 200_000,
        "[A]: " * 200_000,
        "[" * 1_000_000,
        "Ida: x\n" * 3 + "A " * 500_000,
        "Ida: x\n" * 3 + " " * 1_000_000,
        "- Ida: x\n- y\n" * 75_000,
        "。\n" * 500_000,
    ],
    ids=[
        "names",
        "different",
        "turns",
        "inline",
        "brackets",
        "open",
        "words",
        "blanks",
        "dashes",
        "cjk",
    ],
)
def test_a_megabyte_of_anything_is_read(text: str) -> None:
    with no_hang():
        read = read_labels(Transcript((Utterance(0, 1000, text),), cues=1))
    assert read.cues == len(read.utterances) + sum(problem.cues for problem in read.problems)


def test_names_in_round_brackets_are_labels_where_a_file_uses_them_throughout() -> None:
    assert said("(Nora) Where?", "(Tom) Gone.", "(door creaks)", "(Nora) So?", "(Tom) Yes.") == [
        ("Nora", "Where?"),
        ("Tom", "Gone."),
        (None, "(door creaks)"),
        ("Nora", "So?"),
        ("Tom", "Yes."),
    ]


@pytest.mark.parametrize("remark", ["[Laughs]", "[Sobbing]", "[French]", "(Music)", "[door]"])
def test_remarks_in_brackets_before_a_text_name_nobody(remark: str) -> None:
    texts = [f"{remark} Where?", "So.", f"{remark} Gone.", "[Music] Yes.", "[Music] No."]
    assert said(*texts) == [(None, text) for text in texts]


def test_a_name_in_brackets_that_also_is_alone_in_a_cue_is_no_name() -> None:
    texts = ["[Nora] Where?", "[Tom] Gone.", "[Nora]", "[Nora] So?", "[Tom] Yes."]
    assert said(*texts) == [(None, text) for text in texts]


def test_direction_marks_around_a_name_are_not_part_of_it() -> None:
    texts = ["\u2067דנה\u2069: שלום", "\u202bיוסי: טוב\u202c", "\u2067דנה\u2069: יופי"]
    assert said(*texts) == [("דנה", "שלום"), ("יוסי", "טוב"), ("דנה", "יופי")]


def test_a_word_that_opens_the_file_alone_is_not_carried() -> None:
    texts = ["Vista: One.", "It goes on.", "Vista: Two.", "So it does.", "Vista: Three.", "So."]
    assert speakers(*texts) == ["Vista", None, "Vista", None, "Vista", None]
