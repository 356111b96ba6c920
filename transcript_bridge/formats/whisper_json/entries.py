"""Reads entries of any layout: their start, end, text, speaker and words."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any

from ..json_keys import Role, meanings
from ..json_text import as_object, as_text
from ..recognizer_tokens import has_tokens, remove_tokens
from ..time_units import SECONDS, Scale, TimedText, find_scale, is_whole
from . import fast
from .entry import Entry, collect_words
from .layout import WHISPER_LAYOUT, Layout, first_value
from .moments import Moment, epoch_unit, from_ms, read_number, read_written
from .values import Labels, find_name, is_label, read_text, read_time

Row = dict[str, Any]
OWNER_KEYS = frozenset(("is_user", "isUser"))
"""Omi's key of what the owner says, which others copy."""
_DURATION = re.compile(r"\d+(?:\.\d+)?s", re.ASCII)
"""How protocol buffers write a duration as JSON."""
_FEWEST, _SAMPLE = 2, 20
"""One time with a fraction among so many entries shows that all are seconds."""
_START, _END = attrgetter("start"), attrgetter("end")
_WORD_TEXTS = ("text", "word")
_UNIDENTIFIED = ("UU", "?")
"""Labels of Speechmatics and whisper.cpp for speakers that they cannot tell apart. Speechmatics may
name the channel."""
_NO_WORDS = frozenset(("spacing", "space", "silence", "pause", "speaker_change"))
_PUNCTUATION = frozenset(("punctuation", "punct", "_"))
"""Types of words: those that are left out, those that belong to the word before (`_` is
AmiVoice's)."""


class TimeOrigin:
    """Where time 0 is, if times are dates."""

    def __init__(self) -> None:
        self.dates: list[Moment] = []
        """Starts that are dates."""
        self.zero = 0
        """ms: the date of time 0."""

    def place(self, moment: Moment | None) -> float:
        """Return the ms from time 0; NaN if it is not known."""
        if moment is None:
            return math.nan
        if moment.is_date:
            return moment.ms - self.zero
        return moment.ms


class EntryReader:
    """Reads entries that have one layout and one unit of time.

    names: of speakers, by the identifiers that entries have. inner: reads the words in entries;
    None if these are words.
    """

    def __init__(
        self,
        layout: Layout,
        scale: Scale,
        names: Mapping[str, str],
        clock: TimeOrigin,
        inner: EntryReader | None = None,
    ) -> None:
        self.layout = layout
        self.scale = scale
        self.labels = Labels()
        self._names = names
        self._clock = clock
        self._inner = inner
        times: dict[Role, tuple[str, ...]] = {
            "start": layout.start,
            "end": layout.end,
            "duration": layout.duration,
        }
        # If the rate of speech shows the unit, a large number is not a date: LocalAI writes ns.
        unnamed = 0.0 if scale.rate is None else scale.unit
        self._units = {
            key: meanings(key)[role].unit or unnamed for role, keys in times.items() for key in keys
        }
        """ms per unit of the numbers under each key; 0 if their size shows which are dates."""

    def read_all(self, rows: Sequence[Any]) -> list[Entry]:
        """Read one entry for each row."""
        return list(map(self.read, rows))

    def read_words(self, rows: Sequence[Any]) -> list[Entry]:
        """Read entries of one word each; add punctuation to the words, and drop blank entries."""
        text_key = self.layout.text_key
        rows = [row for row in rows if not as_text(as_object(row).get(text_key)).isspace()]
        if not self.layout.kind:
            return self.read_all(rows)
        spoken = [row for row in rows if self._read_kind(row) not in _NO_WORDS]
        words: list[Entry] = []
        for row, entry in zip(spoken, self.read_all(spoken), strict=True):
            is_mark = self._read_kind(row) in _PUNCTUATION
            if words and is_mark:
                before = words[-1]
                words[-1] = before._replace(text=before.text + entry.text)
            else:
                words.append(entry)
        return words

    def _read_kind(self, row: Any) -> str:
        return as_text(first_value(as_object(row), self.layout.kind)).lower()

    def read(self, row: Any) -> Entry:
        """Read a row of any type as an entry."""
        if not isinstance(row, dict):
            return Entry(odd={"entry": row})
        begins = self._read_start(row)
        ends = self._read_end(row, begins)
        text = read_text(first_value(row, self.layout.text))
        speaker = self._read_speaker(row)
        start, end = self._clock.place(begins), self._clock.place(ends)
        is_owners = True in map(row.get, OWNER_KEYS)
        entry = Entry(start, end, text, speaker, (), is_owners)
        is_whole = begins and ends and text and (speaker or not self.layout.speaker)
        if not is_whole:
            entry = entry._replace(odd=self._find_odd(row, entry))
        rows = list_words(row, self.layout)
        if rows and self._inner is not None:
            entry = self._add_words(entry, self._inner.read_words(rows))
        return entry

    def _add_words(self, entry: Entry, words: Sequence[Entry]) -> Entry:
        """Add words to an entry. If it has no times, it gets those of the words."""
        found = collect_words(words)
        entry = entry._replace(
            words=found.words, odd_words=found.odd_words, guessed_words=found.guessed_words
        )
        timed = [word for word in found.words if word.start is not None]
        if not timed or self.layout.has_times:
            return entry
        start, end = min(map(_START, timed)), max(map(_END, timed))
        if self.layout.start:
            start = entry.start
        return entry._replace(start=start, end=end)

    def _find_odd(self, row: Row, entry: Entry) -> dict[str, Any]:
        """Find the values of an entry that cannot be read."""
        layout = self.layout
        speaker = first_value(row, layout.speaker)
        roles = (
            ("start", math.isfinite(entry.start), first_value(row, layout.start)),
            ("end", math.isfinite(entry.end), first_value(row, layout.end)),
            ("text", entry.text, first_value(row, layout.text)),
            ("speaker", is_label(speaker), speaker),
        )
        return {role: value for role, known, value in roles if not known and value is not None}

    def _read_start(self, row: Row) -> Moment | None:
        """Read the start of an entry; None if it has no time that can be read."""
        start = self._read_time(row, self.layout.start)
        if start is None:
            return Moment(0) if self._omits_zero(row) else None
        if start.is_date:
            self._clock.dates.append(start)
        return start

    def _read_end(self, row: Row, start: Moment | None) -> Moment | None:
        """Read the end of an entry, from a time or a length."""
        end = self._read_time(row, self.layout.end)
        if end is not None or start is None:
            return end
        length = self._read_time(row, self.layout.duration)
        if length is None:
            return None
        return start._replace(ms=start.ms + length.ms)

    def _read_time(self, row: Row, keys: tuple[str, ...]) -> Moment | None:
        for key in keys:
            value = row.get(key)
            number = read_number(value)
            if number == number:  # no NaN
                unit = self._units[key] or epoch_unit(number) or self.scale.unit
                moment = from_ms(number * unit)
            else:
                moment = read_written(value)
            if moment is not None:
                return moment
        return None

    def _omits_zero(self, row: Row) -> bool:
        """Whether an entry has the form of Google, which leaves out a start of zero."""
        if not self.layout.start or not row.keys().isdisjoint(self.layout.start):
            return False
        ends = map(as_text, map(row.get, self.layout.end))
        return any(map(_DURATION.fullmatch, ends))

    def _read_speaker(self, row: Row) -> str | None:
        """Read the label: a value, the name in an object, or the name of an identifier."""
        speaker = first_value(row, self.layout.speaker)
        if speaker in _UNIDENTIFIED:
            speaker = first_value(row, self.layout.speaker[1:])
        speaker = find_name(speaker) or speaker
        try:
            return self.labels[self._names.get(str(speaker), speaker)]
        except TypeError:
            return None


