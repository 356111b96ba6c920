"""`upload` and `demo`: the conversations in Omi, and the messages."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.clock import JumpingClock
from tests.support.command import Run
from transcript_bridge.omi.client import OmiClient

# No command waits: the clock jumps.
pytestmark = pytest.mark.usefixtures("jumping_clock")

DEMO = Path(__file__).parent.parent.parent / "transcript_bridge" / "demo"
KEY = "omi_dev_upload"


def stored(url: str) -> int:
    with OmiClient(KEY, url) as omi:
        return len(omi.list_conversations())


def test_an_uploaded_file_arrives_in_omi_unchanged(run: Run, sandbox: str) -> None:
    ran = run(
        "upload",
        DEMO / "kitchen.srt",
        "--me",
        "Mara",
        "--max-segments",
        "3",
        "--json",
        OMI_API_KEY=KEY,
        OMI_API_BASE=sandbox,
    )
    assert ran.code == 0, ran.err
    rows = [json.loads(line) for line in ran.out.splitlines()]
    assert [(r["part"], r["parts"], r["segments"], r["status"]) for r in rows] == [
        (1, 2, 3, "completed"),
        (2, 2, 1, "completed"),
    ]
    with OmiClient(KEY, sandbox) as omi:
        first = omi.get_conversation(rows[0]["id"], include_transcript=True)
    assert [s.text for s in first.transcript_segments or ()] == [
        "Did you water the tomatoes?",
        "On Tuesday. Was that wrong?",
        "No, but it has not rained since, so they will want some today.",
    ]
    assert KEY not in ran.out + ran.err


def test_the_same_content_twice_is_one_conversation(run: Run, sandbox: str, tmp_path: Path) -> None:
    copy = tmp_path / "renamed.srt"
    copy.write_bytes((DEMO / "kitchen.srt").read_bytes())
    environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}
    first = json.loads(run("upload", DEMO / "kitchen.srt", "--json", **environ).out)
    second = json.loads(run("upload", copy, "--json", **environ).out)
    assert first["id"] == second["id"]
    assert stored(sandbox) == 1


def test_a_dry_run_needs_no_key_and_sends_nothing(run: Run) -> None:
    ran = run("upload", DEMO / "kitchen.srt", "--dry-run", OMI_API_BASE="http://127.0.0.1:9")
    assert ran.code == 0
    assert "would send 4 segments" in ran.out


def test_a_dry_run_says_what_an_upload_would_do(
    run: Run, lease_sandbox: Callable[..., str], work: Path
) -> None:
    environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": lease_sandbox(generation="middle")}
    for name in ("kitchen.srt", "planning.vtt", "interview.json"):
        (work / name).write_bytes((DEMO / name).read_bytes())
    assert run("upload", "kitchen.srt", "planning.vtt", "--gap", "0", **environ).code == 0
    text = (work / "planning.vtt").read_text()
    (work / "planning.vtt").write_text(text.replace("the", "that"))
    words = ["upload", "kitchen.srt", "planning.vtt", "interview.json", "--dry-run", "--json"]
    for environment in (environ, {}):  # without a key, it is the only account of the ledger
        ran = run(*words, **environment)
        rows = [json.loads(line) for line in ran.out.splitlines()]
        kinds = [row.get("status") or row["error"]["code"] for row in rows]
        assert kinds == ["completed", "changed", "dry-run"], ran.err
        assert (ran.code, rows[0]["repeated"]) == (1, True)
    again = run(*words, "--changed", "upload", **environ)
    statuses = [json.loads(line)["status"] for line in again.out.splitlines()]
    assert statuses == ["completed", "dry-run", "dry-run"]
    other = run(*words, **{**environ, "OMI_API_KEY": "omi_dev_other"})
    assert "already in Omi under another key" in other.err
    assert [json.loads(line)["status"] for line in other.out.splitlines()] == ["dry-run"] * 3
    # Nothing was sent, and nothing written: the ledger does not know the other key.
    assert stored(environ["OMI_API_BASE"]) == 2
    assert len(json.loads(run("status", "--json").out)["accounts"]) == 1


def test_a_dry_run_does_not_call_an_uncertain_request_unsent(
    run: Run, sandbox: str, work: Path
) -> None:
    words = ["upload", DEMO / "kitchen.srt", "--ledger", work / "ledger.db"]
    assert run(*words, OMI_API_KEY=KEY, OMI_API_BASE=sandbox).code == 0
    with sqlite3.connect(work / "ledger.db") as ledger:
        ledger.execute("UPDATE tb_requests SET state = 'uncertain', conversation_id = NULL")
    ledger.close()
    ran = run(*words, "--dry-run")
    assert "may be in Omi already; an upload checks before it sends it" in ran.out
    assert "would send" not in ran.out


def test_what_was_replaced_can_be_sent_again_in_its_earlier_form(run: Run, sandbox: str) -> None:
    environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}
    first, second = (
        ("upload", DEMO / "kitchen.srt", "--me", "Mara"),
        ("upload", DEMO / "kitchen.srt"),
    )
    assert run(*first, **environ).code == 0
    assert run(*second, "--changed", "replace", **environ).code == 0
    for words in ((*first, "--dry-run"), first):
        refused = run(*words, **environ)
        assert (refused.code, refused.err.count("it has changed since")) == (1, 1), refused.err
    planned = run("plan", DEMO / "kitchen.srt", "--me", "Mara", "--json", **environ)
    totals = json.loads(planned.out.splitlines()[-1])
    assert (totals["changed"], totals["set_aside"], totals["to_go"]) == (1, 0, 0)
    assert run(*first, "--changed", "replace", **environ).code == 0
    assert stored(sandbox) == 1
    assert "was already there" in run(*first, **environ).out
    # Where nothing is in the way any more, it is sent.
    assert run("undo", "--all", "--yes", **environ).code == 0
    assert "completed\n" in run(*second, **environ).out
    assert stored(sandbox) == 1


def test_the_key_of_the_omi_cli_is_used(run: Run, sandbox: str, home: Path) -> None:
    (home / ".omi").mkdir()
    (home / ".omi" / "config.toml").write_text(
        f'active_profile = "work"\n[profiles.work]\napi_base = "{sandbox}"\n'
        f'auth_method = "api_key"\napi_key = "{KEY}"\n'
    )
    assert run("upload", DEMO / "kitchen.srt").code == 0
    assert stored(sandbox) == 1
    ran = run("upload", DEMO / "kitchen.srt", "--profile", "home")
    assert ran.code == 2
    assert "has no profile 'home'; it has: work" in ran.err


def test_an_input_that_fails_does_not_stop_the_rest(run: Run, sandbox: str, tmp_path: Path) -> None:
    words = ["upload", tmp_path / "gone.srt", DEMO / "planning.vtt"]
    assert run(*words, OMI_API_KEY=KEY, OMI_API_BASE=sandbox).code == 1
    assert stored(sandbox) == 1


def test_an_upload_waits_for_the_rate_limit_and_says_so(
    run: Run, lease_sandbox: Callable[..., str], jumping_clock: JumpingClock
) -> None:
    url = lease_sandbox(writes_per_window=1, clock=jumping_clock.monotonic)
    words = ["upload", DEMO / "kitchen.srt", DEMO / "planning.vtt"]
    ran = run(*words, OMI_API_KEY=KEY, OMI_API_BASE=url)
    assert ran.code == 0, ran.err
    assert len(ran.out.splitlines()) == 2
    assert "the server's rate limit is used up" in ran.err


def test_the_demo_runs_with_nothing_to_configure(run: Run) -> None:
    ran = run("demo")
    assert ran.code == 0, ran.err
    for name in ("kitchen.srt", "planning.vtt", "interview.json", "walk.json + walk.rttm"):
        assert name in ran.out
    assert "In the hills behind the old mill," in ran.out
    assert ran.out.count("completed") == 4


MEMO = "1\n00:00:01,000 --> 00:00:02,000\nbuy milk and bread\n"


def test_an_upload_says_when_nobody_is_you(run: Run, sandbox: str, tmp_path: Path) -> None:
    environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}
    (tmp_path / "memo.srt").write_text(MEMO)
    nobody = "no speaker is marked as you (--me, or a speaker map)"
    dry = run("upload", tmp_path / "memo.srt", "--dry-run")
    assert f"warning: {tmp_path}/memo.srt: {nobody}" in dry.err
    ran = run("upload", tmp_path / "memo.srt", DEMO / "kitchen.srt", **environ)
    assert f"in 2 of 2 inputs {nobody}" in ran.err
    assert nobody not in run("upload", DEMO / "planning.vtt", "--me", "Tom Okafor", **environ).err


def test_a_recording_without_labels_can_be_you(run: Run, sandbox: str, tmp_path: Path) -> None:
    environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}
    folder = tmp_path / "memos"
    folder.mkdir()
    (folder / "2024-01-24 memo.srt").write_text(MEMO)
    ran = run("upload", folder / "2024-01-24 memo.srt", "--me", "*", "--json", **environ)
    assert ran.code == 0
    assert "no speaker is marked as you" not in ran.err
    row = json.loads(ran.out)
    assert (row["date_source"], row["date_is_guessed"]) == ("name", False)
    with OmiClient(KEY, sandbox) as omi:
        (stored,) = omi.list_conversations(include_transcript=True)
    assert [segment.speaker_name for segment in stored.transcript_segments or ()] == ["User"]
    # An archive finds the same conversation with the flag, and with a rule.
    assert "nothing to go" in run("plan", folder, "--me", "*", **environ).out
    (tmp_path / "people.toml").write_text('[[files]]\npattern = "memos/*"\nme = "*"\n')
    ruled = run("plan", folder, "--speakers", tmp_path / "people.toml", **environ)
    assert "nothing to go" in ruled.out
    assert "no speaker is marked as you" not in ruled.out
    refused = run("upload", DEMO / "planning.vtt", "--me", "*", **environ)
    assert refused.code == 2
    assert "is for recordings without labels" in refused.err
