"""Which column holds what in a table without a header, by what is in the columns.

    Ann	00:00:01.000	00:00:04.000	text    ELAN's tab-delimited text, any choice of columns
    00:00:01	00:00:04	Ann	text            people

A clock is surer than a number, which may count the rows. Of the others the one with the longest
texts is what is said. A column of labels has few different ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, islice
from typing import NamedTuple

from ...line_joining import count_words
from ..json_keys import Role
from .rows import read_rows
from .values import Time, read_time

_SAMPLE = 40
"""Rows that are looked at."""
_MIN_COLUMNS = 2
_MIN_SHARE = 0.9
_MOST_LABELS = 0.67
"""Different labels for each row."""
_LONGEST_LABEL = 40
_MIN_WORDS = 2.0
"""Of a text, on average: fewer are labels."""


class Table(NamedTuple):
    """width: how many columns it has. places: those of starts, ends, texts and labels."""

    width: int
    places: dict[Role, int]


def find_places(text: str, delimiter: str) -> Table | None:
    """The columns of a table; None if it has none for times and texts, or nothing but these two."""
    columns = _read_columns(text, delimiter)
    places = _find_roles(columns)
    if not {"start", "text"} <= places.keys():
        return None
    are_clocks = columns[places["start"]].has_clocks
    if len(places) == 2 and not (are_clocks and len(columns) == 2):
        return None
    return Table(len(columns), places)


class _Column(NamedTuple):
    """A column of the first rows."""

    place: int
    fields: Sequence[str]
    times: Sequence[Time]
    """Empty if it holds anything else."""

    @property
    def has_clocks(self) -> bool:
        """Whether its times need no unit."""
        return self.times[0].is_exact


def _read_columns(text: str, delimiter: str) -> list[_Column]:
    """The columns of the first rows; none if the rows differ in length.

    Without tabs, what is beyond the shortest row belongs to the last column: a text with commas.
    """
    rows = [row.fields for row in islice(read_rows(text, delimiter), _SAMPLE)]
    whole = rows[:-1]  # the last may be cut off
    widths = set(map(len, whole))
    width = min(widths, default=0)
    is_ragged = delimiter == "\t" and len(widths) > 1
    if width < _MIN_COLUMNS or is_ragged:
        return []
    if len(rows[-1]) >= width:
        whole = rows
    last = width - 1
    cut = [[*row[:last], delimiter.join(row[last:])] for row in whole]
    return [_read_column(place, fields) for place, fields in enumerate(zip(*cut, strict=True))]


def _read_column(place: int, fields: Sequence[str]) -> _Column:
    bare = [field.strip() for field in fields]
    times = list(filter(None, map(read_time, bare)))
    if len(times) < _MIN_SHARE * len(bare):
        times = []
    return _Column(place, bare, times)


def _find_roles(columns: Sequence[_Column]) -> dict[Role, int]:
    places = _find_times([column for column in columns if column.times])
    others = [column for column in columns if not column.times]
    said = max(filter(_is_said, others), key=_count_characters, default=None)
    if said is None:
        return {}
    others.remove(said)
    labels = filter(_are_labels, others)
    places["text"] = said.place
    for column in islice(labels, 1):
        places["speaker"] = column.place
    return places


def _find_times(timed: Sequence[_Column]) -> dict[Role, int]:
    """The places of starts and ends; clocks need no ends, numbers do."""
    clocks = [column for column in timed if column.has_clocks]
    for starts, ends in combinations(clocks or timed, 2):
        if _are_ends(ends.times, starts.times):
            return {"start": starts.place, "end": ends.place}
    if clocks:
        return {"start": clocks[0].place}
    return {}


def _are_ends(times: Sequence[Time], starts: Sequence[Time]) -> bool:
    """Whether none of them is before its start, and most are not after the next one."""
    lengths = [end.value - start.value for end, start in zip(times, starts, strict=False)]
    if min(lengths) < 0 or max(lengths) == 0:
        return False
    following = zip(times, starts[1:], strict=False)
    early = [end for end, start in following if end.value <= start.value]
    return 2 * len(early) >= len(lengths) - 1


def _is_said(column: _Column) -> bool:
    """Whether it has more words than labels have."""
    return sum(map(count_words, column.fields)) >= _MIN_WORDS * len(column.fields)


def _count_characters(column: _Column) -> int:
    return sum(map(len, column.fields))


def _are_labels(column: _Column) -> bool:
    different = set(column.fields) - {""}
    longest = max(map(len, different), default=0)
    most = max(1, _MOST_LABELS * len(column.fields))
    return 0 < longest <= _LONGEST_LABEL and len(different) <= most
