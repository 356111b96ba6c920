"""The API key is sent to the server, and appears nowhere else."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.support.command import PATIENCE_SECONDS
from transcript_bridge.errors import (
    BridgeError,
    MissingKeyError,
    OmiError,
    OutcomeUnknownError,
    SettingsError,
    UnreachableError,
)
from transcript_bridge.omi.api_key import check_key
from transcript_bridge.omi.client import OmiClient

KEY = "omi_dev_Sup3rS3cret"
SECRET = "Sup3rS3cret"
Serve = Callable[..., Any]


BODY = b"{}"


# Where the key may go


@pytest.mark.parametrize(
    "base_url",
    [
        "http://api.omi.me",
        "http://127.0.0.1.example.org",
        "http://localhost.example.org:8080",
        "http://10.0.0.1",
        "http://[2001:db8::1]",
        "http://0.0.0.0:8000",
        "https://user:hunter2@api.omi.me",
        "https://user@api.omi.me",
        "https://api.omi.me/?a=hunter2",
        "https://api.omi.me/#a",
        "ftp://api.omi.me",
        "",
        "https://",
        "https://exa mple",
        "https://[::1",
        "http://127.0.0.1:port",
    ],
)
def test_bad_base_urls_are_refused_before_anything_is_sent(base_url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        OmiClient(KEY, base_url)
    assert "hunter2" not in traceback.format_exc()
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "[::1]", "localhost"])
def test_plain_http_is_for_this_machine(host: str) -> None:
    with OmiClient(KEY, f"http://{host}:9") as client:
        assert client.base_url == f"http://{host}:9"


def test_redirects_are_not_followed(serve_bytes: Serve) -> None:
    thief = serve_bytes((200, {"id": "stolen"}))
    for status in (301, 302, 307, 308):
        server = serve_bytes((status, b"", {"location": f"{thief.url}/v1?token=hunter2"}))
        with OmiClient(KEY, server.url) as client:
            with pytest.raises(OmiError, match=rf"\({status} to http://127.0.0.1\)") as caught:
                client.create_conversation(BODY)
            with pytest.raises(OmiError):
                client.get_key()
        assert type(caught.value) is OmiError
        assert not caught.value.retryable
        assert "hunter2" not in str(caught.value)
    other_page = serve_bytes((303, b"", {"location": f"{thief.url}/v1?token=hunter2"}))
    with OmiClient(KEY, other_page.url) as client, pytest.raises(OutcomeUnknownError) as unknown:
        client.create_conversation(BODY)
    assert "hunter2" not in str(unknown.value)
    assert thief.connections == 0


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_this_machine_is_reached_without_a_proxy(
    serve_bytes: Serve, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    proxy, server = serve_bytes((502, b"")), serve_bytes((200, {"id": "c1"}))
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, proxy.url)
        monkeypatch.setenv(name.lower(), proxy.url)
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("no_proxy", "")
    with OmiClient(KEY, server.url.replace("http", scheme)) as client:
        if scheme == "http":
            assert client.create_conversation(BODY).id == "c1"
        else:
            with pytest.raises(UnreachableError):
                client.create_conversation(BODY)
    assert proxy.connections == 0


def test_others_are_reached_through_one(
    serve_bytes: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proxy hears the name of the server, and of the key nothing: the tunnel does not come
    about."""
    proxy = serve_bytes((502, b""))
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, proxy.url)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "")
    with OmiClient(KEY, "https://omi.example.invalid") as client, pytest.raises(UnreachableError):
        client.create_conversation(BODY)
    assert proxy.requests[0].startswith(b"CONNECT omi.example.invalid:443 ")
    assert SECRET.encode() not in b"".join(proxy.requests)


def test_an_unusable_environment_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "gopher://user:hunter2@proxy")
    with pytest.raises(SettingsError, match="environment") as caught:
        OmiClient(KEY)
    assert caught.value.__context__ is None


# The key is nobody's business


@pytest.mark.parametrize("key", ["", " \n"])
def test_no_key(key: str) -> None:
    with pytest.raises(MissingKeyError, match="Create Key"):
        OmiClient(key)


@pytest.mark.parametrize("copied", [f" {KEY}\n", f'"{KEY}"', f"Bearer {KEY}", f"'{KEY} '"])
def test_what_is_copied_with_a_key_is_no_part_of_it(copied: str) -> None:
    assert check_key(copied) == KEY


@pytest.mark.parametrize(
    "key",
    [
        f"{KEY}\n{KEY}",
        f"{KEY}\tx",
        f"{KEY}\0",
        f"{KEY}é",
        f"\ufeff{KEY}",
        f"{KEY}\x7f",
        f"{KEY}\u200b",
    ],
)
def test_impossible_keys_are_refused_and_not_shown(key: str) -> None:
    with pytest.raises(SettingsError) as caught:
        OmiClient(key)
    assert caught.value.__context__ is None
    assert SECRET not in f"{traceback.format_exc()} {caught.value!r} {caught.value.data}"


def everything_of(error: BaseException) -> str:
    """Return all that a log could show of an error and its causes."""
    message = "".join(traceback.format_exception(error))
    chain: list[BaseException] = []
    following: BaseException | None = error
    while following is not None:
        chain.append(following)
        following = following.__cause__ or following.__context__
    requests = [getattr(each, "_request", None) for each in chain]
    shown = [f"{each!r} {each} {vars(each)}" for each in chain]
    return " ".join([message, *shown, *(str(dict(r.headers)) for r in requests if r is not None)])


class KeptRecords(logging.Handler):
    """Keeps all that is logged."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture
def logged() -> Iterator[list[logging.LogRecord]]:
    """The log records of our code and of libraries, of any level."""
    root = logging.getLogger()
    level = root.level
    kept = KeptRecords()
    root.addHandler(kept)
    root.setLevel(logging.DEBUG)
    yield kept.records
    root.setLevel(level)
    root.removeHandler(kept)


@pytest.mark.parametrize(
    "raw",
    [
        None,
        b"",
        b"HTTP/1.1 200 OK\r\nbad header\r\n\r\n",
        (200, b"<html>"),
        (302, b"", {"location": f"https://{KEY}.example.org/"}),
        *(
            (status, {"detail": f"you sent Bearer {KEY}, with scope"})
            for status in (400, 401, 402, 403, 404, 409, 410, 422, 429, 500, 502, 503)
        ),
    ],
    ids=str,
)
def test_the_key_shows_in_no_error(
    serve_bytes: Serve, raw: Any, logged: list[logging.LogRecord]
) -> None:
    patience = PATIENCE_SECONDS if raw is not None else 0.1
    with OmiClient(KEY, serve_bytes(raw, closes=True).url, read_timeout=patience) as client:
        with pytest.raises(BridgeError) as caught:
            client.create_conversation(BODY)
        assert SECRET not in everything_of(caught.value)
        assert SECRET.lower() not in everything_of(caught.value).lower()
        assert SECRET not in f"{client!r} {client} {vars(client)}"
    own = [record.getMessage() for record in logged if not record.name.startswith("asyncio")]
    assert own  # httpcore logs each step
    sent_back = KEY in str(raw)  # httpcore's debug log shows what the server sends
    assert sent_back or SECRET not in " ".join(own)


def test_the_client_shows_where_it_sends_to() -> None:
    with OmiClient(KEY) as client:
        assert repr(client) == "OmiClient(base_url='https://api.omi.me')"
