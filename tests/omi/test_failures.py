"""Errors from failing answers: how long to wait, and the server's words without the user's."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from transcript_bridge.errors import OmiError, RateLimitedError, RejectedError
from transcript_bridge.omi.client import OmiClient
from transcript_bridge.omi.failures import STATUSES, failure_of

KEY = "omi_dev_Sup3rS3cret"
Serve = Callable[..., Any]


BODY = b"{}"
SERVER_PAGE = Path(__file__).parents[2] / "docs" / "server.md"


def test_every_status_that_means_something_is_documented() -> None:
    _, _, section = SERVER_PAGE.read_text(encoding="utf-8").partition("## Failures")
    rows = re.findall(r"^\| (\d{3}.*?) \|", section.partition("\n## ")[0], re.MULTILINE)
    documented = {int(status) for row in rows for status in re.findall(r"\d{3}", row)}
    assert set(STATUSES) - documented == set(), "docs/server.md lacks rows of these statuses"


@pytest.mark.parametrize(
    ("headers", "wait", "limit"),
    [
        ({"retry-after": "3600", "x-ratelimit-limit": "25"}, 3600, 25),
        ({"retry-after": "0"}, 0, None),
        ({"retry-after": " 1.5 "}, 1.5, None),
        ({"retry-after": "soon", "x-ratelimit-limit": "many"}, 900, None),
        ({"retry-after": "-5"}, 900, None),
        ({"retry-after": "inf"}, 900, None),
        ({"retry-after": "nan"}, 900, None),
        ({"retry-after": "86400"}, 86_400, None),
        ({"retry-after": "86401"}, 900, None),
        ({"retry-after": "99999999999999"}, 900, None),
        ({"retry-after": "1e400"}, 900, None),
        ({"retry-after": "9" * 4000}, 900, None),
        (
            {
                "retry-after": "Thu, 15 Jan 9999 10:00:00 GMT",
                "date": "Thu, 15 Jan 2026 09:30:00 GMT",
            },
            900,
            None,
        ),
        ({}, 900, None),
        (
            {
                "retry-after": "Thu, 15 Jan 2026 10:00:00 GMT",
                "date": "Thu, 15 Jan 2026 09:30:00 GMT",
            },
            1800,
            None,
        ),
        (
            {
                "retry-after": "Thu, 15 Jan 2026 09:00:00 GMT",
                "date": "Thu, 15 Jan 2026 09:30:00 GMT",
            },
            0,
            None,
        ),
        ({"retry-after": "Thu, 15 Jan 2026 10:00:00 GMT"}, 900, None),
    ],
)
def test_how_long_to_wait(
    serve_bytes: Serve, headers: dict[str, str], wait: float, limit: int | None
) -> None:
    server = serve_bytes((429, {"detail": "Rate limit exceeded."}, headers))
    with OmiClient(KEY, server.url) as client, pytest.raises(RateLimitedError) as caught:
        client.create_conversation(BODY)
    assert (caught.value.retry_after, caught.value.limit) == (wait, limit)


def test_a_busy_server_may_say_when(serve_bytes: Serve) -> None:
    for status, detail in ((503, "busy"), (409, "already in progress")):
        server = serve_bytes((status, {"detail": detail}, {"retry-after": "7"}))
        with OmiClient(KEY, server.url) as client, pytest.raises(OmiError) as caught:
            client.delete_conversation("c1")
        assert caught.value.retry_after == 7


@pytest.mark.parametrize("wait", ["99999999999999", "86401", "inf"])
def test_a_wait_of_more_than_a_day_is_not_believed(serve_bytes: Serve, wait: str) -> None:
    for status in (503, 409):
        server = serve_bytes((status, {"detail": "busy"}, {"retry-after": wait}))
        with OmiClient(KEY, server.url) as client, pytest.raises(OmiError) as caught:
            client.delete_conversation("c1")
        assert caught.value.retry_after is None


def test_findings_are_reported_without_the_text() -> None:
    """Both shapes of a 422, and pydantic's printed one: the user's words stay out."""

    finding = {
        "type": "missing",
        "loc": ["body", "transcript_segments", 0, "end"],
        "msg": "Field required",
        "input": {"text": "very private"},
        "ctx": {"error": "very private"},
    }
    error = failure_of(422, {}, json.dumps({"detail": [finding] * 9}).encode())
    assert error.detail.startswith("body.transcript_segments.0.end: Field required; ")
    assert error.detail.count("Field") == 3
    printed = (
        "1 validation error\ntext\n  Bad [type=bad, input_value='very private', input_type=str]"
    )
    failure = failure_of(422, {}, json.dumps({"detail": printed}).encode())
    assert failure.detail == "1 validation error text Bad [type=bad,"
    for each in (error, failure):
        assert "private" not in f"{each} {each!r} {each.data}"


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b'{"detail": 7}', b'{"detail": [7]}', b"\xff", b"{"]
)
def test_odd_bodies_do_no_harm(serve_bytes: Serve, body: bytes) -> None:
    server = serve_bytes((422, body))
    with OmiClient(KEY, server.url) as client, pytest.raises(RejectedError) as caught:
        client.create_conversation(BODY)
    assert caught.value.detail == ""


def test_long_details_are_cut(serve_bytes: Serve) -> None:
    server = serve_bytes((422, {"detail": "a\x1b[31m\r\nb " + "x" * 5000}))
    with OmiClient(KEY, server.url) as client, pytest.raises(RejectedError) as caught:
        client.create_conversation(BODY)
    assert caught.value.detail.startswith("a [31m b xxx")
    assert len(caught.value.detail) == 300


@pytest.mark.parametrize("location", ["/elsewhere", "http://[", "omi_dev_x://a b"])
def test_odd_redirects(serve_bytes: Serve, location: str) -> None:
    server = serve_bytes((302, b"", {"location": location}))
    with (
        OmiClient(KEY, server.url) as client,
        pytest.raises(OmiError, match=r"to another address \(302"),
    ):
        client.create_conversation(BODY)
