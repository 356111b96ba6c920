"""Finds the unit of times whose keys do not name it.

The rate of speech decides between seconds and milliseconds: people say 10 to 22 characters a
second. AssemblyAI's milliseconds, read as seconds, would be 0.02 characters a second.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..errors import MalformedError
from ..problems import ProblemLog

SECONDS, HUNDREDTHS, MILLISECONDS = 1000.0, 10.0, 1.0
MICROSECONDS, TICKS, NANOSECONDS = 1e-3, 1e-4, 1e-6
"""ms per unit."""
SLOWEST_RATE = 0.5
"""Characters a second: slower than this, whole numbers are doubted. Noise and music are slow."""
_POSSIBLE_RATE = (0.3, 50.0)
"""Characters a second that are possible in milliseconds."""
_FRACTION_RATES = (0.3, 20.0)
"""The same for milliseconds that are written `250.0`: programs that write seconds do so, too."""
_RARE_RATES = (5.0, 50.0)
"""The same for hundredths and small units (.NET and Azure write 100 ns, LocalAI ns), which are
rare."""
_SMALL_UNITS = {MICROSECONDS: "microseconds", TICKS: "100 ns", NANOSECONDS: "nanoseconds"}
_UNITS = {
    MILLISECONDS: _POSSIBLE_RATE,
    HUNDREDTHS: _RARE_RATES,
    **dict.fromkeys(_SMALL_UNITS, _RARE_RATES),
}
"""Units of whole numbers that are not seconds, and their rates; the first that fits is used."""
_SHORTEST = 3
"""Characters: a shorter text can last any time."""
_START_ONLY_RATES = (0.3, 25.0)
"""The same for times without ends, which have the silence in them: if they are milliseconds."""
_FEW = 2
"""Fewer entries are not enough to refuse a file."""


FRAME_RATES = (25, 30, 50, 60)
"""Pictures a second in files whose times end in frames."""


class TimedText(NamedTuple):
    """Evidence for the unit: the times of an entry as numbers, and the length of its text."""

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
    """Find the unit of a list; seconds unless the rate of speech is impossible.

    Raises MalformedError if the times are whole numbers that fit neither seconds nor milliseconds.
    """
    listed = list(entries)
    if not all(map(is_whole, listed)):
        return Scale(SECONDS)
    rate = measure_rate(listed)
    if rate:
        are_integers = all(entry.is_integer for entry in listed)
        return _judge(rate, are_integers=are_integers, are_few=len(listed) < _FEW)
    rate = _measure_rate_of_starts(listed)
    if _fits(rate, MILLISECONDS, _START_ONLY_RATES):
        return Scale(MILLISECONDS, rate)
    return Scale(SECONDS)


def find_unit(entries: Iterable[TimedText], log: ProblemLog) -> float:
    """The unit of a list (ms), which is reported if it was guessed; raises as `find_scale`."""
    scale = find_scale(entries)
    if scale.rate is not None:
        log.add("unit-guessed", describe_scale(scale))
    return scale.unit


def _judge(rate: float, *, are_integers: bool, are_few: bool) -> Scale:
    possible = _UNITS if are_integers else {MILLISECONDS: _FRACTION_RATES}
    fitting = [unit for unit, limits in possible.items() if _fits(rate, unit, limits)]
    if rate < SLOWEST_RATE and fitting[:1] == [MILLISECONDS]:
        return Scale(MILLISECONDS, rate)
    if rate >= SLOWEST_RATE or are_few or not are_integers:
        return Scale(SECONDS)
    if not fitting:
        return _doubt_seconds(rate)
    if HUNDREDTHS in fitting:
        raise MalformedError(_describe_hundredths(rate))
    return Scale(fitting[0], rate)


def _doubt_seconds(rate: float) -> Scale:
    if rate * 1000 >= _POSSIBLE_RATE[0]:
        return Scale(SECONDS)
    raise MalformedError(
        f"its times fit neither seconds nor milliseconds ({_show(rate * 1000)} characters a "
        "second even as milliseconds); export it again with times in seconds"
    )


def _describe_hundredths(rate: float) -> str:
    frames = ""
    if rate * FRAME_RATES[0] >= _RARE_RATES[0]:
        frames = f", or frames of a video ({_show(rate * FRAME_RATES[0])} at 25 a second)"
    return (
        f"its times fit neither seconds ({_show(rate)} characters a second) nor milliseconds "
        f"({_show(rate * 1000)}); they may be hundredths ({_show(rate * 100)}), as old "
        f"versions of Vibe wrote them{frames}; export it again with times in seconds"
    )


def find_frame_rate(highest: int) -> int | None:
    """Find the lowest frame rate that fits; None if none does. highest: the highest frame
    number."""
    return next(filter(highest.__lt__, FRAME_RATES), None)


def describe_scale(scale: Scale) -> str:
    """The decision in words, for a problem."""
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
    return entry.start.is_integer() and (entry.length or 0.0).is_integer()


def measure_rate(entries: Iterable[TimedText]) -> float:
    """Characters a second, were the times seconds: the median of the entries; 0 if none has an
    end."""
    long_enough = [entry for entry in entries if entry.characters >= _SHORTEST]
    lengths = [(entry.characters, entry.length or 0.0) for entry in long_enough]
    rates = [characters / length for characters, length in lengths if length > 0]
    from statistics import median  # takes 4 ms to import, and few files need it

    return median(rates or [0.0])


def _measure_rate_of_starts(entries: Sequence[TimedText]) -> float:
    """The same by the time until the next entry; 0 for fewer than two."""
    if not entries:
        return 0.0
    start = entries[0].start
    characters = sum([entry.characters for entry in entries[:-1]])
    return measure_rate([TimedText(start, entries[-1].start - start, characters, True)])
