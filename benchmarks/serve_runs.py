"""Runs of the real `serve` against a sandbox and a private PostgreSQL server, and what they show.

The events are those of `--log-format json`; the writes of each key are those of the ledger; what
arrived is counted in the sandbox's database.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from tests.support.postgres import PostgresServer
from tests.support.servers import Server, run_server
from transcript_bridge.serve.key_queue import KeyQueue, ask_queue

_SAMPLE_SECONDS = 0.5
_KEY = "omi_dev_{profile}"
_CONNECTIONS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid != pg_backend_pid()"
)
_WRITES = "SELECT account, sent_at FROM tb_requests WHERE sent_at IS NOT NULL ORDER BY sent_at"
_REPEATED = "SELECT count(*) FROM tb_requests WHERE attempts > 1"


class RunSetting(NamedTuple):
    """A run. Times in seconds.

    recordings: of each key. limit: writes of a key in a window. request: how long the server takes
    for one. concurrency: requests of a key at once. kill: `kill -9` a worker in its work, and start
    another. restart: kill PostgreSQL and start it again. stop_after: SIGTERM to all workers; None:
    until everything is sent.
    """

    keys: int = 30
    recordings: int = 30
    limit: int = 10
    window: float = 40.0
    request: float = 0.0
    workers: int = 2
    slots: int = 32
    concurrency: int = 1
    generation: str = "new"
    kill: bool = False
    restart: bool = False
    stop_after: float | None = None


class LoggedEvent(NamedTuple):
    """A line of a worker's log. moment: seconds since 1970. worker: its number in the run."""

    worker: int
    moment: float
    name: str
    profile: str
    data: dict[str, Any]


@dataclass
class Peaks:
    """The most that was measured at one moment. memory: megabytes of one worker (PSS)."""

    memory: float = 0.0
    connections: int = 0
    threads: int = 0
    over: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True)
class FinishedRun:
    """The outcome of a run.

    seconds: with the start of the programs. stored: how often each conversation arrived.
    writes: the moments (seconds since 1970) at which each account sent what arrived.
    """

    setting: RunSetting
    seconds: float
    peaks: Peaks
    stored: Counter[str]
    repeated: int
    events: Sequence[LoggedEvent]
    writes: Sequence[Sequence[float]]

    @property
    def lost(self) -> int:
        """Conversations that did not arrive."""
        return self.setting.keys * self.setting.recordings - len(self.stored)

    @property
    def doubled(self) -> int:
        """Conversations that arrived once more."""
        return sum(count - 1 for count in self.stored.values())

    @property
    def span(self) -> float:
        """Seconds from the first turn to the end of the last."""
        turns = [one.moment for one in self.events if one.name in ("turn-began", "turn-ended")]
        return max(turns) - min(turns)


def run_serve(setting: RunSetting) -> FinishedRun:
    """Upload everything with the real command."""
    with tempfile.TemporaryDirectory() as name, PostgresServer() as postgres:
        folder = Path(name)
        profiles = [f"team-{number}" for number in range(setting.keys)]
        _fill_queue(setting, folder, profiles, postgres.url)
        limits = {"writes_per_window": setting.limit, "window_seconds": setting.window}
        work = {"generation": setting.generation, "processing_seconds": setting.request}
        with run_server(folder, **limits, **work) as server:
            began = time.monotonic()
            peaks, logs = _serve(setting, folder, server, postgres)
            seconds = time.monotonic() - began
            stored = _count(server, profiles)
        with psycopg.connect(postgres.url) as connection:
            repeated = connection.execute(_REPEATED).fetchone()
            rows = connection.execute(_WRITES).fetchall()
        events = _read_logs(logs)
    writes = defaultdict(list)
    for account, moment in rows:
        writes[account].append(moment)
    number = repeated[0] if repeated else 0
    return FinishedRun(setting, seconds, peaks, stored, number, events, list(writes.values()))


def _fill_queue(setting: RunSetting, folder: Path, profiles: list[str], ledger: str) -> None:
    keys = folder / "keys"
    keys.mkdir()
    for profile in profiles:
        archive = folder / "archives" / profile
        archive.mkdir(parents=True)
        (keys / profile).write_text(_KEY.format(profile=profile), encoding="utf-8")
        for number in range(setting.recordings):
            day, hour = number % 28 + 1, number // 28 % 24
            path = archive / f"2024-01-{day:02} {hour:02}.{number // 672:02}.00.vtt"
            cue = f"WEBVTT\n\n00:00.000 --> 00:05.000\n<v Alice>{profile} says {number}\n"
            path.write_text(cue, encoding="utf-8")
    flags = {"gap": 0.0, "concurrency": setting.concurrency}

    async def add_all(queue: KeyQueue) -> None:
        for profile in profiles:
            await queue.add(profile, [str(folder / "archives" / profile)], flags)

    ask_queue(ledger, add_all)


