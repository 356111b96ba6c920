"""Opens ZIP and tar files, on disk or in a store, and keeps the latest ones open."""

from __future__ import annotations

import atexit
import bz2
import gzip
import lzma
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from ...object_stores import is_url, open_object

_MAX_OPEN = 2
"""How many containers stay open."""
_OPENERS: dict[str, Any] = {"": open, "gz": gzip.open, "bz2": bz2.open, "xz": lzma.open}
"""Modules by the compression of a tar file."""


def open_to_seek(file: str) -> Any:
    """Return the input of zipfile: a path, or an open object, which is fetched in parts.

    zipfile closes the object. Raises InputError for an object.
    """
    if is_url(file):
        return open_object(file)
    return file


def open_unpacked(file: str, compression: str) -> Any:
    """A tar file, decompressed while it is read. compression: gz, bz2, xz, or empty.

    Raises OSError for a file, InputError for an object.
    """
    if is_url(file) and not compression:
        return open_object(file)
    return _OPENERS[compression](open_to_seek(file), "rb")


class _OpenContainers:
    """The containers that were read last, still open.

    A worker reads many members of one container. Otherwise each of them would read the list of
    names of a ZIP file again, or decompress a tar file from its beginning. `modified_ns` is part of
    the key, so that a file that was written again is reopened.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._open: OrderedDict[tuple[str, int], Any] = OrderedDict()

    @contextmanager
    def use(self, path: str, modified_ns: int, open_container: Callable[[], Any]) -> Iterator[Any]:
        """The open container, for one reader at a time."""
        key = (path, modified_ns)
        with self._lock:
            if key not in self._open:
                if len(self._open) >= _MAX_OPEN:
                    self._open.popitem(last=False)[1].close()
                self._open[key] = open_container()
            self._open.move_to_end(key)
            try:
                yield self._open[key]
            except BaseException:  # it may be in the middle of reading
                self._open.pop(key).close()
                raise

    def close(self) -> None:
        """Close all of them."""
        with self._lock:
            while self._open:
                self._open.popitem()[1].close()


OPEN_CONTAINERS = _OpenContainers()
atexit.register(OPEN_CONTAINERS.close)
