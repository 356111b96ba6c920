"""Time expressions of Timed Text (TTML2, section 12.3): clocks, frames, offsets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import nan
from typing import NamedTuple

_CLOCK = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{2})(?:\.(\d+)|:(\d{2,})(?:\.\d+)?)?", re.ASCII)
_OFFSET = re.compile(r"(\d+(?:\.\d+)?)(h|ms|m|s|f|t)?", re.ASCII)
_RATE = re.compile(r"\d{1,12}(?:\.\d{1,12})?", re.ASCII)
_FRAME_RATE = 30.0
"""Of a document that states none, by the standard."""
_MS = {"h": 3_600_000.0, "m": 60_000.0, "s": 1000.0, "ms": 1.0}
_MAX_MS = 10**13


class Rates(NamedTuple):
    """Frames and ticks per second.

    clock: how many seconds a second of a clock takes. At 23.976 frames a second, one that counts
    24 frames as a second (SMPTE, without dropped frames) is late by 3.6 s in an hour.
    """

    frames: float
    ticks: float
    clock: float = 1.0


def read_rates(attributes: Mapping[str, str]) -> Rates:
    """The rates that the root element states. attributes: without their namespaces."""
    nominal = _positive(attributes.get("frameRate", "")) or _FRAME_RATE
    frames = nominal
    numbers = attributes.get("frameRateMultiplier", "").replace(":", " ").split()
    factors = list(filter(None, map(_positive, numbers)))
    if len(factors) == 2:
        frames *= factors[0] / factors[1]
    ticks = 1.0  # by the standard: one per frame where frames are stated, else one a second
    if "frameRate" in attributes:
        ticks = frames
    ticks = _positive(attributes.get("tickRate", "")) or ticks
    base = attributes.get("timeBase"), attributes.get("dropMode", "nonDrop")
    if base == ("smpte", "nonDrop"):
        return Rates(frames, ticks, nominal / frames)
    return Rates(frames, ticks)


def _positive(value: str) -> float:
    """A number; 0 for anything else."""
    if _RATE.fullmatch(value.strip()):
        return float(value)
    return 0.0


def read_time(value: str, rates: Rates) -> float:
    """The ms of `00:00:01.5`, `00:00:01:12`, `1.5s`, `36f`, `15000000t`; NaN for anything else.

    A number without a unit is seconds, as some encoders write it; `1:24.594` has no hours, as Apple
    writes lyrics; programs that convert SRT leave its comma.
    """
    ms = nan
    value = value.strip().replace(",", ".")
    clock = _CLOCK.fullmatch(value)
    offset = _OFFSET.fullmatch(value)
    if clock:
        hours, minutes, seconds, fraction, frames = clock.groups("0")
        whole = (int(hours) * 60 + int(minutes)) * 60 + int(seconds)
        ms = whole * 1000.0 * rates.clock
        ms += float(f"0.{fraction}") * 1000 + int(frames) * 1000 / rates.frames
    elif offset:
        number, unit = offset.groups("s")
        ms_of_unit = {"f": 1000 / rates.frames, "t": 1000 / rates.ticks, **_MS}
        ms = float(number) * ms_of_unit[unit]
    if ms < _MAX_MS:
        return round(ms)
    return nan


class ElementSpan(NamedTuple):
    """When an element is shown (ms); NaN if it is not stated."""

    start: float = nan
    end: float = nan


def read_span(attributes: Mapping[str, str], rates: Rates) -> ElementSpan:
    """The times that an element states."""
    start = read_time(attributes.get("begin", ""), rates)
    return ElementSpan(start, read_time(attributes.get("end", ""), rates))
