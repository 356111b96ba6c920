"""Times in milliseconds, and the notations that transcripts use for them."""

from __future__ import annotations

from collections.abc import Sequence

MAX_SECONDS = 1e10
"""A larger number in a file, more than three hundred years, is not a time."""
MS_PER_CHARACTER = 65
"""How long a text takes to say if nothing else is known: about 15 characters per second."""


def seconds(ms: int) -> float:
    """Milliseconds as the float seconds that Omi takes."""
    return ms / 1000


def milliseconds(value: float) -> int:
    """Float seconds as whole milliseconds, rounded to the nearest.

    Raises OverflowError or ValueError for infinity and NaN, as int() does.
    """
    return round(value * 1000)


def milliseconds_in_range(value: float) -> int | None:
    """`milliseconds`; None for NaN, infinity, and numbers beyond MAX_SECONDS."""
    if -MAX_SECONDS < value < MAX_SECONDS:
        return milliseconds(value)
    return None


def render_clock(ms: int, mark: str = ".") -> str:
    """`HH:MM:SS.mmm`, hours with as many digits as they need.

    mark: is written before the milliseconds; SRT has a comma.
    """
    hours, rest = divmod(ms, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    whole, fraction = divmod(rest, 1000)
    return f"{hours:02d}:{minutes:02d}:{whole:02d}{mark}{fraction:03d}"


def render_span(ms: int) -> str:
    """A length for people: `0:41`, `1:02:10`."""
    total = round(ms / 1000)
    hours, rest = divmod(total, 3600)
    minutes, whole = divmod(rest, 60)
    if hours:
        return f"{hours}:{minutes:02d}:{whole:02d}"
    return f"{minutes}:{whole:02d}"


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
