"""One file of an archive, wherever it is: on disk, in a ZIP file, in a tar file.

An ArchiveFile is a name and a way to reopen the file. It is small, frozen and pickles, so that
worker processes open their files themselves. Nothing is unpacked to disk.
"""

from __future__ import annotations

import lzma
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any, Literal, NamedTuple

from ..dating.companions import suffix_of
from ..errors import InputError
from ..formats import BinaryReader, Part
from ..object_stores import open_object, read_head, read_object, show_path
from ..regular_files import open_regular
from .containers.kept_open import OPEN_CONTAINERS, open_to_seek, open_unpacked
from .containers.packed_members import open_member
from .fetched_objects import take_fetched

MAX_FILE_BYTES = 256 * 1024 * 1024
"""Bytes; more than any transcript: a day of speech with a time for every word is 30 MB of JSON."""

Place = Literal["disk", "zip", "tar", "url"]

DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    struct.error,
    LookupError,
    ValueError,
    OverflowError,
)
"""Exceptions of Python for damaged containers; fuzzing has shown each of them."""


_SYSTEM_NAMES = frozenset(
    {"__macosx", "thumbs.db", "desktop.ini", "$recycle.bin", "system volume information"}
)


class Notice(NamedTuple):
    """Why a file was skipped, or what is doubtful about it. path: as in a plan."""

    path: str
    message: str


def is_hidden(name: str) -> bool:
    """Whether a file or folder of this name is skipped unless the user names it."""
    return name.startswith(".") or name.casefold() in _SYSTEM_NAMES


class ArchiveFile(
    NamedTuple
):  # it pickles ten times as fast as a dataclass, and goes to the workers ten thousand times
    """One file. Equal values mean equal bytes, as long as the file was not written to."""

    path: str
    """For people and messages: `folder/file.vtt`, `export.zip!folder/file.vtt`. Always
    printable."""
    file: str
    """The absolute path or the URL to open: of the file itself, or of the container that holds it.
    A URL may contain a password or a signature, and is not shown."""
    size: int
    """Bytes, unpacked."""
    modified_ns: int
    """When `file` was last written, in ns since 1970; for an object in a store, a number that
    changes when it is written again. Together with `size` it shows whether the bytes may have
    changed."""
    modified: datetime | None = None
    """When this file was last written. Without an offset if the container has local time without a
    zone."""
    place: Place = "disk"
    member: str = ""
    """The name in a ZIP file, exactly as `zipfile` has it."""
    offset: int = 0
    """Where the member begins in an unpacked tar file, in bytes."""
    member_start: int = 0
    """Where the member's name begins in `path`; 0 for a file on disk."""
    compression: str = ""
    """The compression of a tar file: gz, bz2, xz, or empty."""
    format: str = ""
    """For one conversation of a file that holds many: the format of that file."""
    part_offset: int = 0
    """Where such a conversation begins in its file, in bytes."""
    before: bytes = b""
    """Bytes to put before such a conversation."""

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path[self.member_start :].rpartition("/")[2]

    @property
    def folder(self) -> str:
        """The path without the name, up to the `/` or `!` before it; empty without a folder."""
        return self.path[: len(self.path) - len(self.name)]

    @property
    def parts(self) -> tuple[str, ...]:
        """All folders from the root on, the container if there is one, and the name.

        Independent of how the user wrote the path.
        """
        folders = self.container.replace(os.sep, "/").split("/")
        if not self.member_start:
            return tuple(folders)
        return (*folders, *self.path[self.member_start :].split("/"))

    @property
    def rule_path(self) -> str:
        """The path that rules for some files are compared with: a container counts as a folder."""
        return "/".join(self.parts)

    @property
    def container(self) -> str:
        """The full path or URL of the file itself, or of the container that holds it."""
        return printable(show_path(self.file))

    @property
    def absolute(self) -> str:
        """The full path or URL, as the ledger stores it."""
        if not self.member_start:
            return self.container
        return self.container + self.path[self.member_start - 1 :]

    @property
    def suffix(self) -> str:
        """The suffix in lower case, with its dot; empty without a suffix."""
        return suffix_of(self.name)

    @property
    def is_part(self) -> bool:
        """Whether it is one conversation of a file that holds many."""
        return bool(self.format)

    @property
    def unpacked_before(self) -> int:
        """Bytes of a container that have to be unpacked before this file."""
        before = 0
        if self.compression:
            before = self.offset
        return before + (self.part_offset if self.place in ("zip", "tar") else 0)

    @property
    def is_large(self) -> bool:
        """Whether it is larger than any transcript."""
        return self.size > MAX_FILE_BYTES

    def read(self, limit: int | None = None) -> bytes:
        """The bytes, or the first `limit` of them.

        Raises InputError with the path if they can no longer be read.
        """
        try:
            return self._read(limit)
        except (OSError, RuntimeError, *DAMAGED) as error:
            raise InputError(_explain(error), path=self.path) from None

    def part(self, part: Part, format: str) -> ArchiveFile:
        """One conversation of this file: `export.json!ID`."""
        return self._replace(
            path=f"{self.path}!{part.name}",
            size=part.size,
            member_start=self.member_start or len(self.path) + 1,
            format=format,
            part_offset=part.offset,
            before=part.before,
        )

    @contextmanager
    def stream(self) -> Iterator[BinaryReader]:
        """The file from its beginning. Raises InputError if it cannot be read any more."""
        try:
            with self._open() as stream:
                yield stream
        except (OSError, RuntimeError, *DAMAGED) as error:
            raise InputError(_explain(error), path=self.path) from None

    @contextmanager
    def _open(self) -> Iterator[BinaryReader]:
        if self.place == "zip":
            place = open_to_seek(self.file)
            with zipfile.ZipFile(place) as container, open_member(container, self.member) as stream:
                yield stream
        elif self.place == "tar":
            with open_unpacked(self.file, self.compression) as stream:
                stream.seek(self.offset)
                yield _TarMember(stream, self.size)
        elif self.place == "url":
            with open_object(self.file) as stream:
                yield stream
        else:
            with open_regular(self.file) as file:
                yield file

    def _read(self, limit: int | None) -> bytes:
        wanted = self.size if limit is None else min(limit, self.size)
        if self.is_part:
            return self.before + self._read_part(wanted)
        if self.place == "zip":
            with OPEN_CONTAINERS.use(self.file, self.modified_ns, self._open_zip) as container:
                return _read_member(container, self.member, wanted)
        if self.place == "tar":
            open_tar = partial(open_unpacked, self.file, self.compression)
            with OPEN_CONTAINERS.use(self.file, self.modified_ns, open_tar) as stream:
                stream.seek(self.offset)
                return bytes(stream.read(wanted))
        if self.place == "url":
            return self._read_object(wanted)
        with open_regular(self.file) as file:
            if limit is None:
                return file.read()
            return file.read(wanted)

    def _read_object(self, wanted: int) -> bytes:
        fetched = take_fetched(self.file, self.modified_ns)
        if fetched is not None:
            return fetched[:wanted]
        if wanted < self.size:
            return read_head(self.file, wanted)
        return read_object(self.file, self.size)

    def _read_part(self, wanted: int) -> bytes:
        if self.place == "disk":
            with open_regular(self.file) as file:
                file.seek(self.part_offset)
                return file.read(wanted)
        key = self.file
        place = self.offset + self.part_offset
        if self.place == "zip":
            key = f"{self.file}!{self.member}"
        with OPEN_CONTAINERS.use(key, self.modified_ns, self._open_container) as stream:
            # Parts are read in order, so this continues where the last one ended.
            stream.seek(place)
            return bytes(stream.read(wanted))

    def _open_container(self) -> Any:
        if self.place == "zip":
            return open_member(self._open_zip(), self.member)
        return open_unpacked(self.file, self.compression)

    def _open_zip(self) -> zipfile.ZipFile:
        return zipfile.ZipFile(open_to_seek(self.file))


