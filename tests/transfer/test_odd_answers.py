"""Every status, body and header that a server may answer with: nothing is lost, nothing doubles."""

from __future__ import annotations

import itertools
import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("greenlet")  # of the dependency group `test`: the model's server needs it

from tests.support.made_requests import make_request, make_upload
from tests.support.model.server import Server
from tests.support.odd_answers import Answer, OddServer, Trial, find_memory
from transcript_bridge.errors import OutcomeUnknownError, UnreachableError
from transcript_bridge.omi import client as client_module
from transcript_bridge.omi.client import OmiClient
from transcript_bridge.transfer.states import State

GENERATIONS = ("old", "middle", "new")
STATUSES = (
    *(200, 201, 202, 203, 204, 205, 206, 207, 226),
    *(300, 301, 302, 303, 304, 305, 307, 308),
    *(400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417),
    *(418, 420, 421, 422, 423, 424, 425, 426, 428, 429, 431, 444, 451, 499),
    *(500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511, 520, 521, 522, 524, 599),
)
MOST_FREQUENT = (
    *(200, 201, 204, 302, 303, 304, 400, 401, 402, 403, 404, 408, 409, 410, 413, 422, 429),
    *(500, 502, 503, 504, 520),
)
RARE = tuple(status for status in STATUSES if status not in MOST_FREQUENT)
"""Each meets one of SHARE bodies; all of them with the profile `explore` of Hypothesis."""
SHARE = 3
WITHOUT_BODY = (204, 205, 304)
BODIES = {
    "empty": b"",
    "sentence": json.dumps({"detail": "Error processing conversation"}).encode(),
    "code": json.dumps({"detail": {"code": "x", "message": "y\nz\x1b[2J"}}).encode(),
    "findings": json.dumps({"detail": [{"loc": ["body", 1], "msg": "m", "input": "t"}]}).encode(),
    "page": b"<html><title>Sign in</title>" + b"x" * 9_000,
    "cut": b'{"id":"c1","sta',
    "list": b"[]",
    "no-id": b'{"id":"","status":"completed"}',
    "odd-status": b'{"id":"c1","status":"sleeping","discarded":7}',
    "deep": b"[" * 100_000,
    "bytes": bytes(range(256)),
}
HEADERS: dict[str, dict[str, bytes]] = {
    "none": {},
    "wait": {"retry-after": b"7"},
    "wait-for-ever": {"retry-after": b"99999999999999"},
    "wait-nonsense": {"retry-after": "soon\u00e9".encode(), "x-ratelimit-limit": b"-1"},
    "elsewhere": {"location": b"http://[::1\x7f/"},
    "zipped": {"content-encoding": b"gzip"},
}
RUNS = 6
"""A failing server ends a run; requests that were set aside are sent after `retry`."""
REDIRECTS = (301, 302, 307, 308)
UNCLEAR_REFUSALS = (408, 409)
Case = tuple[int, str, str, str]


def may_be_stored(status: int, body: str, header: str) -> bool:
    """Whether a server that gives this answer may have stored the conversation (docs/server.md)."""
    is_readable = header != "zipped"
    if status in REDIRECTS:
        return False
    if 400 <= status < 500:
        return status in UNCLEAR_REFUSALS
    if status == 500:
        return not (is_readable and body == "sentence")
    if status == 503:
        return not (is_readable and body in ("sentence", "code", "findings", "no-id", "odd-status"))
    return True


def must_be_stored(status: int, body: str, header: str) -> bool:
    """Whether it is a success that names the conversation."""
    return 200 <= status < 300 and body == "odd-status" and header != "zipped"


def list_cases(statuses: Iterable[int], bodies: Iterable[str]) -> Iterator[Case]:
    """status, body, header, generation: each status with each body; headers and generations take
    turns."""
    headers, generations = list(HEADERS), list(GENERATIONS)
    for number, (status, body) in enumerate(itertools.product(statuses, bodies)):
        header = headers[number % len(headers)]
        generation = generations[number // len(headers) % len(generations)]
        yield status, body, header, generation


def list_answers(case: Case) -> Iterator[Answer]:
    """The answer of a server that has stored the conversation, and of one that has not."""
    status, body, header, _generation = case
    content = b"" if status in WITHOUT_BODY else BODIES[body]
    for stores in (False, True):
        is_false = not stores and must_be_stored(status, body, header)
        if is_false or (stores and not may_be_stored(status, body, header)):
            continue
        yield Answer(status, content, HEADERS[header], stores)


def settle(case: Case, answer: Answer, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Upload, run again as the program advises, and check what is stored."""
    server = OddServer(answer, Server(case[-1]))
    upload = make_upload("/in/a.srt", [make_request("a", 0)])
    for left in folder.iterdir():
        left.unlink()
    trial = Trial(server, folder / "ledger.db", upload)
    for _ in range(RUNS):
        summary, row = trial.run(monkeypatch)
        said = str(summary.error or "")
        if row is not None:
            said += row.last_error
        assert said.isprintable(), (case, answer.stores, said)
        assert len(said) < 1_500, case
        assert server.count_stored() <= 1, (case, answer.stores, "doubled")
        if row is not None and row.state is State.DONE:
            break
        trial.retry()
    assert row is not None, case
    assert (row.state, server.count_stored()) == (State.DONE, 1), (case, answer.stores, said)


def settle_all(cases: Iterable[Case], monkeypatch: pytest.MonkeyPatch) -> int:
    count = 0
    with tempfile.TemporaryDirectory(dir=find_memory()) as folder:
        for case in cases:
            for answer in list_answers(case):
                settle(case, answer, Path(folder), monkeypatch)
                count += 1
    return count


# Each status with another body, header and generation than the one before.
SOME = list(list_cases(MOST_FREQUENT, BODIES))[:: len(BODIES) + 1]


@pytest.mark.parametrize("case", SOME, ids=lambda case: "-".join(map(str, case)))
def test_an_answer_of_any_kind_neither_loses_nor_doubles(
    monkeypatch: pytest.MonkeyPatch, case: Case
) -> None:
    assert settle_all([case], monkeypatch) > 0


@pytest.mark.slow
@pytest.mark.parametrize("body", BODIES)
def test_each_status_with_each_body_neither_loses_nor_doubles(
    monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    rare = RARE[list(BODIES).index(body) % SHARE :: SHARE]
    statuses = STATUSES
    if os.environ.get("HYPOTHESIS_PROFILE") != "explore":
        statuses = (*MOST_FREQUENT, *rare)
    if body != "empty":
        statuses = tuple(status for status in statuses if status not in WITHOUT_BODY)
    assert settle_all(list_cases(statuses, [body]), monkeypatch) >= len(statuses)


def test_an_answer_that_cannot_be_decoded_may_hide_a_stored_conversation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It was taken for a host name that does not exist, after which the request is sent again."""

    def fail(*_: object) -> None:
        raise UnicodeDecodeError("ascii", b"\xe9", 0, 1, "odd")

    monkeypatch.setattr(client_module, "receive", fail)
    with (
        OmiClient("omi_dev_Odd", "http://127.0.0.1:9") as client,
        pytest.raises(OutcomeUnknownError, match="invalid characters"),
    ):
        client.create_conversation(b"{}")
    with (
        OmiClient("omi_dev_Odd", f"https://{'x' * 70}.example") as client,
        pytest.raises(UnreachableError, match="no such host"),
    ):
        client.create_conversation(b"{}")
