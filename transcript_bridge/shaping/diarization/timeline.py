"""Speaker turns as a timeline: who speaks from when to when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from operator import itemgetter
from typing import NamedTuple

from ...models import Turn

INFINITY = 1 << 62
"""ms. An integer, like all other times."""


MAX_HEARD = 16
"""The most labels that are considered at one time: those who began first. Meetings have four at
once; 300 would be meaningless, and each word would be compared with all of them."""


class Timeline(NamedTuple):
    """Time, divided wherever a speaker begins or stops.

    Stretch `i` lasts from `edges[i]` to `edges[i + 1]` (ms). The first and the last stretch are
    silent and infinite (`-INFINITY`, `INFINITY`). `heard` has at most MAX_HEARD labels at a time.
    """

    edges: list[int]
    heard: list[tuple[str, ...]]
    """The labels heard in stretch `i`, in the order in which they began."""
    begun: dict[int, list[str]]
    """All labels that begin at an edge (ms)."""
    ended: dict[int, list[str]]
    """All labels that stop at an edge (ms)."""
    starts_of: dict[str, list[int]]
    """By label when its turns begin (ms), in order, between -INFINITY and INFINITY."""
    ends_of: dict[str, list[int]]
    """By label when its turns end (ms), in order, between -INFINITY and INFINITY."""


def build_timeline(turns: Iterable[Turn]) -> Timeline:
    """The timeline of `turns`, in O(n log n)."""
    starts_of, ends_of = merge_turns(turns)
    begun: defaultdict[int, list[str]] = defaultdict(list)
    ended: defaultdict[int, list[str]] = defaultdict(list)
    for label in sorted(starts_of):
        for start in starts_of[label][1:-1]:
            begun[start].append(label)
        for end in ends_of[label][1:-1]:
            ended[end].append(label)
    edges = sorted({*begun, *ended})
    heard = [(), *_follow_labels(edges, begun, ended)]
    return Timeline(
        [-INFINITY, *edges, INFINITY], heard, dict(begun), dict(ended), starts_of, ends_of
    )


def _follow_labels(
    edges: Sequence[int], begun: Mapping[int, list[str]], ended: Mapping[int, list[str]]
) -> Iterator[tuple[str, ...]]:
    """The labels heard after each edge, in the order in which they began."""
    active: dict[str, None] = {}
    removed = 0
    changes = zip(map(ended.get, edges), map(begun.get, edges), strict=True)
    for stopping, beginning in changes:
        if stopping:
            for label in stopping:
                del active[label]
                removed += 1
            if removed > len(active) + MAX_HEARD:
                # A dict keeps a gap for each removed key, and reading it has to skip them.
                active = dict.fromkeys(active)
                removed = 0
        if beginning:
            for label in beginning:
                active[label] = None
        if len(active) <= MAX_HEARD:
            yield tuple(active)
        else:
            yield tuple(islice(active, MAX_HEARD))


def merge_turns(turns: Iterable[Turn]) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
    """For each label, when it begins to speak (ms) and when it stops; between -INFINITY and
    INFINITY.

    Touching and overlapping turns of one speaker become one, so that it does not matter how a
    diarizer divides speech into turns, or in which order. Turns without length are ignored.
    """
    starts_of: defaultdict[str, list[int]] = defaultdict(lambda: [-INFINITY])
    ends_of: defaultdict[str, list[int]] = defaultdict(lambda: [-INFINITY])
    for start, end, label, _ in sorted(turns, key=itemgetter(0)):
        if end <= start:
            continue
        ends = ends_of[label]
        if start > ends[-1]:
            starts_of[label].append(start)
            ends.append(end)
        elif end > ends[-1]:
            ends[-1] = end
    for edges in (*starts_of.values(), *ends_of.values()):
        edges.append(INFINITY)
    return dict(starts_of), dict(ends_of)
