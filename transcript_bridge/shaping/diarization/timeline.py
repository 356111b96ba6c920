"""Speaker turns as a timeline: who speaks from when to when."""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter
from typing import NamedTuple

from ...models import Turn

INFINITY = 1 << 62


class Timeline(NamedTuple):
    """Time, divided wherever a speaker begins or stops.

    Stretch `i` lasts from `edges[i]` to `edges[i + 1]` (ms). The first and the last stretch are
    silent and endless (`-INFINITY`, `INFINITY`).
    """

    edges: list[int]
    heard: list[tuple[str, ...]]
    """The labels heard in stretch `i`; who began first comes first."""
    begun: list[tuple[str, ...]]
    """The labels that begin at `edges[i]`."""
    ended: list[tuple[str, ...]]
    """The labels that stop at `edges[i]`."""


def build_timeline(turns: Iterable[Turn]) -> Timeline:
    """The timeline of `turns`, in O(n log n)."""
    begun: dict[int, tuple[str, ...]] = {}
    ended: dict[int, tuple[str, ...]] = {}
    for label, spans in sorted(merge_turns(turns).items()):
        for start, end in spans:
            begun[start] = (*begun[start], label) if start in begun else (label,)
            ended[end] = (*ended[end], label) if end in ended else (label,)
    active: tuple[str, ...] = ()
    edges, heard, begins, ends = [-INFINITY], [active], [active], [active]
    for edge in sorted(begun.keys() | ended.keys()):
        new, old = begun.get(edge, ()), ended.get(edge, ())
        if old:
            active = tuple([label for label in active if label not in old])
        active += new
        edges.append(edge)
        heard.append(active)
        begins.append(new)
        ends.append(old)
    return Timeline([*edges, INFINITY], heard, [*begins, ()], [*ends, ()])


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
