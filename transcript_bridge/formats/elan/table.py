"""ELAN's export as text with tabs: a header, and a row for each span of time.

    Begin Time - hh:mm:ss.ms ⇥ End Time - hh:mm:ss.ms ⇥ Jane ⇥ Bob     a column for each tier
    Tier ⇥ Participant ⇥ Begin Time - ss.msec ⇥ … ⇥ Annotation         the tier in front

The names of columns are in the language of the program, and in some (`чч:мм:сс.мс`) so is what is
behind the dash. The times come in the order begin, end, length. The export without a header is
read by `tsv`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ...errors import MalformedError
from ...models import Transcript
from ...problems import ProblemLog, shorten
from ...timecode import read_clock
from ..tiers import Tier, TierSpan, read_tiers

_NOTATION = r"\w\w:\w\w:\w\w\.\w{2,3}|\w\w\.\w{2,4}|msec|мс"
_TIME_NAME = re.compile(rf"(.*\S) - ({_NOTATION}|\w\w:\w\w:\w\w:\w\w.*)")
_TIME = re.compile(r"(?:(\d{1,3}):(\d\d):)?(\d{1,12})(?:\.(\d{1,9}))?", re.ASCII)
_PARTS = {"msec": 1000, "мс": 1000}
"""In how many parts the last number of a notation divides a second; in others it is not divided.
Frames follow these."""
_NO_TEXT = re.compile(r"|\S.*\.eaf|file:.*", re.IGNORECASE)
"""Nothing, and what the last column of an export of several files has."""
is_table = re.compile(rf"(?:[^\t\n]{{0,99}}\t){{0,2}}[^\t\n]{{1,99}} - (?:{_NOTATION})\t").match
"""Whether a text begins with such a header."""


class _TimeColumn(NamedTuple):
    """A column of times."""

    place: int
    parts: int

    def read(self, fields: Sequence[str]) -> int | None:
        """The time in a row (ms); None if it has none."""
        written = _TIME.fullmatch(fields[self.place])
        if written is None:
            return None
        hours, minutes, seconds, fraction = written.groups("0")
        return read_clock(hours, minutes, seconds, fraction) // self.parts


class _Header(NamedTuple):
    """The columns of a table."""

    names: list[str]
    timed: list[int]
    """The places of all columns of times; the tier may be in front of them."""
    times: list[_TimeColumn]
    """Those that are read: the beginning, the end, and perhaps the length."""


def parse(text: str) -> Transcript:
    """Read the rows; MalformedError for a header without two times, and for no row with them."""
    first_line, *lines = text.split("\n")
    header = _read_header(_split(first_line))
    log = ProblemLog()
    tiers: dict[tuple[str, str], list[TierSpan]] = {}
    for number, line in enumerate(lines, 2):
        fields = _split(line)
        fields += [""] * (len(header.names) - len(fields))
        start, end = [column.read(fields) for column in header.times[:2]]
        if start is not None and end is not None:
            for name, speaker, said in _find_texts(fields, header):
                tiers.setdefault((name, speaker), []).append(TierSpan(start, end, said, number))
        elif line.strip():
            log.add("bad-line", f"this row has no times: {shorten(line)!r}", number)
    if not tiers:
        raise MalformedError("no row of this table has times and a text")
    found = [Tier(name, spans, speaker or None) for (name, speaker), spans in tiers.items()]
    return read_tiers(found, log)


def _split(line: str) -> list[str]:
    return list(map(str.strip, line.split("\t")))


def _read_header(names: list[str]) -> _Header:
    """Raises MalformedError for a header without two times."""
    found = {place: name for place, name in enumerate(map(_TIME_NAME.fullmatch, names)) if name}
    times: dict[str, _TimeColumn] = {}
    for place, name in found.items():
        times.setdefault(name[1], _TimeColumn(place, _PARTS.get(name[2], 1)))
    if len(times) < 2:
        raise MalformedError(
            "this table of ELAN has no columns of beginnings and ends; export both", line=1
        )
    return _Header(names, list(found), list(times.values()))


def _find_texts(fields: Sequence[str], header: _Header) -> Iterator[tuple[str, str, str]]:
    """The annotations of a row: the tier, the participant (may be empty), the text."""
    in_front = [*fields[: header.timed[0]], ""]
    for place in range(header.timed[-1] + 1, len(header.names)):
        said = fields[place]
        if _NO_TEXT.fullmatch(said):
            continue
        if header.timed[0]:
            yield in_front[0], in_front[1], said
        else:
            yield header.names[place], "", said
