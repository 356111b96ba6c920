"""The client with a real sandbox, and with sockets that send answers which no sandbox would
send."""

from __future__ import annotations

import socket
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.support.sandboxes import Gate
from tests.support.waiting import wait_until
from transcript_bridge.errors import (
    AccessRefusedError,
    GoneError,
    InProgressError,
    KeyRefusedError,
    NoEndpointError,
    NotFoundError,
    OmiError,
    OutcomeUnknownError,
    PlanRequiredError,
    RateLimitedError,
    RejectedError,
    ScopeMissingError,
    ServerFaultError,
    SettingsError,
    UnreachableError,
)
from transcript_bridge.omi import deadline
from transcript_bridge.omi.client import OmiClient
from transcript_bridge.transfer.clock import Clock
from transcript_bridge.wire import ConversationRequest, KeyInfo, TranscriptSegmentInput

KEY = "omi_dev_Sup3rS3cret"
Serve = Callable[..., Any]


def request() -> ConversationRequest:
    began = datetime(2026, 1, 15, 9, tzinfo=UTC)
    return ConversationRequest(
        transcript_segments=(
            TranscriptSegmentInput(text="Grüße.", speaker_id=0, start=0.0, end=1.25),
        ),
        started_at=began,
        finished_at=began + timedelta(seconds=2),
        client_session_id="tb1-x",
    )


# The way there and back


def test_a_conversation_goes_there_and_comes_back(served: Any) -> None:
    client = served.client
    created = client.create_conversation(request())
    assert (created.status, created.discarded) == ("completed", False)
    assert client.create_conversation(request().to_json()) == created
    assert client.create_conversation(request().to_json().encode()) == created
    [listed] = client.list_conversations(include_transcript=True)
    shown = client.get_conversation(created.id, include_transcript=True)
    assert listed == shown
    assert [(s.text, s.start, s.end) for s in shown.transcript_segments] == [("Grüße.", 0.0, 1.25)]
    assert client.get_conversation(created.id).transcript_segments is None
    client.update_conversation(created.id, title="Bonjour", discarded=True)
    assert (client.get_conversation(created.id).title, client.list_conversations()) == (
        "Bonjour",
        [],
    )
    client.delete_conversation(created.id)
    with pytest.raises(NotFoundError):
        client.get_conversation(created.id)


def test_the_client_reads_what_the_server_says_about_the_key(served: Any) -> None:
    assert served.client.get_key().scopes == ("conversations:read", "conversations:write")


def test_older_servers_tell_only_that_the_key_is_good(serve_sandbox: Serve) -> None:
    server = serve_sandbox(generation="old")
    assert server.client.get_key() == KeyInfo()
    with OmiClient("not-omi", server.url) as client, pytest.raises(KeyRefusedError):
        client.get_key()


def test_it_is_usable_from_several_threads(served: Any) -> None:
    def create(number: int) -> str:
        body = request().model_copy(update={"client_session_id": f"s{number}"}).to_json()
        return str(served.client.create_conversation(body).id)

    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(create, range(64)))
    assert len(set(ids)) == 64
    assert len(served.texts()) == 64


def test_new_keys_in_answers_are_tolerated(serve_bytes: Serve) -> None:
    server = serve_bytes(
        (200, {"id": "c1", "status": "completed", "discarded": False, "folder": {"a": 1}})
    )
    with OmiClient(KEY, server.url) as client:
        assert client.create_conversation(request()).id == "c1"


def test_what_is_sent(serve_bytes: Serve) -> None:
    server = serve_bytes((200, {"id": "c1", "success": True}))
    with OmiClient(f"  {KEY}\n", f" {server.url}/omi/ ") as client:
        assert client.base_url == f"{server.url}/omi"
        client.create_conversation(request())
        client.get_conversation("a/../b c", include_transcript=True)
        client.update_conversation("c1", discarded=False)
    posted, got, patched = server.requests
    assert posted.startswith(b"POST /omi/v1/dev/user/conversations/from-segments HTTP/1.1\r\n")
    assert f"authorization: Bearer {KEY}\r\n".encode().lower() in posted.lower()
    assert b"content-type: application/json\r\n" in posted.lower()
    assert posted.endswith(request().to_json().encode())
    assert got.startswith(
        b"GET /omi/v1/dev/user/conversations/a%2F..%2Fb%20c?include_transcript=true HTTP/1.1"
    )
    assert patched.endswith(b'{"discarded": false}')


def test_what_a_listing_asks(serve_bytes: Serve) -> None:
    server = serve_bytes((200, []))
    zone = datetime.fromisoformat("2026-01-15T09:00:00+05:30")
    with OmiClient(KEY, server.url) as client:
        assert client.list_conversations(zone, zone, limit=7, offset=3) == []
        with pytest.raises(SettingsError, match="start_date needs an offset"):
            client.list_conversations(datetime(2026, 1, 15))
    [sent] = server.requests
    query = httpx.URL(sent.split()[1].decode()).params
    assert dict(query) == {
        "limit": "7",
        "offset": "3",
        "start_date": "2026-01-15T09:00:00+05:30",
        "end_date": "2026-01-15T09:00:00+05:30",
    }


