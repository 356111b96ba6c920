"""Transcripts as tables: Whisper's TSV, CSV of whisper.cpp, Vibe and others.

    start	end	text                    openai-whisper, WhisperX: tabs, ms, no quotes
    start,end,text                      whisper.cpp -ocsv: ms, quoted; with -di also `speaker`
    Speaker Name,Start Time,End Time,Text
                                        Premiere and others: any order of columns, clocks or seconds
    0.000000	2.500000	Good morning.   labels of Audacity: no header, tabs
    Begin,End,Label,Type,Speaker            Montreal Forced Aligner: words, and sounds
    0:01;0:04;Ann;text                  no header
    Time: 0:01 / Speaker: Ann / …       a line for each field

A table needs a column of starts and one of texts. Names of columns are those of json_keys, and may
end in a unit: `start_ms`, `Start (s)`. The columns are separated by `,`, `;`, `|` or tabs. Whole
numbers without a unit are milliseconds under Whisper's header, else what gives a possible rate of
speech.

Source: WriteTSV of openai/whisper, -ocsv of ggml-org/whisper.cpp.

    rows        the fields of each row
    values      times as they are written
    records     the rows where each field has a line of its own
    columns     which column holds what
    column_names  what names of columns mean
    headerless  the same for a table without a header
    read        the parser
    write       the writer
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import filterfalse, islice
from operator import attrgetter

from ...line_joining import count_words
from ...on_demand import on_demand
from ..base import SNIFF_WINDOW, Format
from .columns import Columns, find_columns
from .read import Entry, parse, read_entries

_WITH_ENDS, _MANY_COLUMNS, _STARTS_ONLY, _WITHOUT_HEADER = 80, 60, 50, 45
"""Bids. Turns in lines bid more than the last one, on labels that return; text with times bids less
than four columns or more without a header."""
_LONGEST_HEADER = 1000
_SAMPLE = 20
"""Rows that are looked at."""
_MIN_READABLE = 0.5
_LATEST_BEGINNING = 15 * 60 * 1000
"""ms: a table without ends that begins later is a log or a chat, with times of a day."""
_MIN_WORDS = 2.0
"""Words of a row on average: fewer are labels."""
_SLOWEST, _SLOWEST_UNNAMED = 0.3, 1.0
"""Characters a second."""
_MIN_ROWS = 2
"""Without a header, one row says nothing."""


def sniff(text: str) -> int:
    """Decide by the header, and by whether the rows have times."""
    window = text[:SNIFF_WINDOW]
    if "\n" not in window[:_LONGEST_HEADER]:
        return 0
    columns = find_columns(window)
    entries = filterfalse(attrgetter("is_blank"), read_entries(window, columns))
    sample = list(islice(entries, _SAMPLE))
    timed = [entry for entry in sample if entry.start]
    if not timed or len(timed) < _MIN_READABLE * len(sample):
        return 0
    if columns.has_header:
        return _bid_for_header(columns, timed)
    return _bid_without_header(columns, timed)


def _bid_for_header(columns: Columns, timed: Sequence[Entry]) -> int:
    if any(entry.end for entry in timed):
        return _WITH_ENDS
    if _begins_late(timed[0]):
        return 0
    return _MANY_COLUMNS if "speaker" in columns.places else _STARTS_ONLY


def _bid_without_header(columns: Columns, timed: Sequence[Entry]) -> int:
    is_spoken = columns.delimiter == "\t" or _may_be_spoken(columns, timed)
    if not (is_spoken and _are_sentences(timed)):
        return 0
    return _MANY_COLUMNS if columns.number and columns.delimiter != "|" else _WITHOUT_HEADER


def _may_be_spoken(columns: Columns, timed: Sequence[Entry]) -> bool:
    """Whether the times are not those of a day, nor numbers that are no times."""
    slowest = _SLOWEST_UNNAMED if columns.number == 2 else _SLOWEST
    first, last = timed[0].start, timed[-1].start
    characters = sum([len(entry.text) for entry in timed[:-1]])
    is_slow = characters < slowest * (last.value - first.value) / 1000
    if first.is_exact and is_slow:
        return False
    return bool(timed[0].end) or (first.is_exact and not _begins_late(timed[0]))


def _are_sentences(entries: Sequence[Entry]) -> bool:
    words = sum([count_words(entry.text) for entry in entries])
    return len(entries) >= _MIN_ROWS and words >= _MIN_WORDS * len(entries)


def _begins_late(entry: Entry) -> bool:
    return entry.start.is_exact and entry.start.value > _LATEST_BEGINNING


FORMAT = Format(
    name="tsv",
    title="tables (Whisper's TSV, CSV)",
    suffixes=(".tsv", ".csv"),
    sniff=sniff,
    parse=parse,
    render=on_demand(__name__, "write", "render"),
    names_in_text=True,
    rank=35,
    highest_bid=_WITH_ENDS,
)
