"""Milliseconds in and out of the notations that transcripts use."""

from __future__ import annotations


def seconds(ms: int) -> float:
    """Milliseconds as the float seconds of the wire."""
    return ms / 1000


def milliseconds(value: float) -> int:
    """Float seconds as whole milliseconds, rounded to the nearest.

    Raises OverflowError or ValueError for infinity and NaN, as int() does.
    """
    return round(value * 1000)


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
