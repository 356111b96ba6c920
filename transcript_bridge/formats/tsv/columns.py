"""Which column of a table holds what, and times as tables write them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ..cues.timestamps import read_stamp
from ..json_keys import Role, meanings
from .rows import read_rows

_DELIMITERS = ("\t", ";", ",")
_ROLES: tuple[Role, ...] = ("start", "end", "duration", "text", "speaker")
_WHISPER = {"start", "end", "text", "speaker"}
_MARKS = re.compile(r"[()\[\]#.:\"]+")
_FIRST_LINES = 2000
"""Characters in which the header is."""

_NUMBER = re.compile(r"-?\d{1,12}(?:[.,]\d{1,9})?", re.ASCII)
_MEASURED = re.compile(r"(\d{1,12}(?:[.,]\d{1,9})?) ?(ms|s|sec)", re.ASCII)
_CLOCK = re.compile(r"\d{1,4}(?::\d{1,2}){1,2}(?:[.,]\d{1,9})?", re.ASCII)
_FRAMES = re.compile(r"(\d{1,3}:\d{1,2}:\d{1,2})[:;](\d\d)", re.ASCII)
_RANGE = re.compile(r"([\d:.,; ]{3,20}?)\s*(?:-{0,2}>|[-–—→]|to)\s*([\d:.,; ]{3,20})", re.ASCII)
"""A start and an end in one field."""
_SEPARATOR = re.compile(r"sep=[;,\t]?[ \t]*(?:\n|$)", re.IGNORECASE)
"""A line above the header, for Excel."""
_SECOND = 1000.0


class Time(NamedTuple):
    """A time of a field."""

    value: float
    """ms; if not `is_exact`, a number in a unit that the table does not say."""
    is_exact: bool = False
    is_whole: bool = True
    frames: int | None = None
    """Of a film, to be added to the value."""


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
    fields = header.split("\t")
    if len(fields) == 3 and read_time(fields[0]) and read_time(fields[1]) and fields[2].strip():
        return Columns("\t", 0, {"start": 0, "end": 1, "text": 2}, {}, has_header=False)
    return None


def has_separator(text: str) -> bool:
    """Whether the first line says which sign is between the fields."""
    return _SEPARATOR.match(text.removeprefix("\ufeff")) is not None


def read_times(field: str, unit: float | None = None) -> tuple[Time | None, Time | None]:
    """A start and its end, if a field has both; else the time that it has."""
    time = read_time(field, unit)
    found = _RANGE.fullmatch(field.strip().strip('"'))
    if time is not None or found is None:
        return time, None
    return read_time(found[1], unit), read_time(found[2], unit)


def _read_header(names: Sequence[str], delimiter: str) -> Columns | None:
    """The preferred column for each role."""
    keys = [" ".join(_MARKS.sub(" ", name).split()) for name in names]
    places: dict[Role, int] = {}
    units: dict[Role, float] = {}
    for role in _ROLES:
        found = []
        for place, key in enumerate(keys):
            meaning = meanings(key).get(role)
            if meaning is not None and place not in places.values():
                found.append((meaning.order, place, meaning.unit))
        if found:
            _, place, unit = min(found, key=lambda one: one[:2])
            places[role] = place
            if unit is not None:
                units[role] = unit
    if "start" not in places or "text" not in places:
        return None
    is_whispers = keys[:2] == ["start", "end"] and set(keys) <= _WHISPER
    return Columns(delimiter, len(keys), places, units, is_whispers=is_whispers)


def read_time(field: str, unit: float | None = None) -> Time | None:
    """A number, `1.5s`, `00:01.500`, or `00:00:01:12` with frames; None for anything else.

    unit: ms, of a number. Half of the world writes a fraction with a comma: `1,5`.
    """
    bare = field.strip().strip('"')
    if _NUMBER.fullmatch(bare):
        number = bare.replace(",", ".")
        if unit is not None:
            return Time(float(number) * unit, is_exact=True)
        return Time(float(number), is_whole="." not in number)
    measured = _MEASURED.fullmatch(bare)
    if measured:
        scale = 1.0 if measured[2] == "ms" else _SECOND
        return Time(float(measured[1].replace(",", ".")) * scale, is_exact=True)
    if _CLOCK.fullmatch(bare):
        return Time(float(read_stamp(bare)), is_exact=True)
    framed = _FRAMES.fullmatch(bare)
    if framed:
        return Time(float(read_stamp(framed[1])), is_exact=True, frames=int(framed[2]))
    return None
