"""Segments with nothing odd about them.

A file can have a million words, so each step is as cheap as can be: no call where an operator does,
and a TypeError or KeyError instead of a check.
"""

from __future__ import annotations

from typing import Any

from ...models import Utterance, Word
from ...timecode import MAX_SECONDS
from .values import Labels

# A named tuple's own constructor takes 1.5 to 2.2 times as long.
_new: Any = tuple.__new__


def read(row: Any, labels: Labels) -> Utterance | None:
    """The utterance of a segment; None if it has anything odd."""
    try:
        text = row["text"].strip()
        if not text or "\r" in text:
            return None
        start = row["start"]
        end = row["end"]
        if type(start) is not float or type(end) is not float:
            start = _to_float(start)
            end = _to_float(end)
        if not (-MAX_SECONDS < start < MAX_SECONDS and -MAX_SECONDS < end < MAX_SECONDS):
            return None
        items = row.get("words")
        if items:
            words = _read_words(items, labels)
        else:
            words = ()
        if words is None:
            return None
        speaker = labels[row.get("speaker")]
    except (KeyError, TypeError, AttributeError, OverflowError):
        return None
    begin = round(start * 1000)
    finish = round(end * 1000)
    utterance: Utterance = _new(Utterance, (begin, finish, text, speaker, words, None, None))
    return utterance


def _to_float(value: Any) -> float:
    """A JSON number as a float; TypeError for anything else."""
    if type(value) is not int and type(value) is not float:
        raise TypeError
    return float(value)


def _read_words(items: list[Any], labels: Labels) -> tuple[Word, ...] | None:
    """Words that have a text, and two good times or none; None if any is odd.

    Any exception of `read` means the same.
    """
    words = []
    low, high = -MAX_SECONDS, MAX_SECONDS
    if "word" in items[0]:  # whisper-timestamped and pyannoteAI
        key = "word"
    else:
        key = "text"
    for item in items:
        get = item.get
        text = item[key].strip()
        if not text:
            return None
        start = get("start")
        end = get("end")
        if start is not None or end is not None:
            if type(start) is not float or type(end) is not float:
                start = _to_float(start)
                end = _to_float(end)
            if not (low < start < high and low < end < high):
                return None
            start = round(start * 1000)
            end = round(end * 1000)
        words.append(_new(Word, (text, start, end, labels[get("speaker")])))
    return tuple(words)
