"""Finds when a recording began: all sources of a date, the most trusted first.

    option    the user states it, with --started-at or `started_at`
    header    the transcript itself states it
    name      of the file: `GMT20240124-202901_Recording.transcript.vtt`
    sidecar   JSON beside it: yt-dlp's `.info.json`, other JSON with a date
    media     the recording's own metadata (media.py)
    folder    the name of the folder, or of one above it
    made      when the transcript was made, as it states itself: a guess
    file      the time of the media file, else of the transcript, less the length: a guess
    now       when a pipe was read, less the length: a guess

The first plausible date is used. If it has only the day, a later one of the same day adds the hour;
without any hour it is noon, so that the day is right in every zone. All but the last three
are "stated" and part of the session id. The time of a file changes when the file is copied, so it
is not.

Times without an offset are in the zone of the options.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from ..models import StartSource
from .companions import Companions
from .names import NamedTime, read_clock, read_name
from .sidecar import read_sidecar, read_value

TRUST = ("option", "header", "name", "sidecar", "media", "folder", "made", "file", "now")
IN_CONTENT = frozenset({"header"})
GUESSES = frozenset({"made", "file", "now"})
_FOLDERS_UP = 4
"""How many folders above a file may have its date: `2024/01/24/team/talk.vtt`."""
_NUMBERED_DAY = re.compile(r"\d+/\d+/\d+")
_EARLIEST = 2000
"""For dates that a clock wrote: cameras and recorders with an empty battery begin in one of the
years below."""
_WRITTEN_BY_PEOPLE = frozenset({"name", "folder"})
"""People name digitized tapes by the day of the tape."""
_EARLIEST_WRITTEN = 1900
_CLOCKS_BEGIN = frozenset({1904, 1970, 1980})
"""The first years of the clocks of QuickTime, of Unix, and of FAT file systems."""
_TOLERANCE = timedelta(days=1)
"""How far in the future a date may be: another zone may have been meant."""
_NOON = time(12)


class Dated(NamedTuple):
    """A date from one source; plain values, so that it can be stored as JSON."""

    source: str
    """The source, one of TRUST."""
    at: str
    """ISO 8601, with an offset."""
    has_time: bool
    """False if only the day is known; `at` is then noon."""
    text: str
    """The words that state it."""
    zone: str = ""
    """The zone that was assumed because the words have no offset."""


class Began(NamedTuple):
    """The beginning of a recording, and the source of that date."""

    at: datetime | None = None
    """With an offset; None if nothing says so."""
    source: str = ""
    """One of TRUST, or two joined: `name and media`."""
    zone: str = ""
    """The zone that was assumed because the source has no offset."""
    refused: tuple[str, ...] = ()
    """Sentences about implausible dates that were not used."""

    @property
    def start_source(self) -> StartSource:
        """Whether it may be part of the session id."""
        if not self.source or self.source in GUESSES:
            return "guessed"
        return "stated"


def choose(dates: Iterable[Dated], now: datetime) -> Began:
    """The first plausible date, in the order given; `now` has an offset.

    A guess is never in the future: if a file's time is, the recording began now.
    """
    refused: list[str] = []
    best: Dated | None = None
    for dated in dates:
        fault = _find_fault(dated, now)
        if fault is not None:
            refused.append(f"the date of its {dated.source} is {fault} ({dated.text}); not used")
            continue
        best = _combine(best, dated)
        if best.has_time:
            break
    if best is None:
        return Began(refused=tuple(refused))
    at = datetime.fromisoformat(best.at)
    if best.source in GUESSES:
        at = min(at, now)
    return Began(at, best.source, best.zone, tuple(refused))


def _combine(best: Dated | None, dated: Dated) -> Dated:
    """The more trusted date, with the hour of the other if it has none."""
    if best is None:
        return dated
    if not _adds_the_hour(dated, best):
        return best
    source = f"{best.source} and {dated.source}"
    return dated._replace(source=source, zone=dated.zone or best.zone)


def choose_stated(dates: Iterable[Dated], now: datetime) -> datetime | None:
    """Find the date from facts about a file apart from its content, without guesses.

    It is known before the file is read.
    """
    outside = [dated for dated in dates if dated.source not in IN_CONTENT | GUESSES]
    return choose(outside, now).at


def _find_fault(dated: Dated, now: datetime) -> str | None:
    """Why a date is implausible; None if it is not. A date that the user states is always
    accepted."""
    at = datetime.fromisoformat(dated.at)
    if dated.source == "option":
        return None
    earliest = _EARLIEST
    if dated.source in _WRITTEN_BY_PEOPLE and at.year not in _CLOCKS_BEGIN:
        earliest = _EARLIEST_WRITTEN
    if at.year < earliest:
        return f"before {earliest}"
    if at > now + _TOLERANCE:
        return "in the future"
    return None


def _adds_the_hour(dated: Dated, day: Dated) -> bool:
    if not dated.has_time or dated.source in GUESSES:
        return False
    noon = datetime.fromisoformat(day.at)
    return datetime.fromisoformat(dated.at).astimezone(noon.tzinfo).date() == noon.date()


def gather_dates(
    companions: Companions,
    zone: str,
    *,
    stated: datetime | None = None,
    header: datetime | None = None,
    made: Iterable[str] = (),
    length: timedelta = timedelta(),
) -> tuple[Dated, ...]:
    """All dates that are found, the most trusted first.

    zone: IANA name, for times without an offset. stated: by the user. header: by the transcript
    itself. made: further dates in it, as in Transcript. length: of the recording.
    """
    if stated is not None:  # it always wins, so no other date is needed
        return (_date("option", stated, zone, "the user says so"),)
    found: list[Dated] = []
    if header is not None:
        found.append(_date_header(header, zone))
    if companions.parts:
        found += _dates_of_names(companions, zone)
    if companions.sidecar is not None:
        noted = read_sidecar(companions.sidecar)
        if noted is not None:
            found.append(_date_named("sidecar", noted, zone))
    if companions.media is not None:
        found.append(_date("media", companions.media.at, zone, companions.media.why))
    found += _dates_of_document(made, zone)
    found += _guesses(companions, zone, length)
    return tuple(sorted(found, key=_trust))


def _trust(dated: Dated) -> int:
    return TRUST.index(dated.source)


def _dates_of_names(companions: Companions, zone: str) -> list[Dated]:
    *folders, name = companions.parts
    found = []
    day = _find_folder_day(folders)
    stated = read_name(name)
    if stated is None and companions.media_name:
        stated = read_name(companions.media_name)
    if stated is not None:
        found.append(_date_named("name", stated, zone))
    elif day is not None:
        clock = read_clock(name)
        if clock is not None:
            hour, minute, second = clock
            at = day.at.replace(hour=hour, minute=minute, second=second)
            found.append(_date("name", at, zone, f"{day.text}, {name}"))
    if day is not None:
        found.append(_date_named("folder", day, zone))
    return found


# Constants, so that a million summaries share them.
_MEDIA_WRITTEN = "the time of the media file, minus the recording's length"
_FILE_WRITTEN = "the time of the file, minus the recording's length"


def _dates_of_document(made: Iterable[str], zone: str) -> Iterator[Dated]:
    for text in made:
        key, _, value = text.partition(" ")
        noted = read_value(value)
        if noted is not None:
            why = f"the date in the file ({key})"
            yield _date_named("made", noted._replace(text=why), zone)


def _guesses(companions: Companions, zone: str, length: timedelta) -> list[Dated]:
    """The recording began its length before the file was written, which is when it ended."""
    found = []
    written = (
        (_MEDIA_WRITTEN, companions.media_modified),
        (_FILE_WRITTEN, companions.modified),
    )
    for text, end in written:
        if end is not None:
            began = (_locate(end, zone) - length).replace(microsecond=0)
            found.append(_date("file", began, zone, text))
    if companions.piped_at is not None:
        began = (companions.piped_at - length).replace(microsecond=0)
        found.append(_date("now", began, zone, "the present time, minus the recording's length"))
    return found


def _date_named(source: str, stated: NamedTime, zone: str) -> Dated:
    at = stated.at
    if not stated.has_time:
        at = datetime.combine(stated.at, _NOON)
    return _date(source, at, zone, stated.text, has_time=stated.has_time)


def _date_header(at: datetime, zone: str) -> Dated:
    """The date that a transcript states; if it is midnight without an offset, only the day is
    known."""
    why = "the transcript says so"
    if at.tzinfo is None and at.time() == time():
        return _date_named("header", NamedTime(at, False, why), zone)
    return _date("header", at, zone, why)


def _date(source: str, at: datetime, zone: str, text: str, *, has_time: bool = True) -> Dated:
    assumed = ""
    if at.tzinfo is None:
        assumed = zone
    return Dated(source, _locate(at, zone).isoformat(), has_time, text, assumed)


def _locate(at: datetime, zone: str) -> datetime:
    if at.tzinfo is not None:
        return at
    if zone == "UTC":
        return at.replace(tzinfo=UTC)
    from zoneinfo import ZoneInfo  # takes 7 ms to import

    located = at.replace(tzinfo=ZoneInfo(zone))
    try:
        located.utcoffset()
        located.isoformat()
    except (OverflowError, ValueError):  # 0001-01-01 in a zone east of Greenwich
        return at.replace(tzinfo=UTC)
    return located


def _find_folder_day(folders: Sequence[str]) -> NamedTime | None:
    """The date of the nearest folder that has one, also as `2024/01/24`."""
    for up in range(1, min(_FOLDERS_UP, len(folders)) + 1):
        found = _read_folder(folders[-up])
        if found is not None:
            return found
        three = "/".join(folders[-up - 2 : len(folders) - up + 1])
        if _NUMBERED_DAY.fullmatch(three):
            found = _read_folder(three.replace("/", "-"))
            if found is not None:
                return found
    return None


@lru_cache(maxsize=1024)  # thousands of files are in one folder
def _read_folder(name: str) -> NamedTime | None:
    return read_name(name)
