"""Reads the fields of a table: quoted, not quoted, or quoted wrongly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

RECORDS = "\n"
"""The delimiter of rows that are written as blocks (records.py)."""
_QUOTED = re.compile(r'[ ]?"((?:[^"]++|"")*+)"[ ]*+(?=[,;|\t]|\n|\Z)')
_ALL_QUOTED = re.compile(r'\ufeff?"[^"\n]*"(?:\t"[^"\n]*")+[ ]*(?:\n|\Z)')
"""A first row of quoted fields with tabs between them."""
_SWALLOWED_ROW = re.compile(r'\n"?[\d:.]+"?[,;|]"?[\d:.]+"?[,;|]')
"""A quote that is not closed, which extends to the next one and contains rows."""
_BARE = {
    ",": re.compile(r"[^,\n]*+"),
    ";": re.compile(r"[^;\n]*+"),
    "|": re.compile(r"[^|\n]*+"),
    "\t": re.compile(r"[^\t\n]*+"),
}


class TableRow(NamedTuple):
    """A row that is not blank."""

    line: int
    """The 1-based line at which it begins."""
    fields: list[str]


def read_rows(text: str, delimiter: str) -> Iterator[TableRow]:
    """The rows of a table. delimiter: a tab, `,`, `;` or `|`."""
    if delimiter == "\t" and _ALL_QUOTED.match(text) is None:
        yield from _read_tabbed(text)
    else:
        yield from _read_quoted(text, delimiter)


def _read_tabbed(text: str) -> Iterator[TableRow]:
    """Read a table without quotes, as Whisper's: a quotation mark is text, unless it is doubled
    inside of others."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield TableRow(number, [_strip_doubled(field) for field in line.split("\t")])


def _strip_doubled(field: str) -> str:
    inside = field[1:-1]
    if has_doubled_quotes(field) and '"' not in inside.replace('""', ""):
        return inside.replace('""', '"')
    return field


def has_doubled_quotes(field: str) -> bool:
    """Whether a field is in quotation marks and has doubled ones between them."""
    return '""' in field[1:-1] and field[0] == field[-1] == '"'


def _read_quoted(text: str, delimiter: str) -> Iterator[TableRow]:
    begin = 1
    at = 0
    fields: list[str] = []
    line = begin
    while at < len(text) or fields:
        field, end = _read_field(text, at, delimiter)
        fields.append(field)
        line += text.count("\n", at, end + 1)
        at = end + 1
        if text[end:at] == delimiter:
            continue
        if "".join(fields).strip():
            yield TableRow(begin, fields)
        fields = []
        begin = line


def _read_field(text: str, at: int, delimiter: str) -> tuple[str, int]:
    """Read a field; returns it and its end."""
    quoted = _QUOTED.match(text, at)
    if quoted and text[quoted.end() : quoted.end() + 1] in (delimiter, "\n", ""):
        inside = quoted[1]
        if "\n" not in inside or not _SWALLOWED_ROW.search(inside):
            return inside.replace('""', '"'), quoted.end()
    bare = _BARE[delimiter].match(text, at)
    assert bare is not None  # it also matches an empty field
    return bare[0], bare.end()


def strip_quotes(field: str) -> str:
    """Remove the quotes of a text; quotation marks in it may not be doubled."""
    bare = field.strip()
    if len(bare) > 1 and bare[0] == bare[-1] == '"':
        bare = bare[1:-1]
        return bare.replace('\\"', '"').replace('""', '"')
    return bare