class WhisperReader(EntryReader):
    """Reads entries in the form of WhisperX, whose times are seconds."""

    def __init__(self, clock: TimeOrigin) -> None:
        scale = Scale(SECONDS)
        inner = EntryReader(WHISPER_LAYOUT, scale, {}, clock)
        super().__init__(WHISPER_LAYOUT, scale, {}, clock, inner)

    def read_all(self, rows: Sequence[Any]) -> list[Entry]:
        """Read one entry for each row; rows with odd values are read by EntryReader."""
        entries: list[Any] = fast.read_all(rows, self.labels)
        if not all(entries):  # in C: to look at each entry takes a tenth of reading it
            entries = [entry or self.read(row) for entry, row in zip(entries, rows, strict=True)]
        return entries

    def read(self, row: Any) -> Entry:
        """Read one entry; a time that is text is reported."""
        entry = super().read(row)
        fields = as_object(row)
        written = {
            role: fields[role] for role in ("start", "end") if isinstance(fields.get(role), str)
        }
        return entry._replace(odd={**entry.odd, **written})

    def _read_time(self, row: Row, keys: tuple[str, ...]) -> Moment | None:
        for ms in map(read_time, map(row.get, keys)):
            if ms is not None:
                return Moment(ms)
        return None


def list_words(row: Any, layout: Layout) -> list[Any]:
    """The words in an entry; a value that is not a list counts as one word that cannot be read."""
    value = first_value(as_object(row), layout.words)
    if value is None or isinstance(value, list):
        return value or []
    return [value]


def find_text(row: Any, layout: Layout) -> str:
    """The text of an entry, or those of its words; empty if it has none."""
    text = as_text(first_value(as_object(row), layout.text)).strip()
    if text:
        return text
    words = map(as_object, list_words(row, layout))
    return " ".join([as_text(first_value(word, _WORD_TEXTS)) for word in words])


def find_scale_of(rows: Sequence[Any], layout: Layout, beside: float = SECONDS) -> Scale:
    """Find the unit of times whose keys do not name it.

    beside: the unit of the list that these entries belong to, if they have no texts. Raises
    MalformedError if no unit fits.
    """
    # In most files one of the first two has a fraction of a second. To list a whole sample takes
    # 7 % of reading a small file.
    for count in (_FEWEST, _SAMPLE):
        if not all(map(is_whole, list_timed_texts(rows[:count], layout))):
            return Scale(SECONDS)
    if not layout.text and not layout.words:
        return Scale(beside)
    return find_scale(list_timed_texts(rows, layout))


def list_timed_texts(rows: Iterable[Any], layout: Layout) -> list[TimedText]:
    """List the times whose keys do not name their unit, as numbers of the file, with the texts."""
    start = _first_without_unit("start", layout.start)
    end = _first_without_unit("end", layout.end)
    duration = _first_without_unit("duration", layout.duration)
    texts = []
    for row in map(as_object, rows):
        begins = read_number(row.get(start))
        if math.isnan(begins):
            continue
        lengths = (read_number(row.get(end)) - begins, read_number(row.get(duration)))
        length = next(filter(math.isfinite, lengths), None)
        text = find_text(row, layout)
        if has_tokens(text):  # SenseVoice's are longer than its short texts
            text = remove_tokens(text)
        is_integer = not isinstance(row[start], float)
        texts.append(TimedText(begins, length, len(text.strip()), is_integer))
    are_dates = all(epoch_unit(timed.start) for timed in texts)
    return [] if are_dates else texts


def _first_without_unit(role: Role, keys: tuple[str, ...]) -> str:
    """The preferred key, if its name has no unit; else empty."""
    first = "".join(keys[:1])
    has_unit = keys and meanings(first)[role].unit
    return "" if has_unit else first
