"""Speaker turns as a table with a header."""

from __future__ import annotations

import csv
from collections.abc import Sequence

from ...errors import MalformedError
from ...models import Transcript
from ...problems import ProblemLog, shorten
from ..turns import keys
from ..turns.collecting import TurnList

_BID = 70
_DELIMITERS = ("\t", ";", ",")
_LONGEST_HEADER = 1000


def sniff(text: str) -> int:
    """Decide by the header: times and a label, and nothing that is said."""
    header = text[:_LONGEST_HEADER].lstrip("\ufeff\n").split("\n", 1)[0]
    for delimiter in _DELIMITERS:
        if delimiter in header and _is_header(_split(header, delimiter)):
            return _BID
    return 0


def parse(text: str) -> Transcript:
    """Read turns. Raises MalformedError if there is no header with the columns of turns."""
    log = ProblemLog()
    lines = text.removeprefix("\ufeff").split("\n")
    start = next((number for number, line in enumerate(lines) if line.strip()), 0)
    header = lines[start]
    delimiter = next((d for d in _DELIMITERS if _is_header(_split(header, d))), None)
    if delimiter is None:
        raise MalformedError("the first line of this has no columns start, end and speaker")
    columns = [keys.fold(name) for name in _split(header, delimiter)]
    found = TurnList()
    for number, line in enumerate(lines[start + 1 :], start + 2):
        if not line.strip():
            continue
        entry = keys.read_entry(dict(zip(columns, _split(line, delimiter), strict=False)))
        if entry is None:
            log.add("bad-line", f"this is not a turn: {shorten(line)!r}", number)
        else:
            found.add(entry)
    return Transcript(turns=tuple(found.finish(log)), problems=log.problems())


def _split(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _is_header(names: Sequence[str]) -> bool:
    found = {keys.fold(name) for name in names}
    if found & keys.TEXTS:
        return False
    roles = {keys.ROLES[name][0] for name in found & keys.ROLES.keys()}
    has_times = roles > {"start"} or keys.SEGMENT in found
    return has_times and not found.isdisjoint(keys.LABELS)
