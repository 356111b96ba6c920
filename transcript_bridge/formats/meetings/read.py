"""One meeting of Fireflies, Fathom or Read.ai as a Transcript."""

from __future__ import annotations

import re
from typing import Any

from ...errors import MalformedError
from ...models import Transcript
from ...problems import ProblemLog
from ..dated_entries import DatedEntry, place_entries
from ..json_parts import SEVERAL
from ..json_text import as_object, load_json
from ..json_values import FIRST_MOMENT, read_id, read_moment_ms, read_number, read_string, to_moment
from ..speaker_labels import SpeakerLabels

ID_KEYS = ("id", "recording_id", "session_id")
"""Where the products have the id of a meeting."""
_LISTS = ("sentences", "speaker_blocks", "transcript")
_WRAPPERS = ("data", "transcript", "meeting")
_TITLES = ("title", "meeting_title")
_STARTS = ("date", "dateString", "recording_start_time", "start_time", "created_at")
_TEXTS = ("text", "words", "sentence")
_NAMES = ("display_name", "name")
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d\d)(?:\.(\d{1,3}))?", re.ASCII)


def is_meeting(value: Any) -> bool:
    """Whether a JSON value is a meeting rather than something in it."""
    return isinstance(value, dict) and any(key in value for key in _LISTS)


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
    return _Meeting(value).read(rows)


def _find_rows(value: dict[str, Any]) -> list[Any] | None:
    for holder in (value, as_object(value.get("transcript"))):
        for key in _LISTS:
            rows = holder.get(key)
            if isinstance(rows, list):
                return rows
    return None


class _Meeting:
    """Reads one meeting. fields: what is said of it."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self._fields = fields
        self._labels = SpeakerLabels()
        self._log = ProblemLog()

    def read(self, rows: list[Any]) -> Transcript:
        """All of its speech."""
        entries = []
        for number, row in enumerate(rows, 1):
            entry = self._read_entry(row, number)
            if entry is not None:
                entries.append(entry)
        speech = place_entries(entries, self._log)
        zero = self._find_start() if speech.zero is None else speech.zero
        updated = read_moment_ms(self._fields.get("updated_at"))
        return Transcript(
            speech.utterances,
            problems=self._log.problems(),
            cues=len(rows),
            started_at=None if zero is None else to_moment(zero),
            start_source="guessed" if zero is None else "stated",
            title=_read_first(self._fields, _TITLES),
            conversation_id=self._find_id(),
            updated_at=None if updated is None else to_moment(updated),
        )

    def _find_start(self) -> int | None:
        for key in _STARTS:
            moment = read_moment_ms(self._fields.get(key))
            if moment is not None:
                return moment
        return None

    def _find_id(self) -> str:
        for key in ID_KEYS:
            found = read_id(self._fields.get(key))
            if found:
                return found
        return ""

    def _read_entry(self, row: Any, number: int) -> DatedEntry | None:
        fields = as_object(row)
        if not any(isinstance(fields.get(key), str) for key in _TEXTS):
            self._log.add("bad-item", f"entry {number} has no text", cues=1)
            return None
        text = _read_first(fields, _TEXTS)
        if not text:
            self._log.add("empty-cue", f"entry {number} has an empty text", cues=1)
            return None
        start = _read_time(fields.get("start_time", fields.get("timestamp")))
        end = _read_time(fields.get("end_time"))
        return DatedEntry(start, end, text, self._labels.label_of(_find_label(fields)))


def _read_first(fields: dict[str, Any], keys: tuple[str, ...]) -> str:
    for key in keys:
        text = read_string(fields.get(key))
        if text:
            return text
    return ""


def _find_label(fields: dict[str, Any]) -> str | None:
    label = read_string(fields.get("speaker_name"))
    if not label:
        label = _read_first(as_object(fields.get("speaker")), _NAMES)
    if not label:
        label = read_string(fields.get("speaker")) or read_id(fields.get("speaker_id"))
    return label or None


def _read_time(value: Any) -> int | None:
    """ms: a moment in ms, seconds, or a clock."""
    number = read_number(value)
    if number is not None and number >= FIRST_MOMENT:
        return round(number)
    if number is not None:
        return round(number * 1000)
    clock = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
    if clock is None:
        return None
    hours, minutes, seconds = int(clock[1] or 0), int(clock[2]), int(clock[3])
    milliseconds = int((clock[4] or "0").ljust(3, "0"))
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + milliseconds
