"""Which column of a table holds what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import itemgetter
from typing import NamedTuple

from ...on_demand import on_demand
from ..json_keys import Role
from .column_names import clean_name, find_meanings
from .records import find_records
from .rows import RECORDS, read_rows
from .values import read_time

_find_places = on_demand(__package__, "headerless", "find_places")

_DELIMITERS = ("\t", ";", ",", "|")
_FEWEST_COLUMNS = {"\t": 4, ";": 2, ",": 2, "|": 3}
"""Of a table without a header. Three with tabs are labels of Audacity, or lines of text with a time
and a name."""
_ROLES: tuple[Role, ...] = ("start", "end", "duration", "text", "speaker")
_WHISPER = {"start", "end", "text", "speaker"}
_SAMPLE = 16_384
"""Characters in which the columns of a table without a header are looked at."""
_FIRST_LINES = 2000
"""Characters in which the header is."""

_SEPARATOR = re.compile(r"sep=[;,\t]?[ \t]*(?:\n|$)", re.IGNORECASE)
"""A line above the header, for Excel."""


class Columns(NamedTuple):
    """Which column, counted from 0, holds what; and how the table is written."""

    delimiter: str
    number: int
    """Of columns; 0 if the last one takes all of the rest."""
    places: dict[Role, int]
    units: dict[Role, float]
    """ms, of the columns whose header says so."""
    has_header: bool = True
    is_whispers: bool = False
    """Whether the header is that of Whisper and whisper.cpp, which write ms."""

    @property
    def has_ends(self) -> bool:
        """Whether each row says when it ends."""
        return "end" in self.places or "duration" in self.places


def find_columns(text: str) -> Columns | None:
    """The columns of a table, by its header; None if it is none with times and texts."""
    first = text.removeprefix("\ufeff").lstrip("\n")[:_FIRST_LINES]
    if has_separator(first):
        first = _SEPARATOR.sub("", first, count=1)
    header = first.split("\n", 1)[0]
    for delimiter in _DELIMITERS:
        if delimiter in header:
            first_row = next(read_rows(header, delimiter), None)
            if first_row is None:  # nothing but delimiters
                continue
            columns = _read_header(first_row.fields, delimiter)
            if columns is not None:
                return columns
    return _find_without_header(text, header) or _find_in_records(text)


def _find_without_header(text: str, first_line: str) -> Columns | None:
    fields = first_line.split("\t")
    if len(fields) == 3 and read_time(fields[0]) and read_time(fields[1]) and fields[2].strip():
        return Columns("\t", 0, {"start": 0, "end": 1, "text": 2}, {}, has_header=False)
    for delimiter, fewest in _FEWEST_COLUMNS.items():
        row = next(read_rows(first_line, delimiter), None)
        if row is None or len(row.fields) < fewest or not any(map(read_time, row.fields)):
            continue
        table = _find_places(text[:_SAMPLE], delimiter)
        if table is not None:
            return Columns(delimiter, table.width, table.places, {}, has_header=False)
    return None


def _find_in_records(text: str) -> Columns | None:
    records = find_records(text)
    if records is None:
        return None
    columns = _read_header(records.names, RECORDS)
    if columns is None:
        return None
    return columns._replace(has_header=False)


def has_separator(text: str) -> bool:
    """Whether the first line says which sign is between the fields."""
    return _SEPARATOR.match(text.removeprefix("\ufeff")) is not None


def _read_header(names: Sequence[str], delimiter: str) -> Columns | None:
    """The preferred column for each role."""
    keys = [clean_name(name) for name in names]
    places: dict[Role, int] = {}
    units: dict[Role, float] = {}
    for role in _ROLES:
        found = []
        for place, key in enumerate(keys):
            meaning = find_meanings(key).get(role)
            if meaning is not None and place not in places.values():
                found.append((meaning.order, place, meaning.unit))
        if found:
            _, place, unit = min(found, key=itemgetter(0, 1))
            places[role] = place
            if unit is not None:
                units[role] = unit
    if "start" not in places or "text" not in places:
        return None
    is_whispers = keys[:2] == ["start", "end"] and set(keys) <= _WHISPER
    return Columns(delimiter, len(keys), places, units, is_whispers=is_whispers)
