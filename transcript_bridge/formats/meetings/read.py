"""One meeting of Fireflies, Fathom or Read.ai as a Transcript."""

from __future__ import annotations

import re
from typing import Any

from ...errors import MalformedError
from ...models import Transcript
from ...timecode import read_clock
from ..dated_entries import DatedEntry
from ..dated_json import DatedReader, read_first
from ..json_parts import SEVERAL
from ..json_text import as_object, load_json
from ..json_values import FIRST_MOMENT, read_id, read_moment_ms, read_number, read_string

ID_KEYS = ("id", "recording_id", "session_id")
"""The keys under which products have the id of a meeting."""
_LISTS = ("sentences", "speaker_blocks", "transcript")
_WRAPPERS = ("data", "transcript", "meeting")
_TITLES = ("title", "meeting_title")
_STARTS = ("date", "dateString", "recording_start_time", "start_time", "created_at")
_NAMES = ("display_name", "name")
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d\d)(?:\.(\d{1,3}))?", re.ASCII)


def is_meeting(value: Any) -> bool:
    """Whether a JSON value is a meeting rather than something in it."""
    return not set(_LISTS).isdisjoint(as_object(value))


def parse(text: str) -> Transcript:
    """Read one meeting. Raises MalformedError for anything else."""
    value = load_json(text)
    for key in _WRAPPERS:
        inner = as_object(value).get(key)
        is_wrapper = isinstance(inner, dict) and "speaker_blocks" not in inner
        if is_wrapper:
            value = inner
    if not isinstance(value, dict):
        raise MalformedError(SEVERAL)
    rows = _find_rows(value)
    if rows is None:
        raise MalformedError("this meeting has no transcript; export it with its transcript")
    return _MeetingReader(value).read(rows)


def _find_rows(value: dict[str, Any]) -> list[Any] | None:
    holders = (value, as_object(value.get("transcript")))
    found = [holder.get(key) for holder in holders for key in _LISTS]
    return next((rows for rows in found if isinstance(rows, list)), None)


class _MeetingReader(DatedReader):
    """Reads one meeting."""

    texts = ("text", "words", "sentence")

    def read(self, rows: list[Any]) -> Transcript:
        """All of its speech."""
        moments = map(read_moment_ms, map(self.fields.get, _STARTS))
        transcript = self.read_rows(rows, next(filter(None, moments), None))
        ids = map(read_id, map(self.fields.get, ID_KEYS))
        return transcript.evolve(
            title=read_first(self.fields, *_TITLES),
            conversation_id=next(filter(None, ids), ""),
        )

    def read_entry(self, row: Any, number: int) -> DatedEntry | None:
        text = self.read_text(row, number)
        if not text:
            return None
        start = _read_time(row.get("start_time", row.get("timestamp")))
        end = _read_time(row.get("end_time"))
        return DatedEntry(start, end, text, self.labels.label_of(_find_label(row)))


def _find_label(fields: dict[str, Any]) -> str | None:
    label = read_string(fields.get("speaker_name"))
    if not label:
        label = read_first(as_object(fields.get("speaker")), *_NAMES)
    if not label:
        label = read_string(fields.get("speaker")) or read_id(fields.get("speaker_id"))
    return label or None


def _read_time(value: Any) -> int | None:
    """ms: a moment in ms, seconds, or a clock."""
    number = read_number(value)
    if number is None:
        clock = _CLOCK.fullmatch(read_string(value))
        return read_clock(*clock.groups()) if clock else None
    if number >= FIRST_MOMENT:
        return round(number)
    return round(number * 1000)
