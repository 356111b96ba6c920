"""Two spellings of the same words, aligned: an edited text, and the words as they were recognized.

The cost is linear in the number of words: first the common words at the beginning and the end are
matched, then the words that occur once on both sides, and only the short stretches between them are
compared word by word.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

_MAX_CELLS = 10_000
"""The most pairs of words that are compared in one stretch; a longer one is divided, or spread
evenly."""
_MAX_DEPTH = 8
"""How often a stretch is divided at the words that occur once in it."""

Pair = tuple[int, int]
"""The number of a word on the left, and of the corresponding word on the right."""


class _Stretch(NamedTuple):
    """Words on both sides: from a start up to a stop, not included."""

    left: int
    left_stop: int
    right: int
    right_stop: int

    @property
    def cells(self) -> int:
        return (self.left_stop - self.left) * (self.right_stop - self.right)


def align(left: Sequence[str], right: Sequence[str]) -> list[Pair]:
    """The pairs of corresponding words, in order; each word is in one pair at most.

    Equal words are preferred, then words at the same place between equal ones.
    """
    return _align_stretch(left, right, _Stretch(0, len(left), 0, len(right)), 0)


def _align_stretch(
    left: Sequence[str], right: Sequence[str], stretch: _Stretch, depth: int
) -> list[Pair]:
    before, middle, after = _match_ends(left, right, stretch)
    if not middle.cells:
        return before + after
    if middle.cells <= _MAX_CELLS:
        return before + _compare_all(left, right, middle) + after
    anchors = _find_anchors(left, right, middle)
    if not anchors or depth == _MAX_DEPTH:
        return before + _spread(middle) + after
    pairs: list[Pair] = []
    i, i_stop, j, j_stop = middle
    for i_next, j_next in [*anchors, (i_stop, j_stop)]:
        between = _Stretch(i, i_next, j, j_next)
        pairs += _align_stretch(left, right, between, depth + 1)
        if i_next < i_stop:
            pairs.append((i_next, j_next))
        i, j = i_next + 1, j_next + 1
    return before + pairs + after


def _match_ends(
    left: Sequence[str], right: Sequence[str], stretch: _Stretch
) -> tuple[list[Pair], _Stretch, list[Pair]]:
    """The equal words at the beginning and at the end, and the stretch between them."""
    i, i_stop, j, j_stop = stretch
    before: list[Pair] = []
    while i < i_stop and j < j_stop and left[i] == right[j]:
        before.append((i, j))
        i += 1
        j += 1
    after: list[Pair] = []
    while i < i_stop and j < j_stop and left[i_stop - 1] == right[j_stop - 1]:
        i_stop -= 1
        j_stop -= 1
        after.append((i_stop, j_stop))
    after.reverse()
    return before, _Stretch(i, i_stop, j, j_stop), after


def _find_anchors(left: Sequence[str], right: Sequence[str], stretch: _Stretch) -> list[Pair]:
    """Words that occur once on both sides, as many as are in the same order."""
    # As in patience diff: a word that occurs once can have only one partner.
    i, i_stop, j, j_stop = stretch
    left_counts = Counter(left[i:i_stop])
    right_counts = Counter(right[j:j_stop])
    places: dict[str, int] = {}
    for at in range(j, j_stop):
        word = right[at]
        if right_counts[word] == 1 and left_counts.get(word) == 1:
            places[word] = at
    pairs = [(at, places[left[at]]) for at in range(i, i_stop) if left[at] in places]
    return _longest_in_order(pairs)


def _longest_in_order(pairs: Sequence[Pair]) -> list[Pair]:
    """The longest selection of pairs in which the right side increases, too."""
    # tails[n]: the smallest right side at which n + 1 pairs in order can end.
    tails: list[int] = []
    tail_pairs: list[int] = []
    previous: list[int] = []
    for number, (_, right) in enumerate(pairs):
        at = bisect_left(tails, right)
        previous.append(tail_pairs[at - 1] if at else -1)
        if at == len(tails):
            tails.append(right)
            tail_pairs.append(number)
        else:
            tails[at] = right
            tail_pairs[at] = number
    chosen: list[Pair] = []
    number = tail_pairs[-1] if tail_pairs else -1
    while number >= 0:
        chosen.append(pairs[number])
        number = previous[number]
    return chosen[::-1]


def _spread(stretch: _Stretch) -> list[Pair]:
    """Words without anything in common, paired evenly."""
    i, i_stop, j, j_stop = stretch
    left, right = i_stop - i, j_stop - j
    count = min(left, right)
    return [(i + n * left // count, j + n * right // count) for n in range(count)]


_PAIR, _SKIP_LEFT, _SKIP_RIGHT = 0, 1, 2
_CHANGED, _SKIPPED = 2, 1.5
"""The costs of pairing two different words, and of leaving a word unpaired: two different words are
paired unless that would lose equal ones."""


def _compare_all(left: Sequence[str], right: Sequence[str], stretch: _Stretch) -> list[Pair]:
    """The alignment with the lowest cost (Needleman and Wunsch)."""
    i, i_stop, j, j_stop = stretch
    width = j_stop - j
    costs = [at * _SKIPPED for at in range(width + 1)]
    steps: list[bytearray] = []
    for at in range(i, i_stop):
        word = left[at]
        diagonal, costs[0] = costs[0], costs[0] + _SKIPPED
        row = bytearray(width)
        for column in range(width):
            paired = diagonal
            if word != right[j + column]:
                paired += _CHANGED
            skip_left = costs[column + 1] + _SKIPPED
            skip_right = costs[column] + _SKIPPED
            best, step = paired, _PAIR
            if skip_left < best:
                best, step = skip_left, _SKIP_LEFT
            if skip_right < best:
                best, step = skip_right, _SKIP_RIGHT
            diagonal, costs[column + 1] = costs[column + 1], best
            row[column] = step
        steps.append(row)
    return _trace_back(steps, stretch)


def _trace_back(steps: Sequence[bytearray], stretch: _Stretch) -> list[Pair]:
    i, _, j, _ = stretch
    row, column = len(steps) - 1, len(steps[0]) - 1
    pairs: list[Pair] = []
    while row >= 0 and column >= 0:
        step = steps[row][column]
        if step == _PAIR:
            pairs.append((i + row, j + column))
        if step != _SKIP_RIGHT:
            row -= 1
        if step != _SKIP_LEFT:
            column -= 1
    return pairs[::-1]
