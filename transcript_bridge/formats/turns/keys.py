"""Finds the keys or columns with the start, the end and the label of a turn."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from .values import TurnEntry, TurnTime, make_entry, read_label, read_span, read_time

_Role = Literal["start", "end", "length"]
_NOT_LETTERS = re.compile(r"[\W_]+")
_ENDINGS = {
    1.0: ("", "s", "sec", "secs", "seconds", "time", "timesec", "times", "timeseconds"),
    0.001: ("ms", "timems", "millis", "milliseconds"),
}
"""Ends of names by their units in seconds."""
_NAMES: dict[_Role, str] = {
    "start": "start begin from onset offset tbeg t0 starttime begintime turnonset",
    "end": "end stop to tend t1 finish endtime stoptime",
    "length": "duration dur length tdur turnduration",
}
"""Names of times in lower case, without anything but letters and digits."""
ROLES: Mapping[str, tuple[_Role, float]] = {
    name + ending: (role, unit)
    for role, names in _NAMES.items()
    for unit, endings in _ENDINGS.items()
    for name in names.split()
    for ending in endings
}
"""The role of a key, and its unit in seconds."""
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
RECORDINGS = ("recording", "file", "filename", "fileid", "uri", "audio", "audiofile")
SEGMENT = "segment"
_BESIDE = frozenset(
    (
        *("confidence", "score", "probability", "overlap", "id", "index", "channel", "match"),
        *("type", "diarizationspeaker", "gender", "color", "unnamed0", "intersection", "union"),
    )
)
"""Keys of turns that contain neither the speaker nor a time."""
KNOWN = _BESIDE.union(ROLES, LABELS, RECORDINGS, (SEGMENT, ""))
_SAID = "text word token sentence caption utterance line transcript"
TEXTS = frozenset(
    (
        *_SAID.split(),
        *[f"{name}s" for name in _SAID.split()],
        *("transcription", "content", "body", "message", "punctuatedword"),
    )
)
"""Keys of texts: a file that has one is a transcript."""


def fold(key: str) -> str:
    """A key in lower case, without anything but letters and digits."""
    return _NOT_LETTERS.sub("", key.lower())


def read_entry(fields: Mapping[str, Any]) -> TurnEntry | None:
    """A turn from its fields, by folded keys; None if it has no label or no times."""
    times: dict[_Role, TurnTime] = {}
    values = fields.items()
    if SEGMENT in fields:
        values = {**read_span(fields[SEGMENT]), **fields}.items()
    for key, value in values:
        if key in ROLES:
            role, unit = ROLES[key]
            time = read_time(value, unit)
            if time is not None:
                times.setdefault(role, time)
    end = times.get("end")
    if end is None and "start" in times and "length" in times:
        end = times["start"].later(times["length"])
    label = find_label(fields, LABELS)
    return make_entry(times.get("start"), end, label, find_label(fields, RECORDINGS))


def find_label(fields: Mapping[str, Any], keys: Iterable[str]) -> str | None:
    """The first label under one of the keys; None if there is none."""
    present = [fields[key] for key in keys if key in fields]
    return next(filter(None, map(read_label, present)), None)
