"""Uploads that survive anything: kill -9, cut connections, faults of the server, signals, clocks
that jump, full disks, restored ledgers, other processes, four machines on one ledger.

    python benchmarks/torture.py                    everything, 500 runs a generation: about an hour
    python benchmarks/torture.py --runs 50 --only kills

Prints the table of docs/reliability.md. Needs: pip install -e '.[sandbox,postgres]', and
PostgreSQL's programs for the part on PostgreSQL (skipped where they are absent).
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Timer

import httpx

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.torture_attacks import ATTACKS, Scene
from tests.support.made_requests import make_request, make_upload, mark
from tests.support.postgres import find_postgres, run_postgres
from tests.support.processes import fork, join
from tests.support.servers import Server, run_proxy, run_server
from transcript_bridge.omi.client import CONVERSATIONS, OmiClient
from transcript_bridge.transfer.events import Summary
from transcript_bridge.transfer.ledger import Ledger, name_account
from transcript_bridge.transfer.pace import Pace
from transcript_bridge.transfer.settle import Patience
from transcript_bridge.transfer.states import State, Upload
from transcript_bridge.transfer.uploader import Uploader

GENERATIONS = ("new", "middle", "old")
GRACE = 2.0
"""Seconds. Far longer than this sandbox works on a request whose connection is gone, even on a busy
machine."""
PATIENCE = Patience(grace=GRACE, stale=3.0, backoff=0.01, tries=12)
FAULTS = (
    "reset_before",
    "reset_after_store",
    "timeout_after_store",
    "delay",
    "status",
    "plain_500",
    "json_500",
    "503",
    "garbage",
    "cut_answer",
)


def upload(
    location: str | Path,
    uploads: Iterable[Upload],
    url: str,
    key: str,
    *,
    account_url: str = "",
    pace: Pace | None = None,
    patience: Patience = PATIENCE,
    concurrency: int = 1,
    stop: Event | None = None,
) -> Summary:
    """One run of the uploader.

    account_url: where the account belongs, if `url` is only a way to it.
    """
    with (
        OmiClient(key, url, read_timeout=0.4 if account_url else 30) as client,
        Ledger(location) as ledger,
    ):
        uploader = Uploader(
            client,
            ledger,
            name_account(account_url or url, key),
            pace=pace or Pace(gap=0),
            patience=patience,
            concurrency=concurrency,
            stop=stop or Event(),
            lease=60,
        )
        return uploader.run(uploads)


# -- killed at random points, with faults


@dataclass
class Tally:
    """What a generation's runs came to."""

    runs: int = 0
    kills: int = 0
    requests: int = 0
    once: int = 0
    lost: int = 0
    doubled: int = 0
    uncertain: int = 0
    set_aside: int = 0
    clean: int = 0
    seconds: float = 0.0
    notes: list[str] = field(default_factory=list)


def make_run(number: int) -> list[Upload]:
    """Two sources: long conversations, one so short that a server may discard it, two that say the
    same."""
    long = [make_request(f"{number}-{n}", 10 * n) for n in range(4)]
    short = make_request(f"{number}-short", 41, segments=2, words=4)
    twins = [
        make_request(f"{number}-twin{n}", 50, speaker=n, content=f"{number}-twins")
        for n in range(2)
    ]
    return [make_upload(f"/a/{number}", long), make_upload(f"/b/{number}", [short, *twins])]


def torture(number: int, server: Server, proxy: str, folder: Path, tally: Tally) -> None:
    """Some runs that are killed while everything goes wrong, then a clean one; then count."""
    dice = random.Random(number)
    key = f"omi_dev_torture{number}"
    ledger = folder / f"{number}.db"
    uploads = make_run(number)
    server.order(
        *(
            {
                "kind": kind,
                "count": None,
                "probability": 0.04,
                "seed": number * 100 + n,
                "method": "POST",
                "seconds": 0.1 if kind == "delay" else 0.6,
                "stored": bool(dice.getrandbits(1)),
            }
            for n, kind in enumerate(FAULTS)
        )
    )
    for _ in range(dice.randint(1, 3)):
        pid = fork(lambda: _exit_code(upload(ledger, uploads, proxy, key, account_url=server.url)))
        killed = join(pid, dice.uniform(0.01, 0.5)) is None
        tally.kills += killed
    server.clear()
    pid = fork(lambda: _exit_code(upload(ledger, uploads, server.url, key, account_url=server.url)))
    code = join(pid, 60)
    if code not in (0, 4):
        tally.notes.append(f"run {number}: the clean run ended with {code}")
    with Ledger(ledger) as opened:
        entries = opened.select()
    _count(
        number, uploads, server.count(key), {e.row.session_id: e.row.state for e in entries}, tally
    )


