"""The words of utterances as columns: when each is said, and where speakers are likely to
change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import accumulate, chain, compress, count, islice, repeat
from operator import itemgetter, le, lt, sub
from typing import NamedTuple, cast

from ...models import Utterance, Word
from ...sentences import SENTENCE_MARKS
from ...timecode import share_time
from .answers import find_answers
from .costs import Costs

BREAK = 300
"""A pause (ms) inside a sentence at which a change is possible even if the turns have none
there."""

_SENTENCE_END = re.compile(rf"[{SENTENCE_MARKS}]\W*\Z")
# Chinese and Japanese are written without blanks: each character is a word, with the punctuation
# after it.
_WIDE = r"\u2e80-\u2fff\u3040-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_TOKEN = rf"[{_WIDE}][^\w\s]*|[^\s{_WIDE}]+"  # compiled when it is first used
# Tested first because it is cheap: whether the last character of a word may end a sentence.
_MARKS = frozenset(SENTENCE_MARKS + "\"'”’»›」』)]")
_LAST = itemgetter(slice(-1, None))
_WORDS_PER_CAPITAL = 8
"""With more capitals inside sentences, case is not used: German nouns, titles, all in capitals."""
_SENTENCES_PER_SMALL = 2
"""If at least one of this number of sentences starts in lower case, case is not used either."""
_WORDS_PER_SENTENCE = 100
"""With a longer average sentence, the text counts as unpunctuated."""
_FIRST_OF_LETTERS = re.compile(r"[\W\d_]*+([^\W\d_])[^\W\d_]")

Span = tuple[int, int]


class Words(NamedTuple):
    """The words of utterances as columns, in the order of the transcript."""

    texts: list[str]
    starts: list[int | None]
    """ms, as are `ends`; None if the file does not say."""
    ends: list[int | None]
    counts: list[int]
    """How many of the words each utterance has."""


class Speech(NamedTuple):
    """The times of words as columns, in the order of the transcript."""

    starts: list[int]
    """ms, as are `ends`, none of which is before its start."""
    ends: list[int]
    seams: dict[int, float]
    """The words before which a change of speaker is possible, and its cost there."""
    untimed: set[int]
    """The words without times; in `starts` and `ends` they have those of a neighbor."""


def read_words(utterances: Iterable[Utterance], kept: Iterable[bool] = repeat(False)) -> Words:
    """The words of `utterances`, as of `words_of`, without those of the `kept` ones."""
    words: list[Word] = []
    counts: list[int] = []
    for utterance, is_kept in zip(utterances, kept, strict=False):
        own: Sequence[Word] = ()
        if not is_kept:
            own = words_of(utterance)
        words += own
        counts.append(len(own))
    texts, starts, ends = (list(map(itemgetter(column), words)) for column in range(3))
    return Words(texts, starts, ends, counts)


def read_speech(words: Words, costs: Costs) -> Speech:
    """Find when `words` are said, and the cost of a change of speaker before each of them."""
    if not words.texts:
        return Speech([], [], {}, set())
    starts, ends, untimed = _complete(words.starts, words.ends)
    if any(map(lt, ends, starts)):
        ends = list(map(max, starts, ends))
    seams = _find_seams(words.texts, words.counts, costs)
    pauses = map(sub, islice(starts, 1, None), ends)
    for at in compress(count(1), map(le, repeat(BREAK), pauses)):
        seams.setdefault(at, costs.inside)
    return Speech(starts, ends, seams, untimed)


def words_of(utterance: Utterance) -> Sequence[Word]:
    """The words of an utterance; if none has a time, they share its time (ms) in proportion to
    their length."""
    words = utterance.words
    if words and (words[0].start is not None or any(map(_has_time, words))):
        return words
    texts = [word.text for word in words] or re.findall(_TOKEN, utterance.text)
    end = max(utterance.start, utterance.end)
    # Each word counts one character more, for the blank after it.
    spans = share_time(utterance.start, end, [len(text) + 1 for text in texts])
    return [Word(text, begin, stop) for text, (begin, stop) in zip(texts, spans, strict=True)]


def _has_time(word: Word) -> bool:
    return word.start is not None or word.end is not None


def known_times(times: Iterable[int | None]) -> list[int]:
    """The times that are known."""
    return [time for time in times if time is not None]


def _complete(
    starts: Sequence[int | None], ends: Sequence[int | None]
) -> tuple[list[int], list[int], set[int]]:
    """The times with the missing ones filled in, and the words that have none at all.

    A word with one time has no length. A word without times takes the end of the word before it.
    """
    whole_starts = cast(list[int], list(starts))
    whole_ends = cast(list[int], list(ends))
    untimed: set[int] = set()
    if None not in starts and None not in ends:
        return whole_starts, whole_ends, untimed
    pairs = list(zip(starts, ends, strict=True))
    last = next((time for time in chain.from_iterable(pairs) if time is not None), 0)
    for at, pair in enumerate(pairs):
        times = known_times(pair)
        if not times:
            untimed.add(at)
            times = [last]
        last = times[-1]
        whole_starts[at] = times[0]
        whole_ends[at] = last
    return whole_starts, whole_ends, untimed


def _find_seams(texts: Sequence[str], counts: Sequence[int], costs: Costs) -> dict[int, float]:
    """The cost of a change before each word at which a sentence or an utterance ends, or somebody
    was interrupted.

    Recognizers begin sentences with a capital. A capital inside a sentence, or none after its end,
    shows that two people's words meet, unless the whole text is like that: German nouns, titles,
    captions in one case. In text without punctuation, changes are possible at answers such as
    `yeah`.
    """
    last_characters = list(map(_LAST, texts))
    utterance_starts = set(accumulate(counts))
    sentence_starts = _find_sentence_starts(texts, last_characters)
    capitals = _find_capitals(texts, counts) - sentence_starts
    smalls = {at for at in sentence_starts if at < len(texts) and texts[at].islower()}

    seams = dict.fromkeys(sentence_starts | utterance_starts, costs.sentence)
    if len(capitals) * _WORDS_PER_CAPITAL < len(texts):
        seams.update(dict.fromkeys(capitals, costs.broken))
    if len(smalls) * _SENTENCES_PER_SMALL < len(sentence_starts):
        seams.update(dict.fromkeys(smalls, costs.broken))
    if len(sentence_starts) * _WORDS_PER_SENTENCE < len(texts):
        _add_answers(seams, find_answers(texts, last_characters), costs)
    for outer in (0, len(texts)):
        seams.pop(outer, None)
    return seams


def _add_answers(seams: dict[int, float], answers: Iterable[int], costs: Costs) -> None:
    """Allow changes before and after answers, in place."""
    for at in answers:
        seams[at] = min(seams.get(at, costs.inside), costs.answer)
        seams[at + 1] = min(seams.get(at + 1, costs.inside), costs.answered)


def _find_sentence_starts(texts: Sequence[str], last_characters: Iterable[str]) -> set[int]:
    """The words after the end of a sentence; also the number of words if the last one ends a
    sentence."""
    candidates = compress(count(1), map(_MARKS.__contains__, last_characters))
    return {at for at in candidates if _SENTENCE_END.search(texts[at - 1])}


def _find_capitals(texts: Sequence[str], counts: Iterable[int]) -> set[int]:
    """The words that begin with a capital, except for the first word of each utterance."""
    capitals: set[int] = set()
    first = 0
    for number in counts:
        stop = first + number
        # Search all words at once, in half of the time: half of the utterances have no capitals.
        if not " ".join(texts[first + 1 : stop]).islower():
            words = zip(range(first + 1, stop), texts[first + 1 : stop], strict=True)
            capitals.update(at for at, text in words if _has_capital(text))
        first = stop
    return capitals


def _has_capital(text: str) -> bool:
    """Whether a word begins with a capital; a single letter does not count: `I`, `I'm`,
    initials."""
    if text.islower():
        return False
    first = _FIRST_OF_LETTERS.match(text)
    return first is not None and first[1].isupper()
