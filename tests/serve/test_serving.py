"""`queue` and `serve`, as whoever types them sees them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("procrastinate")  # the extra `serve`

from tests.conftest import SandboxPool
from tests.serve.conftest import Archives
from tests.support.command import Run
from tests.support.serving import run_worker
from transcript_bridge.omi.sandbox import SandboxSettings
from transcript_bridge.serve import dispatcher
from transcript_bridge.serve.key_queue import QueuedKey, ask_queue
from transcript_bridge.serve.turns import KeyTurn

pytestmark = pytest.mark.postgres


def list_keys(run: Run, ledger: str) -> dict[str, Any]:
    out = run("queue", "list", "--json", "--ledger", ledger).out
    rows = [json.loads(line) for line in out.splitlines()]
    return {row["profile"]: row for row in rows}


@pytest.mark.slow
def test_keys_upload_until_their_limit_and_go_on_when_it_allows(
    run: Run, sandbox_pool: SandboxPool, archives: Archives, queue_ledger: str
) -> None:
    settings = SandboxSettings(writes_per_window=2, window_seconds=8)
    with sandbox_pool.lease(settings) as url:
        for profile in ("team-a", "team-b"):
            folder = archives.add(profile, 3)
            added = run("queue", "add", "--profile", profile, folder, "--ledger", queue_ledger)
            assert added.code == 0
        words = ["--api-base", url, "--allow-http", "--keys", archives.keys, "--until-done"]
        ran = run("serve", "--ledger", queue_ledger, *words)
    assert ran.code == 0, ran.err
    assert "keys: 2 done" in ran.err
    rows = list_keys(run, queue_ledger)
    assert {row["state"] for row in rows.values()} == {"done"}
    assert {row["stored"] for row in rows.values()} == {3}


def test_a_ledger_in_a_file_cannot_have_a_queue(run: Run) -> None:
    for words in (["serve"], ["queue", "list"], ["queue", "pause", "team-a"]):
        ran = run(*words, "--ledger", "ledger.db")
        assert ran.code == 2
        assert "needs a ledger in PostgreSQL" in ran.err


@pytest.mark.slow
def test_the_key_that_was_due_first_is_served_first(
    tmp_path: Path, archives: Archives, queue_ledger: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    due_in = {"team-a": 0.0, "team-b": -200.0, "team-c": -100.0}
    turns: list[str] = []

    def take_turn(key: QueuedKey, *_: object) -> KeyTurn:
        turns.append(key.profile)
        if turns.count(key.profile) == 1:
            return KeyTurn("waiting", seconds=due_in[key.profile])
        return KeyTurn("done")

    monkeypatch.setattr(dispatcher, "take_turn", take_turn)
    for profile in due_in:
        ask_queue(queue_ledger, lambda queue, name=profile: queue.add(name, ["/archive"], {}))
    run_worker(queue_ledger, tmp_path, archives.keys, "https://omi.example", slots=1)
    assert turns == ["team-a", "team-b", "team-c", "team-b", "team-c", "team-a"]
