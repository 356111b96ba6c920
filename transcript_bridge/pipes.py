"""Reading from and writing to pipes: named ones, and those of a shell's `<(…)`."""

from __future__ import annotations

import errno
import os
import stat
import time

from .errors import InputError, OutputError

MAX_PIPE_BYTES = 512 << 20
"""Bytes. A larger input must be a file: a pipe may never end."""
WRITER_PATIENCE = 10.0
"""Seconds to wait for the program at the other end of a named pipe."""
_STEP = 0.02
"""Seconds between two attempts."""
_CHUNK_BYTES = 1 << 16
"""As much as a pipe of Linux holds."""
_OPENED_BY_SHELL = ("/dev/", "/proc/")
"""Where the pipes of `<(…)` are; their writers exist already."""


def read_pipe(path: str) -> bytes:
    """All that is written to a pipe. Raises OSError, and InputError if no program writes to it."""
    # Without O_NONBLOCK, opening a named pipe would wait forever for a writer.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        first = _wait_for_writer(descriptor, path)
        os.set_blocking(descriptor, True)
        return _read_all(descriptor, first, path)
    finally:
        os.close(descriptor)


def _wait_for_writer(descriptor: int, path: str) -> bytes:
    """Wait for the first bytes. Once there is a writer, there is no timeout."""
    deadline = time.monotonic() + WRITER_PATIENCE
    is_ended = path.startswith(_OPENED_BY_SHELL)
    while True:
        try:
            first = os.read(descriptor, _CHUNK_BYTES)
        except BlockingIOError:  # there is a writer that has not written yet
            return b""
        if first or is_ended:
            return first
        if time.monotonic() >= deadline:
            raise InputError("no program writes to this pipe; start the writer first", path=path)
        time.sleep(_STEP)


def _read_all(descriptor: int, first: bytes, path: str) -> bytes:
    chunks = [first]
    size = len(first)
    while chunk := os.read(descriptor, _CHUNK_BYTES):
        chunks.append(chunk)
        size += len(chunk)
        if size > MAX_PIPE_BYTES:
            megabytes = MAX_PIPE_BYTES >> 20
            raise InputError(
                f"this pipe gives more than {megabytes} MB; save it as a file first", path=path
            )
    return b"".join(chunks)


def open_pipe_or_device(path: str) -> int:
    """A descriptor to write to a named pipe or a device.

    Raises OSError, and OutputError if no program reads from the pipe or the path is something else.
    """
    # Without O_NONBLOCK, opening a named pipe would wait forever for a reader.
    flags = os.O_WRONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
    descriptor = _open_with_reader(path, flags)
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISFIFO(mode) and not stat.S_ISCHR(mode):
        os.close(descriptor)
        raise OutputError(f"{path}: this was replaced by another pipe or device; choose another -o")
    os.set_blocking(descriptor, True)
    return descriptor


def _open_with_reader(path: str, flags: int) -> int:
    deadline = time.monotonic() + WRITER_PATIENCE
    while True:
        try:
            return os.open(path, flags)
        except OSError as error:
            if error.errno != errno.ENXIO:
                raise
        if time.monotonic() >= deadline:
            raise OutputError(f"{path}: no program reads from this pipe; start the reader first")
        time.sleep(_STEP)
