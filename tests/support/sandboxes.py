"""Sandboxes for tests: one web server for the whole session, a fresh sandbox for each lease.

Starting and stopping uvicorn takes 0.2 s, most of it waiting for its clock to tick. Some 330 tests
need a sandbox, so they share one server that listens on several ports. Each lease of a port gets a
new application with the settings asked for: an empty store, no faults, no used-up limits. A request
that a former lease left under way still writes to its own, abandoned store.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace

import uvicorn
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from transcript_bridge.omi.sandbox import SandboxSettings, create_app

_PORTS = 6
"""More than any test holds at a time."""


class Gate:
    """Replaces the sandbox's sleep: a sleep of LONG seconds or more lasts until
    the test opens the gate, and everything else no time."""

    LONG = 1.0

    def __init__(self) -> None:
        self.waiting = 0
        """How many requests are held up now."""
        self._is_open = threading.Event()

    def open(self) -> None:
        self._is_open.set()

    def close(self) -> None:
        self._is_open.clear()

    async def sleep(self, seconds: float) -> None:
        if seconds < self.LONG:
            return
        self.waiting += 1
        while not self._is_open.is_set():
            await asyncio.sleep(0.005)
        self.waiting -= 1


class SandboxPool:
    """Leases of sandboxes. Use it as a context manager.

    traced: whether coverage is measured in its thread.
    """

    def __init__(self, *, traced: bool = True) -> None:
        self._is_traced = traced
        self._listeners = [_listen() for _ in range(_PORTS)]
        self._free = deque(listener.getsockname()[1] for listener in self._listeners)
        self._apps: dict[int, FastAPI] = {}
        config = uvicorn.Config(
            self._answer,
            interface="asgi3",  # a bound method would be taken for the older interface
            loop="asyncio",
            lifespan="off",
            ws="none",
            log_config=None,
            log_level="critical",
            access_log=False,
            timeout_graceful_shutdown=0,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, name="sandbox-pool", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None

    def __enter__(self) -> SandboxPool:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()
        for listener in self._listeners:
            listener.close()

    @contextlib.contextmanager
    def lease(
        self,
        settings: SandboxSettings | None = None,
        *,
        clock: Callable[[], float] | None = None,
        gate: Gate | None = None,
    ) -> Iterator[str]:
        """Lease a sandbox until the block ends, and yield its base URL.

        clock: the clock of its rate limits, for tests that do not wait for a window to pass.
        gate: ends its long waits.
        """
        app = create_app(without_token(settings))
        sandbox = app.state.sandbox
        if clock is not None:
            sandbox.windows.clock = clock
        if gate is not None:
            sandbox.sleep = gate.sleep
            sandbox.desk.sleep = gate.sleep
        port = self._free.popleft()
        self._apps[port] = app
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            del self._apps[port]
            self._free.append(port)
            if self._loop is None:
                _close(app)
            else:
                self._close_in(self._loop, app)

    def _close_in(self, loop: asyncio.AbstractEventLoop, app: FastAPI) -> None:
        """Close a sandbox where it runs, and wait until that is done: a test that forks meanwhile
        would copy a lock of SQLite that nobody opens in the child."""
        closed = threading.Event()

        def close() -> None:
            try:
                _close(app)
            finally:
                closed.set()

        loop.call_soon_threadsafe(close)
        closed.wait()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._loop = asyncio.get_running_loop()
        _host, port = scope["server"]
        await self._apps[port](scope, receive, send)

    def _serve(self) -> None:
        if not self._is_traced:
            sys.settrace(None)
        self._server.run(self._listeners)


def without_token(settings: SandboxSettings | None) -> SandboxSettings:
    """Return settings in which the control endpoints need no token, unless one is set."""
    settings = settings or SandboxSettings()
    if settings.control_token is not None:
        return settings
    return replace(settings, control_token="")


def _close(app: FastAPI) -> None:
    """Cancel what is still processed, and close the store."""
    sandbox = app.state.sandbox
    for task in sandbox.at_work:
        task.cancel()
    sandbox.store.close()


def _listen() -> socket.socket:
    """Make a listening socket: early connections wait in its queue until the server is up."""
    # The protocol is named because asyncio switches Nagle's algorithm off only for TCP by name;
    # otherwise each answer takes 40 ms more.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen(512)
    return listener