def _exit_code(summary: Summary) -> int:
    return 4 if summary.left or summary.stopped else 0


def _count(
    number: int, uploads: list[Upload], stored: Counter[str], states: dict[str, State], tally: Tally
) -> None:
    tally.runs += 1
    before = (tally.lost, tally.doubled, tally.uncertain)
    for request in (r for u in uploads for r in u.load()):
        times, state = stored[mark(request)], states.get(request.client_session_id)
        tally.requests += 1
        tally.doubled += times > 1
        if state is State.UNCERTAIN:
            tally.uncertain += 1
            if not request.client_session_id.endswith(("-short", "-twin0", "-twin1")):
                tally.lost += 1  # this one the server could have told apart
                tally.notes.append(
                    f"run {number}: {request.client_session_id} is uncertain without need"
                )
        elif times == 0 and state is State.REJECTED:
            tally.set_aside += 1  # three answers 500: 'retry' sends it again
        elif times == 0:
            tally.lost += 1
        elif times == 1 and state is State.DONE:
            tally.once += 1
        is_explained = state in (State.UNCERTAIN, State.REJECTED)
        if times > 1 or (times == 0 and not is_explained):
            tally.notes.append(
                f"run {number}: {request.client_session_id} is {state}, stored {times} times"
            )
    tally.clean += before == (tally.lost, tally.doubled, tally.uncertain)


def torture_generation(generation: str, runs: int, folder: Path, *, first: int = 0) -> Tally:
    """All runs against one server of a generation."""
    tally = Tally()
    began = time.monotonic()
    settings = {"generation": generation, "processing_seconds": 0.005}
    with run_server(folder, **settings) as server, run_proxy(server.url, 0.12, first) as proxy:
        for number in range(first, first + runs):
            torture(number, server, proxy, folder, tally)
    tally.seconds = time.monotonic() - began
    return tally


# -- attacks


def attack_generation(generation: str, name: str, runs: int, folder: Path) -> Tally:
    """All runs of one attack against one server of a generation."""
    tally = Tally()
    began = time.monotonic()
    with run_server(folder, generation=generation, processing_seconds=0.005) as server:
        for number in range(runs):
            scene = Scene(
                number,
                make_run(number),
                server,
                folder / f"{number}.db",
                PATIENCE,
                random.Random(number),
            )
            try:
                ATTACKS[name](scene)
            except AssertionError as error:
                tally.notes.append(f"{name}, run {number}: {error}")
            _finish(scene, tally)
    tally.seconds = time.monotonic() - began
    return tally


def _finish(scene: Scene, tally: Tally) -> None:
    """A clean run, and another where a claim had to end first; then count."""
    for _ in range(3):
        code = join(scene.start(), 60)
        if code == 0:
            break
    with Ledger(scene.ledger) as opened:
        states = {e.row.session_id: e.row.state for e in opened.select()}
    _count(scene.number, scene.uploads, scene.server.count(scene.key), states, tally)


# -- four workers on PostgreSQL


