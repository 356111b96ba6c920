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
_MIN_ROWS = 2
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
    times = [_read_times(column) for column in columns]
    places = _find_times(times)
    others = [place for place, found in enumerate(times) if not found]
    said = _find_text(columns, others)
    if said is None or not places:
        return None
    places["text"] = said
    others.remove(said)
    for place in others:
        if _are_labels(columns[place]):
            places["speaker"] = place
            break
    are_clocks = times[places["start"]][0].is_exact
    if len(places) > 2 or (are_clocks and len(columns) == 2):
        return Table(len(columns), places)
    return None


def _read_columns(text: str, delimiter: str) -> list[list[str]]:
    """The columns of the first rows; none if the rows differ in length.

    Without tabs, what is beyond the shortest row belongs to the last column: a text with commas.
    """
    rows = [row.fields for row in islice(read_rows(text, delimiter), _SAMPLE)]
    whole = rows[:-1]  # the last may be cut off
    if len(whole) < _MIN_ROWS - 1:
        return []
    width = min(map(len, whole))
    if width < _MIN_COLUMNS:
        return []
    if delimiter == "\t" and any(len(row) != width for row in whole):
        return []
    if len(rows[-1]) >= width:
        whole = rows
    last = width - 1
    cut = [[*row[:last], delimiter.join(row[last:])] for row in whole]
    return [[row[place].strip() for row in cut] for place in range(width)]


def _read_times(column: Sequence[str]) -> list[Time]:
    """The times of a column; empty if it holds anything else."""
    times = [read_time(field) for field in column]
    found = [time for time in times if time is not None]
    if len(found) >= _MIN_SHARE * len(column):
        return found
    return []


def _find_times(times: Sequence[Sequence[Time]]) -> dict[Role, int]:
    """The places of starts and ends; clocks need no ends, numbers do."""
    timed = [place for place, found in enumerate(times) if found]
    clocks = [place for place in timed if times[place][0].is_exact]
    chosen = clocks or timed
    for start, place in combinations(chosen, 2):
        if _are_ends(times[place], times[start]):
            return {"start": start, "end": place}
    if clocks:
        return {"start": clocks[0]}
    return {}


def _are_ends(times: Sequence[Time], starts: Sequence[Time]) -> bool:
    """Whether none of them is before its start, and most are not after the next one."""
    lengths = [end.value - start.value for end, start in zip(times, starts, strict=False)]
    if min(lengths) < 0 or max(lengths) == 0:
        return False
    following = zip(times, starts[1:], strict=False)
    early = sum(end.value <= start.value for end, start in following)
    return 2 * early >= len(lengths) - 1


def _find_text(columns: Sequence[Sequence[str]], places: Sequence[int]) -> int | None:
    """The column with the longest texts; None if these are labels."""
    longest: int | None = None
    most = 0
    for place in places:
        characters = sum(map(len, columns[place]))
        words = sum(map(count_words, columns[place]))
        if characters > most and words >= _MIN_WORDS * len(columns[place]):
            longest = place
            most = characters
    return longest


def _are_labels(column: Sequence[str]) -> bool:
    filled = [field for field in column if field]
    if not filled or max(map(len, filled)) > _LONGEST_LABEL:
        return False
    return len(set(filled)) <= max(1, _MOST_LABELS * len(column))
