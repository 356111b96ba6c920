"""A web server for this machine only: uvicorn on 127.0.0.1, which stops at once."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import uvicorn

from ..errors import SettingsError

LOOPBACK = "127.0.0.1"
"""The only address it listens on: anybody who can reach it can read everything in it."""
_START_SECONDS = 30.0
_TICK_SECONDS = 0.1
"""Seconds between uvicorn's checks whether to stop, in which it also renews the `Date` header."""


class LoopbackServer(uvicorn.Server):
    """A uvicorn that stops at once. The original notices the order a tick later, and waits for
    another tick before it closes: 0.17 s in total, instead of 0.001 s."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._stopping: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def stop(self) -> None:
        """Stop. May be called from another thread."""
        self.should_exit = True
        if self._loop is not None and self._stopping is not None:
            with contextlib.suppress(RuntimeError):  # it has already stopped
                self._loop.call_soon_threadsafe(self._stopping.set)

    async def main_loop(self) -> None:
        """Tick like the original, until `stop`."""
        self._stopping = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        counter = 0
        while not await self.on_tick(counter):
            counter += 1
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), _TICK_SECONDS)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Drop all connections and requests, so that there is nothing to wait for."""
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        tasks = list(self.server_state.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.lifespan.shutdown()


def make_server(app: Any) -> LoopbackServer:
    """A server of an ASGI application.

    It logs nothing: crashes of the sandbox are simulated on purpose, and a traceback or an access
    log of the review page could contain private data.
    """
    return LoopbackServer(
        uvicorn.Config(
            app,
            interface="asgi3",
            loop="asyncio",
            ws="none",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,
            proxy_headers=False,  # there is no proxy in front of it, so such a header is forged
            timeout_graceful_shutdown=0,
        )
    )


def listen(port: int) -> socket.socket:
    """A listening socket: from now on connections wait instead of being refused.

    The protocol is given, because asyncio disables Nagle's algorithm only for sockets with the
    protocol TCP; with the default, each answer takes 40 ms longer. Raises SettingsError if the port
    is taken.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((LOOPBACK, port))
        listener.listen(512)
    except (OSError, OverflowError):
        listener.close()
        raise SettingsError(
            f"port {port} of {LOOPBACK} cannot be used; choose another, or 0 for a free one"
        ) from None
    return listener


def address_of(listener: socket.socket) -> str:
    """`http://127.0.0.1:8700`."""
    return f"http://{LOOPBACK}:{port_of(listener)}"


def port_of(listener: socket.socket) -> int:
    """The port on which a socket listens."""
    port: int = listener.getsockname()[1]
    return port


@contextlib.contextmanager
def run_in_thread(server: LoopbackServer, listener: socket.socket, name: str) -> Iterator[None]:
    """Serve in a thread until the block ends. Raises SettingsError if it does not start."""
    thread = threading.Thread(target=server.run, args=([listener],), name=name, daemon=True)
    thread.start()
    try:
        _wait_for_start(server, thread)
        yield
    finally:
        server.stop()
        thread.join()


def _wait_for_start(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise SettingsError(
                "the server does not start; run the command again with another port"
            )
        time.sleep(0.005)
