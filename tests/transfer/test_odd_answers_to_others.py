"""Every status, body and header as an answer to what is no POST: nothing counts as gone that is
there, and nothing doubles. It meets `undo`, `verify`, and an upload whose own answer was lost."""

from __future__ import annotations

import itertools
import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

import httpx
import pytest

pytest.importorskip("greenlet")  # of the dependency group `test`: the model's server needs it

from tests.support.made_requests import make_request, make_upload
from tests.support.model.server import LIVE, Server
from tests.support.odd_answers import Answer, OddServer, Trial, find_memory
from tests.transfer.test_odd_answers import BODIES, GENERATIONS, HEADERS, STATUSES
from transcript_bridge.errors import OmiError
from transcript_bridge.omi import client as client_module
from transcript_bridge.omi.client import OmiClient
from transcript_bridge.transfer.ledger import Ledger
from transcript_bridge.transfer.pace import Pace
from transcript_bridge.transfer.states import Row, State
from transcript_bridge.transfer.undo import Undoer
from transcript_bridge.transfer.verify import Verifier, record_verdict

pytestmark = pytest.mark.untraced

_WELL = Answer(200, b"", {}, stores=True)
_FIRST_POST = 2
"""The first one of all would meet the odd answer of an OddServer."""
SHARE = 7
"""Each flow meets one of so many, and one of the bodies: the answers are those of test_odd_answers,
which tries them all."""


@dataclass
class OddOnce(OddServer):
    """Well, but for its first answer to a method. does: whether it does what was asked first."""

    method: str = ""
    odd: Answer = _WELL
    does: bool = False
    loses_first_post: str = ""
    """`lost` or `working`: what the answer to the POST is."""
    asked: int = 0
    removed: set[str] = field(default_factory=set)

    def handle(self, request: httpx.Request) -> httpx.Response:
        """One call."""
        if request.method != self.method:
            return self._serve(request)
        self.asked += 1
        if self.asked > 1:
            return self._serve(request)
        if self.does:
            self._serve(request)
        headers = [(name.encode(), value) for name, value in self.odd.headers.items()]
        stream = httpx.ByteStream(self.odd.body)
        return httpx.Response(self.odd.status, stream=stream, headers=headers)

    def _serve(self, request: httpx.Request) -> httpx.Response:
        if request.method in ("DELETE", "PATCH"):
            return self._remove(request)
        answer = super().handle(request)
        if request.method != "POST" or self.posts > _FIRST_POST or not self.loses_first_post:
            return answer
        if self.loses_first_post == "lost":
            return _say(504, {})
        (stored,) = self.server.stored
        return _say(200, {"id": stored.id, "status": "processing", "discarded": False})

    def _remove(self, request: httpx.Request) -> httpx.Response:
        stored = self.server.find(request.url.path.rpartition("/")[2])
        if stored is None or stored.state == "deleted":
            return _say(404, {"detail": "Conversation not found"})
        stored.state = "deleted" if request.method == "DELETE" else "hidden"
        return _say(200, {"success": True})

    def is_there(self) -> bool:
        """Whether anything of ours is shown in Omi."""
        return any(stored.state in LIVE for stored in self.server.stored)


def _say(status: int, data: object) -> httpx.Response:
    return httpx.Response(status, stream=httpx.ByteStream(json.dumps(data).encode()))


@dataclass
class Place:
    """A ledger with one conversation, and commands that run against an OddOnce."""

    trial: Trial
    patch: pytest.MonkeyPatch

    @property
    def server(self) -> OddOnce:
        assert isinstance(self.trial.server, OddOnce)
        return self.trial.server

    @contextmanager
    def open(self) -> Iterator[tuple[OmiClient, Ledger]]:
        def open_transport(**_settings: object) -> httpx.BaseTransport:
            return httpx.MockTransport(self.server.handle)

        with self.patch.context() as patch:
            patch.setattr(client_module.httpx, "HTTPTransport", open_transport)
            client = OmiClient("omi_dev_Odd", "http://127.0.0.1:9")
        with client, Ledger(self.trial.path, self.trial.clock.as_clock()) as ledger:
            yield client, ledger

    def upload(self) -> Row:
        return self.trial.run(self.patch)[1]

    def undo(self, *, discard: bool = False) -> Row:
        with self.open() as (client, ledger), suppress(OmiError):
            clock = self.trial.clock.as_clock()
            undoer = Undoer(client, ledger, "account", discard, pace=Pace(gap=0), clock=clock)
            states = [State.DONE, State.DISCARDED]
            entries = [e for e in ledger.select(states=states) if not e.row.undone]
            list(undoer.undo(entries))
        return self._row()

    def verify(self) -> Row:
        with self.open() as (client, ledger), suppress(OmiError):
            for found in Verifier(client, clock=self.trial.clock.as_clock()).verify(
                ledger.select()
            ):
                record_verdict(ledger, found)
        return self._row()

    def _row(self) -> Row:
        with Ledger(self.trial.path, self.trial.clock.as_clock()) as ledger:
            (entry,) = ledger.select()
        return entry.row


