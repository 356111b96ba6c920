"""pyannote's turns as printed."""

from __future__ import annotations

import re

from ...models import Turn
from ...problems import ProblemLog
from ..turns.collecting import TurnList
from ..turns.line import find_turns
from ..turns.values import TurnEntry, make_entry, read_time

_CLOCK = r"-?\d{1,4}:\d\d:\d\d\.\d{1,6}"
_ROW = re.compile(
    rf"\s*\[\s*(?P<start>{_CLOCK})\s*-->\s*(?P<end>{_CLOCK})\s*\]\s*(?:\S+\s+)?(?P<label>\S.*)",
    re.ASCII,
)
"""A label alone, or a track and a label, which may have blanks then."""
_SECONDS = r"\d+(?:\.\d+)?s?"
_LOOP = re.compile(
    rf"\s*start=(?P<start>{_SECONDS}) (?:stop|end)=(?P<end>{_SECONDS}) "
    r"(?:speaker_|speaker=(?=\S+(?: [^\s=]+){0,2}(?<![.?!])$))?(?P<label>(?!speaker=)\S.*)",
    re.ASCII,
)
"""Text after `speaker=` that is longer than a name is speech, or another field."""
SIGNS = ("-->", "start=")
"""A printed turn has one of them."""
_LONGEST_LINE = 1000


def read_printed(text: str, log: ProblemLog) -> list[Turn] | None:
    """The turns of printed lines; None if no line is one."""
    found = TurnList()
    for _, turn in find_turns(text, read_turn, log):
        found.add(turn)
    if not found:
        return None
    return found.finish(log)


def read_turn(line: str) -> TurnEntry | None:
    """The turn of a printed line; None for any other line."""
    line = line[:_LONGEST_LINE].rstrip()
    found = _ROW.fullmatch(line) or _LOOP.fullmatch(line)
    if found is None:
        return None
    return make_entry(read_time(found["start"]), read_time(found["end"]), found["label"])
