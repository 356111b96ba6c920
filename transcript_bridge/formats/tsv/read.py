"""Reads a table as a Transcript."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from math import inf
from operator import attrgetter
from typing import NamedTuple

from ...errors import MalformedError
from ...models import Transcript, Utterance, Utterances
from ...problems import ProblemLog, shorten
from ...timecode import MS_PER_CHARACTER, count_spoken, guess_end, share_time
from ..chat_signs import refuse_chat
from ..cues.lines import clean_lines
from ..cues.markup import decode_entities
from ..time_units import (
    FRAME_RATES,
    MILLISECONDS,
    SECONDS,
    SLOWEST_RATE,
    TimedText,
    find_frame_rate,
    find_unit,
    measure_rate,
)
from ..word_groups import Pauses, join_words, split_at_pauses
from .columns import NO_COLUMNS, Columns, find_columns, has_separator
from .records import find_records, read_records
from .rows import RECORDS, TableRow, read_rows, strip_quotes
from .values import NO_TIME, FieldTime, read_time, read_times

_NAMES = {"": None, "?": None}
"""whisper.cpp writes a question mark where both channels are equally loud."""

_SPOKEN_KINDS: Sequence[list[str]] = ([], ["words"])
"""Kinds of rows that are speech, not sounds."""


class TableEntry(NamedTuple):
    """The texts of a row."""

    line: int
    start: FieldTime
    end: FieldTime
    text: str
    speaker: str
    is_blank: bool = False
    """Whether the field of its time is empty."""


_NO_ENTRY = TableEntry(0, NO_TIME, NO_TIME, "", "")


class _Clock(NamedTuple):
    """Converts the times of a file to ms."""

    unit: float
    frame_rate: int

    def read(self, time: FieldTime) -> int:
        if not time.is_exact:
            return round(time.value * self.unit)
        return round(time.value + time.frames * 1000 / self.frame_rate)


def parse(text: str) -> Transcript:
    """Read a table.

    Raises MalformedError if it has no columns of times and texts, or its times fit no unit.
    """
    text = text.replace("\0", "")
    columns = find_columns(text)
    if not columns.places:
        raise MalformedError(
            "the first line names no columns with starts and texts; export it again", line=1
        )
    if columns.is_chat:
        refuse_chat()
    log = ProblemLog()
    if columns.above:
        log.add("skipped-line", f"lines above the header of the table: {columns.above}", 1)
    if columns.kinds != NO_COLUMNS.kinds:
        log.add("other-tier", "rows that are not words (phones) were left out")
    entries = _share_times(list(read_entries(text, columns)), log)
    clock = _Clock(_find_unit(entries, columns, log), _find_frame_rate(entries, log))
    found = _read_utterances(entries, clock, log)
    if columns.is_of_words:
        found = _join_words(found)
    utterances = Utterances.of(found)
    problems = log.problems()
    cues = len(utterances) + sum([problem.cues for problem in problems])
    return Transcript(utterances, problems=problems, cues=cues)


def read_entries(text: str, columns: Columns) -> Iterator[TableEntry]:
    """The rows below the header."""
    text = text.removeprefix("\ufeff")
    rows: Iterator[TableRow] = iter(())
    if columns.delimiter == RECORDS:
        rows = read_records(find_records(text))
    elif columns.places:
        rows = read_rows(text, columns.delimiter)
    if columns.above:
        rows = (row for row in rows if row.line > columns.above)
    if columns.has_header:
        next(rows, None)
    if has_separator(text):
        next(rows, None)
    for row in rows:
        if row.fields[columns.kinds] in _SPOKEN_KINDS:
            yield _read_row(row, columns)


def _read_row(row: TableRow, columns: Columns) -> TableEntry:
    fields = _fit(row.fields, columns)
    if columns.delimiter != "\t":
        fields = list(map(strip_quotes, fields))
    values = {role: fields[place] for role, place in columns.places.items()}
    units = columns.units
    when = values["start"].strip()
    if when.startswith("["):  # and a remark after the time
        when = when[1:].partition("]")[0]
    start, end = read_times(when, units.get("start"))
    if "end" in values:
        end = read_time(values["end"], units.get("end"))
    elif "duration" in values:
        end = start.later(read_time(values["duration"], units.get("duration")))
    text = clean_lines(decode_entities(values["text"]).replace("\t", " "))
    speaker = " ".join(values.get("speaker", "").split()).rstrip(":")
    return TableEntry(row.line, start, end, text, speaker, not when)


def _fit(fields: list[str], columns: Columns) -> list[str]:
    """Join fields until there are as many as columns: a text may contain the delimiter."""
    place = columns.places["text"]
    number = columns.number or place + 1
    more = len(fields) - number
    if more <= 0:
        return [*fields, *[""] * -more]
    whole = columns.delimiter.join(fields[place : place + more + 1])
    return [*fields[:place], whole, *fields[place + more + 1 :]]


def _share_times(entries: list[TableEntry], log: ProblemLog) -> list[TableEntry]:
    """Place rows without a time after the row above, by the lengths of their texts.

    People write the time of a page, or of every fifth minute.
    """
    blank = sum(entry.is_blank for entry in entries)
    timed = [place for place, entry in enumerate(entries) if entry.start]
    if not blank or not all(entries[place].start.is_exact for place in timed):
        return entries
    log.add("time-guessed", f"rows without a time: {blank}; they share the time of the row above")
    places = [0, *timed, len(entries)]
    starts = [0.0, *[entries[place].start.value for place in timed], inf]
    shared: list[TableEntry] = []
    for (first, last), (start, following) in zip(pairwise(places), pairwise(starts), strict=True):
        shared += _share(entries[first:last], start, following)
    return shared


def _share(group: Sequence[TableEntry], start: float, following: float) -> Iterator[TableEntry]:
    """Divide a time among its row and those below without one. following: the next time."""
    sizes = [len(entry.text) for entry in group]
    spoken = sum([count_spoken(entry.text) for entry in group])
    end = min(start + MS_PER_CHARACTER * spoken, following)
    spans = share_time(round(start), round(end), sizes)
    for entry, (begin, _) in zip(group, spans, strict=True):
        yield entry._replace(start=FieldTime(begin, is_exact=True)) if entry.is_blank else entry


# ---- units


def _find_unit(entries: Sequence[TableEntry], columns: Columns, log: ProblemLog) -> float:
    """Find the ms per unit of numbers whose column has no unit."""
    texts = [_measure(entry) for entry in entries if not entry.start.is_exact]
    if columns.is_whispers and all(text.is_integer for text in texts):
        if measure_rate(texts) < SLOWEST_RATE:
            return MILLISECONDS
        log.add("unit-guessed", "its times are seconds, by the rate of speech")
        return SECONDS
    return find_unit(texts, log)


def _measure(entry: TableEntry) -> TimedText:
    length = entry.end.value - entry.start.value if entry.end else None
    is_whole = entry.start.is_whole and entry.end.is_whole
    return TimedText(entry.start.value, length, len(entry.text), is_whole)


def _find_frame_rate(entries: Sequence[TableEntry], log: ProblemLog) -> int:
    """Find the frames a second, if times end in frames."""
    highest = max([max(entry.start.frames, entry.end.frames) for entry in entries], default=0)
    rate = find_frame_rate(highest) or FRAME_RATES[-1]
    if highest:
        log.add("frame-times", f"times end in frames; read as {rate} a second")
    return rate


# ---- utterances


def _read_utterances(
    entries: Sequence[TableEntry], clock: _Clock, log: ProblemLog
) -> Iterator[Utterance]:
    for entry, following in pairwise([*entries, _NO_ENTRY]):
        if not entry.start:
            message = f"this row has no time that can be read: {shorten(entry.text)!r}"
            log.add("unreadable-times", message, entry.line, 1)
        elif not entry.text:
            log.add("empty-cue", "a row without text was left out", entry.line, 1)
        else:
            start = clock.read(entry.start)
            end = _find_end(entry, following, clock)
            speaker = _NAMES.get(entry.speaker, entry.speaker)
            yield Utterance(start, end, entry.text, speaker, line=entry.line)


def _join_words(words: Iterator[Utterance]) -> Iterator[Utterance]:
    """Join rows of one word to utterances, which end at pauses and changes of speaker."""
    for speaker, said in groupby(words, attrgetter("speaker")):
        for group in split_at_pauses(said, Pauses()):
            yield join_words(group, speaker, group[0].line)


def _find_end(entry: TableEntry, following: TableEntry, clock: _Clock) -> int:
    """Find the end of an entry in ms."""
    start = clock.read(entry.start)
    if entry.end:
        return clock.read(entry.end)
    next_start = None
    if following.start:
        next_start = clock.read(following.start)
    return guess_end(start, count_spoken(entry.text), next_start)
