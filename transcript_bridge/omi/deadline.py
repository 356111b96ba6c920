"""A time limit for a whole request, from the first byte sent to the last byte received.

The timeouts of httpx apply to each wait alone: a request to a server that sends one byte a minute,
or one `100 Continue` after another, would never end. So the network backend below httpx checks
before each wait how much time is left.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore
import httpx

from ..transfer.clock import Clock

_FOREVER = float("inf")
_TIMER_STEP = 0.005
"""Seconds by which a wait may end too early."""
_clock = Clock()


class Deadline(threading.local):
    """The time by which the request of this thread must be finished. Each thread sends one request
    at a time."""

    _seconds = _FOREVER
    _until = _FOREVER

    @contextmanager
    def limit(self, seconds: float) -> Iterator[None]:
        """Limit the sum of all waits inside the block to `seconds`."""
        self._seconds = seconds
        self._until = _clock.monotonic() + seconds
        try:
            yield
        finally:
            self._until = _FOREVER

    def cut(self, timeout: float | None) -> float | None:
        """How long the next wait may take, in seconds; None for no limit.

        timeout: of this wait alone. Raises httpcore.ReadTimeout if no time is left.
        """
        if self._until == _FOREVER:
            return timeout
        left = self.find_left()
        if timeout is None:
            return left
        return min(timeout, left)

    def find_left(self) -> float:
        """The seconds that are left.

        Raises httpcore.ReadTimeout if none is left.
        """
        left = self._until - _clock.monotonic()
        if left <= _TIMER_STEP:
            raise httpcore.ReadTimeout(f"the answer was not complete after {self._seconds:g} s")
        return left


def enforce_deadline(client: httpx.Client, deadline: Deadline) -> None:
    """Make all future connections of `client`, including those through proxies, keep to `deadline`.

    httpx has no parameter for its network backend, so this changes its transports. With a version
    that is organized differently, only the timeouts of single waits apply;
    tests/omi/test_answers.py detects that.
    """
    for transport in (client._transport, *client._mounts.values()):
        pool = getattr(transport, "_pool", None)
        backend = getattr(pool, "_network_backend", None)
        if backend is not None:
            pool._network_backend = _Backend(backend, deadline)  # type: ignore[union-attr]


class _Backend(httpcore.NetworkBackend):
    """A network backend whose connections keep to a deadline."""

    def __init__(self, backend: httpcore.NetworkBackend, deadline: Deadline) -> None:
        self._backend = backend
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        stream = self._backend.connect_tcp(host, port, timeout, local_address, socket_options)
        return _Stream(stream, self._deadline)

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        stream = self._backend.connect_unix_socket(path, timeout, socket_options)
        return _Stream(stream, self._deadline)

    def sleep(self, seconds: float) -> None:
        self._backend.sleep(seconds)


class _Stream(httpcore.NetworkStream):
    """A connection that keeps to a deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        try:
            return self._stream.read(max_bytes, self._deadline.cut(timeout))
        except httpcore.ReadTimeout:
            self._deadline.find_left()  # the whole took too long, not this wait: another message
            raise

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.cut(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        encrypted = self._stream.start_tls(
            ssl_context, server_hostname, self._deadline.cut(timeout)
        )
        return _Stream(encrypted, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
