"""Divides utterances into cues that fit the screen: few short lines, timed by their words."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

from ...line_joining import join_lines
from ...models import Utterance, Word
from ...timecode import share_time
from ..base import LineLimits
from .line_breaks import break_text


class _CueSpan(NamedTuple):
    """The times of a cue (ms)."""

    start: int
    end: int


ONE_LINE = LineLimits(length=10**9, lines=1)
"""For formats whose cues have one line of any length."""
_NO_LABELS: Mapping[str | None, int] = {}
_UNTIMED = (Word(""),)


def fit_utterances(
    utterances: Sequence[Utterance],
    limits: LineLimits,
    label_widths: Mapping[str | None, int] = _NO_LABELS,
) -> Iterator[Utterance]:
    """Utterances with lines that are not too long; several for one that needs more lines.

    A cue is shown while its words are spoken, if their times are known, else for its share of the
    characters. label_widths: of the labels before the texts, by speaker.
    """
    for utterance in utterances:
        text = join_lines(utterance.text)
        cues = break_text(text, limits, label_widths.get(utterance.speaker, 0))
        if len(cues) == 1:
            yield utterance._replace(text="\n".join(cues[0]))
        else:
            yield from _split(utterance, cues)


def _split(utterance: Utterance, cues: Sequence[Sequence[str]]) -> Iterator[Utterance]:
    lengths = [_count_letters("".join(lines)) for lines in cues]
    shared = [_CueSpan(*span) for span in share_time(utterance.start, utterance.end, lengths)]
    words = _share_words(utterance, lengths)
    spans = _time_by_words(utterance, words, shared)
    if any(span.end <= span.start for span in spans):
        spans = shared
    for lines, span, own in zip(cues, spans, words, strict=True):
        text = "\n".join(lines)
        yield utterance._replace(start=span.start, end=span.end, text=text, words=own, id=None)


def _count_letters(text: str) -> int:
    return len("".join(text.split()))


def _share_words(utterance: Utterance, lengths: Sequence[int]) -> list[tuple[Word, ...]]:
    """The words of each cue; none if the words do not make up the text.

    lengths: of the cues, in letters. A word belongs to the cue in which it begins.
    """
    cue_ends = list(accumulate(lengths))
    *begins, end = accumulate([_count_letters(word.text) for word in utterance.words], initial=0)
    if end != cue_ends[-1]:
        return [()] * len(lengths)
    shares: list[list[Word]] = [[] for _ in lengths]
    for word, begin in zip(utterance.words, begins, strict=True):
        cue = bisect_right(cue_ends, begin, hi=len(lengths) - 1)
        shares[cue].append(word)
    return list(map(tuple, shares))


def _time_by_words(
    utterance: Utterance, words: Sequence[tuple[Word, ...]], shared: Sequence[_CueSpan]
) -> list[_CueSpan]:
    """Time a cue from its first word to its last one; by its share of time if none has a time.

    The first cue begins and the last one ends with the utterance.
    """
    spans: list[_CueSpan] = []
    latest = utterance.start
    for own, share in zip(words, shared, strict=True):
        own = own or _UNTIMED
        start = min(max(own[0].start or share.start, latest), utterance.end)
        latest = min(max(own[-1].end or share.end, start), utterance.end)
        spans.append(_CueSpan(start, latest))
    spans[0] = _CueSpan(utterance.start, spans[0].end)
    spans[-1] = _CueSpan(spans[-1].start, utterance.end)
    return spans
