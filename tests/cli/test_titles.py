"""`--titles`: messages of `plan`, `migrate` and `upload` about the titles of files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.clock import JumpingClock
from tests.support.command import Ran, Run
from tests.support.local_http import LOCAL_HTTP

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
SRT = "1\n00:00:01,000 --> 00:00:02,500\nAlice: no title here\n"
KEY = "omi_dev_titles"
Lease = Callable[..., str]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An export of conversations with titles, and a file without one."""
    folder = tmp_path / "archive"
    folder.mkdir()
    conversations = json.loads((FIXTURES / "omi" / "export.json").read_bytes())
    conversations[1]["structured"] = {"title": "A call"}
    (folder / "export.json").write_text(json.dumps(conversations))
    (folder / "2024-01-24 10.00.00.srt").write_text(SRT)
    return folder


@pytest.fixture
def call(run: Run, sandbox: str, jumping_clock: JumpingClock) -> Run:
    """The command against a sandbox, with a key; it waits for nothing."""

    def call(*words: str | Path, stdin: bytes = b"", **environ: str) -> Ran:
        account = {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}
        return run(*words, stdin=stdin, **{**account, **environ})

    return call


def read_state(url: str) -> dict[str, Any]:
    state: dict[str, Any] = json.loads(LOCAL_HTTP.get(f"{url}/_sandbox/state").content)
    return state


def read_titles(url: str) -> set[str]:
    return {c["title"] for c in read_state(url)["conversations"]}


def test_a_plan_counts_titles_as_writes(call: Run, archive: Path) -> None:
    shown = call("plan", archive, "--rate", "1/hour")
    assert "titles     2 in the files, not sent; --titles sends them" in shown.out
    assert "2 hours, at most 1 per hour" in shown.out
    with_titles = call("plan", archive, "--rate", "1/hour", "--titles")
    assert "titles     2 to send after all conversations" in with_titles.out
    assert "4 hours, at most 1 per hour" in with_titles.out
    totals = json.loads(call("plan", archive, "--titles", "--json").out.splitlines()[-1])
    assert (totals["to_go"], totals["titles"], totals["titles_to_go"]) == (3, 2, 2)


def test_an_archive_gets_its_titles(call: Run, archive: Path, sandbox: str) -> None:
    ran = call("migrate", archive, "--titles", "--yes", "--gap", "0", "--json")
    assert ran.code == 0, ran.err
    assert "3 conversations done, 3 of them now; 2 titles sent" in ran.err
    events = [json.loads(line) for line in ran.out.splitlines()]
    assert [event["event"] for event in events] == [*["finished"] * 3, *["titled"] * 2, "ended"]
    assert events[-1]["titled"] == 2
    assert "Planning the garden" in read_titles(sandbox)
    again = call("migrate", archive, "--titles", "--yes", "--gap", "0", "--json")
    assert again.code == 0, again.err
    assert [json.loads(line)["event"] for line in again.out.splitlines()] == ["ended"]


def test_what_was_sent_before_gets_its_titles_later(call: Run, archive: Path, sandbox: str) -> None:
    assert call("migrate", archive, "--yes", "--gap", "0").code == 0
    assert "Planning the garden" not in read_titles(sandbox)
    plan = call("plan", archive, "--titles", "--rate", "1/hour")
    assert "3 conversations, all of them in Omi already; nothing to go" in plan.out
    assert "1 hour, at most 1 per hour" in plan.out
    unasked = call("migrate", archive, "--titles", "--gap", "0")
    assert (unasked.code, "add --yes" in unasked.err) == (2, True)
    ran = call("migrate", archive, "--titles", "--yes", "--gap", "0")
    assert "3 conversations done, 0 of them now; 2 titles sent" in ran.err
    assert "Planning the garden" in read_titles(sandbox)


def test_a_refused_title_is_an_error_and_retry_plans_it_again(
    call: Run, archive: Path, sandbox: str
) -> None:
    fault = {"kind": "status", "status": 422, "method": "PATCH"}
    LOCAL_HTTP.post(f"{sandbox}/_sandbox/faults", json=[fault]).raise_for_status()
    ran = call("migrate", archive, "--titles", "--yes", "--gap", "0")
    assert ran.code == 1
    assert ran.err.count("it is in Omi, but its title was refused") == 1
    assert "change it in Omi, or let 'transcript-bridge retry' plan it again" in ran.err
    assert "3 conversations done, 3 of them now; 1 title sent" in ran.err
    assert call("verify", archive).code == 0
    assert "1 conversation to send again" in call("retry").err
    again = call("migrate", archive, "--titles", "--yes", "--gap", "0")
    assert (again.code, "1 title sent" in again.err) == (0, True)


def test_a_stop_says_how_many_titles_are_left(
    run: Run, archive: Path, lease_sandbox: Lease, jumping_clock: JumpingClock
) -> None:
    url = lease_sandbox(writes_per_window=4, window_seconds=7200, clock=jumping_clock.monotonic)
    environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": url}
    words = ("migrate", archive, "--titles", "--yes", "--gap", "0")
    jumping_clock.before_sleep = lambda seconds: stop_process(seconds)
    ran = run(*words, **environ)
    assert ran.code == 4, ran.err
    assert "stopped, 3 of 3 are done; 1 title left" in ran.err
    jumping_clock.before_sleep = lambda seconds: None
    assert "1 title sent" in run(*words, **environ).err


def stop_process(seconds: float) -> None:
    """Ctrl-C, where the command waits for the next window."""
    import os
    import signal

    if seconds > 60:
        os.kill(os.getpid(), signal.SIGINT)


def test_a_single_file_gets_its_title(call: Run, archive: Path, sandbox: str) -> None:
    first = call("upload", archive / "export.json", "--titles", "--json")
    statuses = [json.loads(line)["status"] for line in first.out.splitlines()]
    assert statuses == ["completed", "completed", "titled", "titled"]
    assert "Planning the garden" in read_titles(sandbox)
    again = call("upload", archive / "export.json", "--titles", "--json")
    assert [json.loads(line)["status"] for line in again.out.splitlines()] == ["completed"] * 2


def test_titles_can_be_switched_on_in_settings(call: Run, archive: Path) -> None:
    (archive / "transcript-bridge.toml").write_text("titles = true\n")
    assert "titles     2 to send" in call("plan", archive).out


def test_each_account_gets_its_own_titles(run: Run, archive: Path, sandbox: str) -> None:
    """An archive that goes to two accounts is titled in each of them."""
    for key in ("omi_dev_one", "omi_dev_two"):
        environ = {"OMI_API_KEY": key, "OMI_API_BASE": sandbox}
        words = ("--titles", "--other-account", "-y", "--gap", "0")
        ran = run("migrate", archive, *words, **environ)
        assert "2 titles sent" in ran.err
    found = read_state(sandbox)["conversations"]
    titled = {(one["user"], one["title"]) for one in found if one["title"] != "no title here"}
    assert len(titled) == 4
    assert {title for _, title in titled} == {"Planning the garden", "A call"}
