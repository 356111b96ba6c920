"""Whether times within a timed element count from its beginning, as the standard has it, or from
the beginning of all, as Apple's lyrics have it:

    <div begin="19.7" end="59.3"><p begin="19.7" end="21.9">
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element

from .times import Rates, read_time

_NEVER = 10**15
"""ms, later than all times that are read."""


class _Pair(NamedTuple):
    """Times of an element and of one in it, as they are written (ms)."""

    outer_begin: int
    outer_end: int
    """Later than all if nothing says so."""
    begin: int
    end: int
    """That of the beginning if nothing says so."""

    def fits_absolute(self) -> bool:
        """Whether the inner one is within the outer one if both count from the same moment."""
        return self.outer_begin <= self.begin and self.end <= self.outer_end

    def needs_absolute(self) -> bool:
        """Whether the inner one begins with the outer one, or would end after it otherwise."""
        return self.begin == self.outer_begin or self.outer_begin + self.end > self.outer_end


def are_absolute(bodies: Sequence[Element], rates: Rates) -> bool:
    """Whether all times of a document count from its beginning: all fit so, and some only so."""
    pairs: list[_Pair] = []
    for body in bodies:
        pairs.extend(_find_pairs(body, rates))
    fitting = map(_Pair.fits_absolute, pairs)
    return all(fitting) and any(map(_Pair.needs_absolute, pairs))


def _find_pairs(body: Element, rates: Rates) -> Iterator[_Pair]:
    """Each timed element within one that begins after 0; no recursion, as files may be deep."""
    waiting: list[tuple[Element, int, int]] = [(body, 0, _NEVER)]
    while waiting:
        element, outer_begin, outer_end = waiting.pop()
        begin = _read(element, "begin", rates, _NEVER)
        if begin != _NEVER:
            if outer_begin > 0:
                end = _read(element, "end", rates, begin)
                yield _Pair(outer_begin, outer_end, begin, end)
            outer_begin = begin
            outer_end = _read(element, "end", rates, _NEVER)
        waiting.extend((child, outer_begin, outer_end) for child in element)


def _read(element: Element, name: str, rates: Rates, other: int) -> int:
    """The time of an attribute; another one if it has none, or it cannot be read."""
    time = read_time(element.get(name, ""), rates)
    if time is None:
        return other
    return time
