"""Answers of a broken or hostile server: each is one line, within bounds of memory, time and calls.

The servers are real ones: sockets that send answers which no web framework would send.
"""

from __future__ import annotations

import contextlib
import gzip
import itertools
import json
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.command import PATIENCE_SECONDS
from tests.support.hostile import Answering, HostileServer, head_of
from transcript_bridge.errors import OmiError, OutcomeUnknownError
from transcript_bridge.omi import deadline, receiving
from transcript_bridge.omi.client import OmiClient
from transcript_bridge.transfer.clock import Clock

KEY = "omi_dev_Sup3rS3cret"
Serve = Callable[..., Any]
BODY = b"{}"
MEGABYTE = 1_000_000


@pytest.fixture
def serve_stream() -> Iterator[Callable[[Answering], HostileServer]]:
    """Starts a server that answers each request with a stream of bytes."""
    with contextlib.ExitStack() as servers:

        def serve(answer: Answering) -> HostileServer:
            return servers.enter_context(HostileServer(answer))

        yield serve


def ask_all(client: OmiClient) -> list[Callable[[], object]]:
    return [
        lambda: client.create_conversation(BODY),
        lambda: client.list_conversations(),
        lambda: client.list_conversations(include_transcript=True),
        lambda: client.get_conversation("c1"),
        lambda: client.update_conversation("c1", title="x"),
        lambda: client.delete_conversation("c1"),
        lambda: client.get_key(),
    ]


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 200_000,
        b'{"detail":' * 200_000,
        b'{"id":"c1","structured":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
        b"[" + b'{"id":"c1","structured":' * 100_000 + b"{}" + b"}" * 100_000 + b"]",
    ],
    ids=["lists", "objects", "inside", "in a listing"],
)
@pytest.mark.parametrize("status", [200, 422, 500, 503])
def test_json_nested_very_deep_is_one_line(serve_bytes: Serve, status: int, body: bytes) -> None:
    server = serve_bytes((status, body, {"content-type": "application/json"}))
    with OmiClient(KEY, server.url) as client:
        for ask in ask_all(client):
            with pytest.raises(OmiError) as caught:
                ask()
            assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "segment", ['"start":1e999', '"end":-1e999', '"start":NaN', '"end":Infinity', '"end":1e300']
)
def test_a_listing_with_impossible_numbers(serve_bytes: Serve, segment: str) -> None:
    listing = f'[{{"id":"c1","transcript_segments":[{{"text":"a",{segment}}}]}}]'
    with (
        OmiClient(KEY, serve_bytes((200, listing.encode())).url) as client,
        pytest.raises(OutcomeUnknownError, match="not as the API does"),
    ):
        client.list_conversations(include_transcript=True)


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59.9Z", "0001-01-01T00:00:00+14:00"])
def test_a_listing_with_impossible_moments(serve_bytes: Serve, moment: str) -> None:
    server = serve_bytes((200, [{"id": "c1", "created_at": moment}]))
    with (
        OmiClient(KEY, server.url) as client,
        pytest.raises(OutcomeUnknownError, match="not as the API does"),
    ):
        client.list_conversations()


def test_a_moment_without_an_offset_is_in_utc(serve_bytes: Serve) -> None:
    server = serve_bytes((200, [{"id": "c1", "created_at": "2026-01-15T09:00:00"}]))
    with OmiClient(KEY, server.url) as client:
        (conversation,) = client.list_conversations()
    assert conversation.created_at == datetime(2026, 1, 15, 9, tzinfo=UTC)


def endless_body(_: bytes) -> Iterator[bytes]:
    yield head_of(200, "transfer-encoding: chunked")
    while True:
        yield b"10000\r\n" + b" " * 0x10000 + b"\r\n"


def gzip_bomb(_: bytes) -> Iterator[bytes]:
    """Ten gigabytes in ten megabytes."""
    yield head_of(200, "content-encoding: gzip")
    packer = zlib.compressobj(9, wbits=31)
    zeros = bytes(MEGABYTE)
    for _number in range(10_000):
        yield packer.compress(zeros)
    yield packer.flush()


@pytest.mark.parametrize("answer", [endless_body, gzip_bomb])
def test_bodies_of_gigabytes_end_within_bounds(
    serve_stream: Callable[[Answering], HostileServer], answer: Answering
) -> None:
    server = serve_stream(answer)
    with OmiClient(KEY, server.url) as client:
        tracemalloc.start()
        try:
            for ask in ask_all(client):
                with pytest.raises(OutcomeUnknownError, match=r"an answer of more than \d+ MB"):
                    ask()
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak < 4 * receiving.MAX_TRANSCRIPTS_ANSWER


