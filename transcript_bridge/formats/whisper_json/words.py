"""Recognizes lists of words, makes utterances of them, and combines them with the text of the
document.

In OpenAI's answers, only the text has punctuation, and only the words have times. If both have the
same letters, each word gets its part of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, groupby, pairwise
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

from ...line_joining import is_unspaced, join_texts
from ...models import Utterance, Word
from ...sentences import SENTENCE_ENDS
from ..json_keys import find_items
from ..json_text import as_object, as_text
from ..word_groups import Pauses, split_at_pauses

_MIN_WORDS = 4
"""Fewer texts may be short sentences."""
_LONGEST_WORD = 40
_MEAN_LENGTHS = {True: 12, False: 8}
"""Of ASCII, and of other scripts. Words are shorter on average. A Japanese sentence has no blanks
either, but more characters."""
_LAST_BLANK = re.compile(r"\s(?=\S*$)")
_MOST_MISSING = 0.02
"""Of the text's letters: fewer that the words lack are another spelling."""
_PAUSES = Pauses(short=1000)
_Time = TypeVar("_Time", int, float)


# ---- whether texts are words


def are_words(texts: list[str]) -> bool:
    """Whether each text is one word, and there are enough texts to decide."""
    if len(texts) < _MIN_WORDS or not are_single_words(texts):
        return False
    sentences = sum(text.endswith(SENTENCE_ENDS) for text in texts)  # "Yes." "No."
    return 2 * sentences < len(texts)


def are_single_words(texts: list[str]) -> bool:
    """Whether each text is as short as a word, and has no blank in it."""
    together = "".join(texts)
    lengths = list(map(len, texts))
    if " " in together or min(lengths) == 0 or max(lengths) > _LONGEST_WORD:
        return False
    return len(together) < _MEAN_LENGTHS[together.isascii()] * len(texts)


# ---- utterances


class _SpeakersWord(NamedTuple):
    """A word with times (ms) and a speaker; a numeral takes both from the words next to it."""

    start: int
    end: int
    speaker: str | None
    word: Word

    @property
    def text(self) -> str:
        """The text of the word, unchanged."""
        return self.word.text


def join_words(words: Iterable[Word]) -> Iterator[Utterance]:
    """Make utterances from words.

    WhisperX gives numerals neither time nor speaker. They stay with the word before them; at the
    beginning of a file, with the word after them.
    """
    for speaker, said in groupby(_place(list(words)), attrgetter("speaker")):
        for group in split_at_pauses(said, _PAUSES):
            own = tuple(map(attrgetter("word"), group))
            end = max(map(attrgetter("end"), group))
            yield Utterance(group[0].start, end, join_text(own), speaker, own)


def _place(words: list[Word]) -> Iterator[_SpeakersWord]:
    latest = first_start(words, 0)
    speaker = next((word.speaker for word in words if not _is_numeral(word)), None)
    for word in words:
        if not _is_numeral(word):
            speaker = word.speaker
        start = first_start([word], latest)
        latest = start if word.end is None else max(start, word.end)
        yield _SpeakersWord(start, latest, speaker, word)


def first_start(words: Iterable[Word], otherwise: _Time) -> int | _Time:
    """Return the start of the first word with a time (ms)."""
    for word in words:
        if word.start is not None:
            return word.start
    return otherwise


def _is_numeral(word: Word) -> bool:
    return (word.start, word.end, word.speaker) == (None, None, None)


def join_text(words: Iterable[Word]) -> str:
    """Join words to a text."""
    return join_texts([word.text for word in words])


# ---- the text as a whole


def find_whole_text(document: Any) -> str:
    """Find the text of a whole document; empty if it has none, or several."""
    values = dict(find_items(as_object(document), "text")).values()
    texts = set(filter(str.strip, map(as_text, values)))
    if len(texts) == 1:
        return texts.pop()
    return ""


def take_whole_text(words: Sequence[Word], text: str) -> tuple[Sequence[Word], int]:
    """Give each word its part of `text`; also return the number of letters without a word.

    If the words have other letters than the text, they are not changed.
    """
    letters, places = _find_letters(text)
    own = [_find_letters(word.text)[0] for word in words]
    stops = list(accumulate(map(len, own)))
    if not letters or "".join(own) != letters:
        missing = len(letters) - sum(map(len, own))
        are_many = missing > _MOST_MISSING * len(letters)
        return words, missing * are_many
    cuts = [_find_cut(text, places, at) for at in [0, *stops]]
    taken = []
    for word, (begin, end) in zip(words, pairwise(cuts), strict=False):
        part = " ".join(text[begin:end].split())
        if part:
            taken.append(word._replace(text=part))
    return taken, 0


def _find_letters(text: str) -> tuple[str, list[int]]:
    """Return the letters and digits of a text, with folded case, and the position of each."""
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        found = list(filter(str.isalnum, character.casefold()))
        letters += found
        places += [place] * len(found)
    return "".join(letters), places


def _find_cut(text: str, places: list[int], at: int) -> int:
    """Find where to cut a text before its letter `at`: at the last blank, or, in a script without
    blanks, anywhere.

    A text of several words, such as `e-mail`, stays with the first of them.
    """
    if at == 0:
        return 0
    if at == len(places):
        return len(text)
    before, after = places[at - 1] + 1, places[at]
    blank = _LAST_BLANK.search(text, before, after)
    if blank:
        return blank.start()
    if is_unspaced(text[after]):
        return after
    return len(text[:after] + text[after:].split(maxsplit=1)[0])
