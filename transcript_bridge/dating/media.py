"""Reads when a media file was recorded: MP4, M4A, MOV (`mvhd`, Apple's own date), Broadcast WAV
(`bext`).

For some products, the creation time in `mvhd` is the beginning of the recording, for others its
end: Android writes the header when the recording stops, iPhones when it starts. These decide, in
this order: Apple's own date, which is the beginning; the time of the file, which is when its last
byte was written, so that it is close to "creation" or to "creation + length"; Android's mark. If
none decides, it is taken for the beginning.
"""

from __future__ import annotations

import re
import struct
from datetime import UTC, datetime, timedelta
from typing import BinaryIO, NamedTuple

_EPOCH_1904 = datetime(1904, 1, 1, tzinfo=UTC)
_MAX_MOOV = 64 * 1024 * 1024
"""The most bytes that are read of a header."""
_MAX_BOXES = 10_000
"""A damaged file may seem to have a box at every eighth byte."""
_BOX_HEADER = 8
"""Bytes of the size and the kind of a box."""
_LARGE_BOX_HEADER = 16
"""The same, with a size of eight bytes."""
_FIRST_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")
_APPLE_DATE = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}")
_ANDROID_MARK = b"com.android.version"
_CLOSE = 15.0
"""The largest number of seconds between the end of a recording and the last byte of its file."""
_BEXT_SIZE = 338
_BEXT_DATE = 320
"""Where the date begins in `bext` (EBU Tech 3285): after 256 characters of a description and twice
32 of an originator come ten for the date, and eight for the time."""


class MediaTime(NamedTuple):
    """Find when a recording began, according to its media file."""

    at: datetime
    """Without an offset if the file has local time."""
    why: str


def read_media_date(file: BinaryIO, modified: datetime | None = None) -> MediaTime | None:
    """The date in a media file; None if it has none, or is of an unknown format.

    modified: when the file was last written, with an offset.
    """
    head = file.read(12)
    try:
        if head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE":
            return _read_wave(file)
        if head[4:8] in _FIRST_BOXES:
            moov = _find_moov(file)
            if moov:
                return _read_moov(moov, modified)
    except (struct.error, ValueError, OverflowError):  # the file is cut off, or the date is invalid
        return None
    return None


def _find_moov(file: BinaryIO) -> bytes | None:
    """The box that describes the file; all others are skipped without reading."""
    at = 0
    for _ in range(_MAX_BOXES):
        file.seek(at)
        head = file.read(_LARGE_BOX_HEADER)
        if len(head) < _BOX_HEADER:
            return None
        size, kind = struct.unpack_from(">I4s", head)
        header = _BOX_HEADER
        # ISO 14496-12: 1 means that the size follows in eight bytes, 0 that it is the last box.
        if size == 1:
            size = struct.unpack_from(">Q", head, _BOX_HEADER)[0]
            header = _LARGE_BOX_HEADER
        if kind == b"moov":
            file.seek(at + header)
            reaches_end = size == 0
            return file.read(_MAX_MOOV if reaches_end else min(size - header, _MAX_MOOV))
        if size < header:
            return None
        at += size
    return None


def _read_moov(moov: bytes, modified: datetime | None) -> MediaTime | None:
    apple = _APPLE_DATE.search(moov)
    if apple is not None:
        at = datetime.strptime(apple[0].decode(), "%Y-%m-%dT%H:%M:%S%z")
        return MediaTime(at, "Apple's date of creation")
    place = moov.find(b"mvhd")
    if place < 0 or len(moov) < place + 5:
        return None
    layout = ">I4xII"
    if moov[place + 4] == 1:  # this version has times of eight bytes
        layout = ">Q8xIQ"
    created, units_per_second, units = struct.unpack_from(layout, moov, place + 8)
    if not created:
        return None
    at = _EPOCH_1904 + timedelta(seconds=created)
    length = timedelta()
    if units_per_second:
        length = timedelta(seconds=units / units_per_second)
    if _is_end(moov, at, length, modified):
        return MediaTime(
            at - length, "the media's creation time, which is its end, less its length"
        )
    return MediaTime(at, "the media's creation time")


def _is_end(moov: bytes, at: datetime, length: timedelta, modified: datetime | None) -> bool:
    is_long = length.total_seconds() > 2 * _CLOSE
    if modified is not None and is_long:
        until_written = (modified - at).total_seconds()
        if abs(until_written) <= _CLOSE:
            return True
        if abs(until_written - length.total_seconds()) <= _CLOSE:
            return False
    return _ANDROID_MARK in moov


def _read_wave(file: BinaryIO) -> MediaTime | None:
    """Broadcast WAV: `bext` has the local date and time of the first sample."""
    at = 12
    for _ in range(_MAX_BOXES):
        file.seek(at)
        head = file.read(_BOX_HEADER)
        if len(head) < _BOX_HEADER:
            return None
        kind, size = struct.unpack("<4sI", head)
        if kind == b"bext":
            return _read_bext(file.read(_BEXT_SIZE))
        at += _BOX_HEADER + size + size % 2  # each chunk of RIFF begins at an even byte
    return None


def _read_bext(bext: bytes) -> MediaTime | None:
    written = bext[_BEXT_DATE:].decode("ascii", "replace")
    numbers = [int(digits) for digits in re.findall(r"\d+", f"{written[:10]} {written[10:]}")]
    if len(numbers) < 6:
        return None
    year, month, day, hour, minute, second = numbers[:6]
    return MediaTime(datetime(year, month, day, hour, minute, second), "the WAV's own date")
