"""Joins single words to utterances, which end at pauses and at ends of sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol, TypeVar

from ..line_joining import join_texts
from ..models import Utterance, Word
from ..sentences import SENTENCE_ENDS


class TimedWord(Protocol):
    """A word with its times (ms)."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def text(self) -> str: ...


W = TypeVar("W", bound=TimedWord)


class Pauses(NamedTuple):
    """The pauses that end an utterance (ms)."""

    usual: int = 1000
    long: int = 10_000
    """An utterance that lasts so long ends with its sentence, too, and at shorter pauses."""
    short: int = 300
    longest: int = 24 * 60 * 60 * 1000
    """An utterance that lasts so long ends with any word: some files have neither pauses nor
    punctuation."""
    closing: str = ""
    """Marks that may follow the end of a sentence."""


def split_at_pauses(words: Iterable[W], pauses: Pauses) -> Iterator[list[W]]:
    """The words of each utterance. words: in the order of their starts."""
    group: list[W] = []
    for word in words:
        if group and _is_over(group, word, pauses):
            yield group
            group = []
        group.append(word)
    if group:
        yield group


def _is_over(group: Sequence[TimedWord], following: TimedWord, pauses: Pauses) -> bool:
    last = group[-1]
    pause = following.start - last.end
    length = last.end - group[0].start
    if length < pauses.long:
        return pause >= pauses.usual
    is_sentence = last.text.rstrip(pauses.closing).endswith(SENTENCE_ENDS)
    return is_sentence or pause >= pauses.short or length >= pauses.longest


def join_words(group: Sequence[TimedWord], speaker: str | None, line: int | None) -> Utterance:
    """The words of an utterance as one."""
    words = tuple([Word(word.text, word.start, word.end) for word in group])
    text = join_texts([word.text for word in group])
    end = max([word.end for word in group])
    return Utterance(group[0].start, end, text, speaker, words, line=line)
