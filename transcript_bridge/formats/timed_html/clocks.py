"""Clocks as texts of a page: `0:03`, `[00:00:03]`, `0:03 - 0:05`, `0h00m03s`."""

from __future__ import annotations

import re

from ..cues.timestamps import read_stamp
from ..spelled_times import read_spelled
from .times import CLOCK, Times

TIME = rf"{CLOCK}|(?:\d{{1,2}}h ?)?\d{{1,3}}m ?\d{{1,2}}s"
_RANGE = rf"[\[(]?\s?({TIME})(?:\s?(?:-->|->|→|–|—|-|to)\s?({TIME}))?\s?[\])]?"
_ALONE = re.compile(rf"\s*+{_RANGE}\s*", re.ASCII)
_MARK = re.compile(rf"[\s▶►⏵⏯]*+(?:{_RANGE}[\s▶►⏵⏯]*)?", re.ASCII)
_LEADING = re.compile(rf"\s*+[\[(]?\s?({TIME})(?![\d:.,])\s?[\])]?\s*", re.ASCII)
_BRACKETED = re.compile(rf"\s*+[\[(]\s?({TIME})\s?[\])]\s*", re.ASCII)
_NEAR = 1000
"""ms: a clock as a text has whole seconds."""


def _read(time: str) -> int:
    spelled = read_spelled(time)
    return read_stamp(time) if spelled is None else spelled


def read_alone(text: str) -> Times | None:
    """Read the times of a text that is one clock or two, and nothing else."""
    alone = _ALONE.fullmatch(text)
    if alone is None:
        return None
    start = _read(alone[1])
    if alone[2] is None:
        return Times(start, unit=1)
    return Times(start, _read(alone[2]) - start, unit=1)


def is_mark(text: str) -> bool:
    """Whether the text of an element is not speech: empty, a clock, a sign to play."""
    return _MARK.fullmatch(text) is not None


def cut_clock(text: str, start: int) -> str:
    """Remove the clock at the beginning of a text, if it is the start of the text (ms)."""
    leading = _LEADING.match(text)
    if leading is None or abs(_read(leading[1]) - start) > _NEAR:
        return text
    return text[leading.end() :]


def split_leading(text: str) -> tuple[Times, str] | None:
    """Split a text into the clock in brackets at its beginning, and the rest; None without one."""
    leading = _BRACKETED.match(text)
    if leading is None:
        return None
    return Times(_read(leading[1]), unit=1), text[leading.end() :]
