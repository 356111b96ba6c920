"""Pipes as inputs: named ones, and those of a shell's `<(…)`. They can be read once."""

from __future__ import annotations

import os
import time

from .errors import InputError

MAX_PIPE_BYTES = 512 << 20
"""More is for a file: a pipe may never end."""
WRITER_PATIENCE = 10.0
"""Seconds until a named pipe without a writer is given up."""
_WRITER_STEP = 0.02
_CHUNK_BYTES = 1 << 16
_OPENED_BY_SHELL = ("/dev/", "/proc/")
"""Where the pipes of `<(…)` are; their writers exist already."""


def read_pipe(path: str) -> bytes:
    """All that is written to a pipe. Raises OSError, and InputError if nobody writes to it."""
    # Opened without O_NONBLOCK, a named pipe without a writer would wait for one without end.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        first = _wait_for_writer(descriptor, path)
        os.set_blocking(descriptor, True)
        return _read_all(descriptor, first, path)
    finally:
        os.close(descriptor)


def _wait_for_writer(descriptor: int, path: str) -> bytes:
    """What is in the pipe already. However long the writer takes, it is waited for."""
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
            raise InputError("nobody writes to this pipe; start the writer first", path=path)
        time.sleep(_WRITER_STEP)


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
