"""A chart of who spoke when: one line of characters per speaker, scaled to the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..timecode import render_span

_SHADES = " ░▒▓█"
"""Characters by how much of a column's time a speaker talks: none, up to a quarter, …, nearly
all."""

Span = tuple[str | None, int, int]
"""Label, start and end in ms."""


def draw_chart(spans: Sequence[Span], labels: Iterable[str | None], width: int) -> list[str]:
    """One line of `width` characters per label, in the order of `labels`, then the time axis."""
    begin = min(start for _, start, _ in spans)
    end = max(end for _, _, end in spans)
    step = max(end - begin, 1) / width
    talk: dict[str | None, list[float]] = {label: [0.0] * width for label in labels}
    for label, start, stop in spans:
        _add_span(talk[label], start - begin, stop - begin, step)
    lines = [_draw_line(columns, step) for columns in talk.values()]
    lines.append(_draw_axis(begin, end, width))
    return lines


def _add_span(columns: list[float], start: int, stop: int, step: float) -> None:
    """Add the time of a span, in ms from the chart's beginning, to the columns that it touches."""
    last_column = len(columns) - 1
    first = min(int(start / step), last_column)
    last = min(int(stop / step), last_column)
    for column in range(first, last + 1):
        left = column * step
        overlap = min(stop, left + step) - max(start, left)
        columns[column] += max(0.0, overlap)


def _draw_line(columns: Sequence[float], step: float) -> str:
    return "".join(_shade(ms / step) for ms in columns)


def _shade(share: float) -> str:
    if share <= 0:
        return _SHADES[0]
    quarters = int(share * 4)
    return _SHADES[min(1 + quarters, len(_SHADES) - 1)]


def _draw_axis(begin: int, end: int, width: int) -> str:
    left = render_span(begin)
    middle = render_span((begin + end) // 2)
    right = render_span(end)
    free = max(width - len(left) - len(middle) - len(right), 2)
    before = free // 2
    return left + " " * before + middle + " " * (free - before) + right
