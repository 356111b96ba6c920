"""When a recording began: every place that says so, in the order in which they are trusted.

    header    the transcript itself states it
    name      of the file: `GMT20240124-202901_Recording.transcript.vtt`
    sidecar   what is noted beside it: yt-dlp's `.info.json`, other JSON with a date
    media     the recording's own metadata (media_dates.py)
    folder    the name of the folder, or of one above it
    file      the media's time less its length, else the transcript's own: a guess

The first plausible one counts; where it has only the day, a later one of the same day adds the
hour, and noon stands in where none does (so that the day is right in every zone). All but the last
are "stated" and part of a conversation's identity; a file's time changes when it is copied, and so
is not.

Times without an offset are in `timezone` (an IANA name), or in the computer's own zone where none
is given.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from ..models import StartSource
from .media import MediaTime
from .names import NamedTime, read_clock, read_name

TRUST = ("header", "name", "sidecar", "media", "folder", "file")
_FOLDERS_UP = 4
_EARLIEST = 2000
"""No recogniser wrote files before this year; cameras without a battery begin in 1904, 1970 or
1980."""
_TOLERANCE = timedelta(days=1)
"""How far in the future is still a zone mistaken for another."""
_SIDECAR_KEYS = (
    "release_timestamp",
    "recording_start",
    "recordingStart",
    "recorded_at",
    "recordedAt",
    "recordingDate",
    "recording_date",
    "started_at",
    "startedAt",
    "start_time",
    "startTime",
    "meeting_start_time",
    "meetingDate",
    "photoTakenTime",
    "creation_time",
    "created_at",
    "createdAt",
    "create_time",
    "date",
    "datetime",
    "timestamp",
    "release_date",
    "upload_date",
)
"""What is closest to the beginning first: the day on which a video was published is better than
nothing."""


class Dated(NamedTuple):
    """One place that says when a recording began; plain, so that it can be kept as JSON."""

    source: str
    """One of TRUST."""
    at: str
    """ISO 8601, with an offset."""
    has_time: bool
    """False where only the day is known; `at` is then noon."""
    text: str
    """The words that say so."""


class Began(NamedTuple):
    """When it began, who says so, and what to tell of the others."""

    at: datetime | None
    source: str
    told: tuple[str, ...] = ()

    @property
    def start_source(self) -> StartSource:
        """Whether it may be a part of the identity."""
        return "guessed" if self.source in ("file", "") else "stated"


def choose(dates: Iterable[Dated], now: datetime) -> Began:
    """The first plausible date, in the order given; implausible ones are told."""
    told: list[str] = []
    best: Dated | None = None
    for one in dates:
        at = datetime.fromisoformat(one.at)
        if at.year < _EARLIEST or at > now + _TOLERANCE:
            when = "in the future" if at > now else f"before {_EARLIEST}"
            told.append(f"the date of its {one.source} is {when} ({one.text}); not taken")
        elif best is None:
            best = one
            if one.has_time:
                break
        elif one.has_time and one.source != "file" and _same_day(best, at):
            best = one._replace(source=f"{best.source} and {one.source}")
            break
    if best is None:
        return Began(None, "", tuple(told))
    return Began(datetime.fromisoformat(best.at), best.source, tuple(told))


def _same_day(day: Dated, at: datetime) -> bool:
    noon = datetime.fromisoformat(day.at)
    return at.astimezone(noon.tzinfo).date() == noon.date()


def gather_dates(
    parts: Sequence[str],
    zone: str | None,
    *,
    header: datetime | None = None,
    sidecar: Any = None,
    media: MediaTime | None = None,
    media_name: str = "",
    media_modified: datetime | None = None,
    modified: datetime | None = None,
    length: timedelta = timedelta(),
) -> tuple[Dated, ...]:
    """All that is known of a beginning, the most trusted first.

    parts: the folders and, last, the name of the transcript. sidecar: the JSON beside it.
    length: of the recording. modified: of the transcript, media_modified: of the media.
    """
    found = [Dated("header", _iso(header, zone), True, "the transcript says so")] if header else []
    *folders, name = parts
    day = _folder_day(folders)
    stated = read_name(name) or (read_name(media_name) if media_name else None)
    if stated:
        found.append(_dated("name", stated, zone))
    elif day and (clock := read_clock(name)):
        at = day.at.replace(hour=clock[0], minute=clock[1], second=clock[2])
        found.append(Dated("name", _iso(at, zone), True, f"{day.text}, {name}"))
    if sidecar is not None and (noted := _read_sidecar(sidecar)):
        found.append(_dated("sidecar", noted, zone))
    if media:
        found.append(Dated("media", _iso(media.at, zone), True, media.why))
    if day:
        found.append(_dated("folder", day, zone))
    if media_modified:
        at = (media_modified - length).replace(microsecond=0)
        found.append(
            Dated(
                "file",
                _iso(at, zone),
                True,
                "the time of the media file, less the recording's length",
            )
        )
    if modified:
        found.append(
            Dated("file", _iso(modified.replace(microsecond=0), zone), True, "the time of the file")
        )
    return tuple(found)


def _dated(source: str, stated: NamedTime, zone: str | None) -> Dated:
    at = stated.at if stated.has_time else datetime.combine(stated.at, time(12))
    return Dated(source, _iso(at, zone), stated.has_time, stated.text)


def _folder_day(folders: Sequence[str]) -> NamedTime | None:
    """The date of the nearest folder that has one, also as `2024/01/24`."""
    for up in range(1, min(_FOLDERS_UP, len(folders)) + 1):
        if found := _read_folder(folders[-up]):
            return found
        three = folders[-up - 2 : len(folders) - up + 1]
        if (
            len(three) == 3
            and all(part.isdecimal() for part in three)
            and (found := _read_folder("-".join(three)))
        ):
            return found
    return None


@lru_cache(maxsize=1024)
def _read_folder(name: str) -> NamedTime | None:
    """Thousands of files lie in one folder."""
    return read_name(name)


def _read_sidecar(data: Any) -> NamedTime | None:
    if not isinstance(data, dict):
        return None
    for key in _SIDECAR_KEYS:
        value = data.get(key)
        if isinstance(value, dict):  # Google's {"timestamp": "1706108645", "formatted": …}
            value = value.get("timestamp")
        if (found := _read_value(value)) is not None:
            return found._replace(text=f"{key} {value}")
    return None


def _read_value(value: Any) -> NamedTime | None:
    """A moment in a sidecar: seconds or ms since 1970, `20240124`, ISO 8601."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    text = str(value)
    if isinstance(value, str) and not text.isdecimal():
        try:
            at = datetime.fromisoformat(text.strip())
        except ValueError:
            return read_name(text)
        return NamedTime(at, ":" in text, text)
    if len(text) == 8 and text.isdecimal():
        return read_name(text)
    number = float(value)
    if number > 1e11:
        number /= 1000
    return (
        NamedTime(datetime.fromtimestamp(number, UTC), True, text) if 1e8 < number < 1e10 else None
    )


def load_sidecar(data: bytes) -> Any:
    """The JSON of a sidecar; None where it is none."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _iso(at: datetime, zone: str | None) -> str:
    if at.tzinfo is None:
        try:
            at = at.replace(tzinfo=ZoneInfo(zone)) if zone else at.astimezone()
        except (OverflowError, ValueError, OSError):  # 0001-01-01 in a zone east of Greenwich
            at = at.replace(tzinfo=UTC)
    return at.isoformat()
