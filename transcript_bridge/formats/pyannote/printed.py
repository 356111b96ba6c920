"""pyannote's turns as printed."""

from __future__ import annotations

import re

from ...models import Turn
from ...problems import ProblemLog
from .turns import TurnList, read_seconds

_CLOCK = r"(-?\d{1,4}):(\d\d):(\d\d)\.(\d{1,6})"
_ROW = re.compile(
    rf"\s*\[\s*{_CLOCK}\s*-->\s*{_CLOCK}\s*\]\s*(?:(?P<track>\S+)\s+)?(?P<label>\S.*)", re.ASCII
)
"""A label alone, or a track and a label, which may have blanks then."""
_SECONDS = r"(\d+(?:\.\d+)?)s?"
_LOOP = re.compile(
    rf"\s*start={_SECONDS} (?:stop|end)={_SECONDS} (?:speaker_|speaker=)?(\S.*)", re.ASCII
)
_LONGEST_LINE = 1000
_SHOWN = 40
"""Characters of a line that are quoted."""


def read_printed(text: str, log: ProblemLog) -> list[Turn] | None:
    """The turns of printed lines; None if no line is one."""
    found = TurnList()
    for number, line in enumerate(text.split("\n"), 1):
        turn = _read_line(line)
        if turn:
            found.add(turn)
        elif line.strip():
            shown = line.strip()[:_SHOWN]
            log.add("bad-line", f"this is not a turn: {shown!r}", number)
    found.report_empty(log)
    if found:
        return found.turns
    return None


def is_turn(line: str) -> bool:
    """Whether a line is a printed turn."""
    return _read_line(line) is not None


def _read_line(line: str) -> Turn | None:
    line = line[:_LONGEST_LINE].rstrip()
    row = _ROW.fullmatch(line)
    if row:
        clock = row.groups()
        return Turn(_read_clock(*clock[:4]), _read_clock(*clock[4:8]), row["label"])
    loop = _LOOP.fullmatch(line)
    if loop:
        start = read_seconds(loop[1])
        end = read_seconds(loop[2])
        if start is not None and end is not None:
            return Turn(start, end, loop[3])
    return None


def _read_clock(hours: str, minutes: str, seconds: str, fraction: str) -> int:
    """ms; the fraction has up to six digits."""
    whole = (int(hours) * 60 + int(minutes)) * 60 + int(seconds)
    microseconds = int(fraction.ljust(6, "0"))
    return whole * 1000 + round(microseconds / 1000)