def test_a_failure_with_an_endless_body_is_still_that_failure(
    serve_stream: Callable[[Answering], HostileServer],
) -> None:
    def answer(_: bytes) -> Iterator[bytes]:
        yield head_of(503, "content-type: application/json")
        while True:
            yield b" " * 65536

    with (
        OmiClient(KEY, serve_stream(answer).url) as client,
        pytest.raises(OutcomeUnknownError, match="failed with 503"),
    ):
        client.create_conversation(BODY)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "raw deflate"])
def test_compressed_answers_are_read(serve_bytes: Serve, encoding: str) -> None:
    content = json.dumps({"id": "c1", "status": "completed"}).encode()
    bare = zlib.compressobj(wbits=-15)
    packed = {
        "gzip": gzip.compress(content),
        "deflate": zlib.compress(content),
        "raw deflate": bare.compress(content) + bare.flush(),
    }
    headers = {"content-encoding": encoding.split()[-1]}
    with OmiClient(KEY, serve_bytes((200, packed[encoding], headers)).url) as client:
        assert client.create_conversation(BODY).id == "c1"


@pytest.mark.parametrize(
    ("encoding", "content", "words"),
    [
        ("gzip", b"no gzip", "damaged"),
        ("gzip", gzip.compress(b"{}" * 999, mtime=0)[:20], "ends in the middle"),
        ("br", b"{}", "compression that was not asked for"),
        ("gzip, gzip", b"{}", "compression that was not asked for"),
    ],
    ids=["no gzip", "cut", "brotli", "twice"],
)
def test_compressed_answers_that_cannot_be_read(
    serve_bytes: Serve, encoding: str, content: bytes, words: str
) -> None:
    server = serve_bytes((200, content, {"content-encoding": encoding}))
    with OmiClient(KEY, server.url) as client, pytest.raises(OutcomeUnknownError, match=words):
        client.create_conversation(BODY)


def trickled_body(_: bytes) -> Iterator[bytes]:
    yield head_of(200, "transfer-encoding: chunked")
    while True:
        yield b"1\r\n \r\n"
        yield b""


def trickled_headers(_: bytes) -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\nx: "
    while True:
        yield b"y"
        yield b""


def endless_continue(_: bytes) -> Iterator[bytes]:
    while True:
        yield b"HTTP/1.1 100 Continue\r\n\r\n"
        yield b""


@pytest.mark.parametrize("answer", [trickled_body, trickled_headers, endless_continue])
def test_an_endless_trickle_ends(
    serve_stream: Callable[[Answering], HostileServer],
    answer: Answering,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The clock advances at each reading, so the speed of the machine does not matter."""
    looks = itertools.count()
    clock = Clock(monotonic=lambda: next(looks) * PATIENCE_SECONDS / 8)
    monkeypatch.setattr(deadline, "_clock", clock)
    server = serve_stream(answer)
    with (
        OmiClient(KEY, server.url, read_timeout=PATIENCE_SECONDS) as client,
        pytest.raises(OutcomeUnknownError, match=rf"not complete after {2 * PATIENCE_SECONDS:g} s"),
    ):
        client.create_conversation(BODY)


# Statuses


@pytest.mark.parametrize("status", [200, 201, 202])
def test_a_created_conversation_may_come_with_any_success(serve_bytes: Serve, status: int) -> None:
    with OmiClient(KEY, serve_bytes((status, {"id": "c1"})).url) as client:
        assert client.create_conversation(BODY).id == "c1"


def test_a_201_or_204_without_a_conversation_is_reported_as_what_it_is(serve_bytes: Serve) -> None:
    for status, words in ((201, "not as the API does"), (204, "without any content")):
        answer = f"HTTP/1.1 {status} Word\r\n"
        answer += "\r\n" if status == 204 else "content-length: 2\r\n\r\n{}"
        with (
            OmiClient(KEY, serve_bytes(answer.encode()).url) as client,
            pytest.raises(OutcomeUnknownError, match=f"answered {status}, but {words}"),
        ):
            client.create_conversation(BODY)


def test_a_204_confirms_a_deletion(serve_bytes: Serve) -> None:
    with OmiClient(KEY, serve_bytes(b"HTTP/1.1 204 No Content\r\n\r\n").url) as client:
        client.delete_conversation("c1")
        client.hide_conversation("c1")


@pytest.mark.parametrize("odd", ["..", "x" * 70_000, "a\\u0000"], ids=["dots", "long", "nul"])
def test_an_id_that_cannot_be_requested_is_no_answer(serve_bytes: Serve, odd: str) -> None:
    server = serve_bytes((200, f'{{"id": "{odd}", "status": "completed"}}'.encode()))
    with OmiClient(KEY, server.url) as client, pytest.raises(OutcomeUnknownError):
        client.create_conversation(b"{}")
