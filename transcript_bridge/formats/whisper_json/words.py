"""Utterances from words without segments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple, TypeVar

from ...line_joining import join_texts
from ...models import Utterance, Word
from ..word_groups import Pauses, split_at_pauses

_Time = TypeVar("_Time", int, float)
_PAUSES = Pauses(short=1000)


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
            own = tuple([placed.word for placed in group])
            end = max([placed.end for placed in group])
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
