"""pyannote's turns as printed."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ...models import Turn
from ...problems import ProblemLog
from ..turns.collecting import TurnList
from ..turns.line import TurnLine
from ..turns.values import Time, read_time

_CLOCK = r"(-?\d{1,4}):(\d\d):(\d\d)\.(\d{1,6})"
_ROW = re.compile(
    rf"\s*\[\s*{_CLOCK}\s*-->\s*{_CLOCK}\s*\]\s*(?:(?P<track>\S+)\s+)?(?P<label>\S.*)", re.ASCII
)
"""A label alone, or a track and a label, which may have blanks then."""
_SECONDS = r"(\d+(?:\.\d+)?)s?"
_LOOP = re.compile(
    rf"\s*start={_SECONDS} (?:stop|end)={_SECONDS} (?:speaker_|speaker=)?(\S.*)", re.ASCII
)
SIGNS = ("-->", "start=")
"""A printed turn has one of them."""
_LONGEST_LINE = 1000
_SHOWN = 40
"""Characters of a line that are quoted."""


def read_printed(text: str, log: ProblemLog) -> list[Turn] | None:
    """The turns of printed lines; None if no line is one."""
    found = TurnList()
    other: list[tuple[int, str]] = []
    first = 0
    last = 0
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        turn = _read_line(line)
        if turn is not None:
            found.add(turn.start, turn.end, turn.label)
            first = first or number
            last = number
        elif line.strip():
            other.append((number, line.strip()))
    if not found:
        return None
    _report_other(other, first, last, log)
    return found.finish(log)


def _report_other(other: Iterable[tuple[int, str]], first: int, last: int, log: ProblemLog) -> None:
    """Log lines outside of the turns, and lines that are lost among them."""
    outside: list[int] = []
    for number, line in other:
        if first < number < last:
            log.add("bad-line", f"this is not a turn: {line[:_SHOWN]!r}", number)
        else:
            outside.append(number)
    if outside:
        log.add("skipped-line", f"lines before or after the turns: {len(outside)}", outside[0])


def is_turn(line: str) -> bool:
    """Whether a line is a printed turn."""
    return _read_line(line) is not None


def _read_line(line: str) -> TurnLine | None:
    line = line[:_LONGEST_LINE].rstrip()
    row = _ROW.fullmatch(line)
    if row:
        clock = row.groups()
        start = _read_clock(*clock[:4])
        end = _read_clock(*clock[4:8])
        return TurnLine(start, end, row["label"])
    loop = _LOOP.fullmatch(line)
    if loop:
        loop_start, loop_end = read_time(loop[1] + "s"), read_time(loop[2] + "s")
        if loop_start is not None and loop_end is not None:
            return TurnLine(loop_start, loop_end, loop[3])
    return None


def _read_clock(hours: str, minutes: str, seconds: str, fraction: str) -> Time:
    """The fraction has up to six digits."""
    whole = (int(hours) * 60 + int(minutes)) * 60 + int(seconds)
    return Time(whole + int(fraction.ljust(6, "0")) / 1_000_000)
