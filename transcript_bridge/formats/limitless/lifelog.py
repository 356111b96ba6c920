"""The JSON of a lifelog, as the Limitless API answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count
from typing import Any

from ...errors import MalformedError, NoSpeechError
from ...models import Transcript
from ...problems import ProblemLog
from ..dated_entries import DatedEntry, describe_zero, place_entries, state_start
from ..json_parts import SEVERAL
from ..json_text import Signs, as_list, as_object
from ..json_values import read_id, read_moment, read_moment_ms, read_number, read_string
from ..speaker_labels import SpeakerLabels, marks_owner

SIGNS: tuple[Signs, ...] = (
    (re.compile(r'"lifelogs?"\s*:\s*(?:\[|\{\s*"(?:id|title|contents)")'),),
    (re.compile('"markdown"'), re.compile('"isStarred"')),
    (
        re.compile(r'"contents"\s*:\s*(?:\[|null)'),
        re.compile(
            r'"type"\s*:\s*"(?:heading[1-6]|blockquote)"'
            r'|"(?:speakerIdentifier|isStarred|startOffsetMs)"\s*:'
        ),
    ),
)
"""The keys of a lifelog."""
_KEYS = {"contents", "markdown"}
_OWNER = "user"
_SPEECH = "blockquote"
_MAX_DEPTH = 20
"""Of contents inside of contents."""


def is_lifelog(value: Any) -> bool:
    """Whether a JSON value is a lifelog rather than one of its contents."""
    return not _KEYS.isdisjoint(as_object(value))


def read_document(document: Any) -> Transcript:
    """One lifelog, alone or in an answer.

    Raises MalformedError for anything else, NoSpeechError for an answer without any lifelog.
    """
    value = _unwrap(document)
    if not is_lifelog(value):
        raise MalformedError("this JSON is not a lifelog of Limitless: it has no contents")
    contents = value.get("contents")
    if not isinstance(contents, list):
        _refuse_without_contents(value)
        contents = []
    return _Lifelog(value).read(contents)


def _unwrap(document: Any) -> Any:
    value = document
    for key in ("data", "lifelogs", "lifelog"):
        value = as_object(value).get(key, value)
    if isinstance(value, list):
        if not value:
            raise NoSpeechError("this is a Limitless answer without lifelogs")
        raise MalformedError(SEVERAL)
    return value


def _refuse_without_contents(value: dict[str, Any]) -> None:
    if read_string(value.get("markdown")):
        raise MalformedError(
            "this lifelog has only Markdown, with times of whole minutes; ask the API for its "
            "contents, or use the app's export"
        )


class _Lifelog:
    """Reads one lifelog."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self._fields = fields
        self._began = read_moment_ms(fields.get("startTime"))
        self._labels = SpeakerLabels()
        self._log = ProblemLog()

    def read(self, contents: list[Any]) -> Transcript:
        """All of its speech."""
        quotes = list(_find_quotes(contents))
        entries = filter(None, map(self._read_quote, quotes, count(1)))
        speech = place_entries(list(entries), self._log)
        zero = self._began
        if speech.zero is not None:
            zero = speech.zero
        started_at, start_source = state_start(zero)
        return Transcript(
            speech.utterances,
            problems=self._log.problems(),
            cues=len(quotes),
            started_at=started_at,
            start_source=start_source,
            title=read_string(self._fields.get("title")),
            conversation_id=self._name(speech.zero),
            updated_at=read_moment(self._fields.get("updatedAt")),
            known_speakers=self._labels.known(),
            source="limitless",
        )

    def _name(self, zero: int | None) -> str:
        """The moment of time 0, which the Markdown of the same lifelog has, too; else the id."""
        if zero is not None:
            return describe_zero(zero)
        return read_id(self._fields.get("id"))

    def _read_quote(self, quote: Any, number: int) -> DatedEntry | None:
        if not isinstance(quote, dict):
            self._log.add("bad-item", f"entry {number} of the contents is not an object", cues=1)
            return None
        content = quote.get("content")
        if content is not None and not isinstance(content, str):
            self._log.add("bad-item", f"the content of quote {number} is not text", cues=1)
            return None
        text = read_string(content)
        if not text:
            self._log.add("empty-cue", f"quote {number} has no text", cues=1)
            return None
        start = self._read_time(quote, "startTime", "startOffsetMs")
        end = self._read_time(quote, "endTime", "endOffsetMs")
        return DatedEntry(start, end, text, self._read_label(quote))

    def _read_label(self, quote: dict[str, Any]) -> str | None:
        identifier = read_string(quote.get("speakerIdentifier")) or None
        label = read_string(quote.get("speakerName")) or identifier
        is_user = identifier == _OWNER or (identifier is None and marks_owner(label))
        return self._labels.label_of(label, is_user=is_user)

    def _read_time(self, quote: dict[str, Any], moment_key: str, offset_key: str) -> int | None:
        """ms since 1970: by the moment, else by the offset from the beginning."""
        moment = read_moment_ms(quote.get(moment_key))
        if moment is not None or self._began is None:
            return moment
        offset = read_number(quote.get(offset_key))
        if offset is None:
            return None
        return self._began + round(offset)


def _find_quotes(contents: list[Any], depth: int = 0) -> Iterator[Any]:
    """The entries that are speech, in their order, those inside of headings as well.

    Values that are not objects are included, so that they are reported.
    """
    for entry in contents:
        if not isinstance(entry, dict):
            yield entry
            continue
        if _is_speech(entry):
            yield entry
        if depth < _MAX_DEPTH:
            yield from _find_quotes(as_list(entry.get("children")), depth + 1)


def _is_speech(entry: dict[str, Any]) -> bool:
    if entry.get("type") == _SPEECH:
        return True
    return bool(entry.get("speakerName") or entry.get("speakerIdentifier"))
