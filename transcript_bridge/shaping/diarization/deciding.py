"""Which speaker each word belongs to."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Container, Iterable, Mapping, Sequence

from .blocks import Blocks
from .costs import Costs
from .speech import Speech
from .timeline import Timeline


def raw_labels(blocks: Blocks, seams: Container[int]) -> list[str | None]:
    """For each block the label that covers most of it.

    A word without times takes the label before it; one that begins a sentence (`seams`), or has
    none before it, that of the next.
    """
    labels: list[str | None] = []
    waiting = 0
    for first, shares, basis in zip(blocks.firsts, blocks.shares, blocks.bases, strict=False):
        if basis != "untimed":
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

    No label is passed on across a word without a speaker near it.
    """
    labels: list[str | None] = [None] * len(blocks.bases)
    scores: dict[str, float] = {}
    # By block: from which label each label came, as far as it changed.
    history: list[dict[str, str]] = []
    columns = zip(blocks.firsts, blocks.firsts[1:], blocks.shares, blocks.bases, strict=False)
    for at, (first, stop, shares, basis) in enumerate(columns):
        if basis == "unknown":
            _write_best(labels, scores, history, at)
            scores, history = {}, []
        elif not scores:
            scores = {label: share * (stop - first) for label, share in shares.items()}
            history.append(_STAYED)
        elif not shares or (len(scores) == 1 and shares.keys() == scores.keys()):
            history.append(_STAYED)
        else:
            history.append(_change_labels(first, scores, shares, speech, timeline, costs))
            for label, share in shares.items():
                scores[label] += share * (stop - first)
            floor = max(scores.values()) - costs.inside
            # A label this far behind loses to a change from the best label, at the highest cost.
            scores = {label: score for label, score in scores.items() if score > floor}
    _write_best(labels, scores, history, len(labels))
    return labels


_STAYED: dict[str, str] = {}


def _change_labels(
    first: int,
    scores: dict[str, float],
    shares: Iterable[str],
    speech: Speech,
    timeline: Timeline,
    costs: Costs,
) -> dict[str, str]:
    """Change to the labels of `shares` from others before the word `first`, if their scores gain.

    Returns by label from which one it was changed to. A label without a share can wait.
    """
    came = _STAYED
    edges, _, begun, ended = timeline
    least, reach = costs.least, costs.reach
    start, end = speech.starts[first], speech.ends[first - 1]
    base = speech.seams.get(first, costs.inside)
    if start > end:
        base -= costs.pause * min(start - end, 1000) / 1000
    # The cost if both turns' edges are exactly here: who gains nothing even so is skipped.
    bound = max(least, base - costs.enter - costs.leave)
    before = [*scores.items()]
    for label in shares:
        best = scores.get(label, _NEVER)
        cost_to_enter = None
        for other, score in before:
            if score - bound <= best or other == label:
                continue
            if cost_to_enter is None:
                cost_to_enter = base - costs.enter * _closeness(label, start, reach, edges, begun)
            cost = cost_to_enter - costs.leave * _closeness(other, end, reach, edges, ended)
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
    """How near the label's next edge is to `time` (ms): 1 exactly there, 0 from `reach` ms on."""
    at = bisect_right(edges, time - reach)
    nearest = reach
    while edges[at] < time + reach:
        if label in labels[at]:
            distance = abs(edges[at] - time)
            if distance < nearest:
                nearest = distance
        at += 1
    return 1 - nearest / reach


def _write_best(
    labels: list[str | None],
    scores: Mapping[str, float],
    history: Sequence[Mapping[str, str]],
    stop: int,
) -> None:
    """Write the best labels up to block `stop`, not included, into `labels`."""
    if not scores:
        return
    label = max(scores, key=scores.__getitem__)
    for came in reversed(history):
        stop -= 1
        labels[stop] = label
        if came:
            label = came.get(label, label)
