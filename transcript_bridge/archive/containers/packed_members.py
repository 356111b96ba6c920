"""Opens a member of a ZIP file so that reading uses no more memory than the bytes asked for.

`zipfile` does so itself for stored and deflated members. Those packed with bzip2 or LZMA it
decompresses in pieces of four packed kilobytes, which may hold gigabytes, whatever size is stated.
"""

from __future__ import annotations

import bz2
import copy
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import partial
from typing import IO, Any

_ENDS_WITH_MARK = 0x2
"""A flag of a member: its LZMA stream marks its own end."""
_UNKNOWN_SIZE = 2**64 - 1
"""The size in the header of a stream that marks its own end."""
_PROPERTIES = struct.Struct("<BBHBI")
"""Precedes an LZMA stream in a ZIP file: version, length of the rest, parameters, dictionary."""
_PARAMETERS_BYTES = 5
"""One for the parameters, four for the size of the dictionary."""
_HEADER = struct.Struct("<BIQ")
"""Precedes one in an `.lzma` file: parameters, dictionary, unpacked size."""
_SMALLEST_DICTIONARY = 4096
"""Bytes; LZMA decoders use as much even if the header states less."""
_PIECE = 65_536


def open_member(container: zipfile.ZipFile, name: str) -> IO[bytes]:
    """Open a member at its beginning; seekable. Raises what `zipfile` raises."""
    info = container.getinfo(name)
    open_unpacked = _OPENERS.get(info.compress_type)
    if open_unpacked is None:
        return container.open(name)
    return io.BufferedReader(_PackedMember(partial(open_unpacked, container, info), info))


def _open_packed(container: zipfile.ZipFile, info: zipfile.ZipInfo) -> IO[bytes]:
    """The packed bytes, opened like a stored member, without checking their checksum."""
    stored = copy.copy(info)
    stored.compress_type = zipfile.ZIP_STORED
    stored.file_size = info.compress_size
    del stored.CRC
    return container.open(stored)


def _open_bzip2(container: zipfile.ZipFile, info: zipfile.ZipInfo) -> Any:
    return bz2.BZ2File(_open_packed(container, info))


def _open_lzma(container: zipfile.ZipFile, info: zipfile.ZipInfo) -> Any:
    file: Any = _LzmaFile(_open_packed(container, info), info)
    return lzma.open(file, format=lzma.FORMAT_ALONE)


_OPENERS = {zipfile.ZIP_BZIP2: _open_bzip2, zipfile.ZIP_LZMA: _open_lzma}


class _LzmaFile:
    """The packed bytes of a member in the form of an `.lzma` file."""

    def __init__(self, packed: IO[bytes], info: zipfile.ZipInfo) -> None:
        """Raises zipfile.BadZipFile and struct.error for an invalid LZMA stream."""
        self._packed = packed
        beginning = packed.read(_PROPERTIES.size)
        _major, _minor, length, parameters, dictionary = _PROPERTIES.unpack(beginning)
        if length != _PARAMETERS_BYTES:
            raise zipfile.BadZipFile("this is no LZMA stream")
        size = _UNKNOWN_SIZE if info.flag_bits & _ENDS_WITH_MARK else info.file_size
        # No stream refers back further than its own beginning, and memory for the whole dictionary
        # is allocated.
        dictionary = min(dictionary, max(info.file_size, _SMALLEST_DICTIONARY))
        self._head = io.BytesIO(_HEADER.pack(parameters, dictionary, size))

    def read(self, size: int = -1) -> bytes:
        """The next bytes: of the header, then of the packed bytes."""
        return self._head.read(size) or self._packed.read(size)


class _PackedMember(io.RawIOBase):
    """The unpacked bytes, up to the stated size, checked against the checksum.

    After `seek`, the checksum is no longer compared, as in `zipfile`.
    """

    def __init__(self, open_unpacked: Callable[[], Any], info: zipfile.ZipInfo) -> None:
        self._open = open_unpacked
        self._unpacked = open_unpacked()
        self._name = info.filename
        self._size = info.file_size
        self._place = 0
        self._expected: int | None = info.CRC
        self._checksum = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Raises zipfile.BadZipFile at the end if the checksum differs."""
        wanted = min(len(buffer), self._size - self._place)
        data = self._unpacked.read(wanted)
        buffer[: len(data)] = data
        self._place += len(data)
        self._checksum = zlib.crc32(data, self._checksum)
        is_over = self._place == self._size or not data
        if is_over and self._expected not in (None, self._checksum):
            raise zipfile.BadZipFile(f"Bad CRC-32 for file {self._name!r}")
        return len(data)

    def tell(self) -> int:
        return self._place

    def seek(self, position: int, whence: int = 0) -> int:
        """Seek; what lies before the position is unpacked again if it was passed already."""
        start = (0, self._place, self._size)[whence]
        position = min(start + position, self._size)
        self._expected = None
        if position < self._place:
            self._unpacked.close()
            self._unpacked = self._open()
            self._place = 0
        while self._place < position:
            data = self._unpacked.read(min(_PIECE, position - self._place))
            if not data:
                break
            self._place += len(data)
        return self._place

    def close(self) -> None:
        self._unpacked.close()
        super().close()
