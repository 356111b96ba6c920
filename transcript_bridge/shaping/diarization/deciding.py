"""Which speaker each word belongs to."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Iterable, Mapping, Sequence

from .blocks import Blocks
from .costs import Costs
from .speech import Speech
from .timeline import MAX_HEARD, Timeline


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
            if len(scores) > _MAX_RIVALS:
                scores = _keep_best(scores)
    _write_best(labels, scores, history, len(labels))
    return labels


_STAYED: dict[str, str] = {}
_MAX_RIVALS = 2 * MAX_HEARD
"""Labels between which the words are undecided at one moment. Meetings have a handful; without a
limit each word could be compared with every label of the file."""


def _keep_best(scores: Mapping[str, float]) -> dict[str, float]:
    """The labels with the best scores, in the order in which they are."""
    best = sorted(scores, key=scores.__getitem__, reverse=True)
    kept = set(best[:_MAX_RIVALS])
    return {label: score for label, score in scores.items() if label in kept}


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
    least, reach = costs.least, costs.reach
    start, end = speech.starts[first], speech.ends[first - 1]
    base = _cost_before(first, speech, costs)
    # The cost if both turns' edges are exactly here: who gains nothing even so is skipped.
    bound = max(least, base - costs.enter - costs.leave)
    before = [*scores.items()]
    discounts: dict[str, float] = {}
    for label in shares:
        best = scores.get(label, _NEVER)
        cost_to_enter = None
        for other, score in before:
            if score - bound <= best or other == label:
                continue
            if cost_to_enter is None:
                near = _closeness(timeline.starts_of.get(label, ()), start, reach)
                cost_to_enter = base - costs.enter * near
            discount = discounts.get(other)
            if discount is None:
                near = _closeness(timeline.ends_of.get(other, ()), end, reach)
                discount = discounts[other] = costs.leave * near
            cost = cost_to_enter - discount
            changed = score - (cost if cost > least else least)
            if changed > best:
                best = changed
                came = {**came, label: other}
        scores[label] = best
    return came


def _cost_before(first: int, speech: Speech, costs: Costs) -> float:
    """What a change before the word `first` costs: less after a pause, or between sentences."""
    cost = speech.seams.get(first, costs.inside)
    pause = speech.starts[first] - speech.ends[first - 1]
    if pause > 0:
        cost -= costs.pause * min(pause, 1000) / 1000
    return cost


_NEVER = float("-inf")


def _closeness(edges: Sequence[int], time: int, reach: int) -> float:
    """How near the nearest of a label's edges is to `time` (ms): 1 exactly there, 0 from `reach` ms
    on."""
    at = bisect_left(edges, time)
    nearest = reach
    if at < len(edges):
        nearest = min(nearest, edges[at] - time)
    if at > 0:
        nearest = min(nearest, time - edges[at - 1])
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
