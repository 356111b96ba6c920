"""Speaker turns in lines."""

from __future__ import annotations

import re

from ...errors import MalformedError
from ...models import Transcript
from ...problems import ProblemLog
from ..turns.collecting import TurnList
from ..turns.line import find_turns, read_line
from .silence import FREQUENCIES, is_silence

_FREQUENCIES = re.compile(rf"^{re.escape(FREQUENCIES)}.*", re.MULTILINE)


def parse(text: str) -> Transcript:
    """Read turns. Raises MalformedError if no line has one."""
    log = ProblemLog()
    found = TurnList()
    silent: list[int] = []
    for number, turn in find_turns(_FREQUENCIES.sub("", text), read_line, log):
        if is_silence(turn.label):
            silent.append(number)
        else:
            found.add(turn)
    if not found:
        raise MalformedError("no line has two times and a label, such as `0.5 2.25 SPEAKER_00`")
    if silent:
        log.add("skipped-line", f"lines of silence: {len(silent)}", silent[0])
    return Transcript(turns=tuple(found.finish(log)), problems=log.problems())
