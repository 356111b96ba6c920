"""Reads rows that are written as blocks, with the name of each field.

    Time: 00:01             - start: 0.5        Time: 00:01 | Speaker: Ann | Text: Where is it?
    Speaker: Ann              end: 2.5
    Text: Where is it?        text: Where is it?

The first name that is repeated begins a row. A line without a name continues the field above.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from .column_names import find_meanings
from .rows import TableRow

_NAME = r"[^\W\d_][\w ()]{0,24}?"
_MARKS_BEFORE = r"[ \t]{0,8}(?:[-*•>][ \t]{1,4})?[*_{]{0,2}"
_COLON = r"[*_]{0,2}[ ]?(?::[*_]{0,2}(?=\s|$)|：|=)"
_FIELD = re.compile(rf"(?m)^{_MARKS_BEFORE}(?P<name>{_NAME}){_COLON}")
_INSIDE = re.compile(
    r"(?<=[ \t,;|])[*_]{0,2}(?P<name>(?:(?i:start|end|speaker)[ _])?[^\W\d_]\w{0,20})" + _COLON
)
"""The name of a field after another one."""
_NO_NAME = ":text"
"""The name for text after the fields, if no field is for the speech. No field has this name."""
_MIN_ROWS = 2
_SAMPLE = 40
"""Rows that are looked at for names."""
_MIN_SHARE = 0.5
"""The share of these rows that must have a name."""
_BETWEEN = re.compile(
    r"\n[^\w\n]{0,12}(?:(?i:segment|cue|entry|block|utterance|chunk)[ _])?"
    r"[^\w\n]{0,12}\d{0,6}[^\w\n]{0,12}\Z"
)
"""A rule, or the number of the next block."""
_MARKS = " \t\n,;|*_}"


class Records(NamedTuple):
    """A text as a table."""

    names: Sequence[str]
    """Of its columns, as they are written."""
    blocks: Sequence[str]
    """Its rows; the first begins with the first name."""
    line: int
    """The 1-based line of the first."""


NO_RECORDS = Records((), (), 0)


def find_records(text: str) -> Records:
    """Find the blocks of a text; NO_RECORDS if no names are repeated."""
    begins: dict[str, list[int]] = {}
    for match in _FIELD.finditer(text):
        begins.setdefault(match["name"], []).append(match.start())
    for rows in begins.values():
        if len(rows) >= _MIN_ROWS:
            return _cut(text, rows)
    return NO_RECORDS


def _cut(text: str, begins: Sequence[int]) -> Records:
    blocks = [text[begin:end] for begin, end in pairwise([*begins, len(text)])]
    names = _find_names(blocks[:_SAMPLE])
    if len(names) < 2:
        return NO_RECORDS
    roles = set().union(*map(find_meanings, names))
    if "text" not in roles:
        names = [*names, _NO_NAME]
    return Records(names, blocks, 1 + text.count("\n", 0, begins[0]))


def read_records(records: Records) -> Iterator[TableRow]:
    """The rows of a table that is written as blocks."""
    line = records.line
    for block in records.blocks:
        yield TableRow(line, _read_fields(block, records.names))
        line += block.count("\n")


def _find_names(blocks: Sequence[str]) -> Sequence[str]:
    """Find the names of the first block that half of the blocks have, in order."""
    counts: Counter[str] = Counter()
    for block in blocks:
        counts.update({match["name"]: 1 for match in _find_fields(block)})
    return [name for name in counts if counts[name] >= _MIN_SHARE * len(blocks)]


def _find_fields(block: str) -> list[re.Match[str]]:
    """The names in a block; those on one line only if they are known."""
    found = list(_FIELD.finditer(block))
    first_line = block.split("\n", 1)[0]
    found += [match for match in _INSIDE.finditer(first_line) if find_meanings(match["name"])]
    return sorted(found, key=re.Match.start)


def _read_fields(block: str, names: Sequence[str]) -> list[str]:
    """Return the values in the order of the names; a repeated name is text."""
    fields = dict.fromkeys(names, "")
    place = ""
    end = 0
    for match in _find_fields(block):
        name = match["name"]
        if name not in fields or fields[name]:
            continue
        if place:
            fields[place] = _clean_value(block[end : match.start()])
        place = name
        end = match.end()
    value = block[end:]
    if _NO_NAME in fields:
        value, _, rest = value.strip().partition(_end_of_value(block[:end], value))
        fields[_NO_NAME] = _clean_value(f"\n{rest}")
    fields[place] = _clean_value(value)
    return list(fields.values())


def _end_of_value(before: str, value: str) -> str:
    """The text between a value and unnamed text: a blank, if they are on the line of `name=`."""
    if before.endswith("=") and "\n" not in value.strip():
        return " "
    return "\n"


def _clean_value(value: str) -> str:
    return _BETWEEN.sub("", value.rstrip()).strip(_MARKS)
