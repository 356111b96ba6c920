"""One meeting of Granola's as a Transcript."""

from __future__ import annotations

import json
from typing import Any

from ...errors import MalformedError
from ...models import Transcript
from ...problems import ProblemLog
from ..dated_entries import DatedEntry, place_entries
from ..json_text import as_object, load_json
from ..json_values import read_id, read_moment, read_moment_ms, read_string, to_moment
from ..speaker_labels import SpeakerLabels, means_owner

_ABOUT = '{"document": '
"""The line before a transcript that comes from a cache begins with this."""
_MICROPHONES = ("microphone", "mic")


def parse(text: str) -> Transcript:
    """Read one meeting. Raises MalformedError for anything else."""
    fields: dict[str, Any] = {}
    if text.startswith(_ABOUT):
        about, _, text = text.partition("\n")
        fields = as_object(as_object(load_json(about)).get("document"))
    document = load_json(unescape(text))
    if isinstance(document, dict):
        fields = document
        document = document.get("transcript")
    if not isinstance(document, list):
        raise MalformedError("this JSON has no transcript of Granola")
    return _Meeting(fields).read(document)


def unescape(text: str) -> str:
    """JSON that was inside of a JSON text; other JSON as it is."""
    beginning = text[:200].replace("\\n", "").replace(" ", "")
    if not beginning.startswith(('[{\\"', '{\\"')):
        return text
    try:
        return str(json.loads(f'"{text}"', strict=False))
    except ValueError:
        return text


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
        zero = speech.zero
        if zero is None:
            zero = read_moment_ms(self._fields.get("created_at"))
        return Transcript(
            speech.utterances,
            problems=self._log.problems(),
            cues=len(rows),
            started_at=None if zero is None else to_moment(zero),
            start_source="guessed" if zero is None else "stated",
            title=read_string(self._fields.get("title")),
            conversation_id=self._name(rows),
            updated_at=read_moment(self._fields.get("updated_at")),
            known_speakers=self._labels.known(),
        )

    def _name(self, rows: list[Any]) -> str:
        own = read_id(self._fields.get("id"))
        if own or not rows:
            return own
        return read_id(as_object(rows[0]).get("document_id"))

    def _read_entry(self, row: Any, number: int) -> DatedEntry | None:
        if not isinstance(row, dict) or not isinstance(row.get("text"), str):
            self._log.add("bad-item", f"entry {number} has no text", cues=1)
            return None
        text = read_string(row["text"])
        if not text:
            self._log.add("empty-cue", f"entry {number} has an empty text", cues=1)
            return None
        start = _read_time(row, ("start_timestamp", "start_time"))
        end = _read_time(row, ("end_timestamp", "end_time"))
        label = _find_label(row)
        is_user = label in _MICROPHONES or means_owner(label)
        return DatedEntry(start, end, text, self._labels.label_of(label, is_user=is_user))


def _read_time(row: dict[str, Any], keys: tuple[str, ...]) -> int | None:
    for key in keys:
        moment = read_moment_ms(row.get(key))
        if moment is not None:
            return moment
    return None


def _find_label(row: dict[str, Any]) -> str | None:
    speaker = as_object(row.get("speaker"))
    for value in (row.get("speaker"), speaker.get("name"), row.get("source")):
        label = read_string(value)
        if label:
            return label
    return read_string(speaker.get("source")) or None
