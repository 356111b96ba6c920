"""A Transcript from a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from ...errors import MalformedError
from ...models import Transcript, Utterance, Utterances
from ...problems import ProblemLog, shorten
from ...timecode import guess_end
from ..cues.lines import clean_lines
from ..time_units import (
    FRAME_RATES,
    MILLISECONDS,
    SECONDS,
    SLOWEST_RATE,
    TimedText,
    describe_scale,
    find_frame_rate,
    find_scale,
    measure_rate,
)
from .columns import Columns, find_columns, has_separator
from .records import find_records, read_records
from .rows import RECORDS, Row, read_rows, strip_quotes
from .values import Time, read_time, read_times

_NOBODY = "?"
"""whisper.cpp writes it where both channels are equally loud."""


class Entry(NamedTuple):
    """A row as it is written."""

    line: int
    start: Time | None
    end: Time | None
    length: Time | None
    text: str
    speaker: str | None


class _Clock(NamedTuple):
    """What turns times of a file into ms."""

    unit: float
    frame_rate: int

    def read(self, time: Time) -> int:
        if not time.is_exact:
            return round(time.value * self.unit)
        if time.frames is None:
            return round(time.value)
        return round(time.value + time.frames * 1000 / self.frame_rate)


def parse(text: str) -> Transcript:
    """Read a table.

    Raises MalformedError if it has no columns of times and texts, or its times fit no unit.
    """
    text = text.replace("\0", "")
    columns = find_columns(text)
    if columns is None:
        raise MalformedError("the first line of this names no columns of starts and texts", line=1)
    log = ProblemLog()
    entries = list(read_entries(text, columns))
    clock = _Clock(_find_unit(entries, columns, log), _find_frame_rate(entries, log))
    utterances = Utterances.of(_read_utterances(entries, clock, log))
    return Transcript(utterances, problems=log.problems(), cues=len(entries))


def read_entries(text: str, columns: Columns) -> Iterator[Entry]:
    """The rows below the header."""
    text = text.removeprefix("\ufeff")
    if columns.delimiter == RECORDS:
        records = find_records(text)
        assert records is not None
        rows = read_records(records)
    else:
        rows = read_rows(text, columns.delimiter)
    if columns.has_header:
        next(rows, None)
    if has_separator(text):
        next(rows, None)
    for row in rows:
        yield _read_row(row, columns)


def _read_row(row: Row, columns: Columns) -> Entry:
    fields = _join_text(row.fields, columns)
    places = columns.places
    start, end = read_times(_field(fields, places.get("start")), columns.units.get("start"))
    if "end" in places:
        end = read_time(_field(fields, places["end"]), columns.units.get("end"))
    length = read_time(_field(fields, places.get("duration")), columns.units.get("duration"))
    text = _clean_text(_field(fields, places["text"]), columns.delimiter)
    speaker = _clean_label(_field(fields, places.get("speaker")), columns.delimiter)
    return Entry(row.line, start, end, length, text, speaker)


def _field(fields: list[str], place: int | None) -> str:
    if place is None or place >= len(fields):
        return ""
    return fields[place]


def _join_text(fields: list[str], columns: Columns) -> list[str]:
    """A row with more fields than columns has a text that holds the delimiter."""
    place = columns.places["text"]
    number = columns.number or place + 1
    more = len(fields) - number
    if more <= 0:
        return fields
    whole = columns.delimiter.join(fields[place : place + more + 1])
    return [*fields[:place], whole, *fields[place + more + 1 :]]


def _clean_text(field: str, delimiter: str) -> str:
    if delimiter != "\t":
        field = strip_quotes(field)
    return clean_lines(field.replace("\t", " "))


def _clean_label(field: str, delimiter: str) -> str | None:
    if delimiter != "\t":
        field = strip_quotes(field)
    label = " ".join(field.split())
    if label in ("", _NOBODY):
        return None
    return label


# ---- units


def _find_unit(entries: Sequence[Entry], columns: Columns, log: ProblemLog) -> float:
    """ms per unit of the numbers whose column says nothing."""
    bare = [entry for entry in entries if entry.start is not None and not entry.start.is_exact]
    if not bare or any(not _is_whole(entry) for entry in bare):
        return SECONDS
    texts = list(_measure(bare))
    if columns.is_whispers:
        rate = measure_rate(texts)
        if rate is None or rate < SLOWEST_RATE:
            return MILLISECONDS
        log.add("unit-guessed", "its times are seconds, by the rate of speech")
        return SECONDS
    scale = find_scale(texts)
    if scale.rate is not None:
        log.add("unit-guessed", describe_scale(scale))
    return scale.unit


def _is_whole(entry: Entry) -> bool:
    times = (entry.start, entry.end, entry.length)
    return all(time.is_whole for time in times if time is not None)


def _measure(entries: Sequence[Entry]) -> Iterator[TimedText]:
    for entry in entries:
        assert entry.start is not None
        length: float | None = None
        if entry.length is not None and not entry.length.is_exact:
            length = entry.length.value
        elif entry.end is not None and not entry.end.is_exact:
            length = entry.end.value - entry.start.value
        yield TimedText(entry.start.value, length, len(entry.text), is_integer=True)


def _find_frame_rate(entries: Sequence[Entry], log: ProblemLog) -> int:
    """Pictures a second, where times end in frames."""
    highest = -1
    for entry in entries:
        for time in (entry.start, entry.end):
            if time is not None and time.frames is not None:
                highest = max(highest, time.frames)
    rate = find_frame_rate(highest) or FRAME_RATES[-1]
    if highest >= 0:
        log.add("frame-times", f"times end in frames; read as {rate} a second")
    return rate


# ---- utterances


def _read_utterances(
    entries: Sequence[Entry], clock: _Clock, log: ProblemLog
) -> Iterator[Utterance]:
    for entry, following in zip_longest(entries, entries[1:]):
        if entry.start is None:
            message = f"this row has no time that can be read: {shorten(entry.text)!r}"
            log.add("unreadable-times", message, entry.line, 1)
        elif not entry.text:
            log.add("empty-cue", "a row without text was left out", entry.line, 1)
        else:
            start = clock.read(entry.start)
            end = _find_end(entry, following, clock)
            yield Utterance(start, end, entry.text, entry.speaker, line=entry.line)


def _find_end(entry: Entry, following: Entry | None, clock: _Clock) -> int:
    """ms."""
    assert entry.start is not None
    start = clock.read(entry.start)
    if entry.end is not None:
        return clock.read(entry.end)
    if entry.length is not None:
        return start + clock.read(entry.length)
    next_start = None
    if following is not None and following.start is not None:
        next_start = clock.read(following.start)
    return guess_end(start, len(entry.text), next_start)
