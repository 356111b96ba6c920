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

from collections.abc import Callable
from itertools import filterfalse, islice
from operator import attrgetter
from typing import NamedTuple

from ...line_joining import count_words
from ...on_demand import on_demand
from ..base import SNIFF_WINDOW, Format
from .columns import Columns, find_columns
from .read import TableEntry, parse, read_entries

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
_SLOWEST, _SLOWEST_NAMED = {2: 1.0}, 0.3
"""Characters a second: of tables of two columns, which have no names, and of others."""
_MIN_ROWS = 2
"""Without a header, one row says nothing."""


class _TableSample(NamedTuple):
    """The first rows of a table."""

    columns: Columns
    timed: list[TableEntry]
    """Those with a start."""
    is_readable: bool
    """Whether these are enough of all."""

    def is_none(self) -> bool:
        return not self.is_readable

    def has_ends(self) -> bool:
        return any(entry.end for entry in self.timed)

    def begins_late(self) -> bool:
        start = self.timed[0].start
        return start.is_exact and start.value > _LATEST_BEGINNING

    def has_speakers(self) -> bool:
        return "speaker" in self.columns.places

    def lacks_sentences(self) -> bool:
        words = sum([count_words(entry.text) for entry in self.timed])
        rows = len(self.timed)
        return rows < _MIN_ROWS or words < _MIN_WORDS * rows

    def is_unspoken(self) -> bool:
        """Whether the times are times of day, or numbers that are not times."""
        first = self.timed[0]
        if self.columns.delimiter == "\t":
            return False
        if first.start.is_exact:
            return self.is_slow() or (self.begins_late() and not first.end)
        return not first.end

    def is_slow(self) -> bool:
        """Whether there is too little text for the time between the rows."""
        slowest = _SLOWEST.get(self.columns.number, _SLOWEST_NAMED)
        length = self.timed[-1].start.value - self.timed[0].start.value
        characters = sum([len(entry.text) for entry in self.timed[:-1]])
        return characters < slowest * length / 1000

    def has_many_columns(self) -> bool:
        return self.columns.number > 0 and self.columns.delimiter != "|"

    def is_any(self) -> bool:
        return True


_BIDS: dict[bool, tuple[tuple[int, Callable[[_TableSample], bool]], ...]] = {
    True: (
        (0, _TableSample.is_none),
        (_WITH_ENDS, _TableSample.has_ends),
        (0, _TableSample.begins_late),
        (_MANY_COLUMNS, _TableSample.has_speakers),
        (_STARTS_ONLY, _TableSample.is_any),
    ),
    False: (
        (0, _TableSample.is_none),
        (0, _TableSample.is_unspoken),
        (0, _TableSample.lacks_sentences),
        (_MANY_COLUMNS, _TableSample.has_many_columns),
        (_WITHOUT_HEADER, _TableSample.is_any),
    ),
}
"""By whether there is a header. The first that holds counts."""


def sniff(text: str) -> int:
    """Decide by the header, and by whether the rows have times."""
    window = text[:SNIFF_WINDOW]
    if "\n" not in window[:_LONGEST_HEADER]:
        return 0
    sample = _take_sample(window)
    bids = _BIDS[sample.columns.has_header]
    return next(bid for bid, holds in bids if holds(sample))


def _take_sample(window: str) -> _TableSample:
    columns = find_columns(window)
    entries = filterfalse(attrgetter("is_blank"), read_entries(window, columns))
    sample = list(islice(entries, _SAMPLE))
    timed = [entry for entry in sample if entry.start]
    return _TableSample(columns, timed, len(timed) >= max(1, _MIN_READABLE * len(sample)))


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
