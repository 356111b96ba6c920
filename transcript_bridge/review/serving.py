"""The page on a port of this machine: in front until Ctrl-C, or in a thread for tests."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator

from ..omi.loopback import LoopbackServer, address_of, listen, make_server, port_of, run_in_thread
from .app import create_app
from .gate import START, Gate
from .keys import Keys
from .session import Session


def serve(session: Session, *, port: int = 0, announce: Callable[[str], None]) -> None:
    """Serve until interrupted. announce: called with the one-time address once the server works.

    Raises SettingsError if the port is taken.
    """
    with contextlib.closing(listen(port)) as listener:
        keys = Keys()
        server = _prepare(session, listener, keys)
        announce(_make_address(listener, keys))
        session.start_reading()
        with contextlib.suppress(KeyboardInterrupt):
            server.run([listener])


@contextlib.contextmanager
def run_review(session: Session, *, port: int = 0) -> Iterator[str]:
    """Serve in a thread; yields the one-time address. Stops when the block ends.

    Raises SettingsError if the port is taken or the server does not start.
    """
    with contextlib.closing(listen(port)) as listener:
        keys = Keys()
        server = _prepare(session, listener, keys)
        with run_in_thread(server, listener, "review-page"):
            session.start_reading()
            yield _make_address(listener, keys)


def _prepare(session: Session, listener: socket.socket, keys: Keys) -> LoopbackServer:
    app = create_app(session, keys)
    return make_server(Gate(app, port_of(listener), keys))


def _make_address(listener: socket.socket, keys: Keys) -> str:
    """`http://127.0.0.1:PORT/<random>/start?token=…`, which works once."""
    return f"{address_of(listener)}{keys.root}{START}?token={keys.token}"
