"""Finds and changes lines of a text by their rows, counted from 0."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple


class Finding(NamedTuple):
    """A problem that is not in the log yet, because the change may not be used."""

    code: str
    message: str
    row: int


_WRITTEN = re.compile(r"\s*\S")


def match_rows(pattern: re.Pattern[str], lines: Sequence[str]) -> dict[int, re.Match[str]]:
    """Return the matches of a pattern at the beginnings of lines, by row."""
    matches = map(pattern.match, lines)
    return {row: match for row, match in enumerate(matches) if match is not None}


def written_rows(lines: Sequence[str]) -> list[int]:
    """The rows of the lines that are not blank."""
    return list(match_rows(_WRITTEN, lines))


def write_rows(lines: Sequence[str], written: Mapping[int, str]) -> list[str]:
    """Return a copy of the lines, with some rows replaced."""
    changed = list(lines)
    for row, line in written.items():
        changed[row] = line
    return changed


def rewrite(
    lines: Sequence[str], pattern: re.Pattern[str], template: str, least: int = 1
) -> Sequence[str]:
    """Replace a pattern at the beginnings of lines. template: as for `re.sub`.

    Returns the same object if it matches fewer than `least` lines.
    """
    found = match_rows(pattern, lines)
    if len(found) < least:
        return lines
    return write_rows(lines, {row: pattern.sub(template, lines[row], count=1) for row in found})


def blank_rows(lines: Sequence[str], rows: Iterable[int]) -> list[str]:
    """Return a copy of the lines, with some rows emptied."""
    return write_rows(lines, dict.fromkeys(rows, ""))
