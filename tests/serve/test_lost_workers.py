"""Workers and the database server die in the middle of their work: exactly once all the same."""

from __future__ import annotations

import os
import signal
from collections import Counter
from pathlib import Path

import pytest

pytest.importorskip("procrastinate")  # the extra `serve`

from tests.serve.conftest import KEY, Archives
from tests.support.command import PATIENCE_SECONDS
from tests.support.postgres import PostgresServer
from tests.support.processes import fork, join
from tests.support.servers import Server, fork_server
from tests.support.serving import run_worker
from tests.support.waiting import wait_until
from transcript_bridge.serve.key_queue import ask_queue

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.slow,
    pytest.mark.untraced,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="forks workers"),
]

PROFILES = [f"team-{number}" for number in range(5)]
RECORDINGS = 6


def count_stored(server: Server) -> Counter[str]:
    stored: Counter[str] = Counter()
    for profile in PROFILES:
        stored += server.count(KEY.format(profile=profile))
    return stored


def is_running(ledger: str, worker: str) -> bool:
    keys = ask_queue(ledger, lambda queue: queue.list_keys())
    return any(key.state == "running" and key.worker == worker for key in keys)


@pytest.mark.parametrize("generation", ["new", "middle", "old"])
def test_keys_of_killed_workers_go_on_elsewhere_and_arrive_exactly_once(
    tmp_path: Path,
    archives: Archives,
    postgres_server: PostgresServer,
    queue_ledger: str,
    generation: str,
) -> None:
    for profile in PROFILES:
        folder = str(archives.add(profile, RECORDINGS, are_long=True))
        ask_queue(queue_ledger, lambda queue, p=profile, f=folder: queue.add(p, [f], {"gap": 0.0}))
    limits = {"writes_per_window": 3, "window_seconds": 7.0, "processing_seconds": 0.3}
    with fork_server(tmp_path, generation=generation, **limits) as server:

        def work(name: str) -> int:
            counts = run_worker(queue_ledger, tmp_path / name, archives.keys, server.url, name=name)
            return int(counts.done != len(PROFILES))

        first, second = [fork(lambda name=name: work(name)) for name in ("one", "two")]
        wait_until(lambda: count_stored(server).total() >= len(PROFILES), "the first conversations")
        wait_until(lambda: is_running(queue_ledger, "one"), "a turn of the first worker")
        os.kill(first, signal.SIGKILL)
        os.waitpid(first, 0)
        postgres_server.stop(signal.SIGQUIT)
        postgres_server.start()
        assert join(second, PATIENCE_SECONDS) == 0
        stored = count_stored(server)
    assert set(stored.values()) == {1}
    assert stored.total() == len(PROFILES) * RECORDINGS
