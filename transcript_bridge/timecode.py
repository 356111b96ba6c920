"""Milliseconds in and out of the notations that transcripts use."""

from __future__ import annotations

from collections.abc import Sequence

MAX_SECONDS = 1e10
"""Beyond three hundred years a number in a file is no time."""
MS_PER_CHARACTER = 65
"""How long a text takes to say where nothing else tells: 15 characters a second."""


def seconds(ms: int) -> float:
    """Milliseconds as the float seconds of the wire."""
    return ms / 1000


def milliseconds(value: float) -> int:
    """Float seconds as whole milliseconds, rounded to the nearest.

    Raises OverflowError or ValueError for infinity and NaN, as int() does.
    """
    return round(value * 1000)


def milliseconds_in_range(value: float) -> int | None:
    """`milliseconds`; None for what is no time: NaN, infinity, or beyond MAX_SECONDS."""
    return milliseconds(value) if -MAX_SECONDS < value < MAX_SECONDS else None


def render_clock(ms: int, mark: str = ".") -> str:
    """`HH:MM:SS.mmm`, hours as long as they need to be; `mark` parts the milliseconds (SRT has a
    comma)."""
    hours, rest = divmod(ms, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    whole, fraction = divmod(rest, 1000)
    return f"{hours:02d}:{minutes:02d}:{whole:02d}{mark}{fraction:03d}"


def render_span(ms: int) -> str:
    """A length for people: `0:41`, `1:02:10`."""
    total = round(ms / 1000)
    hours, rest = divmod(total, 3600)
    minutes, whole = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{whole:02d}" if hours else f"{minutes}:{whole:02d}"


def share_time(start: int, end: int, lengths: Sequence[int]) -> list[tuple[int, int]]:
    """Spans of time (ms), one after the other, that share start to end by `lengths`."""
    whole = sum(lengths) or 1
    spans = []
    begin = start
    done = 0
    for length in lengths:
        done += length
        finish = start + (end - start) * done // whole
        spans.append((begin, finish))
        begin = finish
    return spans
