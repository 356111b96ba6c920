"""Serves `/metrics` and `/healthz` on one port, for Prometheus and for supervisors."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import NamedTuple

from ..errors import SettingsError
from .health import Health
from .metrics import Metrics

LOOPBACK = "127.0.0.1"
_MAX_PORT = 65_535
_TEXT = "text/plain; charset=utf-8"
_REQUEST_SECONDS = 10.0
"""Seconds after which a silent client is disconnected."""
_LOOK_SECONDS = 0.1
"""Seconds between checks whether the server should end."""


class Address(NamedTuple):
    """Where to listen. port: 0 for any free one."""

    host: str
    port: int


def parse_address(text: str) -> Address:
    """`9090` (on this machine only), `0.0.0.0:9090`, `[::]:9090`. Raises SettingsError."""
    host, colon, port = text.rpartition(":")
    if not colon:
        host = LOOPBACK
    is_port = port.isascii() and port.isdecimal() and int(port) <= _MAX_PORT
    plain = host.removeprefix("[").removesuffix("]")
    if not is_port or not plain:
        raise SettingsError(
            f"--metrics {text!r} is neither a port nor HOST:PORT; write 9090, or 0.0.0.0:9090 to "
            "be reached from other machines"
        )
    return Address(plain, int(port))


@contextmanager
def serve_monitoring(address: Address, metrics: Metrics, health: Health) -> Iterator[Address]:
    """Answer in threads until the block ends; yields the address in use.

    Raises SettingsError if nothing can listen there.
    """
    server = _listen(address, metrics, health)
    work = partial(server.serve_forever, _LOOK_SECONDS)
    thread = threading.Thread(target=work, name="monitoring", daemon=True)
    thread.start()
    try:
        yield Address(address.host, server.server_address[1])
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _listen(address: Address, metrics: Metrics, health: Health) -> _Server:
    try:
        return _Server(address, metrics, health)
    except OSError as error:
        reason = error.strerror or str(error)
        raise SettingsError(
            f"--metrics cannot listen on {address.host} port {address.port} ({reason}); give "
            "another port"
        ) from None


class _Server(ThreadingHTTPServer):
    daemon_threads = True  # a request that hangs does not keep the program from ending

    def __init__(self, address: Address, metrics: Metrics, health: Health) -> None:
        self.metrics = metrics
        self.health = health
        if ":" in address.host:
            self.address_family = socket.AF_INET6
        super().__init__(address, _RequestHandler)

    def server_bind(self) -> None:
        """Listen without asking the name service, as http.server would."""
        TCPServer.server_bind(self)
        self.server_name = str(self.server_address[0])
        self.server_port = self.server_address[1]


class _RequestHandler(BaseHTTPRequestHandler):
    server: _Server
    timeout = _REQUEST_SECONDS
    server_version = "transcript-bridge"
    sys_version = ""

    def do_GET(self) -> None:  # the name that http.server calls
        """Answer one request."""
        path = self.path.partition("?")[0]
        if path == "/metrics":
            kind, body = self.server.metrics.render()
            self._answer(HTTPStatus.OK, kind, body)
        elif path == "/healthz":
            self._answer_health()
        else:
            self._answer(HTTPStatus.NOT_FOUND, _TEXT, b"there are /metrics and /healthz\n")

    def _answer_health(self) -> None:
        problem = self.server.health.find_problem()
        if problem is None:
            self._answer(HTTPStatus.OK, _TEXT, b"ok\n")
        else:
            self._answer(HTTPStatus.SERVICE_UNAVAILABLE, _TEXT, f"{problem}\n".encode())

    def _answer(self, status: HTTPStatus, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing: there are requests every few seconds."""