@dataclass
class Shared:
    """What four workers on one ledger came to."""

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
        run_server(folder, generation="new", processing_seconds=0.02) as server,
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
        return _exit_code(uploader.run(sources))


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
    with run_server(
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
    with run_server(folder, generation="new", processing_seconds=work) as server:
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


# -- the table


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=500, help="killed runs a generation")
    parser.add_argument("--requests", type=int, default=2000, help="requests on the shared ledger")
    parser.add_argument(
        "--window", type=float, default=30.0, help="seconds of a rate limit's window"
    )
    parser.add_argument("--only", choices=["kills", "attacks", "postgres", "rate", "throughput"])
    parser.add_argument(
        "--generation", choices=GENERATIONS, action="append", help="only this; may be repeated"
    )
    chosen = parser.parse_args()
    parts = {
        "kills": _show_kills,
        "attacks": _show_attacks,
        "postgres": _show_postgres,
        "rate": _show_rate,
        "throughput": _show_throughput,
    }
    is_good = True
    for name, show in parts.items():
        if chosen.only in (None, name):
            with tempfile.TemporaryDirectory() as folder:
                is_good &= show(chosen, Path(folder))
    return 0 if is_good else 1


def _show_kills(chosen: argparse.Namespace, folder: Path) -> bool:
    print(
        "| generation | runs | kill -9 | requests | exactly once | lost | doubled "
        "| left uncertain | set aside | minutes |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    is_good = True
    for generation in chosen.generation or GENERATIONS:
        t = torture_generation(generation, chosen.runs, folder)
        print(
            f"| {generation} | {t.runs} | {t.kills} | {t.requests} | {t.once} | {t.lost} "
            f"| {t.doubled} | {t.uncertain} | {t.set_aside} | {t.seconds / 60:.1f} |",
            flush=True,
        )
        for note in t.notes:
            print(note, file=sys.stderr)
        is_good &= not (t.lost or t.doubled or (generation == "new" and t.uncertain))
    return is_good


def _show_attacks(chosen: argparse.Namespace, folder: Path) -> bool:
    runs = max(1, chosen.runs // len(ATTACKS))
    print("| attack | generation | runs | requests | exactly once | lost | doubled | uncertain |")
    print("|---|---|---|---|---|---|---|---|")
    is_good = True
    for name in ATTACKS:
        for generation in chosen.generation or GENERATIONS:
            with tempfile.TemporaryDirectory(dir=folder) as inner:
                t = attack_generation(generation, name, runs, Path(inner))
            print(
                f"| {name} | {generation} | {t.runs} | {t.requests} | {t.once} | {t.lost} "
                f"| {t.doubled} | {t.uncertain} |",
                flush=True,
            )
            for note in t.notes:
                print(note, file=sys.stderr)
            is_good &= not (t.lost or t.doubled or t.notes)
    return is_good


def _show_postgres(chosen: argparse.Namespace, folder: Path) -> bool:
    if find_postgres() is None:
        print("PostgreSQL: skipped, there is no initdb")
        return True
    with run_postgres() as location:
        s = share_ledger(location, chosen.requests, folder)
    print(
        f"four workers on PostgreSQL, one killed: {s.requests} requests, {s.once} exactly once, "
        f"{s.lost} lost, {s.doubled} doubled; shares {s.shares}; {s.seconds:.0f} s",
        flush=True,
    )
    return s.once == s.requests and all(s.shares) and not s.crashed


def _show_rate(chosen: argparse.Namespace, folder: Path) -> bool:
    r = use_limit(folder, limit=25, window=chosen.window, windows=10, hint=False)
    print(
        f"rate limit, ten windows of {chosen.window:g} s: {r.used} of {r.allowed} writes used "
        f"({r.used / r.allowed:.1%}), {r.refused} refused",
        flush=True,
    )
    return r.used >= 0.97 * r.allowed and r.refused <= r.windows


def _show_throughput(_chosen: argparse.Namespace, folder: Path) -> bool:
    """The real server takes seconds.

    One that takes no time at all shows what the ledger costs of a processor.
    """
    is_good = True
    for work, count in ((0.02, 500), (0.0, 1500)):
        for concurrency in (1, 4):
            with tempfile.TemporaryDirectory(dir=folder) as inner:
                bare, ours = measure_throughput(
                    Path(inner), count=count, concurrency=concurrency, segments=100, work=work
                )
            print(
                f"throughput, {concurrency} at once, a server that takes {work * 1000:.0f} ms: "
                f"{ours:.0f}/s, a bare httpx loop {bare:.0f}/s: {ours / bare:.2f}",
                flush=True,
            )
            is_good &= ours >= 0.8 * bare
    return is_good


if __name__ == "__main__":
    sys.exit(main())
