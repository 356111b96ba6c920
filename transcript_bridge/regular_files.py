"""Open files that are regular ones: a device may have no end, and a pipe may have no writer."""

from __future__ import annotations

import errno
import os
import stat
from io import FileIO

# Without it, opening a pipe waits for a writer. Windows has neither.
_DO_NOT_WAIT = getattr(os, "O_NONBLOCK", 0)
_AS_BYTES = getattr(os, "O_BINARY", 0)


class NotRegularError(OSError):
    """A pipe, a device or a socket where a file is expected."""


def open_regular(path: str | os.PathLike[str]) -> FileIO:
    """Open a file for reading, unbuffered. Raises OSError; NotRegularError for a pipe or device."""
    descriptor = os.open(path, os.O_RDONLY | _DO_NOT_WAIT | _AS_BYTES)
    try:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
        if not stat.S_ISREG(mode):
            raise NotRegularError(errno.EINVAL, "a pipe or a device, not a file", path)
    except OSError:
        os.close(descriptor)
        raise
    return FileIO(descriptor, "rb")
