"""A block of lines that are all plain turns: all its columns at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from operator import add
from typing import Any

from ...models import Turn
from ...timecode import MAX_SECONDS
from .escapes import NOBODY
from .line import (
    CONFIDENCE,
    DURATION,
    FILE,
    MAX_COLUMNS,
    MIN_COLUMNS,
    NAME,
    ORTHO,
    START,
    is_confidence,
)

# Past the class's own __new__, which only counts the fields once more: 0.6 of the time.
_new_turn: Any = partial(tuple.__new__, Turn)


def read_turns(block: str) -> list[Turn] | None:
    """The turns of a block in which every line is a plain SPEAKER line of as many columns.

    None for any other block. This reads a million lines in about a second, where a split of each
    line takes two and pyannote.database takes half a minute.
    """
    first_line = block[: block.find("\n")]
    width = len(first_line.split(None, MAX_COLUMNS))
    if not MIN_COLUMNS <= width <= MAX_COLUMNS:
        return None
    columns = block.split()
    count, rest = divmod(len(columns), width)
    if rest or count != _count_lines(block):
        return None
    if not _are_plain(columns, width, count):
        return None
    starts = _read_times(columns[START::width])
    lengths = _read_times(columns[DURATION::width])
    if starts is None or lengths is None or min(lengths) <= 0:
        return None
    names = _share_strings(columns[NAME::width])
    files = _share_strings(columns[FILE::width])
    return list(map(_new_turn, zip(starts, map(add, starts, lengths), names, files, strict=True)))


def _count_lines(block: str) -> int:
    breaks = block.count("\n")
    if block.endswith("\n"):
        return breaks
    return breaks + 1


def _are_plain(columns: list[str], width: int, count: int) -> bool:
    """Whether every line is a turn with names and without odd values."""
    if columns[::width].count("SPEAKER") != count:
        return False
    if columns[ORTHO::width].count(NOBODY) != count:
        return False
    if NOBODY in columns[NAME::width] or NOBODY in columns[FILE::width]:
        return False
    if width <= CONFIDENCE:
        return True
    return all(is_confidence(column) for column in set(columns[CONFIDENCE::width]))


def _read_times(columns: Sequence[str]) -> list[int] | None:
    """Seconds as ms; None if one is not a time."""
    try:
        times = [round(seconds * 1000) for seconds in map(float, columns)]
    except (ValueError, OverflowError):
        return None
    latest = MAX_SECONDS * 1000
    if -latest < min(times) and max(times) < latest:
        return times
    return None


def _share_strings(columns: Sequence[str]) -> list[str]:
    """The same strings, one object for all that are equal."""
    known = {column: column for column in columns}
    return [known[column] for column in columns]
