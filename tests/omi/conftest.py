"""Real servers for the tests of `omi/`: sandboxes, and sockets with invalid answers."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from tests.support.command import PATIENCE_SECONDS
from tests.support.sandboxes import SandboxPool
from transcript_bridge.omi.client import OmiClient

KEY = "omi_dev_Sup3rS3cret"


@pytest.fixture(scope="session")
def sandbox_pool() -> Iterator[SandboxPool]:
    """A pool whose coverage is measured: these tests cover the sandbox."""
    with SandboxPool() as pool:
        yield pool


@dataclass
class Served:
    """A running sandbox, a client of it, and its control endpoints."""

    url: str
    client: OmiClient
    http: httpx.Client
    """For what the client would never send; it carries the same key."""

    def order(self, kind: str, **fields: Any) -> None:
        self.http.post(
            f"{self.url}/_sandbox/faults", json={"kind": kind, **fields}
        ).raise_for_status()

    def state(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.http.get(f"{self.url}/_sandbox/state").content)
        return answer

    def texts(self) -> list[str]:
        """The first text of every stored conversation."""
        return [
            c["segments"][0]["text"]
            for c in self.state()["conversations"]
            if c["status"] == "completed"
        ]

    def post(self, body: Any, key: str = KEY) -> httpx.Response:
        """Send a POST without checks: json.dumps writes NaN and lone surrogates."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.http.post(
            f"{self.url}/v1/dev/user/conversations/from-segments",
            content=content,
            headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
        )

    def lock(self, conversation_id: str, locked: bool = True) -> None:
        path = f"{self.url}/_sandbox/conversations/{conversation_id}/lock"
        self.http.post(path, json={"locked": locked}).raise_for_status()


@pytest.fixture
def serve_sandbox(lease_sandbox: Callable[..., str]) -> Iterator[Callable[..., Served]]:
    """Leases a sandbox with the settings given (clock and gate included), and makes a client."""
    with contextlib.ExitStack() as open_things:

        def serve(**settings: Any) -> Served:
            url = lease_sandbox(**settings)
            client = open_things.enter_context(OmiClient(KEY, url, read_timeout=PATIENCE_SECONDS))
            headers = {"Authorization": f"Bearer {KEY}"}
            http = open_things.enter_context(
                # A crash closes its connection without saying so: none is used twice.
                httpx.Client(
                    headers=headers,
                    trust_env=False,
                    verify=False,
                    timeout=PATIENCE_SECONDS,
                    limits=httpx.Limits(max_keepalive_connections=0),
                )
            )
            return Served(url, client, http)

        yield serve


@pytest.fixture
def served(serve_sandbox: Callable[..., Served]) -> Served:
    return serve_sandbox()


@dataclass
class RawServer:
    """Answers every request with the same bytes; None sends nothing and keeps the connection."""

    answer: bytes | None
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    closes: bool = False
    url: str = ""

    def run(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                self.connections += 1
                threading.Thread(target=self.talk, args=(connection,), daemon=True).start()

    def talk(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            connection.settimeout(PATIENCE_SECONDS)
            while request := read_request(connection):
                self.requests.append(request)
                if self.answer is not None:
                    connection.sendall(self.answer)
                    if self.closes:
                        return


def read_request(connection: socket.socket) -> bytes:
    """Read one HTTP request with its body; b"" if the client closes the connection."""
    data = b""
    while b"\r\n\r\n" not in data:
        if data[:1] == b"\x16":  # a TLS greeting: the client waits for an answer
            return data
        more = connection.recv(65536)
        if not more:
            return b""
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    wanted = int(lengths[0].split(b":")[1]) if lengths else 0
    while len(body) < wanted:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def write_answer(status: int, body: Any, headers: Mapping[str, str]) -> bytes:
    """An HTTP answer; a body that is no bytes becomes JSON."""
    is_json = not isinstance(body, bytes)
    content: bytes = json.dumps(body).encode() if is_json else body
    kind = "application/json" if is_json else "text/plain"
    fields = {"content-type": kind, "content-length": str(len(content)), **headers}
    lines = [f"{name}: {value}" for name, value in fields.items()]
    return "\r\n".join([f"HTTP/1.1 {status} Word", *lines, "", ""]).encode() + content


@pytest.fixture
def serve_bytes() -> Iterator[Callable[..., RawServer]]:
    """Starts a server that always sends one answer: bytes, or (status, body) or (status, body,
    headers)."""
    with contextlib.ExitStack() as open_things:

        def serve(answer: bytes | tuple[Any, ...] | None, *, closes: bool = False) -> RawServer:
            listener = open_things.enter_context(socket.create_server(("127.0.0.1", 0)))
            open_things.callback(listener.shutdown, socket.SHUT_RDWR)
            if isinstance(answer, tuple):
                answer = write_answer(answer[0], answer[1], answer[2] if len(answer) > 2 else {})
            server = RawServer(answer, closes=closes)
            server.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            threading.Thread(target=server.run, args=(listener,), daemon=True).start()
            return server

        yield serve


@pytest.fixture
def make_body() -> Callable[..., dict[str, Any]]:
    """Make a valid body, with one segment for each text; a field of None is left out."""

    def make(*texts: str, **changes: Any) -> dict[str, Any]:
        body = {
            "transcript_segments": [
                {"text": text, "speaker": "SPEAKER_01", "speaker_id": 1, "start": n, "end": n + 0.5}
                for n, text in enumerate(texts or ("Good morning.",))
            ],
            "source": "phone",
            "started_at": "2026-01-15T09:00:00+00:00",
            "finished_at": "2026-01-15T10:00:00+00:00",
            "language": "en",
            **changes,
        }
        return {name: value for name, value in body.items() if value is not None}

    return make
