"""Speaker turns in lines."""

from __future__ import annotations

from ...errors import MalformedError
from ...models import Transcript
from ...problems import ProblemLog, shorten
from ..turns.collecting import TurnList
from ..turns.line import read_line
from .silence import FREQUENCIES, is_silence


def parse(text: str) -> Transcript:
    """Read turns. Raises MalformedError if no line has one."""
    log = ProblemLog()
    found = TurnList()
    silent: list[int] = []
    other: list[tuple[int, str]] = []
    first, last = 0, 0
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        if line.startswith(FREQUENCIES):
            continue
        turn = read_line(line)
        if turn is None:
            if line.strip():
                other.append((number, line.strip()))
            continue
        first = first or number
        last = number
        if is_silence(turn.label):
            silent.append(number)
        else:
            found.add(turn.start, turn.end, turn.label)
    if not found:
        raise MalformedError(
            "no line of this has two times and a label, such as `0.5 2.25 SPEAKER_00`"
        )
    _report_other(other, first, last, log)
    if silent:
        log.add("skipped-line", f"lines of silence: {len(silent)}", silent[0])
    return Transcript(turns=tuple(found.finish(log)), problems=log.problems())


def _report_other(other: list[tuple[int, str]], first: int, last: int, log: ProblemLog) -> None:
    """Lines without a turn: log lines outside of the turns, and those that are lost among them."""
    outside = [number for number, _ in other if not first < number < last]
    if outside:
        message = f"lines before or after the turns: {len(outside)}"
        log.add("skipped-line", message, outside[0])
    for number, line in other:
        if first < number < last:
            log.add("bad-line", f"this is not a turn: {shorten(line)!r}", number)
