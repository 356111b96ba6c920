"""Times in milliseconds, and the notations that transcripts use for them."""

from __future__ import annotations

import re
from collections.abc import Sequence

MAX_SECONDS = 1e10
"""A larger number in a file (more than three hundred years) is not a time."""
MS_PER_CHARACTER = 65
"""The assumed rate of speech: about 15 characters per second."""
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
SHORTEST_SPEECH = 300
"""The least time in ms that any text takes."""


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


def read_clock(hours: str | None, minutes: str, seconds: str, fraction: str | None) -> int:
    """The digits of a clock as ms. Digits of the fraction after the third are cut off."""
    whole = (int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)
    return whole * 1000 + int((fraction or "").ljust(3, "0")[:3])


def count_spoken(text: str) -> int:
    """The characters of a text by which its length is guessed: one of Chinese, Japanese or Korean
    counts as three, because it takes as long to say."""
    if text.isascii():
        return len(text)
    return len(text) + 2 * len(_DENSE.findall(text))


def guess_length(characters: int, shortest: int = SHORTEST_SPEECH) -> int:
    """How long (ms) it takes to say a text of so many characters, as `count_spoken` counts them."""
    return max(shortest, characters * MS_PER_CHARACTER)


def guess_end(
    start: int, characters: int, following: int | None, shortest: int = SHORTEST_SPEECH
) -> int:
    """The end (ms) of a text that has only a start: when it has been said, or when the next text
    begins if that is sooner. following: the start of the next text; None after the last one.
    """
    end = start + guess_length(characters, shortest)
    if following is not None and start < following < end:
        return following
    return end


def find_following(starts: Sequence[int]) -> list[int | None]:
    """For each start (ms), the first later one that follows it; None if there is none."""
    found: list[int | None] = []
    following: int | None = None
    latest: int | None = None
    for start in reversed(starts):
        if latest is not None and start < latest:
            following = latest
        latest = start
        found.append(following)
    return found[::-1]


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
    """Divide the time from start to end (ms) into consecutive spans, in proportion to `lengths`."""
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
