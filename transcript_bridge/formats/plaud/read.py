"""One recording of Plaud as a Transcript."""

from __future__ import annotations

from typing import Any

from ...errors import MalformedError, NoSpeechError
from ...models import Transcript
from ...problems import ProblemLog
from ..dated_entries import DatedEntry, place_entries
from ..json_parts import SEVERAL
from ..json_text import as_object, load_json
from ..json_values import read_id, read_moment_ms, read_number, read_string, to_moment
from ..speaker_labels import SpeakerLabels

_RESULT = "trans_result"
_WRAPPERS = ("data", "data_file_list", "recording")


def is_recording(value: Any) -> bool:
    """Whether a JSON value is a recording rather than one of its entries."""
    return isinstance(value, dict) and (_RESULT in value or "is_trans" in value)


def parse(text: str) -> Transcript:
    """Read one recording, or its entries alone.

    Raises MalformedError for anything else, NoSpeechError for an empty list.
    """
    value = load_json(text)
    for key in _WRAPPERS:
        value = as_object(value).get(key, value)
    if value == []:
        raise NoSpeechError("this is a list of Plaud without any recording")
    if isinstance(value, list) and any(map(is_recording, value)):
        raise MalformedError(SEVERAL)
    if isinstance(value, list):
        return _Recording({}).read(value)
    if not isinstance(value, dict):
        raise MalformedError("this JSON is not a recording of Plaud")
    rows = value.get(_RESULT)
    if rows is None:
        raise MalformedError("this recording has no transcript; let Plaud generate it first")
    if not isinstance(rows, list):
        raise MalformedError("the transcript of this recording is not a list; export it again")
    return _Recording(value).read(rows)


class _Recording:
    """Reads one recording. fields: what is said of it."""

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
        zero = speech.zero
        if zero is None:
            zero = read_moment_ms(self._fields.get("start_time"))
        updated = read_moment_ms(self._fields.get("version_ms"))
        return Transcript(
            speech.utterances,
            problems=self._log.problems(),
            cues=len(rows),
            started_at=None if zero is None else to_moment(zero),
            start_source="guessed" if zero is None else "stated",
            title=self._read_first("filename", "file_name", "title"),
            conversation_id=read_id(self._fields.get("id") or self._fields.get("file_id")),
            updated_at=None if updated is None else to_moment(updated),
            source="plaud",
        )

    def _read_first(self, *keys: str) -> str:
        for key in keys:
            text = read_string(self._fields.get(key))
            if text:
                return text
        return ""

    def _read_entry(self, row: Any, number: int) -> DatedEntry | None:
        if not isinstance(row, dict) or not isinstance(row.get("content"), str):
            self._log.add("bad-item", f"entry {number} has no text", cues=1)
            return None
        text = read_string(row["content"])
        if not text:
            self._log.add("empty-cue", f"entry {number} has an empty text", cues=1)
            return None
        label = read_string(row.get("speaker")) or read_string(row.get("original_speaker"))
        speaker = self._labels.label_of(label or None)
        start = _read_time(row.get("start_time"))
        end = _read_time(row.get("end_time"))
        return DatedEntry(start, end, text, speaker)


def _read_time(value: Any) -> int | None:
    number = read_number(value)
    if number is None or number < 0:
        return None
    return round(number)
