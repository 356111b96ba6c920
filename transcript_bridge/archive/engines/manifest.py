"""The recordings of an archive in shards, as text that every machine can read.

One line of JSON per recording. Pickles are not used: a program that can write to a run folder could
then run code on the machines that read it.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from ..files import ArchiveFile
from ..grouping import Recording

SHARD_FILES = 250
"""Recordings per shard, approximately; see `split_into_shards`."""
_LEAST_FILES = SHARD_FILES // 2
_MOST_FILES = SHARD_FILES + SHARD_FILES // 2
_MOST_BYTES = 32 * 1024 * 1024
"""Bytes of a shard that a worker can read in a few seconds."""
_FIELDS = ArchiveFile._fields
_DEFAULTS = ArchiveFile._field_defaults


def _encode_value(value: datetime | bytes) -> str:
    """Values for which JSON has no type."""
    if isinstance(value, datetime):
        return value.isoformat()
    return value.decode("latin-1")


_dump = json.JSONEncoder(separators=(",", ":"), default=_encode_value).encode


def split_into_shards(recordings: Sequence[Recording]) -> Iterator[Sequence[Recording]]:
    """Split recordings into shards of neighbors, which may be in one container.

    The names of recordings decide where a shard ends. So an added file changes only its own shard,
    and not all shards after it, which would then be read again.
    """
    start = 0
    size = 0
    for index, recording in enumerate(recordings):
        count = index + 1 - start
        size += recording.size
        is_full = count >= _MOST_FILES or size >= _MOST_BYTES
        if is_full or (count >= _LEAST_FILES and _ends_shard(recording)):
            yield recordings[start : index + 1]
            start = index + 1
            size = 0
    if start < len(recordings):
        yield recordings[start:]


def _ends_shard(recording: Recording) -> bool:
    name = recording.path.encode("utf-8", "surrogatepass")
    return zlib.crc32(name) % _LEAST_FILES == 0


def encode_recording(recording: Recording) -> str:
    """A recording as one line of ASCII."""
    forms = [_encode_file(form) for form in recording.forms]
    companions = (recording.turns, recording.sidecar, recording.media)
    row: list[Any] = [forms]
    if any(companions):
        row += [file and _encode_file(file) for file in companions]
    return _dump(row)


def decode_recording(line: str) -> Recording:
    """The recording from a line. Raises ValueError for an invalid line."""
    forms, *companions = json.loads(line)
    return Recording(
        tuple([_decode_file(form) for form in forms]),
        *[file and _decode_file(file) for file in companions],
    )


def _encode_file(file: ArchiveFile) -> list[Any]:
    """The fields in order, without defaults at the end."""
    row: list[Any] = list(file)
    while row[-1] == _DEFAULTS.get(_FIELDS[len(row) - 1], _NONE):
        row.pop()
    return row


_NONE = object()
_MODIFIED = _FIELDS.index("modified")
_BEFORE = _FIELDS.index("before")


def _decode_file(row: list[Any]) -> ArchiveFile:
    if len(row) > _MODIFIED and row[_MODIFIED] is not None:
        row[_MODIFIED] = datetime.fromisoformat(row[_MODIFIED])
    if len(row) > _BEFORE:
        row[_BEFORE] = row[_BEFORE].encode("latin-1")
    return ArchiveFile(*row)
