"""The sandbox does what docs/server.md says of the real server, over real HTTP."""

from __future__ import annotations

import base64
import json
import math
import random
import socket
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.support.command import PATIENCE_SECONDS
from tests.support.local_http import LOCAL_HTTP
from tests.support.sandboxes import Gate
from tests.support.waiting import wait_until
from transcript_bridge.errors import GoneError, InProgressError, ServerFaultError

Serve = Callable[..., Any]
Make = Callable[..., dict[str, Any]]
LIST = "/v1/dev/user/conversations"


# Keys


@pytest.mark.parametrize(
    ("header", "status", "detail"),
    [
        (None, 401, "Missing or invalid Authorization header. Must be 'Bearer API_KEY'"),
        ("Basic abc", 401, "Missing or invalid Authorization header. Must be 'Bearer API_KEY'"),
        ("Bearer sk-123", 401, "Invalid API Key"),
        ("Bearer omi_dev_wrong", 401, "Invalid API Key"),
        (
            "Bearer omi_dev_readonly_1",
            403,
            "Insufficient permissions. Required scope: conversations:write",
        ),
    ],
)
def test_keys_are_checked(
    served: Any, make_body: Make, header: str | None, status: int, detail: str
) -> None:
    headers = {"Authorization": header} if header else {}
    answer = LOCAL_HTTP.post(f"{served.url}{LIST}/from-segments", json=make_body(), headers=headers)
    assert (answer.status_code, answer.json()["detail"]) == (status, detail)


def test_a_read_only_key_may_read(served: Any) -> None:
    answer = served.http.get(
        served.url + LIST, headers={"Authorization": "Bearer omi_dev_readonly_1"}
    )
    assert answer.json() == []


def test_each_key_is_a_user(served: Any, make_body: Make) -> None:
    first = served.post(make_body(client_session_id="s"), key="omi_dev_one").json()
    second = served.post(make_body(client_session_id="s"), key="omi_dev_two").json()
    assert first["id"] != second["id"]
    assert "omi_dev_one" not in json.dumps(served.state())


@pytest.mark.parametrize(("generation", "status"), [("old", 404), ("middle", 404), ("new", 200)])
def test_only_new_servers_tell_of_the_key(
    serve_sandbox: Serve, generation: str, status: int
) -> None:
    server = serve_sandbox(generation=generation)
    answer = server.http.get(server.url + "/v1/dev/key")
    assert answer.status_code == status
    if status == 200:
        assert answer.json()["scopes"] == ["conversations:read", "conversations:write"]


# What is refused, and what crashes


@pytest.mark.parametrize(
    ("segment", "detail"),
    [
        ({"start": 2, "end": 2}, "Segment 1: end time must be after start time"),
        ({"start": -1, "end": 2}, "Segment 1: start time cannot be negative"),
        ({"text": " \n"}, "Segment 1: text cannot be empty"),
    ],
)
def test_a_bad_segment_refuses_the_batch(
    served: Any, make_body: Make, segment: dict[str, Any], detail: str
) -> None:
    body = make_body("one", "two", "three")
    body["transcript_segments"][1].update(segment)
    answer = served.post(body)
    assert (answer.status_code, answer.json()) == (422, {"detail": detail})
    assert served.texts() == []


@pytest.mark.parametrize("count", [0, 501])
def test_the_limit_of_segments_is_enforced(served: Any, make_body: Make, count: int) -> None:
    body = make_body()
    answer = served.post({**body, "transcript_segments": body["transcript_segments"] * count})
    [finding] = answer.json()["detail"]
    assert answer.status_code == 422
    assert finding["loc"] == ["body", "transcript_segments"]


def test_findings_echo_the_text(served: Any, make_body: Make) -> None:
    body = make_body()
    body["transcript_segments"][0] = {"text": "very private", "start": 0}
    [finding] = served.post(body).json()["detail"]
    assert finding["loc"] == ["body", "transcript_segments", 0, "end"]
    assert finding["input"]["text"] == "very private"


def test_unknown_fields_are_ignored(served: Any, make_body: Make) -> None:
    assert served.post(make_body(title="Mine", folder="x")).status_code == 200


@pytest.mark.parametrize("finished", ["2026-01-15T09:00:00+00:00", "2026-01-15T08:00:00+00:00"])
def test_a_conversation_takes_time(served: Any, make_body: Make, finished: str) -> None:
    answer = served.post(make_body(finished_at=finished))
    assert (answer.status_code, answer.json()["detail"]) == (
        422,
        "finished_at must be after started_at",
    )


