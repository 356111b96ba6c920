"""Finds the roles of the columns of a table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ...on_demand import on_demand
from ..chat_signs import are_of_chat
from ..json_keys import Role, fold_key
from .column_names import clean_name, find_meanings
from .records import find_records
from .rows import RECORDS, read_rows
from .values import read_time

_find_places = on_demand(__package__, "headerless", "find_places")

_FEWEST_COLUMNS = {"\t": 4, ";": 2, ",": 2, "|": 3}
"""Of a table without a header, by its delimiter. Three with tabs are labels of Audacity, or lines
of text with a time and a name."""
_ROLES: tuple[Role, ...] = ("start", "end", "duration", "text", "speaker")
_WHISPER = {"start", "end", "text", "speaker"}
_SAMPLE = 16_384
"""Characters in which the columns of a table without a header are looked at."""
_FIRST_LINES = 2000
"""Characters in which the header is."""

_LAST_HEADER = 10
"""The header is one of so many lines."""
_NO_TABLE = ("[", "{", "<")
"""The first characters of JSON and HTML."""
_ALIGNERS = ("Begin", "End", "Label", "Type")
"""The header of Montreal Forced Aligner, which has sounds below the words."""
_ALIGNERS_KINDS = slice(3, 4)

_SEPARATOR = re.compile(r"\A\ufeff?\n*+sep=[;,\t]?[ \t]*(?:\n|$)", re.IGNORECASE)
"""A line above the header, for Excel."""


class Columns(NamedTuple):
    """The roles of the columns, counted from 0, and how the table is written."""

    delimiter: str
    number: int
    """Of columns; 0 if the last one takes all of the rest."""
    places: dict[Role, int]
    units: dict[Role, float | None]
    """ms, for columns whose header states that unit."""
    has_header: bool = True
    is_whispers: bool = False
    """Whether the header is that of Whisper and whisper.cpp, which write ms."""
    is_of_words: bool = False
    """Whether each row has a single word."""
    above: int = 0
    """Lines above the header: a title, and facts about the recording."""
    is_chat: bool = False
    """Whether the header has names that only messages have."""
    kinds: slice = slice(0)
    """The column that says whether a row is a word or a sound, if there is one."""


NO_COLUMNS = Columns("", 0, {}, {})


def find_columns(text: str) -> Columns:
    """Find the columns of a table by its header; NO_COLUMNS without times and texts."""
    beginning = _SEPARATOR.sub("", text[:_FIRST_LINES])
    first_line, *_ = beginning.lstrip("\ufeff\n").split("\n")
    for columns in _find_candidates(text, first_line):
        if columns.places:
            return columns
    return NO_COLUMNS


def _find_candidates(text: str, first_line: str) -> Iterator[Columns]:
    """List the ways to read the table, the surest first."""
    by_delimiter = _read_fields(first_line)
    yield _find_aligners(by_delimiter.get(",", ()))
    for delimiter, names in by_delimiter.items():
        yield _read_header(names, delimiter)
    yield _find_labels(by_delimiter.get("\t", ()))
    for delimiter, fields in by_delimiter.items():
        if len(fields) >= _FEWEST_COLUMNS[delimiter] and any(map(read_time, fields)):
            yield _find_without_header(text, delimiter)
    yield from _find_below_title(text)
    yield _find_in_records(text)


def _find_below_title(text: str) -> Iterator[Columns]:
    if text.lstrip("\ufeff \t\n").startswith(_NO_TABLE):
        return
    for above, line in enumerate(text[:_FIRST_LINES].split("\n")[:_LAST_HEADER]):
        for delimiter, names in _read_fields(line).items():
            yield _read_header(names, delimiter)._replace(above=above)


def _read_fields(line: str) -> dict[str, list[str]]:
    """Split a line by each delimiter in it; nothing for a line of delimiters alone."""
    fields: dict[str, list[str]] = {}
    for delimiter in _FEWEST_COLUMNS:
        if delimiter in line:
            for row in read_rows(line, delimiter):
                fields[delimiter] = row.fields
    return fields


def _find_aligners(names: Sequence[str]) -> Columns:
    if tuple(names[:4]) != _ALIGNERS:
        return NO_COLUMNS
    columns = _read_header([*names[:2], "Word", *names[3:]], ",")
    return columns._replace(kinds=_ALIGNERS_KINDS)


def _find_labels(fields: Sequence[str]) -> Columns:
    """Find the columns of Audacity's labels."""
    if len(fields) != 3 or not all(map(read_time, fields[:2])):
        return NO_COLUMNS
    return Columns("\t", 0, {"start": 0, "end": 1, "text": 2}, {}, has_header=False)


def _find_without_header(text: str, delimiter: str) -> Columns:
    table = _find_places(text[:_SAMPLE], delimiter)
    return Columns(delimiter, table.width, table.places, {}, has_header=False)


def _find_in_records(text: str) -> Columns:
    records = find_records(text)
    return _read_header(records.names, RECORDS)._replace(has_header=False)


def has_separator(text: str) -> bool:
    """Whether the first line states the separator: `sep=;`."""
    return _SEPARATOR.match(text) is not None


def _read_header(names: Sequence[str], delimiter: str) -> Columns:
    """Choose the preferred column for each role."""
    keys = [clean_name(name) for name in names]
    meanings = [find_meanings(key) for key in keys]
    places: dict[Role, int] = {}
    units: dict[Role, float | None] = {}
    for role in _ROLES:
        found = [
            (roles[role].order, place) for place, roles in enumerate(meanings) if role in roles
        ]
        for _, place in sorted(found)[:1]:
            places[role] = place
            units[role] = meanings[place][role].unit
            meanings[place] = {}
    if not {"start", "text"} <= places.keys():
        return NO_COLUMNS
    is_whispers = keys[:2] == ["start", "end"] and set(keys) <= _WHISPER
    is_of_words = fold_key(keys[places["text"]]) == "word"
    columns = Columns(
        delimiter, len(keys), places, units, is_whispers=is_whispers, is_of_words=is_of_words
    )
    return columns._replace(is_chat=are_of_chat(keys))
