"""One line of RTTM."""

from __future__ import annotations

from collections.abc import Sequence
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
FILE, START, DURATION, ORTHO, NAME, CONFIDENCE = 1, 3, 4, 5, 7, 8
"""Columns."""
MIN_COLUMNS, MAX_COLUMNS = 8, 10
_BEFORE_ORTHO = 3
"""Columns between the file and ortho: channel, start, duration."""
_AFTER_NAME = 2
"""Columns after the name: confidence, lookahead."""


class Line(NamedTuple):
    """A SPEAKER or LEXEME line (ms); `text` is the word of a LEXEME, None for a SPEAKER."""

    start: int
    end: int
    speaker: str | None
    recording: str | None
    text: str | None
    number: int


def read_line(columns: list[str], number: int, is_own: bool) -> Line | None:
    """The columns of a SPEAKER or LEXEME line; None if they make no sense.

    is_own: whether the file is of our own (see escapes.HEADER).
    """
    if not MIN_COLUMNS <= len(columns) <= MAX_COLUMNS:
        return None
    start = read_seconds(columns[START])
    duration = read_seconds(columns[DURATION])
    if start is None or duration is None:
        return None
    if duration < 0 and not is_own:
        return None
    text = None
    if columns[0].upper() == "LEXEME":
        text = _read_value(columns[ORTHO], is_own)
        if text is None:
            return None
    speaker = _read_value(columns[NAME], is_own)
    recording = _read_value(columns[FILE], is_own)
    return Line(start, start + duration, speaker, recording, text, number)


def _read_value(column: str, is_own: bool) -> str | None:
    if column == NOBODY:
        return None
    if is_own:
        return decode(column)
    return column


def read_seconds(column: str) -> int | None:
    """The ms of a column in seconds; None if it is not a time."""
    try:
        value = float(column.replace(",", "."))
    except ValueError:
        return None
    return milliseconds_in_range(value)


def is_confidence(column: str) -> bool:
    """Whether a column may be a confidence: a number, or nothing."""
    return column == NOBODY or read_seconds(column) is not None


# ---- lines with too few or too many columns


def normalize_columns(columns: list[str]) -> list[str]:
    """A line with `<NA>` in capitals, with a file, and without columns that RTTM does not have."""
    columns = [NOBODY if column == "<na>" else column for column in columns]
    if _lacks_file(columns):
        columns.insert(FILE, NOBODY)
    if _has_extra_columns(columns):
        del columns[MAX_COLUMNS:]
    return columns


def _lacks_file(columns: Sequence[str]) -> bool:
    """Whether the file is empty: channel, start and duration are one column earlier."""
    if len(columns) < MIN_COLUMNS - 1:
        return False
    channel, start, duration, ortho = columns[FILE : DURATION + 1]
    has_times = None not in map(read_seconds, (start, duration))
    return channel.isdecimal() and has_times and ortho == NOBODY


def _has_extra_columns(columns: Sequence[str]) -> bool:
    """Whether columns after the tenth are no part of a name with blanks.

    After a name with blanks, the last two columns are a confidence and `<NA>`. In a line with extra
    columns these follow the first part of the name.
    """
    if len(columns) <= MAX_COLUMNS or columns[ORTHO] != NOBODY:
        return False
    confidence, lookahead = columns[CONFIDENCE:MAX_COLUMNS]
    if not all(map(is_confidence, (confidence, lookahead))):
        return False
    is_fraction = confidence != NOBODY and "." in confidence
    has_blanks_in_name = all(map(is_confidence, columns[-2:]))
    return is_fraction or confidence == NOBODY or not has_blanks_in_name


# ---- names with blanks, which move the columns after them


def has_blanks(columns: list[str]) -> bool:
    """Whether a name with blanks has moved the columns of a SPEAKER line.

    Unmoved, its ortho is `<NA>` and its confidence a number.
    """
    if len(columns) > MAX_COLUMNS:
        return True
    if len(columns) < MIN_COLUMNS:
        return False
    if columns[ORTHO] != NOBODY:
        return True
    return len(columns) > CONFIDENCE and not is_confidence(columns[CONFIDENCE])


def join_names(columns: list[str]) -> list[str] | None:
    """A SPEAKER line with blanks in its names as ten columns; None if that makes no sense.

    The ortho column of a turn is always `<NA>`; the times are before it, and at most two columns
    come after the name.
    """
    ortho = _find_ortho(columns)
    if ortho is None:
        return None
    begin = ortho + 2
    end = len(columns)
    earliest = max(begin + 1, end - _AFTER_NAME)
    while end > earliest and is_confidence(columns[end - 1]):
        end -= 1
    file_end = ortho - _BEFORE_ORTHO
    file = " ".join(columns[FILE:file_end])
    name = " ".join(columns[begin:end])
    return ["SPEAKER", file, *columns[file_end:begin], name, NOBODY, NOBODY]


def _find_ortho(columns: list[str]) -> int | None:
    for index in range(ORTHO, len(columns) - 2):
        if columns[index] == NOBODY:
            return index
    return None