def test_the_end_is_that_of_the_last_segment_not_the_latest(served: Any, make_body: Make) -> None:
    body = make_body("long", "short", finished_at=None)
    body["transcript_segments"][0]["end"] = 100
    created = served.post(body).json()
    assert (
        served.client.get_conversation(created["id"]).finished_at.isoformat()
        == "2026-01-15T09:00:01.500000+00:00"
    )


def test_naive_times_are_utc_on_older_servers_and_refused_on_new_ones(
    serve_sandbox: Serve, make_body: Make
) -> None:
    body = make_body(started_at="2026-01-15T09:00:00", finished_at="2026-01-15T10:00:00")
    old, new = serve_sandbox(generation="middle"), serve_sandbox(generation="new")
    created = old.post(body).json()
    assert (
        old.client.get_conversation(created["id"]).started_at.isoformat()
        == "2026-01-15T09:00:00+00:00"
    )
    refused = new.post(body)
    assert refused.status_code == 422
    assert {finding["type"] for finding in refused.json()["detail"]} == {"timezone_aware"}
    assert serve_sandbox(generation="new", refuses_naive_times=False).post(body).status_code == 200


def is_crash(answer: httpx.Response) -> bool:
    has_words = answer.status_code == 500 and answer.text == "Internal Server Error"
    return has_words and "connection" not in answer.headers


def test_a_crash_closes_the_connection_without_saying_so(served: Any) -> None:
    served.order("plain_500")
    host, _, port = served.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), PATIENCE_SECONDS) as connection:
        head = f"GET {LIST} HTTP/1.1\r\nHost: {host}:{port}\r\n"
        connection.sendall(f"{head}Authorization: Bearer omi_dev_x\r\n\r\n".encode())
        answer = b""
        while more := connection.recv(65536):  # until the server closes its end
            answer += more
    assert answer.startswith(b"HTTP/1.1 500")
    assert answer.endswith(b"Internal Server Error")
    assert b"connection:" not in answer.lower()
    assert served.state()["requests"] == {"GET 500": 1}


@pytest.mark.parametrize(
    "changes", [{"started_at": "2026-01-15T09:00:00"}, {"finished_at": "2026-01-15T10:00:00"}]
)
def test_what_older_servers_crash_on(
    serve_sandbox: Serve, make_body: Make, changes: dict[str, Any]
) -> None:
    server = serve_sandbox(generation="middle")
    assert is_crash(server.post(make_body(**changes)))
    assert server.texts() == []


@pytest.mark.parametrize("source", ["external_integration", "workflow", None])
@pytest.mark.parametrize("generation", ["old", "middle"])
def test_sources_on_which_older_servers_fail_every_time(
    serve_sandbox: Serve, make_body: Make, generation: str, source: str | None
) -> None:
    server = serve_sandbox(generation=generation)
    for _ in range(2):
        answer = server.post(make_body(source=source))
        assert answer.status_code == 500
        assert answer.json() == {"detail": "Error processing conversation, please try again later"}
    assert server.texts() == []


@pytest.mark.parametrize("end", [math.nan, math.inf, 1e15])
def test_impossible_ends_crash_where_the_server_has_to_compute_one(
    served: Any, make_body: Make, end: float
) -> None:
    body = make_body(finished_at=None)
    body["transcript_segments"][0]["end"] = end
    assert is_crash(served.post(body))


@pytest.mark.parametrize(
    "segment", [{"end": math.nan}, {"end": math.inf}, {"text": "a\ud800"}], ids=str
)
def test_unreadable_segments_are_stored_and_break_listings_with_transcripts(
    served: Any, make_body: Make, segment: dict[str, Any]
) -> None:
    served.post(make_body())
    body = make_body()
    body["transcript_segments"][0].update(segment)
    created = served.post(body).json()
    one = f"{served.url}{LIST}/{created['id']}"
    with_transcripts = {"include_transcript": True}
    assert is_crash(served.http.get(served.url + LIST, params=with_transcripts))
    assert is_crash(served.http.get(one, params=with_transcripts))
    # What still answers is enough to find it and to delete it.
    assert created["id"] in [each["id"] for each in served.http.get(served.url + LIST).json()]
    assert served.http.get(one).json()["id"] == created["id"]
    assert [row["poisoned"] for row in served.state()["conversations"]] == [False, True]
    served.client.delete_conversation(created["id"])
    assert len(served.client.list_conversations(include_transcript=True)) == 1


