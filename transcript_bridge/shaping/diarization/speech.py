"""The words of utterances as columns: when each was said, and how likely speakers change there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import accumulate, compress, count
from operator import itemgetter, lt, not_, sub
from typing import NamedTuple

from ...models import Utterance, Word
from .costs import Costs

BREAK = 300
"""A pause (ms) inside a sentence at which a change is worth a thought even where the turns show
none."""

_SENTENCE_END = re.compile(r"[.?!…。？！]\W*\Z")
# Chinese and Japanese are written without blanks: there each character is a word, with the
# punctuation after it.
_WIDE = r"\u2e80-\u2fff\u3040-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_TOKEN = rf"[{_WIDE}][^\w\s]*|[^\s{_WIDE}]+"  # compiled when it is first used
# Looked at first, because it is cheap: what may stand last in a word that ends a sentence.
_MARKS = frozenset(".?!…。？！\"'”’»›」』)]")
_LAST = itemgetter(slice(-1, None))
_LETTERS = re.compile(r"[^\W\d_]+")

Span = tuple[int, int]


class Speech(NamedTuple):
    """Words as columns, in the order of the transcript."""

    starts: list[int]
    """ms, as are `ends`, none of which is before its start."""
    ends: list[int]
    seams: dict[int, float]
    """The words before which a change of speaker is worth a thought, and what it costs there."""
    untimed: set[int]
    """The words whose times nobody knows; in `starts` and `ends` they have a neighbour's."""


def read_speech(utterances: Iterable[Utterance], costs: Costs) -> tuple[Speech, list[int]]:
    """The words of `utterances`, and how many each utterance has."""
    words: list[Word] = []
    counts: list[int] = []
    for utterance in utterances:
        own = words_of(utterance)
        words += own
        counts.append(len(own))
    if not words:
        return Speech([], [], {}, set()), counts
    texts, starts, ends = (list(map(itemgetter(column), words)) for column in range(3))
    untimed = _complete(starts, ends)
    if any(map(lt, ends, starts)):
        ends = list(map(max, starts, ends))
    seams = _find_seams(texts, counts, costs)
    for at in compress(count(1), map(BREAK.__le__, map(sub, starts[1:], ends))):
        seams.setdefault(at, costs.inside)
    return Speech(starts, ends, seams, untimed), counts


def words_of(utterance: Utterance) -> Sequence[Word]:
    """Its words; if none has a time, they share the utterance's time (ms) by their length."""
    words = utterance.words
    if words and (
        words[0].start is not None or any(w.start is not None or w.end is not None for w in words)
    ):
        return words
    texts = [word.text for word in words] or re.findall(_TOKEN, utterance.text)
    start, length = utterance.start, max(0, utterance.end - utterance.start)
    total = sum(map(len, texts)) + len(texts)
    spread: list[Word] = []
    done = 0
    for text in texts:
        begin = start + length * done // total
        done += len(text) + 1
        spread.append(Word(text, begin, start + length * done // total))
    return spread


def _complete(starts: list[int | None], ends: list[int | None]) -> set[int]:
    """Fills in times that are missing, in place, and says which words have none at all."""
    untimed: set[int] = set()
    if None in starts or None in ends:
        last = next(
            (time for pair in zip(starts, ends, strict=True) for time in pair if time is not None),
            0,
        )
        for at, (start, end) in enumerate(zip(starts, ends, strict=True)):
            begun = end if start is None else start
            if begun is None:
                untimed.add(at)
                starts[at] = ends[at] = last
                continue
            starts[at] = begun
            ends[at] = last = begun if end is None else end
    return untimed


def _find_seams(texts: Sequence[str], counts: Sequence[int], costs: Costs) -> dict[int, float]:
    """What a change costs before each word where a sentence or an utterance ends, or somebody was
    interrupted.

    Recognisers begin sentences with a capital. A capital inside a sentence, or none after its end,
    is the seam of two people's words; unless the whole text is like that: German nouns, titles,
    captions in one case.
    """
    begins = set(accumulate(counts))
    marked = compress(count(1), map(_MARKS.__contains__, map(_LAST, texts)))
    stops = {at for at in marked if _SENTENCE_END.search(texts[at - 1])}
    lower = list(map(str.islower, texts))
    capitals = (
        {at for at in compress(count(), map(not_, lower)) if _has_capital(texts[at])}
        - stops
        - begins
    )
    smalls = {at for at in stops if at < len(texts) and lower[at]}
    seams = dict.fromkeys(stops | begins, costs.sentence)
    if len(capitals) * 8 < len(texts):
        seams.update(dict.fromkeys(capitals, costs.broken))
    if len(smalls) * 2 < len(stops):
        seams.update(dict.fromkeys(smalls, costs.broken))
    for outer in (0, len(texts)):
        seams.pop(outer, None)
    return seams


def _has_capital(text: str) -> bool:
    """Whether a word begins with a capital; one letter alone says nothing: `I`, `I'm`, initials."""
    letters = _LETTERS.search(text)
    return letters is not None and len(letters[0]) > 1 and letters[0][0].isupper()
