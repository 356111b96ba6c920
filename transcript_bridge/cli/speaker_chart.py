"""A picture of who spoke when: one lane a speaker, scaled to the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..timecode import render_span

_SHADES = " ░▒▓█"
"""How much of a column's time a speaker talks: not at all, up to a quarter, …, nearly all of it."""

Span = tuple[str | None, int, int]
"""Label, start and end in ms."""


def draw_lanes(spans: Sequence[Span], labels: Iterable[str | None], width: int) -> list[str]:
    """One text of `width` characters for each label, in the order of `labels`, then the axis with
    its times."""
    begin = min(start for _, start, _ in spans)
    end = max(end for _, _, end in spans)
    step = max(end - begin, 1) / width
    talk: dict[str | None, list[float]] = {label: [0.0] * width for label in labels}
    for label, start, stop in spans:
        first = min(int((start - begin) / step), width - 1)
        last = min(int((stop - begin) / step), width - 1)
        for column in range(first, last + 1):
            left, right = begin + column * step, begin + (column + 1) * step
            talk[label][column] += max(0.0, min(stop, right) - max(start, left))
    return ["".join(_shade(ms / step) for ms in lane) for lane in talk.values()] + [
        _axis(begin, end, width)
    ]


def _shade(share: float) -> str:
    return _SHADES[0 if share <= 0 else min(1 + int(share * 4), 4)]


def _axis(begin: int, end: int, width: int) -> str:
    left, middle, right = (render_span(ms) for ms in (begin, (begin + end) // 2, end))
    room = max(width - len(left) - len(middle) - len(right), 2)
    return left + " " * (room // 2) + middle + " " * (room - room // 2) + right
