"""Sentences that are written once for each word, with that word highlighted.

repeats.py lists the programs that write them.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate, pairwise
from operator import attrgetter
from typing import NamedTuple

from ...models import Word
from .cue import Cue, FindingLog
from .lines import clean_lines
from .markup import standard_text
from .repeats import MAX_GAP

_HIGHLIGHTED = re.compile(r"<(?P<tag>[ub])>(?P<word>[^<>]*+)</(?P=tag)>")
_LABEL = re.compile(r"\A\s*\[[^\[\]\n]{1,64}\]:\s")
_NOWHERE = -1
_TEXT = attrgetter("text")


class _Highlight(NamedTuple):
    """A cue with its text, and the place of its underlined word, counted without blanks."""

    cue: Cue
    plain: str
    place: int
    """_NOWHERE where no word is underlined."""
    length: int


def gather_words(cues: Iterable[Cue], log: FindingLog) -> Iterator[Cue]:
    """Join the cues that underline the words of one sentence in turn to one cue with word times."""
    group: list[_Highlight] = []
    reached = _NOWHERE
    for cue in cues:
        highlight = _read_highlight(cue)
        if group and not _continues(group[-1], highlight, reached):
            yield from _join_group(group, log)
            group = []
            reached = _NOWHERE
        group.append(highlight)
        reached = max(reached, highlight.place)
    yield from _join_group(group, log)


def _read_highlight(cue: Cue) -> _Highlight:
    plain = _squeeze(cue.text)
    mark = _HIGHLIGHTED.search(cue.text)
    if mark is None:
        return _Highlight(cue, plain, _NOWHERE, 0)
    place = len(_squeeze(cue.text[: mark.start()]))
    return _Highlight(cue, plain, place, len(_squeeze(mark["word"])))


def _squeeze(text: str) -> str:
    """`text` without tags and blanks.

    In scripts that write no blanks, WhisperX puts them between words in some of the cues only.
    """
    return "".join(standard_text(text).split())


def _continues(last: _Highlight, highlight: _Highlight, reached: int) -> bool:
    """Whether a cue repeats the sentence of the one before, with no earlier word underlined."""
    if highlight.plain != last.plain or 0 <= highlight.place <= reached:
        return False
    return abs(highlight.cue.start - last.cue.end) <= MAX_GAP


def _join_group(group: list[_Highlight], log: FindingLog) -> list[Cue]:
    cues = [highlight.cue for highlight in group]
    marked = [highlight for highlight in group if highlight.place != _NOWHERE]
    if not marked:
        return cues
    for cue in cues[1:]:
        log.count("word-by-word", cue.line, cues=1)
    texts = [clean_lines(_HIGHLIGHTED.sub(r"\g<word>", cue.text)) for cue in cues]
    with_blanks = max(texts, key=len)
    words = tuple(filter(_TEXT, _time_words(with_blanks, marked)))
    return [cues[0]._replace(end=cues[-1].end, text=min(texts, key=len), words=words)]


def _time_words(text: str, marked: list[_Highlight]) -> Iterator[Word]:
    """Return the words of `text`, with times for those that were highlighted; some are empty.

    A word that was not highlighted was not aligned. The label before a sentence is not a word.
    """
    whole = _squeeze(text)
    at = len(_squeeze("".join(_LABEL.findall(text))))
    word_ends = sorted(set(accumulate(map(len, map(_squeeze, text.split())))))
    for cue, _, place, length in marked:
        begin = max(at, place)
        yield from _untimed_words(whole, at, begin, word_ends)
        at = max(at, place + length)
        yield Word(whole[begin:at], cue.start, cue.end)
    yield from _untimed_words(whole, at, len(whole), word_ends)


def _untimed_words(whole: str, begin: int, end: int, word_ends: list[int]) -> Iterator[Word]:
    cuts = word_ends[bisect_right(word_ends, begin) : bisect_left(word_ends, end)]
    for cut, next_cut in pairwise([begin, *cuts, end]):
        yield Word(whole[cut:next_cut])
