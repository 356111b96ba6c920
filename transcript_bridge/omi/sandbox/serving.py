"""Runs a sandbox on a real port: in a thread for tests and demos, or in the foreground."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from ..loopback import LoopbackServer, address_of, listen, make_server, run_in_thread
from .app import create_app
from .settings import SandboxSettings


@contextlib.contextmanager
def run_sandbox(settings: SandboxSettings | None = None, *, port: int = 0) -> Iterator[str]:
    """Serve in a thread until the block ends; yields the base URL. Port 0 means a free one.

    Raises SettingsError if the port is taken or the server does not start.
    """
    with (
        contextlib.closing(listen(port)) as listener,
        run_in_thread(_prepare(settings), listener, "omi-sandbox"),
    ):
        yield address_of(listener)


def serve(
    settings: SandboxSettings | None = None,
    *,
    port: int = 0,
    announce: Callable[[str], None] | None = None,
) -> None:
    """Serve until interrupted.

    `announce` is called with the base URL as soon as connections are accepted.
    """
    with contextlib.closing(listen(port)) as listener:
        server = _prepare(settings)
        if announce is not None:
            announce(address_of(listener))
        with contextlib.suppress(KeyboardInterrupt):
            server.run([listener])


def _prepare(settings: SandboxSettings | None) -> LoopbackServer:
    """A server that drops the requests that it is working on when it stops."""
    return make_server(create_app(settings or SandboxSettings()))
