"""Utterances from words without segments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from ...line_joining import join_texts
from ...models import Utterance, Word
from ..word_groups import SENTENCE_ENDS

_Time = TypeVar("_Time", int, float)
_MIN_PAUSE = 1000
"""ms: a pause of this length ends an utterance that is built from words."""
_LONG = 10_000
"""ms: an utterance of this length that is built from words ends with the sentence."""


def join_words(words: Iterable[Word]) -> Iterator[Utterance]:
    """Utterances from words alone.

    A numeral, which has neither time nor speaker, stays with the word before it; the first words of
    a file with the one after them.
    """
    words = list(words)
    held = _Held(first_start(words, 0))
    for word in words:
        if held.words and held.ends_before(word):
            yield held.to_utterance()
            held = _Held(held.end)
        held.add(word)
    if held.words:
        yield held.to_utterance()


def first_start(words: Iterable[Word], otherwise: _Time) -> int | _Time:
    """When the first word with a time begins (ms)."""
    for word in words:
        if word.start is not None:
            return word.start
    return otherwise


class _Held:
    """The words of the utterance that is being built; times in ms."""

    def __init__(self, start: int) -> None:
        self.words: list[Word] = []
        self.start = start
        self.end = start
        self._speaker: str | None = None
        self._has_speech = False
        """Whether a word is no numeral; only such a word can name the speaker."""

    def ends_before(self, word: Word) -> bool:
        """Whether the utterance ends before `word`."""
        is_spoken = not _is_numeral(word)
        if is_spoken and self._has_speech and word.speaker != self._speaker:
            return True
        if word.start is not None and word.start - self.end >= _MIN_PAUSE:
            return True
        is_long = self.end - self.start >= _LONG
        return is_long and self.words[-1].text.endswith(SENTENCE_ENDS)

    def add(self, word: Word) -> None:
        """Add a word, and extend the utterance to it."""
        start = self.end if word.start is None else word.start
        if not self.words:
            self.start = self.end = start
        end = start
        if word.end is not None:
            end = word.end
        self.end = max(self.end, end)
        if not self._has_speech and not _is_numeral(word):
            self._speaker = word.speaker
            self._has_speech = True
        self.words.append(word)

    def to_utterance(self) -> Utterance:
        """The words as an utterance."""
        return Utterance(
            self.start, self.end, join_text(self.words), self._speaker, tuple(self.words)
        )


def _is_numeral(word: Word) -> bool:
    return (word.start, word.end, word.speaker) == (None, None, None)


def join_text(words: Iterable[Word]) -> str:
    """The text that the words make up."""
    return join_texts([word.text for word in words])
