"""When a media file says it was made: mp4, m4a, mov and their kin (`mvhd`, Apple's own date),
Broadcast WAV (`bext`).

The creation time in `mvhd` is when the file was begun for some and when it was finished for others:
Android writes the header when the recording stops, iPhones when it starts. What decides, in this
order: Apple's own date, which is the start; the time of the file, which is when the last byte was
written, so one of "creation" and "creation + length" is next to it; Android's mark. What stays
undecided is taken as the start.
"""

from __future__ import annotations

import re
import struct
from datetime import UTC, datetime, timedelta
from typing import BinaryIO, NamedTuple

_EPOCH_1904 = datetime(1904, 1, 1, tzinfo=UTC)
_MAX_MOOV = 64 * 1024 * 1024
_MAX_BOXES = 10_000
_APPLE_DATE = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}")
_NEAR = 15.0
"""Seconds between the end of a recording and the file's last byte."""


class MediaTime(NamedTuple):
    """When a recording began, by its media file; without an offset where the file has local time."""

    at: datetime
    why: str


def read_media_date(file: BinaryIO, modified: datetime | None = None) -> MediaTime | None:
    """What the file says of its beginning; None where it says nothing or is nothing known.

    modified: when the file was last written, with an offset.
    """
    head = file.read(12)
    try:
        if head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE":
            return _read_bext(file)
        if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"):
            moov = _find_moov(file)
            return _read_moov(moov, modified) if moov else None
    except (struct.error, ValueError, OverflowError):  # cut off, or a date that is none
        return None
    return None


def _find_moov(file: BinaryIO) -> bytes | None:
    """The box that describes the whole film, wherever it stands; everything else is skipped, not
    read."""
    at = 0
    for _ in range(_MAX_BOXES):
        file.seek(at)
        head = file.read(16)
        if len(head) < 8:
            return None
        size, kind = struct.unpack_from(">I4s", head)
        skip = 8
        if size == 1:
            size, skip = struct.unpack_from(">Q", head, 8)[0], 16
        if kind == b"moov":
            file.seek(at + skip)
            return file.read(min(size - skip, _MAX_MOOV) if size else _MAX_MOOV)
        if size < skip:
            return None
        at += size
    return None


def _read_moov(moov: bytes, modified: datetime | None) -> MediaTime | None:
    if apple := _APPLE_DATE.search(moov):
        return MediaTime(
            datetime.strptime(apple[0].decode(), "%Y-%m-%dT%H:%M:%S%z"), "Apple's date of creation"
        )
    at = moov.find(b"mvhd")
    if at < 0 or len(moov) < at + 5:
        return None
    version = moov[at + 4]
    created, scale, length = (
        struct.unpack_from(">Q8xIQ", moov, at + 8)
        if version == 1
        else struct.unpack_from(">I4xII", moov, at + 8)
    )
    if not created:
        return None
    when = _EPOCH_1904 + timedelta(seconds=created)
    duration = timedelta(seconds=length / scale) if scale else timedelta()
    if _is_end(moov, when, duration, modified):
        return MediaTime(
            when - duration, "the media's creation time, which is its end, less its length"
        )
    return MediaTime(when, "the media's creation time")


def _is_end(moov: bytes, when: datetime, duration: timedelta, modified: datetime | None) -> bool:
    if modified is not None and duration.total_seconds() > 2 * _NEAR:
        written = (modified - when).total_seconds()
        if abs(written) <= _NEAR:
            return True
        if abs(written - duration.total_seconds()) <= _NEAR:
            return False
    return b"com.android.version" in moov


def _read_bext(file: BinaryIO) -> MediaTime | None:
    """Broadcast WAV: `bext` has the local date and time of the first sample, 320 bytes after its
    beginning."""
    at = 12
    for _ in range(_MAX_BOXES):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            return None
        kind, size = struct.unpack("<4sI", head)
        if kind == b"bext":
            written = file.read(338)[320:].decode("ascii", "replace")
            digits = re.findall(r"\d+", f"{written[:10]} {written[10:]}")
            if len(digits) < 6:
                return None
            year, month, day, hour, minute, second = (int(digit) for digit in digits[:6])
            return MediaTime(datetime(year, month, day, hour, minute, second), "the WAV's own date")
        at += 8 + size + size % 2
    return None