def test_invalid_arguments_are_refused_before_anything_is_sent(serve_bytes: Serve) -> None:
    server = serve_bytes((200, {}))
    with OmiClient(KEY, server.url) as client:
        with pytest.raises(SettingsError):
            client.update_conversation("c1")
        # The first would address the list, or the account.
        for nothing in ("", ".", "..", "x" * 70_000, "a\0"):
            with pytest.raises(NoEndpointError, match="not the id of"):
                client.delete_conversation(nothing)
    assert server.requests == []


# Status -> error


@pytest.mark.parametrize(
    ("status", "body", "error", "words"),
    [
        (
            401,
            {"detail": "Invalid API Key"},
            KeyRefusedError,
            "make a new one in Omi under Settings > Developer",
        ),
        (
            402,
            {"detail": "A paid plan is required to access this conversation."},
            PlanRequiredError,
            "this conversation is locked",
        ),
        (402, b"", PlanRequiredError, "this conversation is locked"),
        (
            402,
            {"detail": "Monthly transcription limit reached"},
            PlanRequiredError,
            r"asks for payment \(Monthly transcription limit reached\); see your plan",
        ),
        (
            403,
            {"detail": "Insufficient permissions. Required scope: conversations:write"},
            ScopeMissingError,
            "lacks the scope conversations:write; make",
        ),
        (
            403,
            {"detail": {"code": "not_yet", "retryable": True}},
            ServerFaultError,
            r"refused it for now \(not_yet\) and stored nothing; run the command again",
        ),
        (
            403,
            {"detail": {"code": "region_blocked", "retryable": False}},
            AccessRefusedError,
            r"refuses this account \(region_blocked\); see your settings",
        ),
        (
            403,
            {"detail": "E2EE is enabled. Provide X-E2EE-Key-Hash header."},
            AccessRefusedError,
            "the account has end-to-end encryption",
        ),
        (403, b"<html>Forbidden</html>", AccessRefusedError, "the server or a proxy answered 403"),
        (404, {"detail": "Conversation not found"}, NotFoundError, "check the id"),
        (
            409,
            {"detail": "Conversation creation already in progress"},
            InProgressError,
            "run the command again",
        ),
        (410, {"detail": {"code": "conversation_deleted"}}, GoneError, "retry --deleted"),
        (
            422,
            {"detail": "Segment 2: end time must be after start time"},
            RejectedError,
            "Segment 2: end time",
        ),
        (
            429,
            {"detail": "Rate limit exceeded. Try again in 3600s."},
            RateLimitedError,
            "wait 900 s",
        ),
        (
            500,
            {"detail": "Error processing conversation, please try again later"},
            ServerFaultError,
            "run the command again",
        ),
        (500, {"detail": "Something else"}, OutcomeUnknownError, "check whether it was stored"),
        (500, b"Internal Server Error", OutcomeUnknownError, "check whether it was stored"),
        (502, b"", OutcomeUnknownError, "check whether it was stored"),
        (503, {"detail": "Rate limiter unavailable"}, ServerFaultError, "run the command again"),
        (503, {"detail": {"code": "busy", "retryable": True}}, ServerFaultError, "busy"),
        (
            503,
            b"upstream connect error or disconnect/reset",
            OutcomeUnknownError,
            "check whether it was stored",
        ),
        (504, b"", OutcomeUnknownError, "check whether it was stored"),
        (408, b"", OutcomeUnknownError, "check whether it was stored"),
        (599, b"", OutcomeUnknownError, "check whether it was stored"),
        (400, b"Bad", RejectedError, "status 400"),
        (413, b"", RejectedError, "too large for the server; try a smaller --max-segments"),
        (301, b"", OmiError, "set the base URL"),
        (300, b"", OutcomeUnknownError, "answered 300, which offers a choice"),
        (303, b"", OutcomeUnknownError, "answered 303, which names another page"),
        (304, b"", OutcomeUnknownError, "answered 304, which is no answer"),
    ],
)
def test_each_status_has_its_error(
    serve_bytes: Serve, status: int, body: object, error: type[OmiError], words: str
) -> None:
    with OmiClient(KEY, serve_bytes((status, body)).url) as client:
        for call in (
            lambda: client.create_conversation(request()),
            lambda: client.get_conversation("c1"),
            lambda: client.update_conversation("c1", title="x"),
            lambda: client.delete_conversation("c1"),
        ):
            with pytest.raises(error, match=words) as caught:
                call()
            # What may be repeated needs no check.
            words = words.replace("check whether it was stored", "which does no harm")
            assert type(caught.value) is error
            assert caught.value.status == status
            assert "\n" not in str(caught.value)


