"""Blocks of words: neighbours with the same speakers in the turns, and no sign of a change."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from itertools import accumulate, count, repeat
from operator import gt
from typing import Literal, NamedTuple

from .speech import Speech
from .timeline import Timeline

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
    heard = timeline.heard
    whole = [_add_bonus(dict.fromkeys(labels, 1.0), first_speaker_bonus) for labels in heard]
    blocks = Blocks([], [], [])
    firsts, columns, bases = blocks
    share: Mapping[str, float]
    basis: Basis
    for first, at in _locate(speech, timeline):
        if first in untimed:
            share, basis = _EMPTY, "untimed"
        elif at >= 0:
            share, basis = whole[at], "covered"
        else:
            at = bisect_right(timeline.edges, starts[first]) - 1
            share, basis = (
                _add_bonus(_cover(starts[first], ends[first], at, timeline), first_speaker_bonus),
                "covered",
            )
            if not share:
                share = _near(starts[first], ends[first], at, timeline, cap)
                basis = "nearest" if share else "unknown"
        firsts.append(first)
        columns.append(share)
        bases.append(basis)
    firsts.append(len(starts))
    for at in reversed([at for at, basis in enumerate(bases[:-1]) if basis == "untimed"]):
        # It supports nobody itself, but the next speaker may begin with it.
        columns[at] = dict.fromkeys(columns[at + 1], 0.0)
    return blocks


def _locate(speech: Speech, timeline: Timeline) -> Iterator[tuple[int, int]]:
    """The first word of each block and the stretch that holds all of the block; -1 for a word by
    itself."""
    starts, ends, seams, untimed = speech
    # Words may be out of order. No word from `begins[i]` on starts before edge i, none before
    # `stops[i]` ends after edge i + 1; so all from `begins[i]` to `stops[i]` lie in stretch i.
    earliest = (
        list(accumulate(reversed(starts), min))[::-1]
        if any(map(gt, starts, starts[1:]))
        else starts
    )
    latest = list(accumulate(ends, max)) if any(map(gt, ends, ends[1:])) else ends
    begins = map(bisect_left, repeat(earliest), timeline.edges)
    stops = map(bisect_right, repeat(latest), timeline.edges[1:])
    cuts = iter([*sorted({*seams, *untimed, *[at + 1 for at in untimed]}), len(starts)])
    cut = next(cuts)
    done = 0
    for at, begin, stop, labels in zip(count(), begins, stops, timeline.heard, strict=False):
        begin = max(begin, done)
        if begin >= stop or not labels:
            continue
        for single in range(done, begin):
            yield single, -1
        yield begin, at
        while cut < stop:
            if cut > begin:
                yield cut, at
            cut = next(cuts)
        done = stop
    for single in range(done, len(starts)):
        yield single, -1


def _cover(start: int, end: int, at: int, timeline: Timeline) -> dict[str, float]:
    """How much each label covers of the word from `start` to `end` (ms), which begins in stretch
    `at`."""
    edges, heard = timeline.edges, timeline.heard
    if start == end:
        return dict.fromkeys(heard[at], 1.0)
    shares: dict[str, float] = {}
    length = end - start
    last = min(at + _MAX_STRETCHES, len(heard))
    while start < end and at < last:
        stop = min(end, edges[at + 1])
        for label in heard[at]:
            shares[label] = shares.get(label, 0.0) + (stop - start) / length
        start = stop
        at += 1
    return shares


def _add_bonus(shares: dict[str, float], bonus: float) -> dict[str, float]:
    if bonus and len(shares) > 1:
        first = next(iter(shares))
        shares[first] *= 1 + bonus
    return shares


def _near(start: int, end: int, at: int, timeline: Timeline, cap: int) -> dict[str, float]:
    """The labels beside the silent stretch `at`, for a word in it: 1 at the edge, falling to 0 at
    `cap` ms."""
    near: dict[str, float] = {}
    before = (start - timeline.edges[at], timeline.ended[at])
    after = (timeline.edges[at + 1] - end, timeline.begun[at + 1])
    for distance, labels in sorted((before, after)):
        if distance <= cap:
            for label in labels:
                near.setdefault(label, 1.0 - distance / (cap + 1))
    return near
