"""A sandbox behind a real port: in a thread for tests and demos, or in front for the command line."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator

import uvicorn

from ...errors import SettingsError
from .app import create_app
from .settings import SandboxSettings

LOOPBACK = "127.0.0.1"
"""The sandbox listens here alone: whoever reaches it may read everything in it."""
_START_SECONDS = 30.0


@contextlib.contextmanager
def run_sandbox(settings: SandboxSettings | None = None, *, port: int = 0) -> Iterator[str]:
    """Serve in a thread; yields the base URL. Port 0 takes a free one. Stops when the block ends.

    Raises SettingsError where the port is taken or the server does not start.
    """
    with contextlib.closing(_listen(port)) as listener:
        server = _prepare(settings or SandboxSettings())
        thread = threading.Thread(
            target=server.run, args=([listener],), name="omi-sandbox", daemon=True
        )
        thread.start()
        try:
            _wait_for_start(server, thread)
            yield _url_of(listener)
        finally:
            server.should_exit = True
            thread.join()


def serve(
    settings: SandboxSettings | None = None,
    *,
    port: int = 0,
    announce: Callable[[str], None] | None = None,
) -> None:
    """Serve until interrupted.

    `announce` is called with the base URL as soon as connections are taken.
    """
    with contextlib.closing(_listen(port)) as listener:
        server = _prepare(settings or SandboxSettings())
        if announce is not None:
            announce(_url_of(listener))
        with contextlib.suppress(KeyboardInterrupt):
            server.run([listener])


def _listen(port: int) -> socket.socket:
    """A listening socket: from here on connections wait instead of being refused.

    Its protocol is named because asyncio switches Nagle's algorithm off only where it reads TCP
    there; left to the default, each answer takes 40 ms more.
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


def _url_of(listener: socket.socket) -> str:
    return f"http://{LOOPBACK}:{listener.getsockname()[1]}"


def _prepare(settings: SandboxSettings) -> uvicorn.Server:
    """Quiet: crashes are part of the play, and their tracebacks would only look like bugs.

    Requests still at work when it stops are given up, or a test of a timeout would have to wait it
    out.
    """
    return uvicorn.Server(
        uvicorn.Config(
            create_app(settings),
            loop="asyncio",
            ws="none",
            log_config=None,
            log_level="critical",
            access_log=False,
            timeout_graceful_shutdown=0,
        )
    )


def _wait_for_start(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise SettingsError("the sandbox does not start; run it again on another port")
        time.sleep(0.005)
