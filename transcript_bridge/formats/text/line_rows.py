"""The lines of a text by their rows, counted from 0."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple


class Finding(NamedTuple):
    """A problem about a change, which is not in the log yet."""

    code: str
    message: str
    row: int


_WRITTEN = re.compile(r"\s*\S")


def match_rows(pattern: re.Pattern[str], lines: Sequence[str]) -> dict[int, re.Match[str]]:
    """The lines that begin as a pattern says, by their rows."""
    matches = map(pattern.match, lines)
    return {row: match for row, match in enumerate(matches) if match is not None}


def written_rows(lines: Sequence[str]) -> list[int]:
    """The rows of the lines that are not blank."""
    return list(match_rows(_WRITTEN, lines))


def write_rows(lines: Sequence[str], written: Mapping[int, str]) -> list[str]:
    """The lines with others in these rows."""
    changed = list(lines)
    for row, line in written.items():
        changed[row] = line
    return changed


def rewrite(
    lines: Sequence[str], pattern: re.Pattern[str], template: str, least: int = 1
) -> Sequence[str]:
    """The lines with what begins as a pattern says written in another way.

    template: as for `re.sub`. The same object if fewer than `least` begin so.
    """
    found = match_rows(pattern, lines)
    if len(found) < least:
        return lines
    return write_rows(lines, {row: pattern.sub(template, lines[row], count=1) for row in found})


def blank_rows(lines: Sequence[str], rows: Iterable[int]) -> list[str]:
    """The lines with empty ones in these rows."""
    return write_rows(lines, dict.fromkeys(rows, ""))
