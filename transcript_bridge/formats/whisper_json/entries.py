"""One entry of a list by its layout: when it begins and ends, its text and its speaker."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ..json_keys import meanings
from ..json_text import as_list, as_object, text_length
from ..recognizer_tokens import has_tokens, remove_tokens
from ..time_units import Scale, TimedText, find_scale
from .layout import Layout, first_value
from .moments import Moment, as_plain_number, epoch_unit, read_moment
from .values import find_name

Row = dict[str, Any]
_DURATION = re.compile(r"\d+(?:\.\d+)?s", re.ASCII)
"""How protocol buffers write a duration as JSON."""


class EntryReader:
    """Reads entries that have one layout and one unit of time."""

    def __init__(self, layout: Layout, scale: Scale, names: Mapping[str, str]) -> None:
        self.layout = layout
        self.scale = scale
        self._names = names
        self._units: dict[str, float | None] = {}
        for role in ("start", "end", "duration"):
            for key in getattr(layout, role):
                self._units[key] = meanings(key)[role].unit

    def read_start(self, row: Row) -> Moment | None:
        """When an entry begins; None if it has no time that can be read."""
        start = self._read(row, self.layout.start)
        if start is None and self._omits_zero(row):
            return Moment(0)
        return start

    def read_end(self, row: Row, start: Moment | None) -> Moment | None:
        """When an entry ends, by a time or by a length."""
        end = self._read(row, self.layout.end)
        if end is not None or start is None:
            return end
        length = self._read(row, self.layout.duration)
        if length is None:
            return None
        return start._replace(ms=start.ms + length.ms)

    def _read(self, row: Row, keys: tuple[str, ...]) -> Moment | None:
        for key in keys:
            value = row.get(key)
            if value is None:
                continue
            moment = read_moment(value, self._unit_of(key, value))
            if moment is not None:
                return moment
        return None

    def _omits_zero(self, row: Row) -> bool:
        """Whether an entry is Google's, whose JSON leaves out a start of zero."""
        if not self.layout.start or any(key in row for key in self.layout.start):
            return False
        ends = [row.get(key) for key in self.layout.end]
        return any(isinstance(end, str) and _DURATION.fullmatch(end) for end in ends)

    def _unit_of(self, key: str, value: Any) -> float:
        """ms per unit: by the key, else by the size of a date, else by the rate of speech."""
        unit = self._units[key]
        if unit is not None:
            return unit
        number = as_plain_number(value)
        # Where the rate of speech shows the unit, a large number is no date: LocalAI's ns.
        if number is not None and self.scale.rate is None:
            unit = epoch_unit(number)
        if unit is None:
            return self.scale.unit
        return unit

    def read_speaker(self, row: Row) -> Any:
        """The speaker as it is in the file, an object's name, or the name of an identifier."""
        speaker = first_value(row, self.layout.speaker)
        name = find_name(speaker)
        if name is not None:
            speaker = name
        if isinstance(speaker, str | int):
            return self._names.get(str(speaker), speaker)
        return speaker


def list_words(row: Any, layout: Layout) -> list[Any]:
    """The words inside of an entry."""
    return as_list(first_value(as_object(row), layout.words))


def find_scale_of(rows: Iterable[Any], layout: Layout) -> Scale:
    """The unit of the times of entries, where the keys do not name it.

    Raises MalformedError if no unit fits.
    """
    return find_scale(list_timed_texts(rows, layout))


def list_timed_texts(rows: Iterable[Any], layout: Layout) -> list[TimedText]:
    """The times of entries as numbers of the file, where the keys do not name their unit."""
    key = _first_without_unit(layout.start, "start")
    if key is None:
        return []
    end_key = _first_without_unit(layout.end, "end")
    duration_key = _first_without_unit(layout.duration, "duration")
    texts = []
    for row in rows:
        timed = _read_numbers(as_object(row), layout, key, end_key, duration_key)
        if timed is not None:
            texts.append(timed)
    if all(epoch_unit(timed.start) is not None for timed in texts):
        return []
    return texts


def _first_without_unit(keys: tuple[str, ...], role: Any) -> str | None:
    """The key that is read first, if its name has no unit."""
    if keys and meanings(keys[0])[role].unit is None:
        return keys[0]
    return None


def _read_numbers(
    row: Row, layout: Layout, start_key: str, end_key: str | None, duration_key: str | None
) -> TimedText | None:
    """The times of an entry as they are in the file; None if its start is not a plain number."""
    value = row.get(start_key)
    start = as_plain_number(value)
    if start is None:
        return None
    length = None
    end = None
    if end_key:
        end = as_plain_number(row.get(end_key))
    if end is not None:
        length = end - start
    elif duration_key:
        length = as_plain_number(row.get(duration_key))
    text = first_value(row, layout.text)
    if isinstance(text, str) and has_tokens(text):  # SenseVoice's are longer than its short texts
        text = remove_tokens(text)
    characters = text_length(text)
    if not characters:
        characters = _count_characters(list_words(row, layout))
    return TimedText(start, length, characters, not isinstance(value, float))


def _count_characters(words: list[Any]) -> int:
    count = 0
    for word in words:
        fields = as_object(word)
        text = fields.get("text") or fields.get("word")
        if isinstance(text, str):
            count += len(text)
    return count
