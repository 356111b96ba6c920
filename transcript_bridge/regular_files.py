"""Opens regular files only: a device may have no end, and a pipe may have no writer."""

from __future__ import annotations

import errno
import os
import stat
from io import FileIO

from .sqlite_files import is_open_here

# Without it, opening a pipe waits for a writer. Windows has neither.
_DO_NOT_WAIT = getattr(os, "O_NONBLOCK", 0)
_AS_BYTES = getattr(os, "O_BINARY", 0)
_PIECE = 1 << 16
"""The least number of bytes to ask for."""


class NotRegularError(OSError):
    """A pipe, a device or a socket where a file is expected."""


def open_regular(path: str | os.PathLike[str]) -> FileIO:
    """Open a file for reading, unbuffered.

    Raises OSError, also for a database that this process has open; NotRegularError for a pipe or
    device.
    """
    descriptor, _ = _open(path)
    return FileIO(descriptor, "rb")


def read_regular(path: str | os.PathLike[str]) -> bytes:
    """The content of a regular file. Raises what `open_regular` raises."""
    descriptor, size = _open(path)
    try:
        # One call for the whole file. FileIO.read asks for the size twice more and for the end:
        # 3 % of reading a small file.
        data = os.read(descriptor, size + 1)
        if len(data) == size:
            return data
        return data + _read_rest(descriptor, size)
    finally:
        os.close(descriptor)


def _read_rest(descriptor: int, size: int) -> bytes:
    """The rest of a file, if the system returns it in pieces or does not know its size."""
    pieces: list[bytes] = []
    while piece := os.read(descriptor, max(size, _PIECE)):
        pieces.append(piece)
    return b"".join(pieces)


def _open(path: str | os.PathLike[str]) -> tuple[int, int]:
    """The descriptor of a regular file, and its size in bytes."""
    try:
        if is_open_here(path):
            raise OSError(errno.EBUSY, "this program uses it as a database", path)
        descriptor = os.open(path, os.O_RDONLY | _DO_NOT_WAIT | _AS_BYTES)
    except ValueError:  # the character NUL: no file has such a name
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path) from None
    try:
        status = os.fstat(descriptor)
        mode = status.st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
        if not stat.S_ISREG(mode):
            raise NotRegularError(errno.EINVAL, "a pipe or a device, not a file", path)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor, status.st_size
