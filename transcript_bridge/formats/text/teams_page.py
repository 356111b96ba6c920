"""Rewrites text copied from the page of a recording in Teams, which has times in words.

    AL                              initials in place of a picture
    Ann Lee
    0 minutes 3 seconds0:03
    Ann Lee 0 minutes 3 seconds
    Where is the harbour?
    Ann Lee 0 minutes 9 seconds
    I cannot see it.

The lines with a name and a time are the headings. The lines above them repeat both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .line_rows import match_rows

_CLOCK = r"(?:\d{1,3}:)?\d{1,2}:[0-5]\d"
_ENDS_SO = re.compile(rf"[^\W\d_]{_CLOCK}[ \t]*$", re.MULTILINE)
_UNIT = r"[ ][^\W\d]{1,12}"
_SAID = rf"(?:\d{{1,3}}{_UNIT}[ ])?\d{{1,3}}{_UNIT}[ ]\d{{1,3}}{_UNIT}"
_GLUED = re.compile(rf"\s{{0,9}}{_SAID}{_CLOCK}\s{{0,9}}$")
_NAMED = re.compile(rf"\s{{0,9}}(\S[^\n]{{0,60}}?)[ ]({_SAID})\s{{0,9}}$")
_NUMBER = re.compile(r"\d+")
_MIN_LINES = 2
_LONGEST_INITIALS = 3


def write_headings(lines: Sequence[str]) -> Sequence[str]:
    """Rewrite headings to `Ann Lee  0:03`; returns the same object if there are few."""
    if _ENDS_SO.search("\n".join(lines)) is None:
        return lines
    rows = [row for row in match_rows(_GLUED, lines) if row]
    if len(rows) < _MIN_LINES:
        return lines
    names = {lines[row - 1].strip() for row in rows}
    written = list(lines)
    for row in rows:
        _blank_picture(written, row - 1)
        written[row - 1] = written[row] = ""
    for row, named in match_rows(_NAMED, written).items():
        if named[1] in names:
            written[row] = f"{named[1]}  {_write_clock(named[2])}"
    return written


def _write_clock(said: str) -> str:
    """Write `0 minutes 3 seconds` as `00:03`."""
    return ":".join([f"{int(number):02d}" for number in _NUMBER.findall(said)])


def _blank_picture(lines: list[str], row: int) -> None:
    """Empty the line of initials that is above a name, if there is one."""
    initials = {word[0] for word in lines[row].upper().split()}
    above = [near for near in range(max(row - 3, 0), row) if lines[near].strip()]
    for near in above[-1:]:
        written = lines[near].strip()
        if len(written) <= _LONGEST_INITIALS and initials.issuperset(written):
            lines[near] = ""
