"""Commands choose an account, and print it before they write."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Ran, Run
from tests.support.local_http import LOCAL_HTTP

# No command waits: the clock jumps.
pytestmark = pytest.mark.usefixtures("jumping_clock")

DEMO = Path(__file__).parent.parent.parent / "transcript_bridge" / "demo"
KITCHEN = DEMO / "kitchen.srt"
PLANNING = DEMO / "planning.vtt"
ALPHA = "omi_dev_alpha"
BRAVO = "omi_dev_bravo"


@pytest.fixture
def alpha(sandbox: str) -> dict[str, str]:
    """The account of the environment."""
    keyring = "keyring.backends.fail.Keyring"
    return {"OMI_API_KEY": ALPHA, "OMI_API_BASE": sandbox, "PYTHON_KEYRING_BACKEND": keyring}


@pytest.fixture
def call(run: Run, alpha: dict[str, str]) -> Run:
    """The command with the key of alpha in its environment."""

    def call(*words: str | Path, stdin: bytes = b"", **environ: str) -> Ran:
        return run(*words, stdin=stdin, **{**alpha, **environ})

    return call


@pytest.fixture
def bravo(home: Path, sandbox: str) -> tuple[str, str]:
    """The flags that choose the account bravo, which is a profile of the Omi CLI."""
    (home / ".omi").mkdir()
    text = f'[profiles.bravo]\napi_base = "{sandbox}"\napi_key = "{BRAVO}"\n'
    (home / ".omi" / "config.toml").write_text(text)
    return ("--profile", "bravo")


def count_stored(url: str, key: str) -> int:
    """How many conversations an account has."""
    head = {"Authorization": f"Bearer {key}"}
    answer = LOCAL_HTTP.get(f"{url}/v1/dev/user/conversations", headers=head)
    listed: list[Any] = answer.json()
    return len(listed)


def lines_of(ran: Ran) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ran.out.splitlines()]


@pytest.mark.parametrize("words", [["upload"], ["migrate", "--yes"]], ids=["upload", "migrate"])
def test_a_named_profile_gets_the_conversation_in_spite_of_the_key_in_the_environment(
    call: Run, bravo: tuple[str, str], sandbox: str, words: list[str]
) -> None:
    ran = call(*words, KITCHEN, *bravo)
    assert ran.code == 0, ran.err
    assert f"account: profile bravo, {sandbox}\n" in ran.err
    assert (count_stored(sandbox, ALPHA), count_stored(sandbox, BRAVO)) == (0, 1)
    shown = re.sub(r" \[[0-9a-f]{6}\]", "", call("status").out)
    assert f"profile bravo, {sandbox}: 1 of 1 conversation in Omi" in shown
    assert f"key from OMI_API_KEY, {sandbox} (in use): nothing" in shown


def test_verify_and_undo_touch_the_named_profile_only(
    call: Run, bravo: tuple[str, str], sandbox: str
) -> None:
    call("upload", KITCHEN)
    call("upload", PLANNING, *bravo)
    assert [Path(row["input"]).name for row in lines_of(call("verify", "--json", *bravo))] == [
        "planning.vtt"
    ]
    undone = call("undo", "--all", "--yes", *bravo)
    assert f"account: profile bravo, {sandbox}\n" in undone.err
    assert (count_stored(sandbox, ALPHA), count_stored(sandbox, BRAVO)) == (1, 0)


def test_status_shows_which_account_is_in_use_and_under_which_key(
    call: Run, bravo: tuple[str, str], sandbox: str
) -> None:
    call("upload", KITCHEN)
    call("upload", PLANNING, *bravo)
    accounts = json.loads(call("status", "--json").out)["accounts"]
    shown = {row["profile"]: (row["key_place"], row["in_use"]) for row in accounts}
    config = shown["bravo"][0]
    assert config.endswith("config.toml")
    assert shown == {"": ("OMI_API_KEY", True), "bravo": (config, False)}
    (only,) = json.loads(call("status", "--json", *bravo).out)["accounts"]
    assert (only["profile"], only["in_use"]) == ("bravo", True)


def test_retry_and_report_of_a_profile_leave_the_other_account_out(
    call: Run, bravo: tuple[str, str], sandbox: str
) -> None:
    fault = {"kind": "status", "status": 422, "count": 2}
    LOCAL_HTTP.post(f"{sandbox}/_sandbox/faults", json=[fault]).raise_for_status()
    call("upload", KITCHEN)
    call("upload", PLANNING, *bravo)
    ran = call("retry", *bravo)
    assert "1 conversation to send again" in ran.err
    assert "planning.vtt" in ran.out
    report = json.loads(call("report", "--json", *bravo).out)
    assert [Path(file["path"]).name for file in report["files"]] == ["planning.vtt"]


def test_plan_knows_what_the_named_profile_has(call: Run, bravo: tuple[str, str]) -> None:
    call("upload", KITCHEN)
    assert lines_of(call("plan", KITCHEN, "--json"))[0]["to_go"] == 0
    planned = call("plan", KITCHEN, "--json", *bravo)
    assert "account: profile bravo" in planned.err
    assert lines_of(planned)[0]["to_go"] == 1


@pytest.mark.parametrize("command", ["upload", "verify", "status", "retry", "plan"])
def test_a_profile_without_a_key_does_not_use_another_one(
    call: Run, home: Path, sandbox: str, command: str
) -> None:
    call("upload", PLANNING)
    (home / ".omi").mkdir()
    (home / ".omi" / "config.toml").write_text('[profiles.web]\nauth_method = "oauth"\n')
    inputs = [] if command == "status" else [KITCHEN]
    ran = call(command, *inputs, "--profile", "web")
    assert ran.code == 2
    assert "the profile 'web' has no API key; store one with" in ran.err
    assert count_stored(sandbox, ALPHA) == 1


def test_an_empty_profile_is_refused(call: Run, sandbox: str) -> None:
    ran = call("upload", KITCHEN, "--profile", "")
    assert ran.code == 2
    assert "--profile is empty" in ran.err
    assert count_stored(sandbox, ALPHA) == 0


# ---- several keys


def test_every_login_with_a_profile_is_kept_and_listed(call: Run, sandbox: str) -> None:
    for name in ("charlie", "delta"):
        stored = call("auth", "login", "--profile", name, stdin=f"omi_dev_{name}\n".encode())
        assert stored.code == 0, stored.err
    listed = call("auth", "list")
    assert listed.code == 0
    assert f"key from OMI_API_KEY, {sandbox} (in use)\n" in listed.out
    place = Path("~", ".config", "transcript-bridge", "credentials.json")
    assert f"profile charlie, {sandbox}: in the key file {place}\n" in listed.out
    assert f"profile delta, {sandbox}: in " in listed.out
    assert "omi_dev" not in listed.out
    assert call("upload", KITCHEN, "--profile", "charlie").code == 0
    assert (count_stored(sandbox, "omi_dev_charlie"), count_stored(sandbox, ALPHA)) == (1, 0)
    assert call("auth", "logout", "--profile", "charlie").code == 0
    rows = lines_of(call("auth", "list", "--json"))
    assert [(row["profile"], row["in_use"]) for row in rows] == [("", True), ("delta", False)]
    assert lines_of(call("auth", "list", "--json")) == rows
    (status,) = lines_of(call("auth", "status", "--json"))
    assert status["key_place"] == rows[0]["key_place"]
    assert call("upload", KITCHEN, "--profile", "charlie").code == 2


def test_a_profile_keeps_the_server_that_it_was_stored_for(
    call: Run, lease_sandbox: Callable[..., str], sandbox: str
) -> None:
    other = lease_sandbox()
    login = ["auth", "login", "--profile", "home", "--api-base", other]
    assert call(*login, stdin=BRAVO.encode()).code == 0
    assert call("upload", KITCHEN, "--profile", "home").code == 0
    assert (count_stored(other, BRAVO), count_stored(sandbox, BRAVO)) == (1, 0)


def test_the_list_has_one_name_for_a_server(call: Run, sandbox: str) -> None:
    spelling = sandbox.removeprefix("http://") + "/v1/dev"
    assert (
        call("auth", "list", OMI_API_BASE=spelling).out
        == f"key from OMI_API_KEY, {sandbox} (in use)\n"
    )


def test_auth_without_any_key_says_how_to_store_one(run: Run) -> None:
    ran = run("auth", "list", PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring")
    assert ran.code == 0
    assert ran.out == ""
    assert "'transcript-bridge auth login' stores one" in ran.err


@pytest.mark.parametrize("generation", ["old", "new"])
def test_auth_status_names_the_place_of_the_key_and_no_empty_name(
    call: Run, lease_sandbox: Callable[..., str], generation: str
) -> None:
    url = lease_sandbox(generation=generation)
    ran = call("auth", "status", OMI_API_BASE=url)
    assert ran.out.startswith(f"key from OMI_API_KEY, {url}: the key is valid; ")
    assert "''" not in ran.out
