"""Blocks of words: neighbours with the same speakers in the turns, and no sign of a change."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate, repeat
from typing import Literal, NamedTuple

from .speech import Speech
from .timeline import MAX_HEARD, Timeline

Basis = Literal["covered", "nearest", "smoothed", "untimed", "unknown"]


_MAX_STRETCHES = 64
"""Stretches of the timeline over which one word is looked at. A word that lasts longer than so many
changes has wrong times; its beginning decides."""
_EMPTY: Mapping[str, float] = {}


class Blocks(NamedTuple):
    """Blocks of words as columns, in order."""

    firsts: list[int]
    """The block's first word; one more entry, at the end, is the number of words."""
    shares: list[Mapping[str, float]]
    """By label the share of each word that it covers, 0 to 1; who began first comes first. 0 for
    words without times."""
    bases: list[Basis]


def make_blocks(
    speech: Speech, timeline: Timeline, cap: int, first_speaker_bonus: float = 0.0
) -> Blocks:
    """The words of `speech` as blocks, in O(words + turns log words).

    cap: how far (ms) the nearest turn may be from a word that no turn covers.
    first_speaker_bonus: how much more a word counts for the one who began first, if several talk.
    """
    starts, ends, _, untimed = speech
    # The same few people speak again and again: one mapping for each group of them.
    groups = {labels: _cover_wholly(labels, first_speaker_bonus) for labels in set(timeline.heard)}
    firsts: list[int] = []
    columns: list[Mapping[str, float]] = []
    bases: list[Basis] = []
    for first, labels in _locate(speech, timeline):
        firsts.append(first)
        if first in untimed:
            columns.append(_EMPTY)
            bases.append("untimed")
            continue
        if labels is not None:
            columns.append(groups[labels])
            bases.append("covered")
            continue
        start, end = starts[first], ends[first]
        at = bisect_right(timeline.edges, start) - 1
        shares = _cover(start, end, at, timeline)
        if shares:
            columns.append(_add_bonus(shares, first_speaker_bonus))
            bases.append("covered")
            continue
        shares = _near(start, end, at, timeline, cap)
        columns.append(shares)
        bases.append("nearest" if shares else "unknown")
    firsts.append(len(starts))
    for at in reversed([at for at, basis in enumerate(bases[:-1]) if basis == "untimed"]):
        # It supports nobody itself, but the next speaker may begin with it.
        columns[at] = dict.fromkeys(columns[at + 1], 0.0)
    return Blocks(firsts, columns, bases)


def _locate(speech: Speech, timeline: Timeline) -> Iterator[tuple[int, tuple[str, ...] | None]]:
    """The first word of each block and the labels of the stretch that holds all of the block; None
    for a word by itself."""
    seams, untimed = speech.seams, speech.untimed
    words = len(speech.starts)
    cuts = iter([*sorted({*seams, *untimed, *[at + 1 for at in untimed]}), words])
    cut = next(cuts)
    done = 0
    for begin, stop, labels in _find_stretches(speech, timeline):
        if stop <= done or stop <= begin or not labels:
            continue
        begin = max(begin, done)
        for single in range(done, begin):
            yield single, None
        yield begin, labels
        while cut < stop:
            if cut > begin:
                yield cut, labels
            cut = next(cuts)
        done = stop
    for single in range(done, words):
        yield single, None


def _find_stretches(
    speech: Speech, timeline: Timeline
) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """For each stretch the first word that lies in it, the word after the last, and its labels.

    Words may be out of order. No word from the first on starts before the stretch, none before the
    last ends after it.
    """
    starts, ends = speech.starts, speech.ends
    earliest = starts
    if starts != sorted(starts):
        earliest = list(accumulate(reversed(starts), min))[::-1]
    latest = ends
    if ends != sorted(ends):
        latest = list(accumulate(ends, max))
    begins = map(bisect_left, repeat(earliest), timeline.edges)
    stops = map(bisect_right, repeat(latest), timeline.edges[1:])
    return zip(begins, stops, timeline.heard, strict=False)


def _cover(start: int, end: int, at: int, timeline: Timeline) -> dict[str, float]:
    """How much each label covers of the word from `start` to `end` (ms), which begins in stretch
    `at`."""
    edges, heard = timeline.edges, timeline.heard
    if start == end:
        return dict.fromkeys(heard[at], 1.0)
    length = end - start
    edge = edges[at + 1]
    if edge < end <= edges[at + 2]:
        # Nearly all words here: half of the time of the loop.
        shares = dict.fromkeys(heard[at], (edge - start) / length)
        share = (end - edge) / length
        for label in heard[at + 1]:
            shares[label] = shares.get(label, 0.0) + share
        return shares
    shares = {}
    last = min(at + _MAX_STRETCHES, len(heard))
    while start < end and at < last:
        stop = min(end, edges[at + 1])
        for label in heard[at]:
            shares[label] = shares.get(label, 0.0) + (stop - start) / length
        start = stop
        at += 1
    return shares


def _cover_wholly(labels: Iterable[str], bonus: float) -> dict[str, float]:
    return _add_bonus(dict.fromkeys(labels, 1.0), bonus)


def _add_bonus(shares: dict[str, float], bonus: float) -> dict[str, float]:
    if bonus and len(shares) > 1:
        first = next(iter(shares))
        shares[first] *= 1 + bonus
    return shares


def _near(start: int, end: int, at: int, timeline: Timeline, cap: int) -> dict[str, float]:
    """The labels beside the silent stretch `at`, for a word in it: 1 at the edge, falling to 0 at
    `cap` ms."""
    near: dict[str, float] = {}
    earlier, later = timeline.edges[at], timeline.edges[at + 1]
    before = (start - earlier, tuple(timeline.ended.get(earlier, ())))
    after = (later - end, tuple(timeline.begun.get(later, ())))
    for distance, labels in sorted((before, after)):
        if distance <= cap:
            for label in labels[:MAX_HEARD]:
                near.setdefault(label, 1.0 - distance / (cap + 1))
    return near
