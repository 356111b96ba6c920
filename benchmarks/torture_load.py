"""Several workers on one ledger, the server's rate limit, and throughput."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Timer

import httpx

from benchmarks.torture_runs import PATIENCE, exit_code, upload
from tests.support.made_requests import make_request, make_upload, mark
from tests.support.processes import fork, join
from tests.support.servers import fork_server
from transcript_bridge.omi.client import CONVERSATIONS, OmiClient
from transcript_bridge.transfer.account_label import name_account
from transcript_bridge.transfer.ledger import Ledger
from transcript_bridge.transfer.pace import Pace
from transcript_bridge.transfer.upload import Upload
from transcript_bridge.transfer.uploader import Uploader

# -- four workers on PostgreSQL


@dataclass
class Shared:
    """The result of four workers on one ledger."""

    requests: int = 0
    once: int = 0
    lost: int = 0
    doubled: int = 0
    shares: tuple[int, ...] = ()
    seconds: float = 0.0
    crashed: int = 0


def share_ledger(location: str, count: int, folder: Path, *, workers: int = 4) -> Shared:
    """`workers` processes upload the same sources; one is killed in the middle of its work."""
    sources = [
        make_upload(f"/p/{n}", [make_request(f"p{n}-{m}", n * 20 + m) for m in range(20)])
        for n in range(count // 20)
    ]
    key = "omi_dev_shared"
    began = time.monotonic()
    with (
        fork_server(folder, generation="new", processing_seconds=0.02) as server,
        contextlib.ExitStack() as stack,
    ):
        reports = [folder / f"worker{n}" for n in range(workers)]
        pids = [
            fork(lambda report=report: _work_shared(location, sources, server.url, key, report))
            for report in reports
        ]
        stack.callback(lambda: [os.kill(pid, signal.SIGKILL) for pid in pids if _is_running(pid)])
        # In the middle of its work; or at the end, where the others were so much faster.
        while _size_of(reports[0]) < count // 10 and sum(map(_size_of, reports)) < count:
            time.sleep(0.005)
        os.kill(pids[0], signal.SIGKILL)
        ends = [join(pid) for pid in pids]
        pids.clear()
        stored = server.count(key)
    wanted = [mark(r) for s in sources for r in s.load()]
    return Shared(
        len(wanted),
        sum(stored[m] == 1 for m in wanted),
        sum(stored[m] == 0 for m in wanted),
        sum(stored[m] > 1 for m in wanted),
        tuple(report.stat().st_size for report in reports),
        time.monotonic() - began,
        sum(end != 0 for end in ends[1:]),
    )


def _size_of(path: Path) -> int:
    """Bytes of a file; 0 where it does not exist yet."""
    return path.stat().st_size if path.exists() else 0


def _work_shared(location: str, sources: list[Upload], url: str, key: str, report: Path) -> int:
    """Each request that this worker itself finished is a byte in its report."""
    with (
        OmiClient(key, url) as client,
        Ledger(location) as ledger,
        report.open("ab", buffering=0) as stream,
    ):

        def observe(event: object) -> None:
            if getattr(event, "repeated", None) is False:
                stream.write(b".")

        uploader = Uploader(
            client,
            ledger,
            name_account(url, key),
            pace=Pace(gap=0),
            patience=PATIENCE,
            observe=observe,
            lease=5,
        )
        return exit_code(uploader.run(sources))


def _is_running(pid: int) -> bool:
    with contextlib.suppress(ChildProcessError):
        return os.waitpid(pid, os.WNOHANG)[0] == 0
    return False


# -- the rate limit


@dataclass
class Limited:
    """How a limit was used."""

    allowed: int
    used: int
    refused: int
    windows: int


def use_limit(folder: Path, *, limit: int, window: float, windows: int, hint: bool) -> Limited:
    """Upload for ten windows.

    hint: the uploader knows how long a window is; else it learns that too.
    """
    stop = Event()
    sources = [
        make_upload(f"/r/{n}", [make_request(f"r{n}", n, segments=2)])
        for n in range(limit * (windows + 2))
    ]
    pace = Pace(gap=0, window_seconds=window) if hint else Pace(gap=0)
    with fork_server(
        folder, generation="new", writes_per_window=limit, window_seconds=window
    ) as server:
        timer = Timer(window * windows - 0.2, stop.set)
        timer.start()
        upload(folder / "rate.db", sources, server.url, "omi_dev_rate", pace=pace, stop=stop)
        timer.cancel()
        answers = server.answers()
    return Limited(limit * windows, answers.get("POST 200", 0), answers.get("POST 429", 0), windows)


# -- throughput


def measure_throughput(
    folder: Path, *, count: int, concurrency: int, segments: int, work: float
) -> tuple[float, float]:
    """Requests a second of a bare httpx loop, and of the uploader, over the same bodies.

    work: seconds that the server takes for one.
    """
    bodies = [make_request(f"t{n}", n, segments=segments) for n in range(count)]
    sources = [make_upload(f"/t/{n}", bodies[n : n + 10]) for n in range(0, count, 10)]
    with fork_server(folder, generation="new", processing_seconds=work) as server:
        # Half before, half after: a machine that gets slower or faster is the same for both.
        bare = [_time_bare(server.url, bodies, "a", concurrency)]
        ours = [_time_ours(folder, server.url, sources, n, concurrency) for n in range(2)]
        bare.append(_time_bare(server.url, bodies, "b", concurrency))
    return count / (sum(bare) / 2), count / (sum(ours) / 2)


def _time_bare(url: str, bodies: list, name: str, concurrency: int) -> float:
    headers = {"Authorization": f"Bearer omi_dev_bare{name}", "Content-Type": "application/json"}
    with httpx.Client(base_url=url, headers=headers, trust_env=False, timeout=60) as client:
        began = time.monotonic()
        with ThreadPoolExecutor(concurrency) as pool:
            for answer in pool.map(
                lambda b: client.post(f"{CONVERSATIONS}/from-segments", content=b.to_json()), bodies
            ):
                answer.raise_for_status()
        return time.monotonic() - began


def _time_ours(folder: Path, url: str, sources: list[Upload], n: int, concurrency: int) -> float:
    began = time.monotonic()
    upload(
        folder / f"throughput{n}-{concurrency}.db",
        sources,
        url,
        f"omi_dev_ours{n}",
        concurrency=concurrency,
    )
    return time.monotonic() - began