def test_nul_is_kept_and_harmless(served: Any, make_body: Make) -> None:
    created = served.post(make_body("a\0b")).json()
    [shown] = served.client.list_conversations(include_transcript=True)
    assert shown.id == created["id"]
    assert shown.transcript_segments[0].text == "a\0b"


def incompressible(count: int) -> str:
    """So many characters that compress by a quarter, as base64 does."""
    return base64.b64encode(random.Random(count).randbytes(count * 3 // 4)).decode()


@pytest.mark.parametrize("generation", ["old", "new"])
def test_a_conversation_larger_than_a_document_crashes_every_time(
    serve_sandbox: Serve, make_body: Make, generation: str
) -> None:
    """The size that counts is that of the stored document, 8/3 of the compressed segments."""
    server = serve_sandbox(generation=generation)
    for _ in range(2):
        assert is_crash(server.post(make_body(incompressible(540_000), client_session_id="s")))
    assert server.state()["conversations"] == []
    assert server.post(make_body(incompressible(500_000))).status_code == 200
    assert server.post(make_body("a very long monologue " * 100_000)).status_code == 200


# Speakers and sources


@pytest.mark.parametrize(
    ("generation", "label", "number", "shown"),
    [
        ("old", "SPEAKER_07", None, 7),
        ("old", "SPEAKER_07", 3, 7),
        ("middle", "Alice", 3, 0),
        ("middle", "SPEAKER_02", None, 2),
        ("new", "Alice", None, 0),
        ("new", "Alice", 3, 3),
        ("new", "SPEAKER_02", None, 2),
        ("new", None, None, 0),
    ],
)
def test_labels_and_numbers(
    serve_sandbox: Serve,
    make_body: Make,
    generation: str,
    label: str | None,
    number: int | None,
    shown: int,
) -> None:
    server = serve_sandbox(generation=generation)
    body = make_body()
    body["transcript_segments"][0].update(speaker=label, speaker_id=number)
    created = server.post(body).json()
    [segment] = server.client.get_conversation(
        created["id"], include_transcript=True
    ).transcript_segments
    assert (segment.speaker_id, segment.speaker_name) == (shown, f"Speaker {shown}")


def test_a_label_without_a_number_crashes_the_old_server(
    serve_sandbox: Serve, make_body: Make
) -> None:
    server = serve_sandbox(generation="old")
    body = make_body()
    body["transcript_segments"][0]["speaker"] = "Alice"
    assert is_crash(server.post(body))


def test_names_of_speakers(serve_sandbox: Serve, make_body: Make) -> None:
    server = serve_sandbox(owner_name="Ana", people={"p1": "Ben"})
    body = make_body("a", "b", "c")
    for segment, fields in zip(
        body["transcript_segments"],
        ({"is_user": True}, {"person_id": "p1"}, {"person_id": "p2"}),
        strict=True,
    ):
        segment.update(fields)
    created = server.post(body).json()
    shown = server.client.get_conversation(created["id"], include_transcript=True)
    assert [s.speaker_name for s in shown.transcript_segments] == ["Ana", "Ben", "Speaker 1"]


@pytest.mark.parametrize(
    ("source", "stored"),
    [
        (None, "phone"),
        ("plaud", "plaud"),
        ("external_integration", "external_integration"),
        ("telegraph", "unknown"),
    ],
)
def test_sources(served: Any, make_body: Make, source: str | None, stored: str) -> None:
    created = served.post(make_body(source=source)).json()
    assert served.client.get_conversation(created["id"]).source == stored


def test_an_unknown_source_is_refused_before_march_2026(
    serve_sandbox: Serve, make_body: Make
) -> None:
    answer = serve_sandbox(generation="old").post(make_body(source="telegraph"))
    [finding] = answer.json()["detail"]
    assert (answer.status_code, finding["type"], finding["loc"]) == (
        422,
        "enum",
        ["body", "source"],
    )
    assert serve_sandbox(generation="middle").post(make_body(source="telegraph")).status_code == 200


# client_session_id


@pytest.mark.parametrize(
    ("generation", "version", "stored"), [("old", 4, 2), ("middle", 4, 2), ("new", 5, 1)]
)
def test_only_new_servers_honor_the_session(
    serve_sandbox: Serve, make_body: Make, generation: str, version: int, stored: int
) -> None:
    server = serve_sandbox(generation=generation)
    body = make_body(client_session_id="tb1-x")
    first, second = server.post(body).json(), server.post(body).json()
    assert uuid.UUID(first["id"]).version == version
    assert (first["id"] == second["id"]) == (stored == 1)
    assert len(server.texts()) == stored


def test_without_a_session_each_is_new(served: Any, make_body: Make) -> None:
    ids = {served.post(make_body()).json()["id"] for _ in range(2)}
    assert {uuid.UUID(each).version for each in ids} == {4}
    assert len(ids) == 2


def test_the_same_session_with_another_text_loses_it(served: Any, make_body: Make) -> None:
    served.post(make_body("first", client_session_id=" s "))
    served.post(make_body("second", client_session_id="s"))
    assert served.texts() == ["first"]


@pytest.mark.parametrize("session", ["", "  ", "x" * 201, " " + "x" * 200])
def test_sessions_have_a_length(served: Any, make_body: Make, session: str) -> None:
    assert served.post(make_body(client_session_id=session)).status_code == 422


@pytest.mark.parametrize("while_processing", ["processing", "conflict"])
def test_four_concurrent_requests_with_one_session_create_one_conversation(
    serve_sandbox: Serve, make_body: Make, while_processing: str
) -> None:
    gate = Gate()
    server = serve_sandbox(processing_seconds=30, while_processing=while_processing, gate=gate)
    body = make_body(client_session_id="s")
    with ThreadPoolExecutor(4) as pool:
        posts = [pool.submit(server.post, body) for _ in range(4)]
        wait_until(lambda: sum(post.done() for post in posts) == 3, "three answers")
        gate.open()
        answers = [post.result() for post in posts]
    assert len(server.texts()) == 1
    if while_processing == "conflict":
        assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    else:
        assert sorted(a.json()["status"] for a in answers) == ["completed", *["processing"] * 3]


def test_while_processing_it_has_no_title_and_is_not_listed(
    serve_sandbox: Serve, make_body: Make
) -> None:
    gate = Gate()
    server = serve_sandbox(processing_seconds=30, while_processing="conflict", gate=gate)
    body = json.dumps(make_body("Good morning", client_session_id="s"))
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(server.client.create_conversation, body)
        wait_until(lambda: server.state()["conversations"], "the claim")
        with pytest.raises(InProgressError):
            server.client.create_conversation(body)
        [row] = server.state()["conversations"]
        assert server.client.get_conversation(row["id"]).title == ""
        assert server.client.list_conversations() == []
        gate.open()
        created = first.result()
    assert server.client.get_conversation(created.id).title == "Good morning"


def test_a_failed_claim_is_free_again(serve_sandbox: Serve, make_body: Make) -> None:
    server = serve_sandbox()
    body = json.dumps(make_body(client_session_id="s"))
    server.order("json_500")
    with pytest.raises(ServerFaultError):
        server.client.create_conversation(body)
    assert server.state()["conversations"] == []
    assert server.client.create_conversation(body).status == "completed"


def test_a_stale_claim_is_taken_over(serve_sandbox: Serve, make_body: Make) -> None:
    gate = Gate()
    server = serve_sandbox(processing_seconds=30, claim_seconds=0, gate=gate)
    body = make_body(client_session_id="s")
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(server.post, body)
        wait_until(lambda: gate.waiting == 1, "the claim")
        second = pool.submit(server.post, body)
        wait_until(lambda: gate.waiting == 2, "the second claim")
        gate.open()
        assert second.result().json()["status"] == "completed"
        assert first.result().json()["status"] == "completed"
    assert len(server.texts()) == 1


def test_the_gateway_gives_up_and_the_conversation_is_stored_all_the_same(
    serve_sandbox: Serve, make_body: Make
) -> None:
    gate = Gate()
    server = serve_sandbox(processing_seconds=30, gateway_seconds=0, gate=gate)
    answer = server.post(make_body())
    assert (answer.status_code, answer.content) == (504, b"")
    assert server.texts() == []
    gate.open()
    wait_until(server.texts, "the conversation")
    assert server.texts() == ["Good morning."]


def test_after_a_delete_the_session_is_used_up(serve_sandbox: Serve, make_body: Make) -> None:
    body = json.dumps(make_body(client_session_id="s"))
    for after_delete in ("recreate", "deleted", "gone"):
        server = serve_sandbox(after_delete=after_delete)
        server.client.delete_conversation(server.client.create_conversation(body).id)
        if after_delete == "gone":
            with pytest.raises(GoneError, match="retry --deleted") as caught:
                server.client.create_conversation(body)
            assert caught.value.detail == "conversation_deleted"
        else:
            again = server.client.create_conversation(body)
            expected = ("completed", False) if after_delete == "recreate" else ("deleted", True)
            assert (again.status, again.discarded) == expected
