"""Times that no file states, estimated from the length of texts."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate

MS_PER_CHARACTER = 65
"""How long speech takes where the file does not say: about fifteen characters per second."""


def share_time(start: int, length: int, weights: Iterable[int]) -> list[int]:
    """Divide a time span in proportion to `weights`, such as the lengths of texts.

    start, length: the span, in ms. Returns the edges in ms, one more than weights: share `n`
    lasts from edge `n` to edge `n + 1`. The weights must not add up to 0, unless there are none.
    """
    reached = list(accumulate(weights))
    total = reached[-1] if reached else 1
    edges = [start + length * weight // total for weight in reached]
    return [start, *edges]