def undo(place: Place) -> None:
    """An `undo` that meets it, another one, and an upload."""
    row = place.undo()
    assert not (row.state is State.DELETED and place.server.is_there()), "there, and deleted"
    assert place.undo().state is State.DELETED
    assert not place.server.is_there()
    assert place.upload().state is State.DONE


def hide(place: Place) -> None:
    """The same with `--discard`."""
    row = place.undo(discard=True)
    assert not (row.undone and place.server.is_there()), "there, and undone"
    assert place.undo(discard=True).undone
    assert not place.server.is_there()
    place.upload()
    place.upload()


def verify(place: Place) -> None:
    """A `verify` that meets it, `retry --deleted`, and an upload."""
    assert place.verify().state is State.DONE
    place.trial.retry()
    assert place.upload().state is State.DONE


def settle(place: Place) -> None:
    """Uploads until it is settled."""
    for _ in range(4):
        if place.upload().state is State.DONE:
            return
    raise AssertionError(f"is {place.upload()}")


FLOWS: dict[str, tuple[Callable[[Place], None], str, str]] = {
    "undo": (undo, "DELETE", ""),
    "undo --discard": (hide, "PATCH", ""),
    "verify": (verify, "GET", ""),
    "search": (settle, "GET", "lost"),
    "poll": (settle, "GET", "working"),
}
"""The command, the call that gets the odd answer, and the outcome of the POST before."""
Case = tuple[int, str, str, str, bool]


def list_cases() -> Iterator[Case]:
    """status, body, header, generation, does: whether the server does what was asked."""
    headers, generations = list(HEADERS), list(GENERATIONS)
    pairs = itertools.product(STATUSES, BODIES, (False, True))
    for number, (status, body, does) in enumerate(pairs):
        header = headers[number // 2 % len(headers)]
        yield status, body, header, generations[number // 13 % len(generations)], does


def is_true(case: Case, method: str) -> bool:
    """Whether a server may say so of what it has done."""
    status, body, header, _generation, does = case
    if method == "GET":
        return not (200 <= status < 300 and body == "list" and header != "zipped")
    is_object = body in ("sentence", "code", "findings", "no-id", "odd-status")
    confirms = 200 <= status < 300 and (is_object or status == HTTPStatus.NO_CONTENT)
    is_gone = status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE) and is_object
    return does or not (confirms or is_gone)


def play(flow: str, case: Case, folder: Path, patch: pytest.MonkeyPatch) -> None:
    play_flow, method, post = FLOWS[flow]
    status, body, header, generation, does = case
    content = b"" if status in (204, 205, 304) else BODIES[body]
    odd = Answer(status, content, HEADERS[header], stores=False)
    server = OddOnce(
        _WELL,
        Server(generation),
        posts=_FIRST_POST - 1,
        method=method,
        odd=odd,
        does=does,
        loses_first_post=post,
    )
    for left in folder.iterdir():
        left.unlink()
    upload = make_upload("/in/a.srt", [make_request("a", 0)])
    place = Place(Trial(server, folder / "ledger.db", upload), patch)
    if not post:
        assert place.upload().state is State.DONE
    play_flow(place)
    live = [stored for stored in server.server.stored if stored.state in LIVE]
    assert len(live) == 1, f"{len(live)} conversations"


def play_all(flow: str, cases: list[Case], patch: pytest.MonkeyPatch) -> int:
    count = 0
    with tempfile.TemporaryDirectory(dir=find_memory()) as folder:
        for case in cases:
            if not is_true(case, FLOWS[flow][1]):
                continue
            try:
                play(flow, case, Path(folder), patch)
            except AssertionError as error:
                raise AssertionError(f"{flow}, {case}: {error}") from error
            count += 1
    return count


@pytest.mark.parametrize("flow", FLOWS)
def test_no_answer_makes_that_gone_which_is_there(
    flow: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = list(list_cases())[:: SHARE * len(BODIES)]
    proxies = [(404, "page", "none", "old", False), (404, "empty", "none", "old", False)]
    assert play_all(flow, few + proxies, monkeypatch) > SHARE
