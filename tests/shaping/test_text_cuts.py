"""The text of an utterance is cut between words, and every character is kept."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import made, roll_few
from transcript_bridge.models import Transcript, Turn, Utterance, Word
from transcript_bridge.shaping.diarization import Mode, join_turns, split_speakers
from transcript_bridge.shaping.diarization.alignment import align

_PLAIN = ["so", "So", "ten", "earth", "a", "boat.", "Boat", "40", "3", "it's", "e-mail", "♪"]
_MARKED = ["$40.", "$", "“Yes,", "No”", "(well)", "-", "–", "Café?", "你好", "สวัสดี"]
_TOKENS = (*_PLAIN, *_MARKED)
_BLANKS = (" ", "  ", "\n", "")
_LABELS = ("A", "B", None)


def _make_utterance(dice: Random) -> Utterance:
    """A text, and words that are those of the text or others."""
    tokens = dice.choices(_TOKENS, k=dice.randint(1, 10))
    text = ""
    for token in tokens:
        text += token + dice.choice(_BLANKS)
    spoken = list(tokens)
    if dice.choice([True, False]):
        others = dice.choices(_TOKENS, k=len(tokens))
        spoken = dice.choices([*tokens, *others], k=dice.randint(0, 10))
    if dice.choice([True, False]):
        spoken = [token.casefold().strip("$.,“”()-") or token for token in spoken]
    words = []
    for number, token in enumerate(spoken):
        words.append(Word(token, number * 500, number * 500 + 400, dice.choice(_LABELS)))
    return Utterance(0, 5000, text, words=tuple(words))


def _make_turns(dice: Random) -> list[Turn]:
    starts = [dice.randint(0, 5000) for _ in range(roll_few(dice, 5, 20))]
    return [Turn(start, start + dice.randint(1, 900), dice.choice("AB")) for start in starts]


def _letters(text: str) -> str:
    return "".join(text.split())


def _check_pieces(text: str, pieces: list[str]) -> None:
    assert "".join(map(_letters, pieces)) == _letters(text)
    if text.isascii():
        assert " ".join(pieces).split() == text.split()


@given(made(_make_utterance))
def test_splitting_by_the_words_speakers_keeps_the_text(utterance: Utterance) -> None:
    transcript = split_speakers(Transcript((utterance,), cues=1))
    _check_pieces(utterance.text, [piece.text for piece in transcript.utterances])
    words = [word.text for piece in transcript.utterances for word in piece.words]
    assert words == [word.text for word in utterance.words]
    assert all(piece.text for piece in transcript.utterances)


@given(made(_make_utterance), made(_make_turns), st.sampled_from(["smooth", "raw"]))
def test_joining_turns_keeps_the_text(utterance: Utterance, turns: list[Turn], mode: Mode) -> None:
    transcript = Transcript((utterance,), cues=1)
    joined = join_turns(transcript, turns, mode=mode, reassign=True).transcript
    _check_pieces(utterance.text, [piece.text for piece in joined.utterances])


def _split(text: str, labeled: str) -> list[tuple[str | None, str]]:
    """Split a text by words like `A:so B:ten`, half a second each."""
    words = []
    for number, item in enumerate(labeled.split()):
        label, word = item.split(":", 1)
        words.append(Word(word, number * 500, number * 500 + 400, label))
    utterance = Utterance(0, len(words) * 500, text, words=tuple(words))
    transcript = split_speakers(Transcript((utterance,), cues=1))
    return [(piece.speaker, piece.text) for piece in transcript.utterances]


@pytest.mark.parametrize(
    ("text", "labeled", "expected"),
    [
        pytest.param(
            "Katharina bought 3 boats. Really?",
            "A:catherine A:bought A:boats B:really",
            ["Katharina bought 3 boats.", "Really?"],
            id="edited",
        ),
        pytest.param(
            "so ten earth a boat", "A:so B:a B:boat", ["so ten earth", "a boat"], id="inside-a-word"
        ),
        pytest.param("It's $40. Yes", "A:It's B:40 B:Yes", ["It's", "$40. Yes"], id="currency"),
        pytest.param("It's $ 40.", "A:its B:40", ["It's", "$ 40."], id="currency-and-blank"),
        pytest.param(
            "Il dit « Oui ».", "A:il A:dit B:oui", ["Il dit", "« Oui »."], id="guillemets"
        ),
        pytest.param('He said " No ".', "A:he A:said B:no", ["He said", '" No ".'], id="straight"),
        pytest.param("Ready? – Yes.", "A:ready B:yes", ["Ready?", "– Yes."], id="dash-of-dialogue"),
        pytest.param("I – no, you go", "A:i B:no B:you B:go", ["I –", "no, you go"], id="dash"),
        pytest.param("(well) [Laughs] no", "A:well B:no", ["(well) [Laughs]", "no"], id="remark"),
        pytest.param(
            "an e-mail, now", "A:an A:e B:-mail B:now", ["an e-mail,", "now"], id="hyphen"
        ),
        pytest.param(
            "Wifi is here", "A:wi-fi A:is B:here", ["Wifi is", "here"], id="one-word-less"
        ),
        pytest.param("CAFÉ OK", "A:cafe B:ok", ["CAFÉ", "OK"], id="accents"),
        pytest.param("他说「你好」", "A:他 A:说 B:你 B:好", ["他说", "「你好」"], id="chinese"),
        pytest.param("สวัสดีครับ", "A:สวัสดี B:ครับ", ["สวัสดี", "ครับ"], id="thai"),
        pytest.param("你好吗", "A:你好 B:嗎", ["你好", "吗"], id="other-characters"),
        pytest.param("Well, I", "A:Well, A:I", ["Well, I"], id="one-speaker"),
    ],
)
def test_text_is_cut_at_its_blanks(text: str, labeled: str, expected: list[str]) -> None:
    assert [piece for _, piece in _split(text, labeled)] == expected


def test_words_that_the_text_no_longer_has_join_their_neighbor() -> None:
    assert _split("Good. Fine.", "A:good B:um A:fine") == [("A", "Good. Fine.")]
    assert _split("Good.", "B:um A:good") == [("A", "Good.")]


def test_long_texts_are_aligned_without_comparing_all_words() -> None:
    # 40,000 words by 40,000, none twice, every tenth changed; then all of them the same.
    text = [f"w{number}" for number in range(40_000)]
    spoken = [word if number % 10 else f"{word}x" for number, word in enumerate(text)]
    pairs = align(spoken, text)
    assert pairs == [(number, number) for number in range(40_000)]
    same = align(["a", *["b", "c"] * 20_000], ["c", *["b", "d"] * 20_000])
    assert same == sorted(same)
    assert len(same) > 39_000
