"""The objects at a URL as ArchiveFiles: one, all below a folder, or all that match a pattern.

The order, and what counts as hidden, are as in a folder on disk.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from ..errors import InputError
from ..formats import SNIFF_WINDOW
from ..object_stores import StoredObject, list_objects, show_url
from ..path_patterns import folders_above, matches
from .exports import may_be_export
from .files import ArchiveFile, is_hidden, printable
from .read_ahead import fetch, forget

_WILDCARD = "*"
"""The wildcard in a URL. A `?` begins a query, and brackets occur in many names."""
_STAMP_BYTES = 7
"""Bits, so that the number is exact even where numbers are floats."""
_BATCH_FILES = 1000
_NO_MATCH = "no file matches this pattern; check it"


@dataclass(slots=True)
class StoredFiles:
    """The files that were found. root: the URL of the folder, as it is shown.

    failures: what cannot be listed, by the URL as it is shown.
    """

    root: str
    files: list[ArchiveFile] = field(default_factory=list)
    hidden: int = 0
    failures: list[InputError] = field(default_factory=list)

    def batches(self) -> Iterator[Sequence[ArchiveFile]]:
        """The files, some at a time."""
        for start in range(0, len(self.files), _BATCH_FILES):
            yield self.files[start : start + _BATCH_FILES]


def find_stored_files(url: str) -> StoredFiles:
    """The files at a URL; what cannot be listed is in `failures`.

    Raises SettingsError for an unknown scheme or a missing extra.
    """
    folder, pattern = _split_pattern(url)
    found = StoredFiles(_show(folder).rstrip("/"))
    try:
        listing = list_objects(folder)
    except InputError as error:
        found.failures.append(error.at(show_url(url)))
        return found
    found.failures += listing.failures
    hidden: set[str] = set()
    for stored in listing.objects:
        below = ""
        if listing.is_folder:
            below = _path_below(folder, stored.url)
        if pattern and not _fits(pattern, below):
            continue
        hidden_part = _find_hidden(below)
        if hidden_part:
            hidden.add(hidden_part)
        else:
            found.files.append(make_stored_file(stored))
    found.hidden = len(hidden)
    if pattern and not found.files:
        found.failures.append(InputError(_NO_MATCH, path=show_url(url)))
    return found


def expand_url(url: str) -> list[str]:
    """The URL, or what matches it as a pattern, as it is shown."""
    if _WILDCARD not in url:
        return [url]
    return [file.path for file in find_stored_files(url).files]


def make_stored_file(stored: StoredObject) -> ArchiveFile:
    """An object as a file of an archive."""
    return ArchiveFile(
        _show(stored.url),
        stored.url,
        stored.size,
        _number_of_stamp(stored),
        stored.modified,
        "url",
    )


@contextmanager
def reading_heads(files: Sequence[ArchiveFile]) -> Iterator[None]:
    """Fetch the beginnings of those files whose kind must be found out."""
    wanted = [file for file in files if file.size and may_be_export(file)]
    fetch(wanted, SNIFF_WINDOW)
    try:
        yield
    finally:
        forget(wanted)


def _show(url: str) -> str:
    return printable(show_url(url))


def _split_pattern(url: str) -> tuple[str, str]:
    """The folder before the first wildcard, and the pattern from there on, which is empty without
    one."""
    before, star, after = url.partition(_WILDCARD)
    if not star:
        return url, ""
    folder, slash, beginning = before.rpartition("/")
    return folder + slash, beginning + star + after


def _path_below(folder: str, url: str) -> str:
    return show_url(url)[len(show_url(folder)) :].lstrip("/")


def _fits(pattern: str, path: str) -> bool:
    """Whether the pattern matches a path, or a folder that it is in."""
    anchored = f"/{pattern.rstrip('/')}"
    return any(matches(anchored, place) for place in (path, *folders_above(path)))


def _find_hidden(path: str) -> str:
    """The path up to its first hidden folder, or the hidden file; empty if nothing is hidden."""
    place = ""
    for name in path.split("/"):
        place = f"{place}/{name}"
        if name and is_hidden(name):
            return place
    return ""


def _number_of_stamp(stored: StoredObject) -> int:
    """A number that changes when an object is written again; it replaces the time of a file."""
    digest = hashlib.sha256(stored.stamp.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:_STAMP_BYTES], "big")
