"""Which speaker each word belongs to."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Container, Iterable, Mapping, Sequence

from .blocks import Blocks
from .costs import Costs
from .speech import Speech
from .timeline import Timeline


def raw_labels(blocks: Blocks, seams: Container[int]) -> list[str | None]:
    """For each block whoever covers most of it.

    A word without times takes the label before it; one that begins a sentence (`seams`), or has
    none before it, that of the next.
    """
    labels: list[str | None] = []
    waiting = 0
    for first, shares, rule in zip(blocks.firsts, blocks.shares, blocks.rules, strict=False):
        if rule != "untimed":
            label = max(shares, key=shares.__getitem__, default=None)
            labels[len(labels) - waiting :] = [label] * (waiting + 1)
            waiting = 0
        elif waiting or first in seams or not labels or labels[-1] is None:
            labels.append(None)
            waiting += 1
        else:
            labels.append(labels[-1])
    if 0 < waiting < len(labels):
        labels[-waiting:] = [labels[-waiting - 1]] * waiting
    return labels


def smooth_labels(
    blocks: Blocks, speech: Speech, timeline: Timeline, costs: Costs
) -> list[str | None]:
    """The labels that agree best with the turns and change where changes are likely (Viterbi's
    algorithm).

    Nothing is handed across a word that nobody is near to.
    """
    labels: list[str | None] = [None] * len(blocks.rules)
    scores: dict[str, float] = {}
    # By block: from which label each label came, as far as it changed.
    trail: list[dict[str, str]] = []
    columns = zip(blocks.firsts, blocks.firsts[1:], blocks.shares, blocks.rules, strict=False)
    for at, (first, stop, shares, rule) in enumerate(columns):
        if rule == "unknown":
            _trace(labels, scores, trail, at)
            scores, trail = {}, []
        elif not scores:
            scores = {label: share * (stop - first) for label, share in shares.items()}
            trail.append(_STAYED)
        elif not shares or (len(scores) == 1 and shares.keys() == scores.keys()):
            trail.append(_STAYED)
        else:
            trail.append(_enter(first, scores, shares, speech, timeline, costs))
            for label, share in shares.items():
                scores[label] += share * (stop - first)
            floor = max(scores.values()) - costs.inside
            # To change from the best is better than to trail it by more than the dearest change.
            scores = {label: score for label, score in scores.items() if score > floor}
    _trace(labels, scores, trail, len(labels))
    return labels


_STAYED: dict[str, str] = {}


def _enter(
    first: int,
    scores: dict[str, float],
    shares: Iterable[str],
    speech: Speech,
    timeline: Timeline,
    costs: Costs,
) -> dict[str, str]:
    """Lets the labels of `shares` take over from others before the word `first`, where they score
    better so.

    Says which took over from which. A label that is not heard here can wait until it is.
    """
    came = _STAYED
    edges, _, begun, ended = timeline
    least, reach = costs.least, costs.reach
    start, end = speech.starts[first], speech.ends[first - 1]
    base = speech.seams.get(first, costs.inside)
    if start > end:
        base -= costs.pause * min(start - end, 1000) / 1000
    # What it costs if both turns' edges lie just here: whoever does not gain even so need not be
    # looked at.
    bound = max(least, base - costs.enter - costs.leave)
    before = [*scores.items()]
    for label in shares:
        best = scores.get(label, _NEVER)
        toll = None
        for other, score in before:
            if score - bound <= best or other == label:
                continue
            if toll is None:
                toll = base - costs.enter * _closeness(label, start, reach, edges, begun)
            cost = toll - costs.leave * _closeness(other, end, reach, edges, ended)
            changed = score - (cost if cost > least else least)
            if changed > best:
                best = changed
                came = {**came, label: other}
        scores[label] = best
    return came


_NEVER = float("-inf")


def _closeness(
    label: str, time: int, reach: int, edges: Sequence[int], labels: Sequence[Sequence[str]]
) -> float:
    """How near an edge of the label's is to `time` (ms): 1 just there, down to 0 at `reach` ms and
    farther."""
    at = bisect_right(edges, time - reach)
    nearest = reach
    while edges[at] < time + reach:
        if label in labels[at]:
            distance = abs(edges[at] - time)
            if distance < nearest:
                nearest = distance
        at += 1
    return 1 - nearest / reach


def _trace(
    labels: list[str | None],
    scores: Mapping[str, float],
    trail: Sequence[Mapping[str, str]],
    stop: int,
) -> None:
    """Writes the best path, which ends before block `stop`, into `labels`."""
    if not scores:
        return
    label = max(scores, key=scores.__getitem__)
    for came in reversed(trail):
        stop -= 1
        labels[stop] = label
        if came:
            label = came.get(label, label)