class _TarMember:
    """A member of a tar file, opened at its beginning."""

    def __init__(self, stream: Any, size: int) -> None:
        self._stream = stream
        self._remaining = size

    def read(self, size: int, /) -> bytes:
        """The next bytes of the member, `size` at most."""
        data = bytes(self._stream.read(min(size, self._remaining)))
        self._remaining -= len(data)
        return data


def printable(name: str | bytes) -> str:
    """A file name as text that every terminal and every database accepts.

    Different names stay different: a byte that is not UTF-8 becomes U+FFFD and its two hex digits
    (`caf\ufffdE9.srt`); an unprintable character becomes U+FFFD and its number in braces.
    """
    if isinstance(name, bytes):
        name = name.decode("utf-8", "surrogateescape")
    if name.isprintable() and _MARK not in name:  # the usual case
        return name
    name = _LOOKS_ESCAPED.sub(f"{_MARK}{{{ord(_MARK):X}}}", name)
    return "".join(map(_show_character, name))


_MARK = "\ufffd"
_LOOKS_ESCAPED = re.compile(_MARK + "(?=[0-9A-F]{2}|\\{)")
"""Matches what `printable` would write, in a name that already contains it."""
_FIRST_BYTE = 0xDC00
_LAST_BYTE = 0xDCFF
"""How Python represents bytes in file names that are not UTF-8."""


def _show_character(character: str) -> str:
    if character.isprintable():
        return character
    code = ord(character)
    if _FIRST_BYTE < code <= _LAST_BYTE:
        return f"{_MARK}{code - _FIRST_BYTE:02X}"
    return f"{_MARK}{{{code:X}}}"


def _read_member(container: zipfile.ZipFile, name: str, wanted: int) -> bytes:
    with open_member(container, name) as stream:
        return stream.read(wanted)


def _explain(error: Exception) -> str:
    """Why a file cannot be read, and what to do about it."""
    if isinstance(error, NotImplementedError):
        return "Python cannot read the compression of this file; unpack the container first"
    if isinstance(error, RuntimeError):  # zipfile raises it for a member with a password
        return "this is encrypted; unpack the container with its password first"
    if isinstance(error, OSError):
        reason = error.strerror or str(error)
        return f"this cannot be opened ({reason}); check its permissions"
    return "the container is damaged here; export or copy it again"
