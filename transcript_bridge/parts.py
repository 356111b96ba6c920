"""Files, on disk or in a store, that hold many conversations: `export.json!ID` is one of them.

The list of a file's parts is kept, so that opening each of seven thousand parts reads the file once
and not seven thousand times.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import BinaryIO, NamedTuple

from . import formats, object_stores
from .arguments import PATH, TEXT, takes
from .errors import BridgeError, InputError
from .formats import SNIFF_WINDOW, Part
from .object_stores import is_url, show_path
from .regular_files import open_regular

MARK = "!"
"""The separator between a file and the name of one conversation in it."""


class FileState(NamedTuple):
    """The properties that change when a file is written again."""

    changed: int | str
    size: int


class PartPlace(NamedTuple):
    """One conversation of a file on disk. format: the name of the file's format."""

    file: str
    part: Part
    format: str

    def read(self) -> bytes:
        """Its bytes. Raises OSError, and InputError for a file that is cut off or an object that
        cannot be read."""
        if self.part.fault:
            raise InputError(self.part.fault, path=f"{self.file}{MARK}{self.part.name}")
        with open_place(self.file) as file:
            file.seek(self.part.offset)
            return self.part.before + file.read(self.part.size)


class _PartsOfFile(NamedTuple):
    format: str
    by_name: Mapping[str, Part]


@takes(path=PATH, format=TEXT.or_none())
def list_parts(path: str | os.PathLike[str], format: str | None = None) -> list[str]:
    """The paths of the conversations in a file, in its order; empty if it does not hold many.

    format: the name of the format, if the user gave it. Never raises: a file that cannot be opened
    has no conversations.
    """
    file = os.fspath(path)
    found = _find_parts(file, format)
    if found is None:
        return []
    return [f"{file}{MARK}{name}" for name in found.by_name]


def find_part(path: str) -> PartPlace | None:
    """The conversation at a path such as `export.json!ID`; None for the path of a file.

    Raises InputError if the file holds no such conversation.
    """
    for file in existing_containers(path):
        found = _find_parts(file, None)
        if found is not None:
            return _choose(file, found, path[len(file) + len(MARK) :])
    return None


def existing_containers(path: str) -> Iterator[str]:
    """The files that may contain a path such as `export.json!ID`; none for the path of a file."""
    if MARK in path and not is_there(path):
        yield from filter(is_file, possible_containers(path))


def possible_containers(path: str) -> Iterator[str]:
    """Return the text before each MARK of a path, shortest first: names of files may contain one,
    too."""
    for place, letter in enumerate(path):
        if letter == MARK:
            yield path[:place]


def _choose(file: str, found: _PartsOfFile, name: str) -> PartPlace:
    part = found.by_name.get(name)
    if part is None:
        raise InputError(
            f"this file has no conversation {name!r}; 'transcript-bridge plan --files' lists them",
            path=file,
        )
    return PartPlace(file, part, found.format)


def _find_parts(path: str, format: str | None) -> _PartsOfFile | None:
    try:
        state = find_state(path)
        return _read_parts(path, state, format)
    except (OSError, ValueError, BridgeError):
        return None


@lru_cache(maxsize=8)
def _read_parts(path: str, _state: FileState, format: str | None) -> _PartsOfFile | None:
    with open_place(path) as file:
        chosen = formats.find_parts(file.read(SNIFF_WINDOW), format)
        if chosen is None or chosen.parts is None:
            return None
        file.seek(0)
        by_name = {part.name: part for part in chosen.parts.find(file)}
    return _PartsOfFile(chosen.name, by_name)


# ---- files on disk and in stores


def is_there(path: str) -> bool:
    """Whether there is a file or folder of this name."""
    if is_url(path):
        return is_file(path)
    return os.path.exists(path)  # noqa: PTH110  # faster, for each file


def is_file(path: str) -> bool:
    """Whether there is a file of this name; False if that cannot be found out."""
    if not is_url(path):
        return os.path.isfile(path)  # noqa: PTH113
    try:
        return object_stores.object_exists(path)
    except BridgeError:
        return False


def find_state(path: str) -> FileState:
    """The state of a file now. Raises OSError, InputError for a URL."""
    if not is_url(path):
        status = os.stat(path)  # noqa: PTH116
        return FileState(status.st_mtime_ns, status.st_size)
    stored = object_stores.find_object(path)
    if stored is None:
        raise InputError("this is a folder, not a file", path=show_path(path))
    return FileState(stored.stamp, stored.size)


def open_place(path: str) -> BinaryIO:
    """A file, opened for reading and seeking. Raises OSError, InputError for a URL."""
    if is_url(path):
        return object_stores.open_object(path)
    return open_regular(path)
