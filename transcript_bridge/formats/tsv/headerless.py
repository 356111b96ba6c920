"""Finds the roles of columns in a table without a header, by their contents.

    Ann	00:00:01.000	00:00:04.000	text    ELAN's tab-delimited text, any choice of columns
    00:00:01	00:00:04	Ann	text            people

A clock is surer than a number, which may count the rows. Of the other columns, the one with the
longest texts has the speech. A column of labels has few different ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, islice
from typing import NamedTuple

from ...line_joining import count_words
from ..json_keys import Role
from ..speaker_labels import are_repeated
from .rows import read_rows
from .values import FieldTime, read_time

_SAMPLE = 40
"""Rows that are looked at."""
_MIN_COLUMNS = 2
_MIN_SHARE = 0.9
_LONGEST_LABEL = 40
_MIN_WORDS = 2.0
"""Of a text, on average: fewer are labels."""


class Table(NamedTuple):
    """width: how many columns it has. places: those of starts, ends, texts and labels."""

    width: int
    places: dict[Role, int]


class _SampleColumn(NamedTuple):
    """A column of the first rows."""

    place: int
    fields: Sequence[str]
    times: Sequence[FieldTime]
    """Empty if it holds anything else."""

    def has_clocks(self) -> bool:
        """Whether it has times that need no unit."""
        return bool(self.times) and self.times[0].is_exact

    def is_said(self) -> bool:
        """Whether it has more words than labels have, so that it is speech."""
        return sum(map(count_words, self.fields)) >= _MIN_WORDS * len(self.fields)

    def has_labels(self) -> bool:
        """Whether it has short texts that are repeated."""
        return are_repeated(self.fields) and 0 < max(map(len, self.fields)) <= _LONGEST_LABEL

    def count_characters(self) -> int:
        return sum(map(len, self.fields))


def find_places(text: str, delimiter: str) -> Table:
    """Find the columns of a table; without places if it has none for times and texts, or only
    numbers and texts."""
    columns = _read_columns(text, delimiter)
    places = _find_times(columns)
    others = [column for column in columns if not column.times]
    said = max(
        filter(_SampleColumn.is_said, others), key=_SampleColumn.count_characters, default=None
    )
    if said is None or not places:
        return Table(0, {})
    others.remove(said)
    places["text"] = said.place
    for column in islice(filter(_SampleColumn.has_labels, others), 1):
        places["speaker"] = column.place
    if len(places) == 2 < len(columns):
        return Table(0, {})
    return Table(len(columns), places)


def _read_columns(text: str, delimiter: str) -> list[_SampleColumn]:
    """Read the columns of the first rows; none if the rows differ in length.

    Without tabs, additional fields belong to the last column: a text with commas.
    """
    rows = [row.fields for row in islice(read_rows(text, delimiter), _SAMPLE)]
    widths = set(map(len, rows[:-1]))  # the last may be cut off
    width = min(widths, default=0)
    is_ragged = delimiter == "\t" and len(widths) > 1
    if width < _MIN_COLUMNS or is_ragged:
        return []
    last = width - 1
    cut = [[*row[:last], delimiter.join(row[last:])] for row in rows if len(row) >= width]
    return [_read_column(place, fields) for place, fields in enumerate(zip(*cut, strict=True))]


def _read_column(place: int, fields: Sequence[str]) -> _SampleColumn:
    bare = list(map(str.strip, fields))
    times = list(filter(None, map(read_time, bare)))
    if len(times) < _MIN_SHARE * len(bare):
        times = []
    return _SampleColumn(place, bare, times)


def _find_times(columns: Sequence[_SampleColumn]) -> dict[Role, int]:
    """Find the places of starts and ends; clocks do not need ends, numbers do."""
    clocks = list(filter(_SampleColumn.has_clocks, columns))
    timed = [column for column in columns if column.times]
    for starts, ends in combinations(clocks or timed, 2):
        if _are_ends(ends.times, starts.times):
            return {"start": starts.place, "end": ends.place}
    return {"start": clocks[0].place} if clocks else {}


def _are_ends(times: Sequence[FieldTime], starts: Sequence[FieldTime]) -> bool:
    """Whether no end is before its start, and most are not after the next start."""
    lengths = [end.value - start.value for end, start in zip(times, starts, strict=False)]
    following = zip(times, starts[1:], strict=False)
    early = sum(end.value <= start.value for end, start in following)
    return min(lengths) >= 0 and max(lengths) > 0 and 2 * early >= len(lengths) - 1
