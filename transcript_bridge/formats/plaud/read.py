"""One recording of Plaud as a Transcript."""

from __future__ import annotations

from typing import Any

from ...errors import MalformedError, NoSpeechError
from ...models import Transcript
from ..dated_entries import DatedEntry
from ..dated_json import DatedReader, read_first
from ..json_parts import SEVERAL
from ..json_text import as_object, load_json
from ..json_values import read_id, read_moment_ms, read_number, to_moment

_RESULT = "trans_result"
_SIGNS = {_RESULT, "is_trans"}
_WRAPPERS = ("data", "data_file_list", "recording")


def is_recording(value: Any) -> bool:
    """Whether a JSON value is a recording rather than one of its entries."""
    return not _SIGNS.isdisjoint(as_object(value))


def parse(text: str) -> Transcript:
    """Read one recording, or its entries alone.

    Raises MalformedError for anything else, NoSpeechError for an empty list.
    """
    value = load_json(text)
    for key in _WRAPPERS:
        value = as_object(value).get(key, value)
    if value == []:
        raise NoSpeechError("this is a Plaud list without recordings")
    if isinstance(value, list) and any(map(is_recording, value)):
        raise MalformedError(SEVERAL)
    if isinstance(value, list):
        return _PlaudReader({}).read(value)
    if not isinstance(value, dict):
        raise MalformedError("this JSON is not a recording of Plaud")
    rows = value.get(_RESULT)
    if rows is None:
        raise MalformedError("this recording has no transcript; let Plaud generate it first")
    if not isinstance(rows, list):
        raise MalformedError("the transcript of this recording is not a list; export it again")
    return _PlaudReader(value).read(rows)


class _PlaudReader(DatedReader):
    """Reads one recording."""

    texts = ("content",)

    def read(self, rows: list[Any]) -> Transcript:
        """All of its speech."""
        transcript = self.read_rows(rows, read_moment_ms(self.fields.get("start_time")))
        updated = read_moment_ms(self.fields.get("version_ms"))
        return transcript.evolve(
            title=read_first(self.fields, "filename", "file_name", "title"),
            conversation_id=read_id(self.fields.get("id") or self.fields.get("file_id")),
            updated_at=None if updated is None else to_moment(updated),
            source="plaud",
        )

    def read_entry(self, row: Any, number: int) -> DatedEntry | None:
        text = self.read_text(row, number)
        if not text:
            return None
        speaker = self.labels.label_of(read_first(row, "speaker", "original_speaker") or None)
        start = _read_time(row.get("start_time"))
        end = _read_time(row.get("end_time"))
        return DatedEntry(start, end, text, speaker)


def _read_time(value: Any) -> int | None:
    number = read_number(value)
    if number is None or number < 0:
        return None
    return round(number)
