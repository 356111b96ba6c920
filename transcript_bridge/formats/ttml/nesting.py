"""Whether times within a timed element count from its beginning, as the standard has it, or from
the beginning of all, as Apple's lyrics have it:

    <div begin="19.7" end="59.3"><p begin="19.7" end="21.9">
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isnan
from typing import NamedTuple
from xml.etree.ElementTree import Element

from .times import ElementSpan, Rates, read_span


class _Pair(NamedTuple):
    """Times of an element and of one in it, as texts."""

    outer: ElementSpan
    inner: ElementSpan

    def fits_absolute(self) -> bool:
        """Whether the inner one is within the outer one if both count from the same moment."""
        return self.outer.start <= self.inner.start and not self._latest > self.outer.end

    def needs_absolute(self) -> bool:
        """Whether the inner one begins with the outer one, or would end after it otherwise."""
        is_after = self.outer.start + self._latest > self.outer.end
        return self.inner.start == self.outer.start or is_after

    @property
    def _latest(self) -> float:
        """The end of the inner one, or its beginning if no end is stated."""
        return max(self.inner)


def are_absolute(bodies: Sequence[Element], rates: Rates) -> bool:
    """Whether all times of a document count from its beginning: all fit so, and some only so."""
    pairs = list(_find_pairs(bodies, rates))
    fitting = map(_Pair.fits_absolute, pairs)
    return all(fitting) and any(map(_Pair.needs_absolute, pairs))


def _find_pairs(bodies: Sequence[Element], rates: Rates) -> Iterator[_Pair]:
    """Each timed element within one that begins after 0; no recursion, as files may be deep."""
    waiting = [(body, ElementSpan()) for body in bodies]
    while waiting:
        element, outer = waiting.pop()
        own = read_span(element.attrib, rates)
        if not isnan(own.start):
            if outer.start > 0:
                yield _Pair(outer, own)
            outer = own
        waiting.extend((child, outer) for child in element)
