"""Decides which speaker each word belongs to."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Container, Mapping, Sequence
from itertools import compress, count

from .blocks import Blocks
from .costs import PAUSE, Costs
from .speech import Speech
from .timeline import MAX_HEARD, Timeline


def raw_labels(blocks: Blocks, seams: Container[int]) -> list[str | None]:
    """For each block, the label that covers most of it.

    A word without times takes the label before it. One that begins a sentence (`seams`), or has no
    label before it, takes the next.
    """
    labels: list[str | None] = []
    waiting = 0
    for first, shares, basis in zip(blocks.firsts, blocks.shares, blocks.bases, strict=False):
        if basis != "untimed":
            label = _largest(shares)
            if waiting:
                labels[-waiting:] = [label] * waiting
                waiting = 0
            labels.append(label)
        elif waiting or first in seams or not labels or labels[-1] is None:
            labels.append(None)
            waiting += 1
        else:
            labels.append(labels[-1])
    if 0 < waiting < len(labels):
        labels[-waiting:] = [labels[-waiting - 1]] * waiting
    return labels


def _largest(shares: Mapping[str, float]) -> str | None:
    """The label with the largest share, the first of several; None if there is none."""
    if len(shares) == 1:  # most blocks, in a third of the time
        return next(iter(shares))
    return max(shares, key=shares.__getitem__, default=None)


_Change = Callable[[int, dict[str, float], Collection[str], float], dict[str, str]]
_STAYED: dict[str, str] = {}
_NEVER = float("-inf")


def smooth_labels(
    blocks: Blocks, speech: Speech, timeline: Timeline, costs: Costs
) -> list[str | None]:
    """The labels that agree best with the turns and change where changes are likely (Viterbi
    algorithm). Labels do not continue across a word without a speaker near it.
    """
    labels: list[str | None] = []
    change_labels = _make_change(speech, timeline, costs)
    unknown = compress(count(), map("unknown".__eq__, blocks.bases))
    begin = 0
    for stop in (*unknown, len(blocks.bases)):
        labels += _follow_labels(blocks, range(begin, stop), change_labels, costs)
        labels.append(None)
        begin = stop + 1
    labels.pop()
    return labels


def _follow_labels(
    blocks: Blocks, within: range, change_labels: _Change, costs: Costs
) -> list[str | None]:
    """The best labels of consecutive blocks, near all of which somebody speaks."""
    least_lead = -costs.least
    scores: dict[str, float] = {}
    # For each block: from which label each label came, if it changed.
    history: list[Mapping[str, str]] = []
    # The label with the best score, that score, and the best score of any other label.
    leader, top, second = "", _NEVER, _NEVER
    firsts = blocks.firsts[within.start : within.stop + 1]
    all_shares = blocks.shares[within.start : within.stop]
    for first, stop, shares in zip(firsts, firsts[1:], all_shares, strict=False):
        came = _STAYED
        if not scores:
            scores = dict.fromkeys(shares, 0.0)
        elif len(shares) > 1 or leader not in shares or top - second < least_lead:
            # Otherwise no change to the best label can gain, which takes a fifth of the time of
            # comparing.
            came = change_labels(first, scores, shares, top)
        history.append(came)
        words = stop - first
        for label, share in shares.items():
            score = scores[label] = scores[label] + share * words
            if label == leader:
                top = score
            elif score > top:
                leader, top, second = label, score, top
            elif score > second:
                second = score
        if len(scores) > _FEW_RIVALS:
            scores = _keep_best(scores, costs)
    return _trace_back(scores, history)


_MAX_RIVALS = 2 * MAX_HEARD
"""The most labels between which a word is undecided. Meetings have a handful; without a limit, each
word could be compared with every label of the file."""


_FEW_RIVALS = 4
"""With more labels than this, those that can no longer win are dropped."""


def _keep_best(scores: Mapping[str, float], costs: Costs) -> dict[str, float]:
    """The labels with the best scores, in their order.

    A label that is too far behind would lose to a change from the best label at the highest cost.
    """
    floor = max(scores.values()) - costs.inside
    kept = {label: score for label, score in scores.items() if score > floor}
    if len(kept) <= _MAX_RIVALS:
        return kept
    best = set(sorted(kept, key=kept.__getitem__, reverse=True)[:_MAX_RIVALS])
    return {label: score for label, score in kept.items() if label in best}


def _make_change(speech: Speech, timeline: Timeline, costs: Costs) -> _Change:
    """A function that changes to the labels with shares before a word, if their scores gain.

    It takes the word's number, scores, shares and the best score, and returns for each changed
    label the one that it came from. All else is bound here, in half of the time of passing it.
    """
    starts_of, ends_of = timeline.starts_of, timeline.ends_of
    least, enter, leave, reach = costs.least, costs.enter, costs.leave, costs.reach
    starts, ends, seams = speech.starts, speech.ends, speech.seams
    inside, longest_discount = costs.inside, costs.pause

    def change_labels(
        first: int, scores: dict[str, float], shares: Collection[str], top: float
    ) -> dict[str, str]:
        start, end = starts[first], ends[first - 1]
        base = seams.get(first, inside)
        if start > end:  # lower after a pause
            base -= longest_discount * min(start - end, PAUSE) / PAUSE
        # The cost if the edges of both turns are exactly here; others are skipped.
        reachable = top - max(least, base - enter - leave)
        before = scores.copy()
        came = _STAYED
        for label in shares:
            best = before.get(label, _NEVER)
            if reachable <= best:
                continue
            entered = base - enter * _closeness(starts_of[label], start, reach)
            bound = max(least, entered - leave)
            for other, score in before.items():
                if score - bound <= best or other == label:
                    continue
                cost = entered - leave * _closeness(ends_of[other], end, reach)
                changed = score - (cost if cost > least else least)
                if changed > best:
                    best = changed
                    came = {**came, label: other}
            scores[label] = best
        return came

    return change_labels


def _closeness(edges: Sequence[int], time: int, reach: int) -> float:
    """How near the nearest of a label's edges is to `time` (ms): 1 at the edge, 0 from `reach` ms
    on. The first and the last edge are infinite."""
    at = bisect_left(edges, time)
    nearest = edges[at] - time
    before = time - edges[at - 1]
    if before < nearest:
        nearest = before
    if nearest >= reach:
        return 0.0
    return 1 - nearest / reach


def _trace_back(
    scores: Mapping[str, float], history: Sequence[Mapping[str, str]]
) -> list[str | None]:
    """The label of each block on the path to the best score at the end."""
    label = max(scores, key=scores.__getitem__, default=None)
    labels: list[str | None] = []
    for came in reversed(history):
        labels.append(label)
        if came and label is not None:
            label = came.get(label, label)
    labels.reverse()
    return labels
