"""Time expressions of Timed Text (TTML2, section 12.3): clocks, frames, offsets."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

_CLOCK = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{2})(?:\.(\d+)|:(\d{2,})(?:\.\d+)?)?", re.ASCII)
_OFFSET = re.compile(r"(\d+(?:\.\d+)?)(h|ms|m|s|f|t)", re.ASCII)
_SECONDS = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
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
    is_smpte = attributes.get("timeBase") == "smpte"
    if is_smpte and attributes.get("dropMode", "nonDrop") == "nonDrop":
        return Rates(frames, ticks, nominal / frames)
    return Rates(frames, ticks)


def read_time(value: str, rates: Rates) -> int | None:
    """The ms of `00:00:01.5`, `00:00:01:12`, `1.5s`, `36f`, `15000000t`; None for anything else.

    A number without a unit is seconds, as some encoders write it; `1:24.594` has no hours, as Apple
    writes lyrics.
    """
    value = value.strip()
    clock = _CLOCK.fullmatch(value)
    if clock:
        seconds = (int(clock[1] or 0) * 60 + int(clock[2])) * 60 + int(clock[3])
        ms = seconds * 1000.0 * rates.clock
        if clock[4]:
            ms += float(f"0.{clock[4]}") * 1000
        elif clock[5]:
            ms += int(clock[5]) * 1000 / rates.frames
        return _in_range(ms)
    offset = _OFFSET.fullmatch(value)
    if offset:
        return _in_range(float(offset[1]) * _ms_of(offset[2], rates))
    if _SECONDS.fullmatch(value):
        return _in_range(float(value) * 1000)
    return None


def _ms_of(unit: str, rates: Rates) -> float:
    if unit == "f":
        return 1000 / rates.frames
    if unit == "t":
        return 1000 / rates.ticks
    return _MS[unit]


def _in_range(ms: float) -> int | None:
    if ms < _MAX_MS:
        return round(ms)
    return None


def _positive(value: str) -> float:
    """A number; 0 for anything else."""
    if _RATE.fullmatch(value.strip()):
        return float(value)
    return 0.0
