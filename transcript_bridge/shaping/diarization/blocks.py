"""Blocks of words: neighbors with the same speakers in the turns, and no sign of a change."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterator, Mapping
from itertools import accumulate, compress, count, repeat
from typing import Literal, NamedTuple

from .speech import Speech
from .timeline import MAX_HEARD, Timeline

Basis = Literal["covered", "nearest", "smoothed", "untimed", "unknown"]


_MAX_STRETCHES = 64
"""The most stretches of the timeline that one word is compared with. A word over more changes of
speaker has wrong times, and only its beginning is used."""


class Blocks(NamedTuple):
    """Blocks of words as columns, in order."""

    firsts: list[int]
    """The first word of each block; one more entry, at the end, is the number of words."""
    shares: list[Mapping[str, float]]
    """For each block, the share (0 to 1) of each word that each label covers; the label that began
    first comes first. 0 for words without times."""
    bases: list[Basis]


def make_blocks(
    speech: Speech, timeline: Timeline, cap: int, first_speaker_bonus: float = 0.0
) -> Blocks:
    """The words of `speech` as blocks, in O(words + turns log words).

    cap: how far (ms) the nearest turn may be from a word that no turn covers.
    first_speaker_bonus: the bonus per word for the speaker who began first, if several talk.
    """
    groups = _share_by_group(timeline, first_speaker_bonus)
    words = len(speech.starts)
    cuts = iter([*_find_forced_cuts(speech), words])  # the last one is never reached
    cut = next(cuts)
    blocks = Blocks([], [], [])
    firsts, columns, bases = blocks
    done = last = 0
    for stretch, begin, stop in _find_stretches(speech, timeline):
        if begin < done:
            begin = done
        if stop <= begin:
            continue
        if done < begin:
            singles = range(done, begin)
            _add_singles(blocks, singles, last, speech, timeline, cap, first_speaker_bonus)
        shares = groups[timeline.heard[stretch]]
        firsts.append(begin)
        columns.append(shares)
        bases.append("covered")
        while cut < stop:
            if cut > begin:
                firsts.append(cut)
                columns.append(shares)
                bases.append("covered")
            cut = next(cuts)
        done, last = stop, stretch
    singles = range(done, words)
    _add_singles(blocks, singles, last, speech, timeline, cap, first_speaker_bonus)
    firsts.append(words)
    if speech.untimed:
        _clear_untimed(blocks, speech.untimed)
    return blocks


def _share_by_group(timeline: Timeline, bonus: float) -> dict[tuple[str, ...], Mapping[str, float]]:
    """The shares of words that a group covers completely, cached because the same few people talk
    again and again."""
    groups: dict[tuple[str, ...], Mapping[str, float]] = {}
    for labels in set(timeline.heard):
        groups[labels] = _add_bonus(dict.fromkeys(labels, 1.0), bonus)
    return groups


def _find_forced_cuts(speech: Speech) -> list[int]:
    """The words that always begin a block: a change is possible, or the times are missing."""
    untimed = speech.untimed
    return sorted({*speech.seams, *untimed, *[at + 1 for at in untimed]})


def _clear_untimed(blocks: Blocks, untimed: Container[int]) -> None:
    """Set the shares of words without times to 0; the next speaker may begin with them."""
    firsts, columns, bases = blocks
    following: Mapping[str, float] = {}
    for at in reversed(range(len(bases))):
        if firsts[at] in untimed:
            columns[at] = dict.fromkeys(following, 0.0)
            bases[at] = "untimed"
        following = columns[at]


def _find_stretches(speech: Speech, timeline: Timeline) -> Iterator[tuple[int, int, int]]:
    """Each stretch in which somebody is heard, with the first word in it and the word after the
    last.

    Words may be out of order. No word from the first one on starts before the stretch, and none
    before the last ends after it.
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
    is_heard = map(bool, timeline.heard)
    return compress(zip(count(), begins, stops), is_heard)


def _add_singles(
    blocks: Blocks,
    words: range,
    stretch: int,
    speech: Speech,
    timeline: Timeline,
    cap: int,
    bonus: float,
) -> None:
    """Add words that overlap several stretches, or are in a silent one, each as a block of its own.

    stretch: where to begin the search for their stretches.
    """
    starts, ends = speech.starts, speech.ends
    edges = timeline.edges
    for word in words:
        start, end = starts[word], ends[word]
        if not edges[stretch] <= start < edges[stretch + 1]:
            stretch = bisect_right(edges, start) - 1
        basis: Basis = "covered"
        shares = _cover(start, end, stretch, timeline)
        if not shares:
            shares = _near(start, end, stretch, timeline, cap)
            basis = "unknown"
            if shares:
                basis = "nearest"
        elif len(shares) > 1:
            _add_bonus(shares, bonus)
        blocks.firsts.append(word)
        blocks.shares.append(shares)
        blocks.bases.append(basis)


def _add_bonus(shares: dict[str, float], bonus: float) -> dict[str, float]:
    if bonus and len(shares) > 1:
        first = next(iter(shares))
        shares[first] *= 1 + bonus
    return shares


def _cover(start: int, end: int, at: int, timeline: Timeline) -> dict[str, float]:
    """How much of the word from `start` to `end` (ms) each label covers. The word begins in stretch
    `at`."""
    edges, heard = timeline.edges, timeline.heard
    edge = edges[at + 1]
    # After the last stretch, which is infinite, there is no other: then `edge < end` is false.
    if edge < end <= edges[at + 2]:
        # The usual case, in half of the time of the loop.
        length = end - start
        shares = dict.fromkeys(heard[at], (edge - start) / length)
        share = (end - edge) / length
        for label in heard[at + 1]:
            if label in shares:
                shares[label] += share
            else:
                shares[label] = share
        return shares
    if start == end:
        return dict.fromkeys(heard[at], 1.0)
    return _cover_many(start, end, at, timeline)


def _cover_many(start: int, end: int, at: int, timeline: Timeline) -> dict[str, float]:
    """The same for a word over any number of stretches."""
    edges, heard = timeline.edges, timeline.heard
    length = end - start
    shares: dict[str, float] = {}
    last = min(at + _MAX_STRETCHES, len(heard))
    while start < end and at < last:
        stop = min(end, edges[at + 1])
        for label in heard[at]:
            shares[label] = shares.get(label, 0.0) + (stop - start) / length
        start = stop
        at += 1
    return shares


def _near(start: int, end: int, at: int, timeline: Timeline, cap: int) -> dict[str, float]:
    """The labels next to the silent stretch `at`, for a word in it: 1 at the edge, decreasing to 0
    at `cap` ms."""
    near: dict[str, float] = {}
    earlier, later = timeline.edges[at], timeline.edges[at + 1]
    before = (start - earlier, tuple(timeline.ended.get(earlier, ())))
    after = (later - end, tuple(timeline.begun.get(later, ())))
    for distance, labels in sorted((before, after)):
        if distance <= cap:
            for label in labels[:MAX_HEARD]:
                near.setdefault(label, 1.0 - distance / (cap + 1))
    return near
