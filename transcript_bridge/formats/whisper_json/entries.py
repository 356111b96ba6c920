"""One entry of a list by its layout: when it begins and ends, its text and its speaker."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..json_keys import Role, meanings
from ..json_text import as_list, as_object, as_text
from ..recognizer_tokens import has_tokens, remove_tokens
from ..time_units import SECONDS, Scale, TimedText, find_scale
from .layout import Layout, first_value
from .moments import Moment, epoch_unit, from_ms, read_number, read_written
from .values import find_name

Row = dict[str, Any]
_DURATION = re.compile(r"\d+(?:\.\d+)?s", re.ASCII)
"""How protocol buffers write a duration as JSON."""
_SAMPLE = 20
"""Entries of which one time with a fraction shows that all are seconds."""


class EntryReader:
    """Reads entries that have one layout and one unit of time."""

    def __init__(self, layout: Layout, scale: Scale, names: Mapping[str, str]) -> None:
        self.layout = layout
        self.scale = scale
        self._names = names
        self._units: dict[str, float] = {}
        roles: dict[Role, tuple[str, ...]] = {
            "start": layout.start,
            "end": layout.end,
            "duration": layout.duration,
        }
        for role, keys in roles.items():
            for key in keys:
                self._units[key] = meanings(key)[role].unit or 0.0

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
            number = read_number(value)
            if number == number:  # no NaN
                moment = from_ms(number * self._unit_of(key, number))
            else:
                moment = read_written(value)
            if moment is not None:
                return moment
        return None

    def _unit_of(self, key: str, number: float) -> float:
        """ms per unit: by the key, else by the size of a date, else by the rate of speech."""
        unit = self._units[key]
        # Where the rate of speech shows the unit, a large number is no date: LocalAI's ns.
        if not unit and self.scale.rate is None:
            unit = epoch_unit(number)
        return unit or self.scale.unit

    def _omits_zero(self, row: Row) -> bool:
        """Whether an entry is Google's, whose JSON leaves out a start of zero."""
        if not self.layout.start or not row.keys().isdisjoint(self.layout.start):
            return False
        ends = map(as_text, map(row.get, self.layout.end))
        return any(map(_DURATION.fullmatch, ends))

    def read_speaker(self, row: Row) -> Any:
        """The speaker as it is in the file, an object's name, or the name of an identifier."""
        speaker = first_value(row, self.layout.speaker)
        speaker = find_name(speaker) or speaker
        return self._names.get(str(speaker), speaker)


def list_words(row: Any, layout: Layout) -> list[Any]:
    """The words inside of an entry."""
    return as_list(first_value(as_object(row), layout.words))


def list_word_texts(row: Any, layout: Layout) -> list[str]:
    """The texts of the words inside of an entry."""
    words = map(as_object, list_words(row, layout))
    return [as_text(word.get("text") or word.get("word")) for word in words]


def find_scale_of(rows: Sequence[Any], layout: Layout) -> Scale:
    """The unit of the times of entries, where the keys do not name it.

    Raises MalformedError if no unit fits.
    """
    if any(map(_has_fraction, list_timed_texts(rows[:_SAMPLE], layout))):
        return Scale(SECONDS)
    return find_scale(list_timed_texts(rows, layout))


def _has_fraction(text: TimedText) -> bool:
    return not text.start.is_integer() or not (text.length or 0.0).is_integer()


def list_timed_texts(rows: Iterable[Any], layout: Layout) -> list[TimedText]:
    """The times of entries as numbers of the file, where the keys do not name their unit."""
    start = _first_without_unit(layout.start, "start")
    end = _first_without_unit(layout.end, "end")
    duration = _first_without_unit(layout.duration, "duration")
    if not start:
        return []
    texts = []
    for row in map(as_object, rows):
        begins = read_number(row.get(start))
        lengths = (read_number(row.get(end)) - begins, read_number(row.get(duration)))
        if begins == begins:  # no NaN
            length = next(filter(math.isfinite, lengths), None)
            is_integer = not isinstance(row[start], float)
            texts.append(TimedText(begins, length, _count_characters(row, layout), is_integer))
    if all(epoch_unit(timed.start) for timed in texts):
        return []
    return texts


def _first_without_unit(keys: tuple[str, ...], role: Role) -> str:
    """The key that is read first, if its name has no unit; else empty."""
    for key in keys[:1]:
        if meanings(key)[role].unit is None:
            return key
    return ""


def _count_characters(row: Row, layout: Layout) -> int:
    text = as_text(first_value(row, layout.text))
    if has_tokens(text):  # SenseVoice's are longer than its short texts
        text = remove_tokens(text)
    return len(text.strip()) or sum(map(len, list_word_texts(row, layout)))
