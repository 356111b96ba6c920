"""Finds when the recording of a document began, and its title.

    {title: "Weekly", start_time: "2026-03-04T09:00:00Z", segments: […]}
    {speech: {title, start_time: 1772614800, transcripts: […]}}     Otter; others in such objects

The time at which a document was made or uploaded is ignored. So is `name`, which is often a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from ..json_text import as_object
from ..json_values import is_moment, read_string, to_moment
from .moments import Moment, epoch_unit, read_moment, read_number

_HOLDERS = (
    "speech",
    "meeting",
    "recording",
    "conversation",
    "call",
    "metadata",
    "data",
)
"""Objects of a document that may say it, after the document itself."""
_STARTS = (
    "started_at",
    "startedAt",
    "start_time",
    "startTime",
    "start_datetime",
    "startDateTime",
    "start_timestamp",
    "startTimestamp",
    "recording_start",
    "recording_start_time",
    "recordingStartTime",
    "recorded_at",
    "recordedAt",
    "meeting_start_time",
    "meetingStartTime",
)
_TITLES = (
    "title",
    "meeting_title",
    "meetingTitle",
    "topic",
    "subject",
)
_Value = TypeVar("_Value")


class RecordingFacts(NamedTuple):
    """Facts about a recording."""

    started_at: datetime | None
    title: str


def read_recording(document: Any) -> RecordingFacts:
    """Find the facts about the recording of a document."""
    fields = as_object(document)
    # Most documents have none of these objects. Without this check, a small one takes 7 % longer.
    holders = [fields, *map(as_object, filter(None, map(fields.get, _HOLDERS)))]
    started_at = _find(holders, _STARTS, _read_start)
    title = _find(holders, _TITLES, read_string)
    return RecordingFacts(started_at, title or "")


def _find(
    holders: Iterable[dict[str, Any]], keys: tuple[str, ...], read: Callable[[Any], _Value]
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