# No clear answer


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"HTTP/1.1 200 OK\r\ncontent-le",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
        b'content-length: 99\r\n\r\n{"id": "c1"',
        (200, b"not gzip", {"content-encoding": "gzip"}),
        (200, b"<html>Sign in</html>"),
        (200, b""),
        (200, []),
        (200, {"status": "completed"}),
        (200, {"id": ""}),
        (200, {"id": 7}),
        (200, {"id": "c1", "discarded": "perhaps"}),
        (204, b""),
    ],
)
def test_an_unclear_answer_is_unknown(serve_bytes: Serve, raw: Any) -> None:
    with (
        OmiClient(KEY, serve_bytes(raw, closes=True).url) as client,
        pytest.raises(OutcomeUnknownError) as caught,
    ):
        client.create_conversation(request())
    assert caught.value.__context__ is None
    assert "Grüße" not in traceback.format_exc()


@pytest.mark.parametrize(
    "body", [b"<html>", b"", {"items": []}, [7], [{"title": "no id"}]], ids=str
)
def test_unclear_listings_and_deletions(serve_bytes: Serve, body: object) -> None:
    with OmiClient(KEY, serve_bytes((200, body)).url) as client:
        with pytest.raises(OutcomeUnknownError):
            client.list_conversations()
        with pytest.raises(OutcomeUnknownError):
            client.get_conversation("c1")
        if not isinstance(body, dict):
            with pytest.raises(OutcomeUnknownError):
                client.delete_conversation("c1")
            with pytest.raises(OutcomeUnknownError):
                client.update_conversation("c1", title="x")


def test_a_timeout_is_unknown(serve_bytes: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wait for an answer that never comes. The limit of the whole request does not end it: its
    clock stands still, however slow the machine is."""
    monkeypatch.setattr(deadline, "_clock", Clock(monotonic=lambda: 0.0))
    with (
        OmiClient(KEY, serve_bytes(None).url, read_timeout=0.2) as client,
        pytest.raises(OutcomeUnknownError, match="timed out") as caught,
    ):
        client.create_conversation(request())
    assert caught.value.status is None
    assert caught.value.__context__ is None


def test_after_a_crash_the_connection_is_not_used_again(serve_bytes: Serve) -> None:
    """Though this server would keep it: the real one says nothing of closing, and then closes."""
    server = serve_bytes((500, b"Internal Server Error"))
    with OmiClient(KEY, server.url) as client:
        for _ in range(3):
            with pytest.raises(OutcomeUnknownError):
                client.create_conversation(request())
    assert (len(server.requests), server.connections) == (3, 3)


def test_after_other_answers_the_connection_is_reused(serve_bytes: Serve) -> None:
    server = serve_bytes((500, {"detail": "Error processing conversation"}))
    with OmiClient(KEY, server.url) as client:
        for _ in range(3):
            with pytest.raises(ServerFaultError):
                client.create_conversation(request())
    assert (len(server.requests), server.connections) == (3, 1)


# Nothing sent


def test_a_refused_connection_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with (
        OmiClient(KEY, f"http://127.0.0.1:{port}") as client,
        pytest.raises(UnreachableError) as caught,
    ):
        client.create_conversation(request())
    assert caught.value.__context__ is None
    assert "127.0.0.1" in str(caught.value)


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a" * 64 + ".invalid"])
def test_an_unknown_host_is_unreachable(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises((UnreachableError, SettingsError)):
        OmiClient(KEY, f"https://{host}").get_key()


def test_a_server_without_tls_is_unreachable(serve_bytes: Serve) -> None:
    server = serve_bytes((200, {"id": "c1"}))
    with (
        OmiClient(KEY, server.url.replace("http:", "https:")) as client,
        pytest.raises(UnreachableError),
    ):
        client.create_conversation(request())


def test_a_connection_that_never_comes_is_unreachable() -> None:
    """A full backlog: the kernel answers no further SYN."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        fillers = []
        for _ in range(3):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
            fillers.append(filler)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with (
            OmiClient(KEY, url, connect_timeout=0.2) as client,
            pytest.raises(UnreachableError, match="timed out"),
        ):
            client.create_conversation(request())
        for filler in fillers:
            filler.close()


def test_many_threads_wait_for_no_free_connection(serve_sandbox: Serve) -> None:
    """120 at once, more than httpx's own ceiling of 100."""
    gate = Gate()
    server = serve_sandbox(processing_seconds=30, gate=gate)

    def create(number: int) -> str:
        body = request().model_copy(update={"client_session_id": f"s{number}"})
        return str(server.client.create_conversation(body).status)

    with ThreadPoolExecutor(120) as pool:
        statuses = [pool.submit(create, number) for number in range(120)]
        wait_until(lambda: gate.waiting == 120, "120 requests at once")
        gate.open()
        assert {status.result() for status in statuses} == {"completed"}
