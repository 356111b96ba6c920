"""Segments with nothing odd about them.

A file can have a million words, so each step is as cheap as can be: no call where an operator does,
and a TypeError or KeyError instead of a check.
"""

from __future__ import annotations

from typing import Any

from ...models import Utterance, Word
from ...timecode import MAX_SECONDS
from .values import Labels

_HIGH = round(MAX_SECONDS * 1000)
_LOW = -_HIGH
"""ms."""
# A named tuple's own constructor takes 1.5 to 2.2 times as long.
_new: Any = tuple.__new__


def read(row: Any, labels: Labels) -> Utterance | None:
    """The utterance of a segment; None if it has anything odd."""
    try:
        text = row["text"].strip()
        start = round(row["start"] * 1000)
        end = round(row["end"] * 1000)
        items = row.get("words")
        words = _read_words(items, labels) if items else ()
        speaker = labels[row.get("speaker")]
    except (KeyError, TypeError, AttributeError, ArithmeticError, ValueError):
        return None
    has_numbers = bool not in (type(row["start"]), type(row["end"]))
    is_odd = (
        not has_numbers
        or not text
        or "\r" in text
        or not (_LOW < start < _HIGH and _LOW < end < _HIGH)
    )
    if is_odd or words is None:
        return None
    utterance: Utterance = _new(Utterance, (start, end, text, speaker, words, None, None))
    return utterance


def _read_words(items: list[Any], labels: Labels) -> tuple[Word, ...] | None:
    """Words that have a text, and two good times or none; None if any is odd.

    Any exception of `read` means the same.
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
            start = round(start * 1000)
            end = round(end * 1000)
            if not (low < start < high and low < end < high):
                return None
        if not text:
            return None
        words.append(_new(Word, (text, start, end, labels[get("speaker")])))
    return tuple(words)
