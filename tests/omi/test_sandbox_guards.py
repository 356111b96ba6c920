"""A web page in the user's browser can do nothing with a sandbox on the same machine."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.support.command import Start
from tests.support.local_http import LOCAL_HTTP
from tests.support.waiting import wait_until
from transcript_bridge.omi.client import OmiClient
from transcript_bridge.omi.sandbox import TOKEN_HEADER, SandboxSettings, run_sandbox

LIST = "/v1/dev/user/conversations"
KEY = {"Authorization": "Bearer omi_dev_x"}
PATHS = [LIST, "/_sandbox/state", "/docs", "/openapi.json", "/"]


def get(url: str, path: str, **headers: str) -> httpx.Response:
    return LOCAL_HTTP.get(f"{url}{path}", headers={**KEY, **headers})


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "127.0.0.1",
        "127.0.0.1:1",
        "localhost.evil.example:{port}",
        "127.0.0.1:{port}.evil.example",
        "127.0.0.1.evil.example:{port}",
        "evil.example@127.0.0.1:{port}",
        "",
    ],
)
def test_only_its_own_address_is_answered(sandbox: str, path: str, host: str) -> None:
    port = sandbox.rpartition(":")[2]
    assert get(sandbox, path, Host=host.format(port=port)).status_code == 421


def test_both_names_of_this_machine_are_answered(sandbox: str) -> None:
    port = sandbox.rpartition(":")[2]
    for host in (f"127.0.0.1:{port}", f"localhost:{port}", f"LOCALHOST:{port}"):
        assert get(sandbox, LIST, Host=host).status_code == 200


def test_a_conversation_is_not_stored_through_another_name(sandbox: str) -> None:
    body = {"transcript_segments": [{"text": "hello", "start": 0.0, "end": 1.0}]}
    headers = {**KEY, "Host": "evil.example"}
    address = f"{sandbox}{LIST}/from-segments"
    assert LOCAL_HTTP.post(address, json=body, headers=headers).status_code == 421
    assert get(sandbox, LIST).json() == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "stats"),
        ("GET", "state"),
        ("POST", "faults"),
        ("DELETE", "faults"),
        ("POST", "conversations/1/lock"),
    ],
)
def test_the_control_endpoints_need_the_token(
    lease_sandbox: Callable[..., str], method: str, path: str
) -> None:
    url = lease_sandbox(control_token="s3cret")
    address = f"{url}/_sandbox/{path}"
    for headers in ({}, {TOKEN_HEADER: ""}, {TOKEN_HEADER: "s3cre"}, {TOKEN_HEADER: "ü"}):
        raw = {name: value.encode() for name, value in headers.items()}
        answer = LOCAL_HTTP.request(method, address, json={}, headers=raw)
        assert answer.status_code == 403
    token = {TOKEN_HEADER: "s3cret"}
    answer = LOCAL_HTTP.request(method, address, json={}, headers=token)
    assert answer.status_code != 403


def test_without_a_chosen_token_it_is_random() -> None:
    with run_sandbox(SandboxSettings()) as url, OmiClient("omi_dev_x", url) as omi:
        assert get(url, "/_sandbox/stats").status_code == 403
        assert omi.list_conversations() == []


def test_the_command_prints_a_token_that_works(start: Start) -> None:
    process: subprocess.Popen[str] = start("sandbox", "--port", "0")
    assert process.stdout is not None
    assert process.stderr is not None
    url = process.stdout.readline().strip()
    token = ledger = ""
    while not token:
        line = process.stderr.readline()
        assert line, "it printed no token"
        ledger = ledger or line.partition(" upload FILE --ledger ")[2].strip()
        if TOKEN_HEADER in line:
            token = line.rpartition(": ")[2].strip()
    headers = {TOKEN_HEADER: token}

    def ask() -> bool:
        answer = LOCAL_HTTP.get(f"{url}/_sandbox/stats", headers=headers)
        return answer.status_code == 200

    wait_until(ask, "the answer")
    assert Path(ledger).name == "ledger.db"
    assert not Path(ledger).parent.exists()  # until it is used
    assert get(url, "/_sandbox/stats").status_code == 403
