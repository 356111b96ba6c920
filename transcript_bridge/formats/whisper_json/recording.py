"""Finds facts about the recording of a document: start, title, language, and names of speakers.

    {title: "Weekly", start_time: "2026-03-04T09:00:00Z", language: "en", segments: […]}
    {speech: {title, start_time: 1772614800, transcripts: […]}}     Otter; others in such objects
    {speakers: [{id: "S1", name: "Nora"}], segments: […]}

`name` is ignored, because it is often a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from ...language_codes import tag_of
from ..date_keys import BEGAN, MADE
from ..json_keys import fold_key
from ..json_text import as_object, as_text, find_objects
from ..json_values import is_moment, read_string, to_moment
from .moments import Moment, epoch_unit, read_moment, read_number
from .values import RESOURCE, find_name, is_label

Row = dict[str, Any]
_HOLDERS = ("speech", "meeting", "recording", "conversation", "call", "metadata", "data")
"""Objects of a document that may say it, after the document itself."""
_TITLES = ("title", "meeting_title", "meetingTitle", "topic", "subject")
_KEYS = frozenset((*BEGAN, *MADE, *_TITLES))
_MAX_DATE = 40
"""Characters."""
_Value = TypeVar("_Value")


class RecordingFacts(NamedTuple):
    """Facts about a recording. dates: as in Transcript."""

    started_at: datetime | None
    title: str
    dates: tuple[str, ...]


def read_recording(document: Any) -> RecordingFacts:
    """Find the facts about the recording of a document."""
    fields = as_object(document)
    # Most documents have no such object and no such key. Without these checks, a small one takes
    # 8 % longer.
    objects = [fields, *map(as_object, filter(None, map(fields.get, _HOLDERS)))]
    holders = [holder for holder in objects if not _KEYS.isdisjoint(holder)]
    started_at = _find(holders, BEGAN, _read_start)
    title = _find(holders, _TITLES, read_string)
    return RecordingFacts(started_at, title or "", tuple(_list_dates(holders)))


def _list_dates(holders: Iterable[Row]) -> Iterator[str]:
    """Yield all that may be a date."""
    for holder in holders:
        for key in (*BEGAN, *MADE):
            value = holder.get(key)
            if isinstance(value, str | int | float) and len(str(value)) <= _MAX_DATE:
                yield f"{key} {value}"


def _find(
    holders: Iterable[Row], keys: tuple[str, ...], read: Callable[[Any], _Value]
) -> _Value | None:
    """Return the first value under one of the keys that can be read."""
    found = (read(holder[key]) for holder in holders for key in keys if key in holder)
    return next(filter(None, found), None)


def _read_start(value: Any) -> datetime | None:
    """Read a date with its zone, or a number that counts from 1970; None for anything else."""
    moment = read_moment(value, epoch_unit(read_number(value))) or Moment(0)
    if moment.has_zone and is_moment(moment.ms):
        return to_moment(moment.ms)
    return None


# ---- the language

_LANGUAGE_KEYS = frozenset(
    ("language", "language_code", "detected_language", "lang", "language_tag")
)
_LANGUAGE_HOLDERS = ("result", "metadata", "info", "metadata.transcription_config")
"""Paths of objects beside the segments that may name the language: whisper.cpp's `result`; the last
is Speechmatics'."""
_LANGUAGE_OF_ENTRY = ("language", "language_code", "languageCode")


def find_language(document: Row) -> str | None:
    """Find the language tag in an object; None if it has none."""
    holders = [document]
    for path in _LANGUAGE_HOLDERS:
        holders += find_objects(document, path)
    for fields in holders:
        named = [value for key, value in fields.items() if fold_key(key) in _LANGUAGE_KEYS]
        for tag in filter(None, map(read_tag, named)):
            return tag
    return None


def find_common_language(rows: list[Any]) -> str | None:
    """Find the language tag of all entries; None if they differ."""
    names: set[str] = set()
    for row in map(as_object, rows):
        values = filter(None, map(row.get, _LANGUAGE_OF_ENTRY))
        names.add(as_text(next(values, "")).strip())
        if len(names) > 1:
            return None
    return read_tag("".join(names))


def read_tag(value: Any) -> str | None:
    """Read a language as a tag: OpenAI's API writes its name, ElevenLabs three letters."""
    return tag_of(as_text(value))


# ---- names of speakers

_LISTS = (
    "speakers",
    "participants",
    "speaker_map",
    "speaker_names",
    "speakerMap",
    "speakerNames",
    "Participants",
)
_IDENTIFIERS = frozenset(
    ("id", "speaker_id", "speaker", "label", "key", "participant_id", "spkid", "spk_id")
)
_NAMES = ("name", "display_name", "displayName", "ParticipantRole")


def find_names(document: Row) -> dict[str, str]:
    """Return the names by identifiers; empty if the document lists none."""
    names: dict[str, str] = {}
    for key in filter(document.__contains__, _LISTS):
        for identifier, listed in _list_names(document[key], key):
            name = (find_name(listed) or as_text(listed)).strip()
            if name and is_label(identifier):
                names[str(identifier)] = name
    return names


def _list_names(listed: Any, key: str) -> Iterator[tuple[Any, Any]]:
    """Yield (identifier, name) of `{S1: name}`, `[{id, name}]`, or a page with such a list."""
    yield from as_object(listed).items()
    for speaker in find_objects(listed, "*") + find_objects(listed, f"{key}.*"):
        if RESOURCE.fullmatch(str(speaker.get("name"))):  # Google Meet's
            for user in find_objects(list(speaker.values()), "*"):
                yield speaker["name"], user.get("displayName")
            continue
        name = next(filter(None, map(speaker.get, _NAMES)), None)
        for inner_key, identifier in speaker.items():
            if fold_key(inner_key) in _IDENTIFIERS:
                yield identifier, name
