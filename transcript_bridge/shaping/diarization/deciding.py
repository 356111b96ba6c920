"""Which speaker each word belongs to."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Container, Iterable, Mapping, Sequence

from .blocks import Blocks
from .costs import PAUSE, Costs
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
    algorithm). No label is passed on across a word without a speaker near it.
    """
    labels: list[str | None] = [None] * len(blocks.bases)
    scores: dict[str, float] = {}
    # By block: from which label each label came, as far as it changed.
    history: list[dict[str, str]] = []
    leader, lead = "", 0.0
    columns = zip(blocks.firsts, blocks.firsts[1:], blocks.shares, blocks.bases, strict=False)
    for at, (first, stop, shares, basis) in enumerate(columns):
        if leader in shares and len(shares) == 1 and lead + costs.least >= 0:
            # No change to the leader gains anything: a fifth of the time of a comparison.
            gain = shares[leader] * (stop - first)
            scores[leader] += gain
            lead += gain
            history.append(_STAYED)
            continue
        if basis == "unknown":
            _write_best(labels, scores, history, at)
            scores, history, leader = {}, [], ""
            continue
        if not shares:
            history.append(_STAYED)
            continue
        if scores:
            history.append(_change_labels(first, scores, shares, leader, speech, timeline, costs))
        else:
            scores = dict.fromkeys(shares, 0.0)
            history.append(_STAYED)
        for label, share in shares.items():
            scores[label] += share * (stop - first)
        if len(scores) > _FEW_RIVALS:
            scores = _keep_best(scores, costs)
        leader, lead = _find_leader(scores)
    _write_best(labels, scores, history, len(labels))
    return labels


def _find_leader(scores: Mapping[str, float]) -> tuple[str, float]:
    """The label with the best score, and how much it has more than any other."""
    leader, best, second = "", _NEVER, _NEVER
    for label, score in scores.items():
        if score > best:
            leader, best, second = label, score, best
        elif score > second:
            second = score
    return leader, best - second


_STAYED: dict[str, str] = {}
_MAX_RIVALS = 2 * MAX_HEARD
"""Labels between which the words are undecided at one moment. Meetings have a handful; without a
limit each word could be compared with every label of the file."""


_FEW_RIVALS = 4
"""From more labels on those that cannot win any more are left out."""


def _keep_best(scores: Mapping[str, float], costs: Costs) -> dict[str, float]:
    """The labels with the best scores, in the order in which they are.

    A label that is too far behind loses to a change from the best label, at the highest cost.
    """
    floor = max(scores.values()) - costs.inside
    kept = {label: score for label, score in scores.items() if score > floor}
    if len(kept) <= _MAX_RIVALS:
        return kept
    best = set(sorted(kept, key=kept.__getitem__, reverse=True)[:_MAX_RIVALS])
    return {label: score for label, score in kept.items() if label in best}


def _change_labels(
    first: int,
    scores: dict[str, float],
    shares: Iterable[str],
    leader: str,
    speech: Speech,
    timeline: Timeline,
    costs: Costs,
) -> dict[str, str]:
    """Change to the labels of `shares` from others before the word `first`, if their scores gain.

    leader: the label with the best score. Returns by label from which one it was changed to. A
    label without a share can wait.
    """
    start, end = speech.starts[first], speech.ends[first - 1]
    base = _cost_before(first, speech, costs)
    least, leave, reach = costs.least, costs.leave, costs.reach
    # The cost if both turns' edges are exactly here: who gains nothing even so is skipped.
    bound = max(least, base - costs.enter - leave)
    best_before = scores[leader]
    before = scores.copy()
    came = _STAYED
    for label in shares:
        best = scores.get(label, _NEVER)
        if best_before - bound <= best:
            continue
        entered = base - costs.enter * _closeness(timeline.starts_of[label], start, reach)
        entered_bound = max(least, entered - leave)
        for other, score in before.items():
            if score - entered_bound <= best or other == label:
                continue
            cost = entered - leave * _closeness(timeline.ends_of[other], end, reach)
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
        cost -= costs.pause * min(pause, PAUSE) / PAUSE
    return cost


_NEVER = float("-inf")


def _closeness(edges: Sequence[int], time: int, reach: int) -> float:
    """How near the nearest of a label's edges is to `time` (ms): 1 exactly there, 0 from `reach` ms
    on. The first and the last edge are endless."""
    at = bisect_left(edges, time)
    nearest = edges[at] - time
    before = time - edges[at - 1]
    if before < nearest:
        nearest = before
    if nearest >= reach:
        return 0.0
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
