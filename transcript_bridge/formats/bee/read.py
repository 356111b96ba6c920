"""One conversation of Bee as a Transcript."""

from __future__ import annotations

from typing import Any, NamedTuple

from ...errors import MalformedError, NoSpeechError
from ...models import Transcript
from ...problems import shorten
from ..dated_entries import DatedEntry
from ..dated_json import DatedReader, read_first
from ..json_parts import SEVERAL
from ..json_text import as_list, as_object, load_json
from ..json_values import (
    read_id,
    read_location,
    read_moment_ms,
    read_number,
)
from ..speaker_labels import marks_owner

_LONGEST_TITLE = 100
_EXPORT = "export it as JSON: bee conversations get ID --json"


def is_conversation(value: Any) -> bool:
    """Whether a JSON value is a conversation, alone or in an answer."""
    if not isinstance(value, dict):
        return False
    return "transcriptions" in as_object(value.get("conversation", value))


def parse(text: str) -> Transcript:
    """Read one conversation.

    Raises MalformedError for anything else, NoSpeechError for an empty list.
    """
    if text.startswith("#"):
        raise MalformedError(
            f"Bee's Markdown does not say when each sentence was spoken; {_EXPORT}"
        )
    document = load_json(text)
    value = as_object(document).get("conversation", document)
    if isinstance(value, dict) and isinstance(value.get("transcript"), list):
        fields = {**value, "transcriptions": [{"utterances": value["transcript"]}]}
        return _Conversation({"id": value.get("conversationId"), **fields}).read()
    if not is_conversation(value):
        _refuse(document)
    return _Conversation(value).read()


def _refuse(document: Any) -> None:
    listed = as_object(document).get("conversations", document)
    if listed == []:
        raise NoSpeechError("this is a Bee list without conversations")
    if any(map(is_conversation, as_list(listed))):
        raise MalformedError(SEVERAL)
    raise MalformedError(f"these Bee conversations have no transcript; {_EXPORT}")


class _Spoken(NamedTuple):
    """An utterance of the file, and where it was written down."""

    fields: Any
    is_live: bool


class _Conversation(DatedReader):
    """Reads one conversation."""

    noun = "utterance"

    def __init__(self, fields: dict[str, Any]) -> None:
        super().__init__(fields)
        self._began = read_moment_ms(fields.get("start_time"))

    def read(self) -> Transcript:
        """All of its speech. Raises MalformedError if its transcriptions are not lists."""
        spoken = self._list_spoken()
        entries: list[DatedEntry] = []
        live: list[DatedEntry] = []
        for number, row in enumerate(spoken, 1):
            entry = self.read_entry(row.fields, number)
            if entry is not None:
                group = live if row.is_live else entries
                group.append(entry)
        entries += self._without_repeated(live, entries)
        transcript = self.place(entries, len(spoken), self._began)
        return transcript.evolve(
            title=self._read_title(),
            conversation_id=read_id(self.fields.get("id")),
            known_speakers=self.labels.known(),
            source="bee",
            location=read_location(self.fields.get("primary_location")),
        )

    def _list_spoken(self) -> list[_Spoken]:
        transcriptions = self.fields["transcriptions"] or []
        if not isinstance(transcriptions, list):
            raise MalformedError("the transcriptions of this conversation are not a list")
        spoken = []
        for transcription in transcriptions:
            fields = as_object(transcription)
            utterances = fields.get("utterances") or []
            if not isinstance(utterances, list):
                raise MalformedError("the utterances of this conversation are not a list")
            is_live = fields.get("realtime") is True
            spoken += [_Spoken(utterance, is_live) for utterance in utterances]
        return spoken

    def _read_title(self) -> str:
        title = read_first(self.fields, "title", "short_summary")
        return shorten(" ".join(title.split()), _LONGEST_TITLE)

    def read_entry(self, row: Any, number: int) -> DatedEntry | None:
        text = self.read_text(row, number)
        if not text:
            return None
        fields = as_object(row)
        start, end = self._read_times(fields)
        label = read_id(fields.get("speaker")) or None
        is_user = fields.get("is_user") is True or marks_owner(label)
        return DatedEntry(start, end, text, self.labels.label_of(label, is_user=is_user))

    def _read_times(self, fields: dict[str, Any]) -> tuple[int | None, int | None]:
        """ms since 1970, or from the beginning if nothing says when that was."""
        start = self._place(fields.get("start"))
        end = self._place(fields.get("end"))
        spoken_at = read_moment_ms(fields.get("spoken_at"))
        if spoken_at is None:
            return start, end
        if start is None or end is None or end <= start:
            return spoken_at, None
        return spoken_at, spoken_at + end - start

    def _place(self, value: Any) -> int | None:
        """Place a time: seconds from the beginning of the conversation, or a moment."""
        moment = read_moment_ms(value)
        seconds = read_number(value)
        if moment is not None or seconds is None:
            return moment
        return round(seconds * 1000) + (self._began or 0)

    def _without_repeated(
        self, live: list[DatedEntry], final: list[DatedEntry]
    ) -> list[DatedEntry]:
        """Return the live entries at times without another transcription."""
        starts = [entry.start for entry in final if entry.start is not None]
        if not starts:
            return live
        kept = []
        for entry in live:
            if entry.start is None or min(starts) <= entry.start <= max(starts):
                message = "an utterance of the live transcription was left out for the later one"
                self.log.add("live-repeat", message, cues=1)
            else:
                kept.append(entry)
        return kept
