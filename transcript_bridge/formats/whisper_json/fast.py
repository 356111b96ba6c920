"""A fast reader of WhisperX's segments without odd values.

A file can have a million words, so each step must be cheap: operators instead of calls, and a
TypeError or KeyError instead of checks. The types of times are compared, because `true` is 1 in
Python.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from typing import Any

from ...models import Word
from ...timecode import MAX_SECONDS
from .entry import NOTHING, Entry
from .values import Labels

_HIGH = round(MAX_SECONDS * 1000)
_LOW = -_HIGH
"""ms."""
# A named tuple's own constructor takes 1.5 to 2.2 times as long.
_new: Any = tuple.__new__


def read_all(rows: Sequence[Any], labels: Labels) -> list[Entry | None]:
    """Read segments with WhisperX's keys; None in place of each that has odd values."""
    return list(map(read, rows, repeat(labels)))


def read(row: Any, labels: Labels) -> Entry | None:
    """Read a segment with WhisperX's keys; None if it has odd values."""
    try:
        text = row["text"].strip()
        begins = row["start"]
        ends = row["end"]
        start = round(begins * 1000)
        end = round(ends * 1000)
        items = row.get("words")
        words = _read_words(items, labels) if items else ()
        speaker = labels[row.get("speaker")]
    except (KeyError, TypeError, AttributeError, ArithmeticError, ValueError):
        return None
    has_times = _LOW < start < _HIGH and _LOW < end < _HIGH
    if type(begins) is bool or type(ends) is bool or not has_times:
        return None
    if not text or "\r" in text or words is None:
        return None
    entry: Entry = _new(Entry, (start, end, text, speaker, words, False, NOTHING, 0, 0))
    return entry


def _read_words(items: list[Any], labels: Labels) -> tuple[Word, ...] | None:
    """Read words that have a text, and two valid times or none; None if one is different.

    The caller, `read`, treats an exception in the same way.
    """
    words = []
    low, high = _LOW, _HIGH
    key = "word" if "word" in items[0] else "text"  # whisper-timestamped and pyannoteAI
    for item in items:
        get = item.get
        text = item[key].strip()
        start = get("start")
        end = get("end")
        if start is not None or end is not None:
            if type(start) is bool or type(end) is bool:
                return None
            start = round(start * 1000)
            end = round(end * 1000)
            if not (low < start < high and low < end < high):
                return None
        if not text:
            return None
        words.append(_new(Word, (text, start, end, labels[get("speaker")])))
    return tuple(words)
