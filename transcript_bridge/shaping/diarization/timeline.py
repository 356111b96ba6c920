"""Speaker turns as a timeline: who speaks from when to when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from operator import itemgetter
from typing import NamedTuple

from ...models import Turn

INFINITY = 1 << 62


MAX_HEARD = 16
"""Labels that are looked at in one moment: those who began first. Meetings have four at once, and
what 300 labels at once mean nobody knows; but each word would be compared with all of them."""


class Timeline(NamedTuple):
    """Time, divided wherever a speaker begins or stops.

    Stretch `i` lasts from `edges[i]` to `edges[i + 1]` (ms). The first and the last stretch are
    silent and endless (`-INFINITY`, `INFINITY`). `heard` has at most MAX_HEARD labels at a time.
    """

    edges: list[int]
    heard: list[tuple[str, ...]]
    """The labels heard in stretch `i`; who began first comes first."""
    begun: dict[int, list[str]]
    """The labels that begin at an edge (ms), all of them."""
    ended: dict[int, list[str]]
    """The labels that stop at an edge (ms), all of them."""
    starts_of: dict[str, list[int]]
    """By label when its turns begin (ms), in order, between -INFINITY and INFINITY."""
    ends_of: dict[str, list[int]]
    """By label when its turns end (ms), in order, between -INFINITY and INFINITY."""


def build_timeline(turns: Iterable[Turn]) -> Timeline:
    """The timeline of `turns`, in O(n log n)."""
    begun: dict[int, list[str]] = {}
    ended: dict[int, list[str]] = {}
    spans_of = merge_turns(turns)
    for label, spans in sorted(spans_of.items()):
        for start, end in spans:
            begun.setdefault(start, []).append(label)
            ended.setdefault(end, []).append(label)
    edges = sorted(begun.keys() | ended.keys())
    heard = [(), *_follow_labels(edges, begun, ended)]
    starts_of: dict[str, list[int]] = {}
    ends_of: dict[str, list[int]] = {}
    for label, spans in spans_of.items():
        starts_of[label] = [-INFINITY, *[start for start, _ in spans], INFINITY]
        ends_of[label] = [-INFINITY, *[end for _, end in spans], INFINITY]
    return Timeline([-INFINITY, *edges, INFINITY], heard, begun, ended, starts_of, ends_of)


def _follow_labels(
    edges: Iterable[int], begun: Mapping[int, list[str]], ended: Mapping[int, list[str]]
) -> Iterator[tuple[str, ...]]:
    """The labels heard after each edge, in the order in which they began."""
    active: dict[str, None] = {}
    removed = 0
    for edge in edges:
        for label in ended.get(edge, ()):
            del active[label]
            removed += 1
        if removed > len(active) + MAX_HEARD:
            # A dict keeps a gap for each key that was removed, and reading it walks over them.
            active = dict.fromkeys(active)
            removed = 0
        for label in begun.get(edge, ()):
            active[label] = None
        if len(active) <= MAX_HEARD:
            yield tuple(active)
        else:
            yield tuple(islice(active, MAX_HEARD))


def merge_turns(turns: Iterable[Turn]) -> dict[str, list[tuple[int, int]]]:
    """By label the spans (ms) in which it speaks, in order, with gaps between them.

    Touching and overlapping turns of one speaker become one, so that it does not matter how a
    diarizer divides speech into turns, nor in which order. Turns without length are ignored.
    """
    by_label: dict[str, list[tuple[int, int]]] = {}
    for start, end, label, _ in sorted(turns, key=itemgetter(0)):
        if end <= start:
            continue
        spans = by_label.setdefault(label, [])
        if spans and start <= spans[-1][1]:
            first, last = spans[-1]
            spans[-1] = (first, max(end, last))
        else:
            spans.append((start, end))
    return by_label
