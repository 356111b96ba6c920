"""Joining words with turns: what holds for any transcript and any turns, and the cases people asked
for."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import made
from transcript_bridge.errors import InputError, SettingsError
from transcript_bridge.models import Transcript, Turn, Utterance, Word
from transcript_bridge.shaping.diarization import Mode, join_turns, select_recording, split_speakers
from transcript_bridge.shaping.diarization.answers import find_answers

LABELS = ("A", "B", "C")
MODES = st.sampled_from(["smooth", "raw"])
LATEST = 20_000


def make_turns(dice: Random) -> list[Turn]:
    """Turns in any order: overlapping, touching, of no length."""
    turns = []
    for _ in range(dice.randint(0, 12)):
        start = dice.choice([dice.randint(0, LATEST), *(turn.end for turn in turns)])
        length = dice.choice([0, dice.randint(1, 4000), dice.randint(1, 4000)])
        turns.append(Turn(start, start + length, dice.choice(LABELS)))
    return turns


def make_transcript(dice: Random) -> Transcript:
    """Utterances with words, partly without times and out of order; or with text alone."""
    utterances = []
    number = 0
    for _ in range(dice.randint(0, 5)):
        start, words = dice.randint(0, LATEST), []
        at = start
        for _ in range(dice.randint(1, 8)):
            text = f"{number}{dice.choice(['_and', '_So', '_yes.', ''])}"
            number += 1
            length = dice.choice([0, dice.randint(1, 900), dice.randint(1, 900)])
            timed = dice.randint(0, 5)
            words.append(Word(text, at if timed else None, at + length if timed > 1 else None))
            at = max(0, at + length + dice.choice([0, dice.randint(-300, 700)]))
        text = " ".join(word.text for word in words)
        keep = dice.choice([True, False])
        utterances.append(
            Utterance(start, max(start, at), text, words=tuple(words) if keep else ())
        )
    return Transcript(tuple(utterances), cues=len(utterances))


turn_lists = made(make_turns)
transcripts = made(make_transcript)


def words_of(transcript: Transcript) -> list[tuple[str, str | None]]:
    """Each word of the text with its speaker, in order."""
    return [(word, u.speaker) for u in transcript.utterances for word in u.text.split()]


def sums_up(transcript: Transcript) -> bool:
    return transcript.cues == len(transcript.utterances) + sum(
        problem.cues for problem in transcript.problems
    )


def shift(transcript: Transcript, by: int) -> Transcript:
    def later(time: int | None) -> int | None:
        return None if time is None else time + by

    return transcript.evolve(
        [
            u._replace(
                start=u.start + by,
                end=u.end + by,
                words=tuple(w._replace(start=later(w.start), end=later(w.end)) for w in u.words),
            )
            for u in transcript.utterances
        ]
    )


def moved(turns: list[Turn], by: int) -> list[Turn]:
    return [turn._replace(start=turn.start + by, end=turn.end + by) for turn in turns]


@given(transcripts, turn_lists, MODES)
def test_no_word_is_lost_and_the_order_stays(
    transcript: Transcript, turns: list[Turn], mode: Mode
) -> None:
    joined = join_turns(transcript, turns, mode=mode).transcript
    assert [word for word, _ in words_of(joined)] == [word for word, _ in words_of(transcript)]
    before = [word for u in transcript.utterances for word in u.words]
    assert [word for u in joined.utterances for word in u.words] == before
    assert sums_up(joined)
    assert all(u.start <= u.end for u in joined.utterances)


@given(transcripts, turn_lists, MODES)
def test_every_label_comes_from_the_turns(
    transcript: Transcript, turns: list[Turn], mode: Mode
) -> None:
    joined, statistics = join_turns(transcript, turns, mode=mode)
    labels = {turn.speaker for turn in turns if turn.end > turn.start}
    assert set(joined.speakers()) <= {*labels, None}
    unknown = sum(speaker is None for _, speaker in words_of(joined))
    assert statistics.unknown == unknown
    assert (unknown > 0) == any(problem.code == "speaker-unknown" for problem in joined.problems)
    assert statistics.words == len(words_of(joined)) == sum(statistics[1:7])
    assert 0 <= statistics.confidence <= 1
    assert statistics.splits == len(joined.utterances) - len(transcript.utterances)


@given(transcripts, turn_lists, MODES, st.randoms(use_true_random=False))
def test_the_order_of_the_turns_does_not_matter(
    transcript: Transcript, turns: list[Turn], mode: Mode, random: Random
) -> None:
    shuffled = turns.copy()
    random.shuffle(shuffled)
    assert join_turns(transcript, shuffled, mode=mode) == join_turns(transcript, turns, mode=mode)


@given(transcripts, turn_lists, MODES, st.lists(st.floats(0, 1), min_size=12, max_size=12))
def test_cutting_turns_changes_nothing(
    transcript: Transcript, turns: list[Turn], mode: Mode, places: list[float]
) -> None:
    cut = []
    for turn, place in zip(turns, places, strict=False):
        middle = turn.start + round(place * (turn.end - turn.start))
        cut += [turn._replace(start=middle), turn._replace(end=middle)]
    assert join_turns(transcript, cut, mode=mode) == join_turns(transcript, turns, mode=mode)


@given(transcripts, turn_lists, MODES, st.integers(0, 10_000_000))
def test_moving_both_files_changes_nothing(
    transcript: Transcript, turns: list[Turn], mode: Mode, by: int
) -> None:
    here, there = (
        join_turns(transcript, turns, mode=mode),
        join_turns(shift(transcript, by), moved(turns, by), mode=mode),
    )
    assert there.statistics == here.statistics
    assert there.transcript.utterances == shift(here.transcript, by).utterances


@given(transcripts, turn_lists, MODES)
def test_joining_again_changes_nothing(
    transcript: Transcript, turns: list[Turn], mode: Mode
) -> None:
    once = join_turns(transcript, turns, mode=mode).transcript
    named = once.evolve([u for u in once.utterances if u.speaker])
    assert join_turns(named, turns, mode=mode).transcript.utterances == named.utterances


@given(transcripts)
def test_without_turns_all_is_unknown(transcript: Transcript) -> None:
    joined, statistics = join_turns(transcript, [])
    assert joined.utterances == transcript.utterances
    assert statistics.unknown == statistics.words


def spoken(text: str, start: int = 0, step: int = 400) -> Utterance:
    """An utterance whose words follow each other every `step` ms."""
    texts = text.split()
    words = [Word(word, start + n * step, start + (n + 1) * step) for n, word in enumerate(texts)]
    return Utterance(start, start + len(texts) * step, text, words=tuple(words))


def of(*utterances: Utterance) -> Transcript:
    return Transcript(utterances, cues=len(utterances))


def pieces(transcript: Transcript) -> list[tuple[str | None, str]]:
    return [(u.speaker, u.text) for u in transcript.utterances]


def test_an_utterance_is_cut_where_the_speaker_changes() -> None:
    utterance = spoken("How are you today? Very well, thank you.")._replace(id="7", line=3)
    joined, statistics = join_turns(of(utterance), [Turn(0, 1580, "A"), Turn(1620, 3200, "B")])
    first, second = joined.utterances
    assert first == Utterance(0, 1600, "How are you today?", "A", utterance.words[:4], "7", 3)
    assert second == Utterance(
        1600, 3200, "Very well, thank you.", "B", utterance.words[4:], None, 3
    )
    assert statistics.covered == 8
    assert [(p.code, p.cues) for p in joined.problems] == [("speaker-split", -1)]


def test_the_change_moves_to_the_end_of_the_sentence() -> None:
    # The turns say that B begins with "today?"; nobody begins there.
    transcript = of(spoken("How are you all doing today? Very well, thank you, and you?"))
    turns = [Turn(0, 2000, "A"), Turn(2000, 4800, "B")]
    assert pieces(join_turns(transcript, turns).transcript)[0] == (
        "A",
        "How are you all doing today?",
    )
    assert pieces(join_turns(transcript, turns, mode="raw").transcript)[0] == (
        "A",
        "How are you all doing",
    )


def test_a_turn_of_a_moment_does_not_cut_a_sentence() -> None:
    transcript = of(spoken("and then we went on to the next point of it"))
    turns = [Turn(0, 4400, "A"), Turn(1500, 1900, "B")]
    assert pieces(join_turns(transcript, turns).transcript) == [
        ("A", "and then we went on to the next point of it")
    ]


def test_a_capital_inside_a_sentence_is_the_seam_of_two_voices() -> None:
    transcript = of(spoken("and then we were going to the Yes I know that place very well"))
    turns = [Turn(0, 4000, "A"), Turn(2600, 5600, "B")]
    texts = [text for _, text in pieces(join_turns(transcript, turns).transcript)]
    assert texts == ["and then we were going to the", "Yes I know that place very well"]


def test_an_answer_is_a_seam_in_text_without_punctuation() -> None:
    # The turns overlap; only the words show where somebody else begins.
    turns = [Turn(0, 3400, "A"), Turn(2800, 6800, "B")]
    for answer, expected in (("mm-hmm yeah", "home"), ("because today", "and")):
        text = f"so we went to the harbour and then home {answer} i know that place very well"
        joined = join_turns(of(spoken(text)), turns).transcript
        (_, said), (_, answered) = pieces(joined)
        assert said.split()[-1] == expected
        assert f"{said} {answered}" == text


def test_words_are_answers_without_regard_to_marks() -> None:
    words = ["7_Yeah", "yeahs", "ouais", "no", "mm-hmm"]
    assert find_answers(words, [word[-1] for word in words]) == [0, 2, 4]


def test_words_without_times_take_their_neighbors_speaker() -> None:
    words = (
        Word("In", 0, 300),
        Word("1999"),
        Word("he", 700, 900),
        Word("said:", 900, 1200),
        Word("12.", None, None),
    )
    transcript = of(
        Utterance(0, 1500, "In 1999 he said: 12.", words=words),
        Utterance(3000, 3400, "Ok.", words=()),
    )
    for mode in ("smooth", "raw"):
        joined, statistics = join_turns(
            transcript, [Turn(0, 1500, "A"), Turn(3000, 3400, "B")], mode=mode
        )
        assert pieces(joined) == [("A", "In 1999 he said: 12."), ("B", "Ok.")]
        assert statistics.untimed == 2


def test_words_without_times_next_to_unknown_ones_take_the_label_there_is() -> None:
    words = (Word("In", 0, 300), Word("1999"), Word("nobody", 60_000, 60_300), Word("2000"))
    transcript = of(Utterance(0, 61_000, "In 1999 nobody 2000", words=words))
    for mode in ("smooth", "raw"):
        joined = join_turns(transcript, [Turn(0, 300, "A")], mode=mode).transcript
        assert pieces(joined) == [("A", "In 1999"), (None, "nobody 2000")]


def test_a_numeral_that_begins_an_utterance_belongs_to_what_follows() -> None:
    words = (Word("20"), Word("people", 5000, 5400), Word("came.", 5400, 5900))
    transcript = of(
        spoken("Who came?", 3000), Utterance(4800, 5900, "20 people came.", words=words)
    )
    for mode in ("smooth", "raw"):
        joined = join_turns(
            transcript, [Turn(3000, 3900, "A"), Turn(4900, 6000, "B")], mode=mode
        ).transcript
        assert pieces(joined)[-1] == ("B", "20 people came.")


def test_the_time_of_a_cue_is_spread_over_its_words() -> None:
    transcript = of(Utterance(0, 6000, "Did you see it?\nNo, I was not there."))
    joined = join_turns(transcript, [Turn(0, 2500, "A"), Turn(2600, 6000, "B")]).transcript
    assert pieces(joined) == [("A", "Did you see it?"), ("B", "No, I was not there.")]
    assert [u.words for u in joined.utterances] == [(), ()]
    assert joined.utterances[0].end == joined.utterances[1].start


def test_text_without_blanks_is_cut_too() -> None:
    words = tuple(Word(char, n * 300, (n + 1) * 300) for n, char in enumerate("你好吗我很好"))
    turns = [Turn(0, 900, "A"), Turn(900, 1800, "B")]
    for own in (words, ()):
        joined = join_turns(
            of(Utterance(0, 1800, "你好吗?我很好。", words=own)), turns, mode="raw"
        ).transcript
        assert pieces(joined) == [("A", "你好吗?"), ("B", "我很好。")]


def test_labels_that_are_there_are_kept_unless_reassigned() -> None:
    own = spoken("It was mine.")._replace(speaker="Ann")
    by_word = spoken("So was this.", 2000)
    by_word = by_word._replace(words=tuple(word._replace(speaker="Bob") for word in by_word.words))
    transcript, turns = of(own, by_word), [Turn(0, 5000, "A")]
    joined, statistics = join_turns(transcript, turns)
    assert joined.utterances == transcript.utterances
    assert statistics.kept == statistics.words == 6
    assert [problem.code for problem in joined.problems] == ["labels-kept"]
    again = join_turns(transcript, turns, reassign=True)
    assert again.statistics.kept == 0
    assert {u.speaker for u in again.transcript.utterances} == {"A"}
    assert {word.speaker for word in again.transcript.utterances[1].words} == {"A"}


def test_unknown_in_the_turns_is_no_speaker() -> None:
    transcript = of(spoken("It was mine."), spoken("No way.", 2000)._replace(speaker="UNKNOWN"))
    turns = [Turn(0, 1900, "[unknown]"), Turn(2000, 4000, "A")]
    joined, statistics = join_turns(transcript, turns)
    assert pieces(joined) == [(None, "It was mine."), ("A", "No way.")]
    assert (statistics.unknown, statistics.kept) == (3, 0)


@pytest.mark.parametrize(
    ("own", "there", "elsewhere"),
    [
        pytest.param("SPEAKER_00", "SPEAKER_01", "SPEAKER_00", id="the-same-number"),
        pytest.param("SPEAKER_00", "SPEAKER_01", "SPEAKER_02", id="another-number"),
        pytest.param("A", "2", "1", id="letters-and-numbers"),
        pytest.param("Ann", "Bo", "Ann", id="the-same-name"),
    ],
)
def test_two_sets_of_labels_are_not_merged(own: str, there: str, elsewhere: str) -> None:
    transcript = of(spoken("It was mine.")._replace(speaker=own), spoken("So was this.", 3000))
    turns = [Turn(0, 1900, there), Turn(2900, 5000, elsewhere)]
    with pytest.raises(InputError, match=r"do not name the same people; --reassign takes"):
        join_turns(transcript, turns)
    joined = join_turns(transcript, turns, reassign=True).transcript
    assert [u.speaker for u in joined.utterances] == [there, elsewhere]


@pytest.mark.parametrize(
    ("own", "there", "elsewhere"),
    [
        pytest.param("SPEAKER_00", "SPEAKER_00", "SPEAKER_01", id="one-set"),
        pytest.param("Ann", "SPEAKER_00", "SPEAKER_01", id="a-name-and-numbers"),
        pytest.param("Ann", "Ann", "Bo", id="the-same-name"),
    ],
)
def test_labels_that_agree_with_the_turns_are_kept(own: str, there: str, elsewhere: str) -> None:
    transcript = of(spoken("It was mine.")._replace(speaker=own), spoken("So was this.", 3000))
    joined = join_turns(transcript, [Turn(0, 1900, there), Turn(2900, 5000, elsewhere)]).transcript
    assert [u.speaker for u in joined.utterances] == [own, elsewhere]


def test_a_word_beyond_the_cap_stays_unknown() -> None:
    transcript = of(spoken("Hello", 10_000))
    for cap, speaker in ((2000, None), (3000, "A")):
        joined, statistics = join_turns(transcript, [Turn(0, 7_500, "A")], cap=cap)
        assert joined.utterances[0].speaker == speaker
        assert (statistics.nearest, statistics.unknown) == ((1, 0) if speaker else (0, 1))


def test_the_nearest_turn_is_nearest_by_its_edge() -> None:
    # The middle of the long turn is far away, its end is near.
    turns = [Turn(0, 60_000, "long"), Turn(61_700, 61_900, "short")]
    joined = join_turns(of(spoken("mhm", 60_300)), turns).transcript
    assert joined.speakers() == ("long",)


def test_turns_that_end_early_are_reported() -> None:
    transcript = of(*(spoken("word " * 10, start) for start in range(0, 3_730_000, 10_000)))
    problems = join_turns(transcript, [Turn(0, 41_000, "A")]).transcript.problems
    assert "turns end at 0:41, the transcript at 1:02:04" in [
        problem.message for problem in problems
    ]


@pytest.mark.parametrize("offset", [-20_000, 3_000, 95_000])
def test_an_offset_between_the_files_is_reported(offset: int) -> None:
    starts = [n * 7000 + n * n * 37 % 5000 for n in range(100)]
    transcript = of(*(spoken("one two three four", start + 100_000) for start in starts))
    turns = [
        Turn(start + 100_000 + offset, start + 101_600 + offset, LABELS[n % 3])
        for n, start in enumerate(starts)
    ]
    messages = [
        p.message
        for p in join_turns(transcript, turns).transcript.problems
        if p.code == "turns-misfit"
    ]
    way = "earlier" if offset > 0 else "later"
    assert any(
        f"the turns fit best {abs(offset) // 1000} s {way}" in message for message in messages
    )
    assert "turns-misfit" not in [
        p.code for p in join_turns(transcript, moved(turns, -offset)).transcript.problems
    ]


def test_turns_without_length_are_no_turns() -> None:
    joined = join_turns(of(spoken("Hello")), [Turn(0, 0, "A")]).transcript
    assert [problem.code for problem in joined.problems] == ["speaker-unknown", "turns-misfit"]


def test_words_with_speakers_of_their_own_cut_the_utterance() -> None:
    words = (
        Word("Yes.", 0, 300, "A"),
        Word("20"),
        Word("No.", 500, 900, "B"),
        Word("Never.", 900, 1200, "B"),
    )
    split = split_speakers(of(Utterance(0, 1200, "Yes. 20 No. Never.", "A", words)))
    assert pieces(split) == [("A", "Yes. 20"), ("B", "No. Never.")]
    assert sums_up(split)


@pytest.mark.parametrize("speaker", [None, "B"])
def test_words_that_agree_name_their_utterance(speaker: str | None) -> None:
    words = (Word("Yes.", 0, 300, "A"), Word("20"))
    split = split_speakers(of(Utterance(0, 1200, "Yes. 20", speaker, words)))
    assert pieces(split) == [("A", "Yes. 20")]
    assert split.problems == ()


def test_without_labels_on_words_nothing_is_split() -> None:
    transcript = of(spoken("One two.")._replace(speaker="A"), Utterance(0, 1, "x"))
    assert split_speakers(transcript).utterances == transcript.utterances


MEETINGS = (
    Turn(0, 1, "A", "ES2004a"),
    Turn(5, 6, "B", "IS1009b"),
    Turn(2, 3, "C", "ES2004a"),
    Turn(0, 1, "D", "ES"),
)


@pytest.mark.parametrize("stem", ["ES2004a", "es2004A", "ES2004a.longest"])
def test_a_recording_is_found_by_the_name_of_the_transcript(stem: str) -> None:
    assert [turn.speaker for turn in select_recording(MEETINGS, stem=stem)] == ["A", "C"]


@pytest.mark.parametrize(
    ("names", "stem", "chosen"),
    [
        pytest.param("meeting1 meeting2", "2024-05-01-meeting1", "meeting1", id="date-before"),
        pytest.param("meeting1 meeting2", "Meeting1_final.en", "meeting1", id="words-after"),
        pytest.param("meeting1 meeting2", "meeting1.large-v3", "meeting1", id="model-after"),
        pytest.param("team team.call-7", "team.call-7", "team.call-7", id="longest"),
        pytest.param("call-7 call-70", "call-70", "call-70", id="longer-number"),
        pytest.param("a.wav b.wav", "a", "a.wav", id="name-with-suffix"),
        pytest.param("my_talk other", "My Talk", "my_talk", id="blank-as-underscore"),
        pytest.param("meeting1 meeting2", "meeting10", None, id="number-goes-on"),
        pytest.param("call other", "recall", None, id="inside-a-word"),
        pytest.param("team other", "team.call-7", None, id="number-after"),
        pytest.param("call call-night", "call-day", None, id="sibling"),
        pytest.param("1 2", "part_2_of_1", None, id="two-numbers"),
        pytest.param("team standup", "team-standup", None, id="two-names"),
    ],
)
def test_a_recording_is_named_between_word_borders(
    names: str, stem: str, chosen: str | None
) -> None:
    turns = [Turn(0, 1, name, name) for name in names.split()]
    if chosen is None:
        with pytest.raises(InputError, match=r"turns of 2 recordings; choose with --recording"):
            select_recording(turns, stem=stem)
    else:
        assert [turn.speaker for turn in select_recording(turns, stem=stem)] == [chosen]


def test_a_recording_is_found_by_name() -> None:
    assert [turn.speaker for turn in select_recording(MEETINGS, "IS1009b", "ES2004a")] == ["B"]


def test_a_single_recording_needs_no_name() -> None:
    assert select_recording(MEETINGS[:1], stem="other") == MEETINGS[:1]
    assert select_recording([]) == ()


def test_several_recordings_are_asked_for() -> None:
    with pytest.raises(
        InputError, match=r"3 recordings; choose with --recording NAME: ES, ES2004a, IS1009b"
    ):
        select_recording(MEETINGS, stem="interview")


def test_a_recording_that_is_not_there_is_an_error() -> None:
    with pytest.raises(SettingsError, match=r"no recording 'X'.*ES, ES2004a, IS1009b"):
        select_recording(MEETINGS, "X")


def test_many_recordings_are_not_all_listed() -> None:
    turns = [Turn(0, 1, "A", f"r{n}") for n in range(12)]
    with pytest.raises(InputError, match="and 4 more"):
        select_recording(turns)
