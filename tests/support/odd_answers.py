"""A server that answers the first POST in any way that HTTP allows, and then works normally."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from tests.support.clock import JumpingClock
from tests.support.model.answers import Fate
from tests.support.model.server import Server, show
from transcript_bridge.errors import OmiError
from transcript_bridge.omi import client as client_module
from transcript_bridge.omi.client import OmiClient
from transcript_bridge.transfer.events import Summary
from transcript_bridge.transfer.ledger import Ledger, plan_again
from transcript_bridge.transfer.pace import Pace
from transcript_bridge.transfer.states import Row, State
from transcript_bridge.transfer.upload import Upload
from transcript_bridge.transfer.uploader import Uploader
from transcript_bridge.wire import ConversationRequest

_USER = "user"
_ADDRESS = "http://127.0.0.1:9"
_SET_ASIDE = (State.REJECTED, State.BLOCKED, State.DELETED)


class Answer(NamedTuple):
    """The answer to the first POST. stores: whether the server stored the conversation before."""

    status: int
    body: bytes
    headers: dict[str, bytes]
    stores: bool


@dataclass
class OddServer:
    """The server, as a handler of httpx."""

    first: Answer
    server: Server
    posts: int = 0

    def handle(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        try:
            return self._answer(request)
        except OmiError as error:
            return _respond(error.status or 404, {"detail": str(error)})

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return self._create(request)
        query = request.url.params
        if "offset" in query:
            first, last = (
                datetime.fromisoformat(query[f"{name}_date"]) for name in ("start", "end")
            )
            found = self.server.list(_USER, first, last, int(query["limit"]), int(query["offset"]))
            return _respond(200, [_as_data(one) for one in found])
        stored = self.server.get(_USER, request.url.path.rpartition("/")[2])
        return _respond(200, _as_data(show(stored)))

    def _create(self, request: httpx.Request) -> httpx.Response:
        self.posts += 1
        body = ConversationRequest.model_validate_json(request.content)
        if self.posts == 1:
            if self.first.stores:
                self.server.receive(_USER, body, Fate())
            stream = httpx.ByteStream(self.first.body)
            return httpx.Response(
                self.first.status, stream=stream, headers=_encode(self.first.headers)
            )
        created = self.server.receive(_USER, body, Fate())()
        return _respond(200, created.model_dump(mode="json"))

    def count_stored(self) -> int:
        """Count the stored conversations."""
        return len(self.server.stored)


def _encode(headers: dict[str, bytes]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value) for name, value in headers.items()]


def _respond(status: int, data: object) -> httpx.Response:
    """Make a response with a body that can be received in pieces."""
    return httpx.Response(status, stream=httpx.ByteStream(json.dumps(data).encode()))


def _as_data(conversation: object) -> object:
    return json.loads(conversation.model_dump_json())  # type: ignore[attr-defined]


@dataclass
class Trial:
    """A ledger, and runs of the uploader with an OddServer."""

    server: OddServer
    path: Path
    upload: Upload
    clock: JumpingClock = field(default_factory=JumpingClock)

    def run(self, monkeypatch: pytest.MonkeyPatch) -> tuple[Summary, Row | None]:
        """Run once. Returns the only request after it; None if the key was never accepted."""

        def open_transport(**_settings: object) -> httpx.BaseTransport:
            return httpx.MockTransport(self.server.handle)

        clock = self.clock.as_clock()
        with monkeypatch.context() as patch:
            patch.setattr(client_module.httpx, "HTTPTransport", open_transport)
            client = OmiClient("omi_dev_Odd", _ADDRESS)
        with client, Ledger(self.path, clock) as ledger:
            uploader = Uploader(client, ledger, "account", pace=Pace(gap=0), clock=clock)
            summary = uploader.run([self.upload])
            rows = [entry.row for entry in ledger.select()]
        assert len(rows) <= 1
        return summary, next(iter(rows), None)

    def retry(self) -> None:
        """`retry --deleted`."""
        with Ledger(self.path, self.clock.as_clock()) as ledger:
            for entry in ledger.select(states=_SET_ASIDE):
                was_deleted = entry.row.state is State.DELETED
                ledger.change(entry, **plan_again(entry.row, fresh=was_deleted))


def find_memory() -> Path | None:
    """Find a file system in memory, if there is one: syncing to a disk takes most of the time."""
    memory = Path("/dev/shm")
    if memory.is_dir():
        return memory
    return None
