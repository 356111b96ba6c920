"""Words: those of a segment that has something odd, and words without segments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from ...line_joining import join_texts
from ...models import Utterance, Word
from ...problems import ProblemLog
from ...timecode import MS_PER_CHARACTER
from ..json_text import as_object, first_of
from ..word_groups import SENTENCE_ENDS
from .values import Labels, read_label, read_text, read_time

_MIN_PAUSE = 1000
"""ms: a pause of this length ends an utterance that is built from words."""
_LONG = 10_000
"""ms: an utterance of this length that is built from words ends with the sentence."""


class _Read(NamedTuple):
    word: Word
    is_odd: bool = False
    """Whether it has no usable text, time or speaker."""
    is_guessed: bool = False
    """Whether its end was guessed."""


def read_words(items: Any, name: str, labels: Labels, log: ProblemLog) -> Iterator[Word]:
    """The words that can be read, with the times and labels that can; one problem for the others.

    name: what messages call the segment that they belong to.
    """
    if items is None:
        return
    odd = 0
    guessed = 0
    listed = items if isinstance(items, list) else [None]
    for index, item in enumerate(listed):
        word, is_odd, is_guessed = _read_word(item, labels)
        if is_guessed:
            word = _end_at_next(word, listed[index + 1 : index + 2])
        odd += is_odd
        guessed += is_guessed
        if word.text:
            yield word
    if guessed:
        message = f"words of {name} without an end: {guessed}; it was guessed from their length"
        log.add("time-guessed", message)
    if odd:
        message = f"words of {name} without a usable text, time or speaker of their own: {odd}"
        log.add("odd-words", message)


def _read_word(item: Any, labels: Labels) -> _Read:
    item = as_object(item)
    value = item.get("word", item.get("text"))
    text = read_text(value).strip()
    if not text:
        return _Read(Word(""), is_odd=not isinstance(value, str))
    start = read_time(item.get("start"))
    end = read_time(item.get("end"))
    is_odd = False
    is_guessed = False
    if start is not None and item.get("end") is None:  # transformers leaves the last one open
        end = start + MS_PER_CHARACTER * len(text)
        is_guessed = True
    if start is None or end is None:
        is_odd = item.get("start") is not None or item.get("end") is not None
        start = end = None
    try:
        speaker = read_label(item.get("speaker"), labels)
    except TypeError:
        speaker = None
        is_odd = True
    return _Read(Word(text, start, end, speaker), is_odd, is_guessed)


def _end_at_next(word: Word, following: list[Any]) -> Word:
    """A word with a guessed end that is not after the beginning of the next word."""
    next_start = read_time(as_object(first_of(following)).get("start"))
    if next_start is None or word.start is None or word.end is None:
        return word
    if word.start < next_start < word.end:
        return word._replace(end=next_start)
    return word


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


def first_start(words: Iterable[Word], otherwise: int) -> int:
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
