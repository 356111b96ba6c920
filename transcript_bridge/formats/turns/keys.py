"""Which key of an object, or column of a table, holds the start, the end, the label of a turn."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from .values import Time, read_label, read_span, read_time

_NOT_LETTERS = re.compile(r"[\W_]+")
_SECONDS = ("", "s", "sec", "secs", "seconds", "time", "timesec", "times", "timeseconds")
_MILLISECONDS = ("ms", "timems", "millis", "milliseconds")


def _spell(names: str, endings: Iterable[str]) -> frozenset[str]:
    return frozenset(name + ending for name in names.split() for ending in endings)


# Keys in lower case, without anything but letters and digits.
_STARTS = "start begin from onset offset tbeg t0 starttime begintime"
_ENDS = "end stop to tend t1 finish endtime stoptime"
_LENGTHS = "duration dur length tdur"
START, START_MS = _spell(_STARTS, _SECONDS), _spell(_STARTS, _MILLISECONDS)
END, END_MS = _spell(_ENDS, _SECONDS), _spell(_ENDS, _MILLISECONDS)
LENGTH, LENGTH_MS = _spell(_LENGTHS, _SECONDS), _spell(_LENGTHS, _MILLISECONDS)
LABELS = (
    "speakername",
    "speaker",
    "speakerlabel",
    "speakerid",
    "label",
    "spk",
    "spkid",
    "name",
    "cluster",
    "track",
)
"""Keys of a label, the preferred first."""
RECORDINGS = ("recording", "file", "filename", "uri", "audio", "audiofile")
SEGMENT = "segment"
_TIMES = START | START_MS | END | END_MS | LENGTH | LENGTH_MS
_BESIDE = _spell("confidence score probability overlap id index channel match type", [""])
_BESIDE |= _spell("diarizationspeaker gender color unnamed0 intersection union", [""])
"""Keys of turns that say neither who speaks nor when."""
KNOWN = _TIMES | _BESIDE | frozenset([*LABELS, *RECORDINGS, SEGMENT, ""])
TEXTS = _spell("text word token sentence caption utterance line transcript", ["", "s"])
TEXTS |= _spell("transcription content body message punctuatedword", [""])
"""Keys of what is said: a file that has one is a transcript."""


class Entry(NamedTuple):
    """A turn as it is written."""

    start: Time
    end: Time
    label: str
    recording: str | None


def fold(key: str) -> str:
    """A key in lower case, without anything but letters and digits."""
    return _NOT_LETTERS.sub("", key.lower())


def read_entry(fields: Mapping[str, Any]) -> Entry | None:
    """A turn from its fields, by folded keys; None if it has no label or no times."""
    label = find_label(fields, LABELS)
    if label is None:
        return None
    start = _find_time(fields, START, START_MS)
    end = _find_time(fields, END, END_MS)
    length = _find_time(fields, LENGTH, LENGTH_MS)
    if end is None and start is not None and length is not None:
        bare = start.is_bare_integer and length.is_bare_integer
        end = Time(start.seconds + length.seconds, bare)
    if start is None or end is None:
        span = read_span(fields.get(SEGMENT))
        start, end = read_time(span.get("start")), read_time(span.get("end"))
    if start is None or end is None:
        return None
    return Entry(start, end, label, find_label(fields, RECORDINGS))


def find_label(fields: Mapping[str, Any], keys: Iterable[str]) -> str | None:
    """The first label under one of the keys; None if there is none."""
    for key in keys:
        label = read_label(fields.get(key))
        if label is not None:
            return label
    return None


def _find_time(
    fields: Mapping[str, Any], seconds: frozenset[str], milliseconds: frozenset[str]
) -> Time | None:
    for key, value in fields.items():
        if key in seconds:
            found = read_time(value)
        elif key in milliseconds:
            found = read_time(value)
            if found is not None:
                found = Time(found.seconds / 1000)
        else:
            continue
        if found is not None:
            return found
    return None
