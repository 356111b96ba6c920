"""The unit of times whose keys do not name it.

Seconds and milliseconds are told apart by the rate of speech: people say 10 to 22 characters a
second. AssemblyAI's milliseconds, read as seconds, would be 0.02 characters a second.
"""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median
from typing import NamedTuple, cast

from ..errors import MalformedError

SECONDS, HUNDREDTHS, MILLISECONDS = 1000.0, 10.0, 1.0
MICROSECONDS, TICKS, NANOSECONDS = 1e-3, 1e-4, 1e-6
"""ms per unit."""
SLOWEST_RATE = 0.5
"""Characters a second: slower than this, whole numbers are doubted. Noise and music are slow."""
_RATES = {MILLISECONDS: (0.3, 50.0), HUNDREDTHS: (5.0, 50.0)}
_RARE_RATES = (5.0, 50.0)
_SMALL_UNITS = {MICROSECONDS: "microseconds", TICKS: "100 ns", NANOSECONDS: "nanoseconds"}
"""Characters a second that are possible in a unit. Hundredths and small units (.NET and Azure write
100 ns, LocalAI ns) are rare, so they need more."""
_FRACTION_RATES = (0.3, 20.0)
"""The same for milliseconds that are written `250.0`: programs that write seconds do so, too."""
_SHORTEST = 3
"""Characters: a shorter text can last any time."""
_START_ONLY_RATES = (0.3, 25.0)
"""The same for times without ends, which have the silence in them: if they are milliseconds."""
_FEW = 2
"""Fewer entries are not enough to refuse a file."""


FRAME_RATES = (25, 30, 50, 60)
"""Pictures a second in files whose times end in frames."""


class TimedText(NamedTuple):
    """What shows the unit: the times of an entry as numbers of the file, and its length in text."""

    start: float
    length: float | None
    """None if the entry has no end."""
    characters: int
    is_integer: bool
    """Whether the file has `250` and not `250.0`."""


class Scale(NamedTuple):
    """The unit of a list of times."""

    unit: float
    """ms per unit."""
    rate: float | None = None
    """Characters a second in seconds, if the unit was found by it."""


def find_scale(entries: Iterable[TimedText]) -> Scale:
    """The unit of a list; seconds unless the rate of speech is impossible.

    Raises MalformedError if the times are whole numbers that fit neither seconds nor milliseconds.
    """
    listed = list(entries)
    if any(not is_whole(entry) for entry in listed):
        return Scale(SECONDS)
    rate = measure_rate(listed)
    if rate is not None:
        return _judge(rate, len(listed), all(entry.is_integer for entry in listed))
    rate = _measure_rate_of_starts(listed)
    if rate is not None and _fits(rate, MILLISECONDS, _START_ONLY_RATES):
        return Scale(MILLISECONDS, rate)
    return Scale(SECONDS)


def _judge(rate: float, count: int, are_integers: bool) -> Scale:
    if rate >= SLOWEST_RATE:
        return Scale(SECONDS)
    limits = _FRACTION_RATES
    if are_integers:
        limits = _RATES[MILLISECONDS]
    if _fits(rate, MILLISECONDS, limits):
        return Scale(MILLISECONDS, rate)
    if count < _FEW or not are_integers:
        return Scale(SECONDS)
    if _fits(rate, HUNDREDTHS, _RATES[HUNDREDTHS]):
        frames = ""
        if rate * FRAME_RATES[0] >= _RATES[HUNDREDTHS][0]:
            frames = f", or frames of a video ({_show(rate * FRAME_RATES[0])} at 25 a second)"
        raise MalformedError(
            f"its times fit neither seconds ({_show(rate)} characters a second) nor milliseconds "
            f"({_show(rate * 1000)}); they may be hundredths ({_show(rate * 100)}), as old "
            f"versions of Vibe wrote them{frames}; export it again with times in seconds"
        )
    for unit in _SMALL_UNITS:
        if _fits(rate, unit, _RARE_RATES):
            return Scale(unit, rate)
    if rate * 1000 < _RATES[MILLISECONDS][0]:
        raise MalformedError(
            f"its times fit neither seconds nor milliseconds ({_show(rate * 1000)} characters a "
            "second even as milliseconds); export it again with times in seconds"
        )
    return Scale(SECONDS)


def find_frame_rate(highest: int) -> int | None:
    """The lowest rate that the frames of a file fit; None if none does. highest: of the frames."""
    for rate in FRAME_RATES:
        if highest < rate:
            return rate
    return None


def describe_scale(scale: Scale) -> str:
    """What was decided, for a problem."""
    rate = scale.rate or 0.0
    unit = _SMALL_UNITS.get(scale.unit, "milliseconds")
    return (
        f"its times are {unit}: {_show(rate * SECONDS / scale.unit)} characters a second; as "
        f"seconds it would be {_show(rate)}"
    )


def _show(rate: float) -> str:
    if rate < 10:
        return f"{rate:.2g}"
    return f"{rate:.0f}"


def _fits(rate: float, unit: float, limits: tuple[float, float]) -> bool:
    low, high = limits
    return low <= rate * SECONDS / unit <= high


def is_whole(entry: TimedText) -> bool:
    """Whether the times of an entry are whole numbers."""
    if entry.length is not None and not entry.length.is_integer():
        return False
    return entry.start.is_integer()


def measure_rate(entries: list[TimedText]) -> float | None:
    """Characters a second, were the times seconds: the median of the entries."""
    rates = []
    for entry in entries:
        has_length = entry.length is not None and entry.length > 0
        if has_length and entry.characters >= _SHORTEST:
            rates.append(entry.characters / cast(float, entry.length))
    if not rates:
        return None
    return median(rates)


def _measure_rate_of_starts(entries: list[TimedText]) -> float | None:
    """The same by the time until the next entry; None for fewer than two."""
    if len(entries) < _FEW:
        return None
    span = entries[-1].start - entries[0].start
    characters = sum([entry.characters for entry in entries[:-1]])
    if span <= 0 or not characters:
        return None
    return characters / span
