"""Speaker turns as a table with a header."""

from __future__ import annotations

import csv

from ...errors import MalformedError
from ...models import Transcript
from ...problems import ProblemLog, shorten
from ..turns import keys
from ..turns.collecting import TurnList

_BID = 70
_DELIMITERS = ("\t", ";", ",")
_LONGEST_HEADER = 1000
_ABOVE = "\ufeff\n"


def sniff(text: str) -> int:
    """Decide by the header: times and a label, and no column of texts."""
    header, *_ = text[:_LONGEST_HEADER].lstrip(_ABOVE).split("\n")
    return _BID if _find_delimiter(header) else 0


def parse(text: str) -> Transcript:
    """Read turns. Raises MalformedError if there is no header with the columns of turns."""
    log = ProblemLog()
    table = text.lstrip(_ABOVE)
    header, *rows = table.split("\n")
    delimiter = _find_delimiter(header)
    if not delimiter:
        raise MalformedError("the first line has no columns start, end and speaker")
    columns = list(map(keys.fold, _split(header, delimiter)))
    first = 2 + text.count("\n", 0, len(text) - len(table))
    found = TurnList()
    for number, line in enumerate(rows, first):
        fields = _split(line, delimiter)
        entry = keys.read_entry(dict(zip(columns, fields, strict=False)))
        if entry is not None:
            found.add(entry)
        elif line.strip():
            log.add("bad-line", f"this is not a turn: {shorten(line)!r}", number)
    return Transcript(turns=tuple(found.finish(log)), problems=log.problems())


def _find_delimiter(header: str) -> str:
    """The text between the names of columns of turns; empty for columns with other names."""
    signs = filter(header.__contains__, _DELIMITERS)
    fitting = [sign for sign in signs if _are_of_turns(_split(header, sign))]
    return "".join(fitting[:1])


def _split(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _are_of_turns(names: list[str]) -> bool:
    found = set(map(keys.fold, names))
    roles = {keys.ROLES[name][0] for name in found & keys.ROLES.keys()}
    has_times = roles > {"start"} or keys.SEGMENT in found
    return has_times and not found.isdisjoint(keys.LABELS) and found.isdisjoint(keys.TEXTS)
