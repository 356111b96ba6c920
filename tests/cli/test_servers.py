"""Servers in all spellings, keys of the wrong kind, and refusals that are not about the key."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Ran, Run
from tests.support.local_http import LOCAL_HTTP

# No command waits: the clock jumps.
pytestmark = pytest.mark.usefixtures("jumping_clock")

DEMO = Path(__file__).parent.parent.parent / "transcript_bridge" / "demo"
KITCHEN = DEMO / "kitchen.srt"
KEY = "omi_dev_servers"


@pytest.fixture
def call(run: Run, sandbox: str) -> Run:
    def call(*words: str | Path, stdin: bytes = b"", **environ: str) -> Ran:
        keyring = "keyring.backends.fail.Keyring"
        account = {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox, "PYTHON_KEYRING_BACKEND": keyring}
        return run(*words, stdin=stdin, **{**account, **environ})

    return call


@pytest.fixture
def home_server(monkeypatch: pytest.MonkeyPatch) -> str:
    """A server in the own network; nothing answers there."""
    find_address = socket.getaddrinfo

    def find_here(host: Any, *rest: Any, **named: Any) -> Any:
        if host in ("omi.local", b"omi.local"):
            host = "127.0.0.1"
        return find_address(host, *rest, **named)

    monkeypatch.setattr(socket, "getaddrinfo", find_here)
    return "http://omi.local:9"


def count_requests(url: str) -> int:
    stats = LOCAL_HTTP.get(f"{url}/_sandbox/stats").json()
    return sum(stats["requests"].values())


def order(url: str, **fault: Any) -> None:
    LOCAL_HTTP.post(f"{url}/_sandbox/faults", json=[fault]).raise_for_status()


def test_a_server_works_in_every_spelling_and_is_one_account(call: Run, sandbox: str) -> None:
    assert call("upload", KITCHEN).code == 0
    plain = sandbox.removeprefix("http://")
    for spelling in (plain, f"{sandbox}/v1/dev", f"{plain}/v1/dev/"):
        again = call("upload", KITCHEN, "--api-base", spelling)
        assert "was already there" in again.out, again.err
        assert f"account: key from OMI_API_KEY, {sandbox}\n" in again.err


def test_plain_http_in_the_own_network_needs_a_flag_and_warns(call: Run, home_server: str) -> None:
    refused = call("auth", "status", "--api-base", home_server)
    assert refused.code == 2
    assert "or --allow-http if you trust everybody there" in refused.err
    allowed = call("auth", "status", "--api-base", home_server, "--allow-http")
    assert allowed.code == 4
    assert "warning: over plain http, everybody in the network of omi.local can read" in allowed.err
    assert "cannot reach omi.local" in allowed.err
    assert "Errno" not in allowed.err
    from_environment = {"OMI_API_BASE": home_server, "TRANSCRIPT_BRIDGE_ALLOW_HTTP": "1"}
    assert "warning: over plain http" in call("verify", **from_environment).err


def test_plain_http_through_the_internet_is_refused_in_any_case(call: Run) -> None:
    ran = call("auth", "status", "--api-base", "http://omi.example", "--allow-http")
    assert ran.code == 2
    assert "over plain http, everybody on the way to omi.example can read the API key" in ran.err


@pytest.mark.parametrize("words", [["auth", "login"], ["auth", "status"], ["upload", KITCHEN]])
def test_a_key_for_the_mcp_server_is_refused_before_anything_is_sent(
    call: Run, sandbox: str, words: list[str | Path]
) -> None:
    ran = call(*words, stdin=b"omi_mcp_s3cret\n", OMI_API_KEY="omi_mcp_s3cret")
    assert ran.code == 2
    assert "is for Omi's MCP server; the Developer API needs one that begins with" in ran.err
    assert "s3cret" not in ran.err
    assert count_requests(sandbox) == 0


@pytest.mark.parametrize("words", [["upload"], ["migrate", "--yes"]], ids=["upload", "migrate"])
def test_an_unknown_source_is_refused_before_anything_is_sent(
    call: Run, sandbox: str, words: list[str]
) -> None:
    ran = call(*words, KITCHEN, "--source", "telegraph")
    assert ran.code == 2
    assert "'telegraph'" in ran.err
    assert " plaud, " in ran.err
    variable = call(*words, KITCHEN, TRANSCRIPT_BRIDGE_SOURCE="telegraph")
    assert variable.code == 2
    assert "$TRANSCRIPT_BRIDGE_SOURCE: source must be" in variable.err
    assert count_requests(sandbox) == 0


@pytest.mark.parametrize("words", [["upload"], ["migrate", "--yes"]], ids=["upload", "migrate"])
def test_a_source_that_older_servers_fail_on_is_warned_of(call: Run, words: list[str]) -> None:
    ran = call(*words, KITCHEN, "--source", "workflow")
    assert ran.code == 0
    assert "warning: servers before May 2026 fail on every conversation with the source" in ran.err


def test_a_refusal_that_is_not_about_the_key_does_not_ask_for_a_new_key(
    call: Run, sandbox: str
) -> None:
    order(sandbox, kind="status", status=403)
    ran = call("upload", KITCHEN)
    assert ran.code == 3
    assert "answered 403 without a reason" in ran.err
    assert "Create Key" not in ran.err
    assert call("upload", KITCHEN).code == 0
