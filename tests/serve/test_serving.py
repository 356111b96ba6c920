"""`queue` and `serve`, as whoever types them sees them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import SandboxPool
from tests.serve.conftest import Archives
from tests.support.command import Run
from transcript_bridge.omi.sandbox import SandboxSettings

pytestmark = pytest.mark.postgres


def list_keys(run: Run, ledger: str) -> dict[str, Any]:
    out = run("queue", "list", "--json", "--ledger", ledger).out
    rows = [json.loads(line) for line in out.splitlines()]
    return {row["profile"]: row for row in rows}


@pytest.mark.slow
def test_keys_upload_until_their_limit_and_go_on_when_it_allows(
    run: Run, sandbox_pool: SandboxPool, archives: Archives, queue_ledger: str
) -> None:
    settings = SandboxSettings(writes_per_window=2, window_seconds=6)
    with sandbox_pool.lease(settings) as url:
        for profile in ("team-a", "team-b"):
            folder = archives.add(profile, 3)
            added = run("queue", "add", "--profile", profile, folder, "--ledger", queue_ledger)
            assert added.code == 0
        words = ["--api-base", url, "--allow-http", "--keys", archives.keys, "--until-done"]
        ran = run("serve", "--ledger", queue_ledger, *words)
    assert ran.code == 0, ran.err
    assert "team-a: waiting until" in ran.err
    assert "keys: 2 done" in ran.err
    rows = list_keys(run, queue_ledger)
    assert {row["state"] for row in rows.values()} == {"done"}
    assert {row["stored"] for row in rows.values()} == {3}


def test_a_ledger_in_a_file_cannot_have_a_queue(run: Run) -> None:
    pytest.importorskip("procrastinate")
    for words in (["serve"], ["queue", "list"], ["queue", "pause", "team-a"]):
        ran = run(*words, "--ledger", "ledger.db")
        assert ran.code == 2
        assert "needs a ledger in PostgreSQL" in ran.err
