"""One line of RTTM."""

from __future__ import annotations

import re
from typing import NamedTuple

from ...timecode import milliseconds_in_range
from .escapes import NOBODY, decode

OTHER_TYPES = (
    "SPKR-INFO",
    "SEGMENT",
    "NOSCORE",
    "NO_RT_METADATA",
    "NON-LEX",
    "NON-SPEECH",
    "NOISE",
    "FILLER",
    "EDIT",
    "SU",
    "IP",
    "CB",
    "A/P",
)
"""Types that are neither a turn nor a word."""
_SECONDS = r"-?(?:[0-9]++(?:[.,][0-9]*+)?|[.,][0-9]++)(?:e[-+]?[0-9]++)?"
_FRACTION = r"[-+]?[0-9]*[.,][0-9]++(?:e[-+]?[0-9]+)?"
_NUMBER = rf"(?:<NA>|{_FRACTION}|[-+]?[0-9]++)"
_WORD = re.compile(
    rf"LEXEME (?P<file>\S++) \S++ (?P<start>{_SECONDS}) (?P<length>{_SECONDS})"
    r" (?P<word>(?!<NA> )\S++) \S++ (?P<name>\S++)(?: \S++){0,2}",
    re.IGNORECASE,
)
_TURN = re.compile(
    rf"(?P<word>)SPEAKER(?: (?P<file>\S++(?: \S++)*?) \S++| [0-9]++)"
    rf" (?P<start>{_SECONDS}) (?P<length>{_SECONDS}) <NA> \S++ (?P<name>\S++(?: \S++)*?)"
    rf"(?:(?: {_NUMBER}){{0,2}}| (?:<NA>|{_FRACTION}) {_NUMBER} .*)",
    re.IGNORECASE,
)
"""The column before the name is `<NA>` in each turn, so that the names may have blanks. What
follows a fraction or `<NA>` and another number is in columns that RTTM does not have. A channel
alone, without a file, is a number."""
_COLUMNS = ("start", "length", "file", "word", "name")
CONFIDENCE = re.compile(_NUMBER)
_NO_VALUE = (NOBODY, NOBODY.lower())


class Line(NamedTuple):
    """A SPEAKER or LEXEME line (ms); `text` is the word of a LEXEME, empty for a SPEAKER."""

    start: int
    end: int
    speaker: str | None
    recording: str | None
    text: str
    number: int
    has_blanks: bool = False
    """Whether the name or the file has blanks, which RTTM cannot write."""


def read_line(text: str, number: int, *, is_own: bool) -> Line | None:
    """A SPEAKER or LEXEME line; None if it makes no sense.

    text: its columns with one blank between them. is_own: whether the file is of our own (see
    escapes.HEADER).
    """
    found = _WORD.fullmatch(text) or _TURN.fullmatch(text)
    if found is None:
        return None
    start_column, length_column, file, word, name = found.group(*_COLUMNS)
    start = _read_seconds(start_column)
    length = _read_seconds(length_column)
    if start is None or length is None or (length < 0 and not is_own):
        return None
    return Line(
        start,
        start + length,
        _read_value(name, is_own),
        _read_value(file, is_own),
        _read_value(word, is_own) or "",
        number,
        has_blanks=" " in f"{file}{name}",
    )


def _read_seconds(column: str) -> int | None:
    return milliseconds_in_range(float(column.replace(",", ".")))


def _read_value(column: str | None, is_own: bool) -> str | None:
    """A name or a word; None for `<NA>`, and for a file that is missing."""
    if column is None or column in _NO_VALUE:
        return None
    if is_own:
        return decode(column)
    return column
