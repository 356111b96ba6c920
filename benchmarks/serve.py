"""Many keys, short windows, several workers: how much of each window is used, and what it takes.

    python benchmarks/serve.py                                   30 keys x 30, two workers
    python benchmarks/serve.py --kill --restart --generation old
    python benchmarks/serve.py --keys 300 --recordings 4 --limit 1 --window 30 --slots 32

Runs the real command against a sandbox and a private PostgreSQL server, and counts in the sandbox's
database what arrived. docs/serving.md has the figures.
Needs: pip install -e '.[sandbox,postgres,serve]', and PostgreSQL's programs.
"""

from __future__ import annotations

import argparse
import math
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

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
_REPEATED = "SELECT count(*) FROM tb_requests WHERE attempts > 1"


@dataclass
class Peaks:
    """The most that was measured at one moment. memory: megabytes of one worker (PSS)."""

    memory: float = 0.0
    connections: int = 0
    threads: int = 0
    over: threading.Event = field(default_factory=threading.Event)


def main() -> int:
    """Run once; 1 if anything was lost or doubled."""
    chosen = _parse_arguments()
    with tempfile.TemporaryDirectory() as name, PostgresServer() as postgres:
        folder = Path(name)
        profiles = [f"team-{number}" for number in range(chosen.keys)]
        _fill_queue(chosen, folder, profiles, postgres.url)
        limits = {"writes_per_window": chosen.limit, "window_seconds": chosen.window}
        work = {"generation": chosen.generation, "processing_seconds": chosen.seconds}
        with run_server(folder, **limits, **work) as server:
            began = time.monotonic()
            peaks = _serve(chosen, folder, server, postgres)
            seconds = time.monotonic() - began
            stored = _count(server, profiles)
        with psycopg.connect(postgres.url) as connection:
            row = connection.execute(_REPEATED).fetchone()
    return _show(chosen, seconds, peaks, stored, row[0] if row else 0)


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--keys", type=int, default=30)
    add("--recordings", type=int, default=30, help="of each key")
    add("--limit", type=int, default=10, help="writes of a key in a window")
    add("--window", type=float, default=40.0, help="seconds")
    add("--seconds", type=float, default=0.0, help="that the server takes for a request")
    add("--workers", type=int, default=2)
    add("--slots", type=int, default=32, help="of each worker")
    add("--generation", choices=["new", "middle", "old"], default="new")
    add("--kill", action="store_true", help="kill -9 a worker in its work, and start another")
    add("--restart", action="store_true", help="kill PostgreSQL, too, and start it again")
    return parser.parse_args()


def _fill_queue(chosen: argparse.Namespace, folder: Path, profiles: list[str], ledger: str) -> None:
    keys = folder / "keys"
    keys.mkdir()
    for profile in profiles:
        archive = folder / "archives" / profile
        archive.mkdir(parents=True)
        (keys / profile).write_text(_KEY.format(profile=profile), encoding="utf-8")
        for number in range(chosen.recordings):
            day, hour = number % 28 + 1, number // 28 % 24
            path = archive / f"2024-01-{day:02} {hour:02}.{number // 672:02}.00.vtt"
            cue = f"WEBVTT\n\n00:00.000 --> 00:05.000\n<v Alice>{profile} says {number}\n"
            path.write_text(cue, encoding="utf-8")

    async def add_all(queue: KeyQueue) -> None:
        for profile in profiles:
            await queue.add(profile, [str(folder / "archives" / profile)], {"gap": 0.0})

    ask_queue(ledger, add_all)


# ---- workers


def _serve(
    chosen: argparse.Namespace, folder: Path, server: Server, postgres: PostgresServer
) -> Peaks:
    def start() -> subprocess.Popen[bytes]:
        return _start_worker(chosen, folder, server.url, postgres.url)

    peaks = Peaks()
    workers = [start() for _ in range(chosen.workers)]
    sampler = threading.Thread(target=_sample, args=(peaks, workers, postgres.url))
    sampler.start()
    if chosen.kill:
        _wait_for_work(postgres.url)
        workers[0].send_signal(signal.SIGKILL)
        workers[0].wait()
        workers[0] = start()
    if chosen.restart:
        postgres.stop(signal.SIGQUIT)
        postgres.start()
    for worker in workers:
        worker.wait()
    peaks.over.set()
    sampler.join()
    return peaks


def _start_worker(
    chosen: argparse.Namespace, folder: Path, url: str, ledger: str
) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-m", "transcript_bridge", "serve", "--ledger", ledger]
    words += ["--keys", str(folder / "keys"), "--api-base", url, "--allow-http", "--until-done"]
    words += ["--slots", str(chosen.slots), "--quiet"]
    environ = {**os.environ, "HOME": str(folder), "TZ": "UTC"}
    return subprocess.Popen(words, env=environ, cwd=Path(__file__).parent.parent)


def _wait_for_work(ledger: str) -> None:
    """Until some keys have their turn."""
    while True:
        counts = ask_queue(ledger, lambda queue: queue.count())
        if counts.running and counts.waiting + counts.running:
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


# ---- results


def _count(server: Server, profiles: list[str]) -> Counter[str]:
    stored: Counter[str] = Counter()
    for profile in profiles:
        stored += server.count(_KEY.format(profile=profile))
    return stored


def _show(
    chosen: argparse.Namespace, seconds: float, peaks: Peaks, stored: Counter[str], repeated: int
) -> int:
    wanted = chosen.keys * chosen.recordings
    windows = math.ceil(chosen.recordings / chosen.limit)
    best = (windows - 1) * chosen.window
    doubled = sum(count - 1 for count in stored.values())
    lost = wanted - len(stored)
    title = f"{chosen.keys} keys x {chosen.recordings}, {chosen.generation} server"
    print(f"{title}, {chosen.workers} workers of {chosen.slots} slots")
    print(f"  {seconds:.0f} s; the windows alone take {best:.0f} s ({best / seconds:.0%})")
    print(f"  {len(stored):,} of {wanted:,} stored, {lost} lost, {doubled} doubled")
    print(f"  {repeated} requests were sent more than once")
    print(f"  a worker: at most {peaks.memory:.0f} MB and {peaks.threads} threads")
    print(f"  all workers: at most {peaks.connections} connections")
    return int(lost > 0 or doubled > 0)


if __name__ == "__main__":
    sys.exit(main())
