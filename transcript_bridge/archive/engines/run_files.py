"""The file operations of a run folder, which may also be in an object store."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

from ...errors import NotThereError
from ...object_stores import (
    is_url,
    join_url,
    list_objects,
    read_object,
    write_object,
)


class RunFiles(Protocol):
    """Files with names such as `converted/KEY.jsonl`.

    The methods raise OSError, or a BridgeError for an answer of an object store.
    """

    def list_names(self, folder: str) -> list[str]:
        """The names of the files in a folder, without the folder; empty if there is none."""

    def read(self, name: str) -> bytes | None:
        """All bytes; None if there is no such file."""

    def write(self, name: str, data: bytes) -> None:
        """Write a new file, or replace one. Readers see all of it or nothing."""


class LocalFiles:
    """A folder of this machine, or one that several machines share. Only its owner may read it."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def list_names(self, folder: str) -> list[str]:
        """As in RunFiles."""
        try:
            return os.listdir(self._root / folder)  # noqa: PTH208  # names, not paths
        except FileNotFoundError:
            return []

    def read(self, name: str) -> bytes | None:
        """As in RunFiles."""
        try:
            return (self._root / name).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, name: str, data: bytes) -> None:
        """As in RunFiles; makes the folder."""
        import tempfile  # slow to import, and only needed with a cluster

        path = self._root / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, scratch = tempfile.mkstemp(prefix=".", dir=path.parent)
        try:
            with open(descriptor, "wb") as file:  # noqa: PTH123  # of a descriptor
                file.write(data)
            Path(scratch).replace(path)
        except BaseException:
            Path(scratch).unlink(missing_ok=True)
            raise


class ObjectFiles:
    """Objects below a URL; a store shows an object completely or not at all."""

    def __init__(self, root: str) -> None:
        self._root = root

    def list_names(self, folder: str) -> list[str]:
        """As in RunFiles."""
        url = join_url(self._root, folder) if folder else self._root
        try:
            listing = list_objects(url.rstrip("/") + "/")
        except NotThereError:
            return []
        return [found.url.rpartition("/")[2] for found in listing.objects]

    def read(self, name: str) -> bytes | None:
        """As in RunFiles."""
        url = join_url(self._root, name)
        try:
            return read_object(url)
        except NotThereError:
            return None

    def write(self, name: str, data: bytes) -> None:
        """As in RunFiles."""
        write_object(join_url(self._root, name), data)


def open_run_files(location: str) -> RunFiles:
    """The files of a run folder by its path or URL."""
    if is_url(location):
        return ObjectFiles(location)
    return LocalFiles(Path(location))
