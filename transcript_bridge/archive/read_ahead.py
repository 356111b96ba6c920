"""Fetches objects of a store, 16 at a time, before they are converted one after the other.

A request takes tens of milliseconds, converting a file less than one: read one by one, a million
objects would take half a day. Fetched objects are kept until their recording is converted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..object_stores import read_objects
from .fetched_objects import drop_fetched, keep_fetched
from .files import ArchiveFile
from .grouping import Recording

MAX_BATCH_BYTES = 16 * 1024 * 1024
_BATCH_FILES = 256
MAX_OBJECT_BYTES = 4 * 1024 * 1024
"""Bytes. A larger object is read when its turn comes: only its beginning may be needed."""


def reading_ahead(recordings: Sequence[Recording]) -> Iterator[Recording]:
    """The recordings in order; the objects of each are fetched before it is returned."""
    batch: list[Recording] = []
    files: list[ArchiveFile] = []
    size = 0
    for recording in recordings:
        wanted = _choose_files(recording)
        batch.append(recording)
        files += wanted
        size += sum(file.size for file in wanted)
        if size >= MAX_BATCH_BYTES or len(batch) >= _BATCH_FILES:
            yield from _give_out(batch, files)
            batch, files, size = [], [], 0
    yield from _give_out(batch, files)


def _give_out(batch: Sequence[Recording], files: Sequence[ArchiveFile]) -> Iterator[Recording]:
    if not files:
        yield from batch
        return
    fetch(files)
    try:
        yield from batch
    finally:
        forget(files)


def fetch(files: Sequence[ArchiveFile], limit: int | None = None) -> None:
    """Fetch files of stores, or the first `limit` bytes of each."""
    wanted = [(file.file, file.size) for file in files]
    contents = read_objects(wanted, limit)
    for file, content in zip(files, contents, strict=True):
        keep_fetched(file.file, file.modified_ns, content)


def forget(files: Iterable[ArchiveFile]) -> None:
    """Free the memory of fetched files."""
    for file in files:
        drop_fetched(file.file, file.modified_ns)


def _choose_files(recording: Recording) -> list[ArchiveFile]:
    """The files that converting a recording will very likely read; empty for local files."""
    first = recording.forms[0]
    if first.place != "url":  # the usual case
        return []
    return [file for file in (first, *recording.read_beside) if _is_fetched(file)]


def _is_fetched(file: ArchiveFile) -> bool:
    return file.place == "url" and file.size <= MAX_OBJECT_BYTES
