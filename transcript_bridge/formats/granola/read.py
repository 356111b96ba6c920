"""One meeting of Granola's as a Transcript."""

from __future__ import annotations

import json
from typing import Any

from ...errors import MalformedError
from ...models import Transcript
from ..dated_entries import DatedEntry
from ..dated_json import DatedReader
from ..json_text import as_object, load_json
from ..json_values import read_id, read_moment, read_moment_ms, read_string
from ..speaker_labels import marks_owner

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
    return _GranolaReader(fields).read(document)


def unescape(text: str) -> str:
    """Return JSON that was inside of a JSON text; other JSON is unchanged."""
    beginning = text[:200].replace("\\n", "").replace(" ", "")
    if not beginning.startswith(('[{\\"', '{\\"')):
        return text
    try:
        return str(json.loads(f'"{text}"', strict=False))
    except ValueError:
        return text


class _GranolaReader(DatedReader):
    """Reads one meeting."""

    def read(self, rows: list[Any]) -> Transcript:
        """All of its speech."""
        transcript = self.read_rows(rows, read_moment_ms(self.fields.get("created_at")))
        return transcript.evolve(
            title=read_string(self.fields.get("title")),
            conversation_id=self._name(rows),
            updated_at=read_moment(self.fields.get("updated_at")),
            known_speakers=self.labels.known(),
        )

    def _name(self, rows: list[Any]) -> str:
        own = read_id(self.fields.get("id"))
        if own or not rows:
            return own
        return read_id(as_object(rows[0]).get("document_id"))

    def read_entry(self, row: Any, number: int) -> DatedEntry | None:
        text = self.read_text(row, number)
        if not text:
            return None
        start = _read_time(row, ("start_timestamp", "start_time"))
        end = _read_time(row, ("end_timestamp", "end_time"))
        label = _find_label(row)
        is_user = label in _MICROPHONES or marks_owner(label)
        return DatedEntry(start, end, text, self.labels.label_of(label, is_user=is_user))


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
