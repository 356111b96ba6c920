"""A file that may be a transcript, wherever it lies: on disk, in a zip, in a tar.

A ArchiveFile is a name and a way to open it again: small, frozen, and it pickles, so that worker
processes open their files themselves. Nothing is ever unpacked to disk.
"""

from __future__ import annotations

import atexit
import bz2
import gzip
import lzma
import os
import struct
import zipfile
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from threading import Lock
from typing import Any, Literal, NamedTuple

from ..errors import InputError

MAX_BYTES = 256 * 1024 * 1024
"""More than any transcript: a day of speech with every word's time is 30 MB of JSON."""

Place = Literal["disk", "zip", "tar"]

_KEPT = 2
"""Archives that stay open."""
_OPENERS: dict[str, Any] = {"": open, "gz": gzip.open, "bz2": bz2.open, "xz": lzma.open}


class ArchiveFile(
    NamedTuple
):  # it pickles ten times as fast as a dataclass, and goes to the workers ten thousand times
    """One file. Equal sources are the same bytes, as long as nobody wrote to them."""

    path: str
    """For people and for messages: `folder/file.vtt`, `export.zip!folder/file.vtt`. Always
    printable."""
    file: str
    """What the system opens, as an absolute path: the file itself, or the archive that holds it."""
    size: int
    """Bytes, unpacked."""
    stamp: int
    """When `file` was last written, in ns since 1970: with `size` it tells whether the bytes may
    have changed."""
    modified: datetime | None = None
    """When this file was last written; without an offset where the archive gives local time without
    a zone."""
    place: Place = "disk"
    member: str = ""
    """The name inside a zip, exactly as `zipfile` has it."""
    offset: int = 0
    """Where it begins inside an unpacked tar, in bytes."""
    inside: int = 0
    """Where in `path` the name inside the archive begins."""
    packing: str = ""
    """How a tar is packed: gz, bz2, xz, or not at all."""

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path[self.inside :].rpartition("/")[2]

    @property
    def folder(self) -> str:
        """The path without its name, with the mark (`/` or `!`) that ends it; empty where there is
        none."""
        return self.path[: len(self.path) - len(self.name)]

    @property
    def parts(self) -> tuple[str, ...]:
        """All folders from the root on, the archive among them, and the name: the same however the
        path was typed."""
        folders = printable(self.file).replace(os.sep, "/").split("/")
        return (*folders, *self.path[self.inside :].split("/")) if self.inside else tuple(folders)

    @property
    def absolute(self) -> str:
        """The path in full: what the ledger calls it."""
        return printable(self.file) + (self.path[self.inside - 1 :] if self.inside else "")

    @property
    def suffix(self) -> str:
        """In lower case, with its dot; empty where there is none."""
        return suffix_of(self.name)

    @property
    def is_large(self) -> bool:
        """Larger than any transcript is."""
        return self.size > MAX_BYTES

    def read(self, limit: int | None = None) -> bytes:
        """Its bytes, or the first `limit` of them.

        Raises InputError, told of the path, where they cannot be read any more.
        """
        wanted = self.size if limit is None else min(limit, self.size)
        try:
            if self.place == "zip":
                with _kept.use(
                    self.file, self.stamp, partial(zipfile.ZipFile, self.file)
                ) as archive:
                    return _read_member(archive, self.member, wanted)
            if self.place == "tar":
                with _kept.use(
                    self.file, self.stamp, partial(_OPENERS[self.packing], self.file, "rb")
                ) as stream:
                    stream.seek(self.offset)
                    return bytes(stream.read(wanted))
            with open(self.file, "rb") as file:  # noqa: PTH123  # the name may be no text that Path likes
                return file.read() if limit is None else file.read(wanted)
        except OSError as error:
            why = error.strerror or str(error)
            raise InputError(
                f"this cannot be opened ({why}); check its permissions", path=self.path
            ) from None
        except RuntimeError:  # what zipfile raises for a member with a password
            raise InputError(
                "this is encrypted; unpack the archive with its password first", path=self.path
            ) from None
        except NotImplementedError:
            raise InputError(
                "this is packed in a way that Python cannot read; unpack it first", path=self.path
            ) from None
        except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, struct.error, KeyError):
            raise InputError(
                "the archive is damaged here; export or copy it again", path=self.path
            ) from None


def suffix_of(name: str) -> str:
    """In lower case, with its dot; empty where a name has none."""
    stem, dot, suffix = name.rpartition(".")
    return f".{suffix.lower()}" if dot and stem else ""


def _read_member(archive: zipfile.ZipFile, name: str, wanted: int) -> bytes:
    with archive.open(name) as stream:
        return stream.read(wanted)


def printable(name: str | bytes) -> str:
    """A file name as text that every terminal and every database takes; what is no text becomes
    U+FFFD."""
    if isinstance(name, str) and name.isprintable():  # nearly every one
        return name
    text = (
        os.fsencode(name).decode("utf-8", "replace")
        if isinstance(name, str)
        else name.decode("utf-8", "replace")
    )
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


class _Kept:
    """The last archives that were read from, still open.

    A worker reads many members of one archive: opening a zip anew means reading its whole list of
    names anew, and a packed tar has to be unpacked from its beginning. `stamp` is in the key, so
    that a file written anew is opened anew.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._open: OrderedDict[tuple[str, int], Any] = OrderedDict()

    @contextmanager
    def use(self, path: str, stamp: int, open_it: Callable[[], Any]) -> Iterator[Any]:
        """The opened archive, for one reader at a time."""
        with self._lock:
            if (path, stamp) not in self._open:
                if len(self._open) >= _KEPT:
                    self._open.popitem(last=False)[1].close()
                self._open[path, stamp] = open_it()
            self._open.move_to_end((path, stamp))
            yield self._open[path, stamp]

    def close(self) -> None:
        """Close all of them."""
        with self._lock:
            while self._open:
                self._open.popitem()[1].close()


_kept = _Kept()
atexit.register(_kept.close)
