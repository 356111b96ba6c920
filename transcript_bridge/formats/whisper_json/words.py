"""Words: those of a segment that has something odd, and words without segments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from ...line_joining import join_texts
from ...models import Utterance, Word
from ...problems import ProblemLog
from ...timecode import MS_PER_CHARACTER
from ..json_text import as_object
from .values import Labels, read_text, read_time

_MIN_PAUSE = 1000
"""ms: a pause of this length ends an utterance that is built from words."""
_LONG = 10_000
"""ms: an utterance of this length that is built from words ends with the sentence."""
_SENTENCE_ENDS = (".", "?", "!", "…", "。", "？", "！")


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
    for item in items if isinstance(items, list) else [None]:
        word, is_odd, is_guessed = _read_word(item, labels)
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
    text = read_text(item.get("word", item.get("text")))
    if text is None:
        return _Read(Word(""), is_odd=True)
    text = text.strip()
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
        speaker = labels[item.get("speaker")]
    except TypeError:
        speaker = None
        is_odd = True
    return _Read(Word(text, start, end, speaker), is_odd, is_guessed)


def join_words(words: Iterable[Word]) -> Iterator[Utterance]:
    """Utterances from words alone.

    A numeral, which has neither time nor speaker, stays with the word before it.
    """
    held: list[Word] = []
    start = 0
    end = 0
    for word in words:
        if word.start is None:
            word_start = end
        else:
            word_start = word.start
        if word.end is None:
            word_end = word_start
        else:
            word_end = word.end
        if held and _ends_before(word, held, end - start, word_start - end):
            yield _make_utterance(start, end, held)
            held = []
        if not held:
            start = word_start
            end = word_start
        held.append(word)
        end = max(end, word_end)
    if held:
        yield _make_utterance(start, end, held)


def _ends_before(word: Word, held: list[Word], length: int, pause: int) -> bool:
    """Whether the utterance of the `held` words ends before `word`; length and pause in ms."""
    if word.speaker != held[0].speaker and not _is_numeral(word):
        return True
    if pause >= _MIN_PAUSE:
        return True
    return length >= _LONG and held[-1].text.endswith(_SENTENCE_ENDS)


def _is_numeral(word: Word) -> bool:
    return word.start is None and word.end is None and word.speaker is None


def _make_utterance(start: int, end: int, words: list[Word]) -> Utterance:
    return Utterance(start, end, join_text(words), words[0].speaker, tuple(words))


def join_text(words: Iterable[Word]) -> str:
    """The text that the words make up."""
    return join_texts([word.text for word in words])
