"""Sentences that are written once for each word, with that word highlighted.

repeats.py says who writes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import NamedTuple

from ...models import Word
from .cue import Cue, FindingLog
from .lines import clean_lines
from .markup import standard_text
from .repeats import MAX_GAP

_HIGHLIGHTED = re.compile(r"<(?P<tag>[ub])>(?P<word>[^<>]*+)</(?P=tag)>")
_LABEL = re.compile(r"\s*\[[^\[\]\n]{1,64}\]:\s")


class _Highlight(NamedTuple):
    """A cue with what it says, and where its underlined word is, counted without blanks."""

    cue: Cue
    plain: str
    place: int | None
    """None where no word is underlined."""
    length: int


class _Span(NamedTuple):
    """An underlined word: its place and length without blanks, its time (ms)."""

    place: int
    length: int
    start: int
    end: int


def gather_words(cues: Iterable[Cue], log: FindingLog) -> Iterator[Cue]:
    """Join the cues that underline the words of one sentence in turn to one cue with word times."""
    group: list[_Highlight] = []
    reached = -1
    for cue in cues:
        highlight = _read_highlight(cue)
        if group and not _continues(group[-1], highlight, reached):
            yield from _join_group(group, log)
            group = []
            reached = -1
        group.append(highlight)
        if highlight.place is not None:
            reached = highlight.place
    yield from _join_group(group, log)


def _read_highlight(cue: Cue) -> _Highlight:
    plain = _squeeze(cue.text)
    mark = _HIGHLIGHTED.search(cue.text)
    if mark is None:
        return _Highlight(cue, plain, None, 0)
    place = len(_squeeze(cue.text[: mark.start()]))
    return _Highlight(cue, plain, place, len(_squeeze(mark["word"])))


def _squeeze(text: str) -> str:
    """`text` without tags and blanks.

    In scripts that write no blanks, WhisperX puts them between words in some of the cues only.
    """
    return "".join(standard_text(text).split())


def _continues(last: _Highlight, highlight: _Highlight, reached: int) -> bool:
    """Whether a cue repeats the sentence of the one before, with no earlier word underlined."""
    if highlight.plain != last.plain:
        return False
    if highlight.place is not None and highlight.place <= reached:
        return False
    return abs(highlight.cue.start - last.cue.end) <= MAX_GAP


def _join_group(group: list[_Highlight], log: FindingLog) -> list[Cue]:
    cues = [highlight.cue for highlight in group]
    spans = [
        _Span(highlight.place, highlight.length, highlight.cue.start, highlight.cue.end)
        for highlight in group
        if highlight.place is not None
    ]
    if not spans:
        return cues
    for cue in cues[1:]:
        log.count("word-by-word", cue.line, cues=1)
    texts = [clean_lines(_HIGHLIGHTED.sub(r"\g<word>", cue.text)) for cue in cues]
    with_blanks = max(texts, key=len)
    words = tuple(_time_words(with_blanks, spans))
    return [cues[0]._replace(end=cues[-1].end, text=min(texts, key=len), words=words)]


def _time_words(text: str, spans: list[_Span]) -> Iterator[Word]:
    """The words of `text`, those of `spans` with their times.

    A word that no span covers was not aligned. The label before a sentence is not a word.
    """
    whole = _squeeze(text)
    label = _LABEL.match(text)
    if label:
        at = len(_squeeze(label[0]))
    else:
        at = 0
    word_ends = set(accumulate(len(_squeeze(token)) for token in text.split()))
    for place, length, start, end in spans:
        yield from _untimed_words(whole, at, place, word_ends)
        if length and place >= at:
            yield Word(whole[place : place + length], start, end)
        at = max(at, place + length)
    yield from _untimed_words(whole, at, len(whole), word_ends)


def _untimed_words(whole: str, begin: int, end: int, word_ends: set[int]) -> Iterator[Word]:
    cuts = sorted(cut for cut in word_ends if begin < cut < end)
    for cut in [*cuts, end]:
        if begin < cut:
            yield Word(whole[begin:cut])
            begin = cut
