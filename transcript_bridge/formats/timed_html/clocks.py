"""Clocks as texts of a page: `0:03`, `[00:00:03]`, `0:03 - 0:05`."""

from __future__ import annotations

import re

from ...timecode import read_clock
from .times import CLOCK, Times

_CLOCK = r"(?:\d{1,3}:)?\d{1,2}:\d{2}(?:[.,]\d{1,9})?"
_ALONE = re.compile(
    rf"[\[(]?\s?({_CLOCK})(?:\s?(?:-->|->|→|–|—|-|to)\s?({_CLOCK}))?\s?[\])]?", re.ASCII
)
_LEADING = re.compile(rf"\s*[\[(]\s?({_CLOCK})\s?[\])]\s*|\s*({_CLOCK})(?![\d:.,])\s*", re.ASCII)
_NEAR = 1000
"""ms: a clock as a text has whole seconds."""
_PLAY = re.compile(r"[\s▶►⏵⏯]+")


def read_clock_text(text: str) -> int | None:
    """ms of a clock; None for any other text."""
    parts = CLOCK.fullmatch(text.strip())
    if parts is None:
        return None
    return read_clock(*parts.groups())


def read_alone(text: str) -> Times | None:
    """The times of a text that is a clock, or two, and nothing else."""
    alone = _ALONE.fullmatch(text.strip())
    if alone is None:
        return None
    start = read_clock_text(alone[1])
    end = read_clock_text(alone[2]) if alone[2] else None
    if start is None:
        return None
    return Times(start, end, unit=1)


def is_mark(text: str) -> bool:
    """Whether the text of an element is no speech: nothing, a clock, a sign to play."""
    bare = _PLAY.sub(" ", text).strip()
    return not bare or _ALONE.fullmatch(bare) is not None


def cut_clock(text: str, start: int) -> str:
    """A text without the clock at its beginning, if that says when it is spoken (ms)."""
    leading = _LEADING.match(text)
    if leading is None:
        return text
    clock = read_clock_text(leading[1] or leading[2])
    if clock is None or abs(clock - start) > _NEAR:
        return text
    return text[leading.end() :]


def split_leading(text: str) -> tuple[Times, str] | None:
    """The clock in brackets at the beginning of a text, and the rest; None if there is none."""
    leading = _LEADING.match(text)
    if leading is None or not leading[1]:
        return None
    start = read_clock_text(leading[1])
    if start is None:
        return None
    return Times(start, unit=1), text[leading.end() :]
