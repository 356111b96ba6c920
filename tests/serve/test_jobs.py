"""Each key has one job, whichever worker resumes, rescues, sleeps or wakes up."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("procrastinate")  # the extra `serve`

from tests.serve.conftest import Archives
from tests.support.command import PATIENCE_SECONDS
from tests.support.serving import run_worker
from transcript_bridge.serve import dispatcher
from transcript_bridge.serve.key_queue import KeyCounts, KeyQueue, QueuedKey, ask_queue
from transcript_bridge.serve.key_turn import WorkerProcess
from transcript_bridge.serve.queue_database import JOBS, QueueDatabase
from transcript_bridge.serve.turns import KeyTurn

pytestmark = pytest.mark.postgres

PROFILE = "team-a"
ALL = -60.0
"""Seconds without a sign of life after which every worker counts as gone."""


@pytest.fixture
def queue_with_a_key(queue_ledger: str) -> str:
    ask_queue(queue_ledger, lambda queue: queue.add(PROFILE, ["/archive"], {}))
    return queue_ledger


def work(ledger: str, folder: Path, archives: Archives, name: str) -> KeyCounts:
    return run_worker(ledger, folder / name, archives.keys, "https://omi.example", name=name)


def list_jobs(ledger: str) -> list[str]:
    async def ask() -> list[str]:
        async with QueueDatabase(ledger) as database:
            rows = await database.fetch("SELECT status::text FROM procrastinate_jobs")
            return [row["status"] for row in rows]

    return asyncio.run(ask())


def test_a_key_that_is_resumed_while_it_has_its_turn_goes_on(
    tmp_path: Path, archives: Archives, queue_with_a_key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = [KeyTurn("waiting", seconds=0.1), KeyTurn("waiting"), KeyTurn("done")]

    def take_turn(*_: object) -> KeyTurn:
        if len(turns) > 1:
            for _time in range(2):
                ask_queue(queue_with_a_key, lambda queue: queue.resume(PROFILE))
        return turns.pop(0)

    monkeypatch.setattr(dispatcher, "take_turn", take_turn)
    counts = work(queue_with_a_key, tmp_path, archives, "one")
    assert (counts, turns) == (KeyCounts(done=1), [])
    assert list_jobs(queue_with_a_key) == []


def test_two_workers_that_rescue_one_key_at_the_same_moment_give_it_one_job(
    queue_with_a_key: str,
) -> None:
    async def rescue_twice() -> tuple[list[str], list[str]]:
        async with QueueDatabase(queue_with_a_key) as one, QueueDatabase(queue_with_a_key) as two:
            jobs = one.app.job_manager
            number = await jobs.register_worker()
            assert await jobs.fetch_job(queues=[JOBS], worker_id=number) is not None
            first, second = KeyQueue(one), KeyQueue(two)
            list_stalled = jobs.get_stalled_jobs
            earlier: list[str] = []

            async def list_and_be_late(**chosen: Any) -> Any:
                found = await list_stalled(**chosen)
                earlier.extend(await second.rescue(ALL))
                return found

            jobs.get_stalled_jobs = list_and_be_late  # type: ignore[method-assign]
            return await first.rescue(ALL), earlier

    assert asyncio.run(rescue_twice()) == ([], [PROFILE])
    assert list_jobs(queue_with_a_key) == ["todo"]


def test_a_worker_that_wakes_up_leaves_the_job_of_the_one_that_took_over(
    tmp_path: Path, archives: Archives, queue_with_a_key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns: list[str] = []
    took_over, ended = threading.Event(), threading.Event()
    counts = []

    def take_turn(_key: QueuedKey, process: WorkerProcess, *_: object) -> KeyTurn:
        turns.append(process.name)
        if process.name == "sleeper":
            ask_queue(queue_with_a_key, lambda queue: queue.rescue(ALL))
            other.start()
            assert took_over.wait(PATIENCE_SECONDS)
            return KeyTurn("done")
        took_over.set()
        if turns.count("other") > 1:
            return KeyTurn("done")
        assert ended.wait(PATIENCE_SECONDS)
        return KeyTurn("waiting")

    def work_as_other() -> None:
        counts.append(work(queue_with_a_key, tmp_path, archives, "other"))

    monkeypatch.setattr(dispatcher, "take_turn", take_turn)
    other = threading.Thread(target=work_as_other)
    stop = threading.Event()

    def stop_after_turn(_profile: str, event: object) -> None:
        if isinstance(event, dispatcher.TurnEnded):
            stop.set()

    url = "https://omi.example"
    run_worker(
        queue_with_a_key,
        tmp_path / "sleeper",
        archives.keys,
        url,
        name="sleeper",
        stop=stop,
        listen=stop_after_turn,
        until_done=False,
    )
    assert list_jobs(queue_with_a_key) == ["doing"]
    ended.set()
    other.join()
    assert (counts, turns) == ([KeyCounts(done=1)], ["sleeper", "other", "other"])


def test_a_worker_that_sleeps_while_another_one_starts_can_go_on(
    tmp_path: Path, archives: Archives, queue_ledger: str
) -> None:
    async def ask(statement: str) -> list[dict[str, Any]]:
        async with QueueDatabase(queue_ledger) as database:
            return await database.fetch(statement)

    sleeper = (
        "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') "
        "RETURNING id"
    )
    (row,) = asyncio.run(ask(sleeper))
    work(queue_ledger, tmp_path, archives, "one")
    assert asyncio.run(ask("SELECT id FROM procrastinate_workers")) == [row]
