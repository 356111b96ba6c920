"""Whether times within a timed element count from its beginning, as the standard has it, or from
the beginning of all, as Apple's lyrics have it:

    <div begin="19.7" end="59.3"><p begin="19.7" end="21.9">
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element

from .times import Rates, read_time


class _Pair(NamedTuple):
    """Times of an element and of one in it, as they are written (ms)."""

    outer_begin: int
    outer_end: int | None
    begin: int
    end: int | None

    def fits_absolute(self) -> bool:
        """Whether the inner one is within the outer one if both count from the same moment."""
        if self.begin < self.outer_begin:
            return False
        return self.outer_end is None or self.end is None or self.end <= self.outer_end

    def needs_absolute(self) -> bool:
        """Whether the inner one begins with the outer one, or would end after it otherwise."""
        if self.begin == self.outer_begin:
            return True
        if self.outer_end is None or self.end is None:
            return False
        return self.outer_begin + self.end > self.outer_end


def are_absolute(bodies: Sequence[Element], rates: Rates) -> bool:
    """Whether all times of a document count from its beginning: all fit so, and some only so."""
    pairs: list[_Pair] = []
    for body in bodies:
        pairs.extend(_find_pairs(body, rates))
    if not all(pair.fits_absolute() for pair in pairs):
        return False
    return any(pair.needs_absolute() for pair in pairs)


def _find_pairs(body: Element, rates: Rates) -> Iterator[_Pair]:
    """Each timed element within one that begins after 0; no recursion, as files may be deep."""
    waiting: list[tuple[Element, int, int | None]] = [(body, 0, None)]
    while waiting:
        element, outer_begin, outer_end = waiting.pop()
        begin = _read(element, "begin", rates)
        end = _read(element, "end", rates)
        if begin is not None and outer_begin > 0:
            yield _Pair(outer_begin, outer_end, begin, end)
        if begin is not None:
            outer_begin, outer_end = begin, end
        waiting.extend((child, outer_begin, outer_end) for child in element)


def _read(element: Element, name: str, rates: Rates) -> int | None:
    value = element.get(name)
    if value is None:
        return None
    return read_time(value, rates)