# ---- workers


def _serve(
    setting: RunSetting, folder: Path, server: Server, postgres: PostgresServer
) -> tuple[Peaks, list[Path]]:
    logs: list[Path] = []

    def start() -> subprocess.Popen[bytes]:
        logs.append(folder / f"worker-{len(logs)}.jsonl")
        return _start_worker(setting, folder, server.url, postgres.url, logs[-1])

    peaks = Peaks()
    workers = [start() for _ in range(setting.workers)]
    sampler = threading.Thread(target=_sample, args=(peaks, workers, postgres.url))
    sampler.start()
    if setting.kill:
        _wait_for_work(postgres.url)
        workers[0].send_signal(signal.SIGKILL)
        workers[0].wait()
        workers[0] = start()
    if setting.restart:
        postgres.stop(signal.SIGQUIT)
        postgres.start()
    if setting.stop_after is not None:
        time.sleep(setting.stop_after)
        for worker in workers:
            worker.terminate()
    for worker in workers:
        worker.wait()
    peaks.over.set()
    sampler.join()
    return peaks, logs


def _start_worker(
    setting: RunSetting, folder: Path, url: str, ledger: str, log: Path
) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "transcript_bridge", "serve", "--ledger", ledger]
    words += ["--keys", str(folder / "keys"), "--api-base", url, "--allow-http", "--until-done"]
    words += ["--slots", str(setting.slots), "--log-format", "json"]
    environ = {**os.environ, "HOME": str(folder), "TZ": "UTC"}
    with log.open("wb") as stderr:
        here = Path(__file__).parent.parent
        return subprocess.Popen(words, env=environ, cwd=here, stderr=stderr)


def _wait_for_work(ledger: str) -> None:
    """Until some keys have their turn."""
    while True:
        counts = ask_queue(ledger, lambda queue: queue.count())
        if counts.running:
            return
        time.sleep(_SAMPLE_SECONDS)


def _sample(peaks: Peaks, workers: list[subprocess.Popen[bytes]], ledger: str) -> None:
    while not peaks.over.wait(_SAMPLE_SECONDS):
        for worker in workers:
            peaks.memory = max(peaks.memory, _read_number(worker.pid, "smaps_rollup", "Pss:"))
            peaks.threads = max(
                peaks.threads, int(_read_number(worker.pid, "status", "Threads:") * 1024)
            )
        try:
            with psycopg.connect(ledger) as connection:
                row = connection.execute(_CONNECTIONS).fetchone()
        except psycopg.OperationalError:  # it is being restarted
            continue
        peaks.connections = max(peaks.connections, row[0] if row else 0)


def _read_number(pid: int, file: str, name: str) -> float:
    """A number of /proc divided by 1024; 0 for a process that is gone."""
    try:
        lines = Path(f"/proc/{pid}/{file}").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    for line in lines:
        if line.startswith(name):
            return int(line.split()[1]) / 1024
    return 0.0


# ---- what it showed


def _count(server: Server, profiles: list[str]) -> Counter[str]:
    stored: Counter[str] = Counter()
    for profile in profiles:
        stored += server.count(_KEY.format(profile=profile))
    return stored


def _read_logs(logs: Sequence[Path]) -> list[LoggedEvent]:
    """The events of all workers, in the order of their clocks, which is one clock here."""
    events = []
    for worker, log in enumerate(logs):
        for line in log.read_text(encoding="utf-8").splitlines():
            try:
                row = json.loads(line)
            except ValueError:  # the last line of a worker that was killed
                continue
            moment = datetime.fromisoformat(row["time"]).timestamp()
            profile = row.get("profile", "")
            events.append(LoggedEvent(worker, moment, row["event"], profile, row))
    return sorted(events, key=lambda one: one.moment)


class WindowUse(NamedTuple):
    """How a key used its windows. opened: when each began, in seconds since 1970.

    share: of the writes that were possible until the last window opened. late: seconds from the
    end of a window to the first write of the next one, on average.
    """

    opened: Sequence[float]
    share: float
    late: float


def measure_window_use(moments: Sequence[float], limit: int, seconds: float) -> WindowUse | None:
    """From the writes of one key, in order; None where it had one window only."""
    opened: list[float] = []
    used: list[int] = []
    for moment in moments:
        if not opened or moment >= opened[-1] + seconds:
            opened.append(moment)
            used.append(0)
        used[-1] += 1
    if len(opened) < 2:
        return None
    elapsed = opened[-1] - opened[0]
    whole = len(opened) - 1
    share = sum(used[:-1]) / (limit * elapsed / seconds)
    return WindowUse(opened, share, elapsed / whole - seconds)
