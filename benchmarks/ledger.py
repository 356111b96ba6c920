"""A ledger of a million requests: what starts, waits or looks must not sum over all of it.

    python benchmarks/ledger.py                              SQLite, 1,000 accounts of 1,000
    python benchmarks/ledger.py --accounts 1
    python benchmarks/ledger.py --database postgresql        a private server, if it is installed
    python benchmarks/ledger.py --claims 2000                PostgreSQL: what triggers cost a claim

tests/support/large_ledger.py says what is in it. Each figure is the best of three. "memory" is by
how much the call raises the peak of the process, so only the first one that needs much shows it.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent))  # `tests` is no installed package

from tests.support.large_ledger import Size, fill, name_account
from tests.support.postgres import run_postgres
from transcript_bridge.transfer.answers import Outcome
from transcript_bridge.transfer.ledger import Claimed, Ledger, claiming
from transcript_bridge.transfer.pace import Pace
from transcript_bridge.transfer.states import Row, State

_RUNS = 3
_LONG_SECONDS = 3.0
"""Seconds. Work that takes longer is measured once."""


# -- what is measured


def list_questions(ledger: Ledger, size: Size) -> dict[str, Callable[[], object]]:
    """List the queries of commands, by name."""
    account = name_account(size.accounts // 2)
    digests = [f"{number * size.accounts:064x}" for number in range(1000)]
    new = [f"new {number}" for number in range(1000)]
    return {
        "survey": ledger.survey,
        "count (status, all accounts)": ledger.count,
        "count (status, one account)": lambda: ledger.count(account),
        "read_window (each wait)": lambda: ledger.read_window(account),
        "select uncertain (resolve)": lambda: ledger.select(None, [State.UNCERTAIN]),
        "select refused, one account": lambda: ledger.select(account, [State.REJECTED]),
        "select one folder": lambda: ledger.select(account, (), ["/archive/0"]),
        "find_by_content, 1,000 files": lambda: ledger.find_by_content(account, digests),
        "find_sent_elsewhere, 1,000 files": lambda: ledger.find_sent_elsewhere(account, digests),
        "find_sources, 1,000 files (plan)": lambda: ledger.find_sources(account, digests),
        "find_sources, 1,000 new files": lambda: ledger.find_sources(account, new, new),
        "find_requests, 1,000 changed files": lambda: ledger.find_requests(account, new, digests),
        "find_wanted, 1,000 files (migrate)": lambda: ledger.find_wanted(account, digests),
        "select_unsent": lambda: ledger.select_unsent(account),
        "select, one account": lambda: ledger.select(account),
    }


def measure(work: Callable[[], object]) -> tuple[float, int]:
    """Seconds, the best of some runs, and by how many MB the peak of memory rose."""
    before = peak_memory()
    best = float("inf")
    for _ in range(_RUNS):
        began = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - began)
        if best > _LONG_SECONDS:
            break
    return best, peak_memory() - before


def peak_memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


# -- claims


def compare_claims(location: str, size: Size, claims: int) -> None:
    """What it costs to claim a request and to record its answer, with the triggers that keep the
    counts, and without them; in turns. Alone, and with four threads of one account."""
    import psycopg

    fill(location, size)
    with Ledger(location) as ledger, psycopg.connect(location, autocommit=True) as server:
        rows = [entry.row for entry in ledger.select(name_account(0), [State.PLANNED])]
        print("| threads | triggers | ms, median | ms, 99 % | seconds of server processes, 1,000 |")
        print("|---|---|---|---|---|")
        for threads in (1, 4):
            for words in ("DISABLE", "ENABLE") * _RUNS:
                server.execute(f"ALTER TABLE tb_requests {words} TRIGGER USER")
                some, rows = rows[:claims], rows[claims:]
                used, spans = _send_all(ledger, some, threads)
                middle, late = spans[len(spans) // 2], spans[len(spans) * 99 // 100]
                work = used / len(some) * 1000
                print(f"| {threads} | {words} | {middle:.2f} | {late:.2f} | {work:.2f} |")


def _send_all(ledger: Ledger, rows: Sequence[Row], threads: int) -> tuple[float, list[float]]:
    """Seconds of PostgreSQL's processes, and milliseconds of each claim with its record, sorted."""
    with claiming(Pace(gap=0), 600) as claimant:

        def send(row: Row) -> float:
            began = time.perf_counter()
            (claimed,) = ledger.claim([row], claimant)
            assert isinstance(claimed, Claimed), claimed
            ledger.record(claimed, claimant, Outcome(State.DONE, conversation_id="made"))
            return (time.perf_counter() - began) * 1000

        before = _read_server_work()
        with ThreadPoolExecutor(threads) as pool:
            spans = sorted(pool.map(send, rows))
        return _read_server_work() - before, spans


def _read_server_work() -> float:
    """Seconds of all processes of the private server, which is a child of this process."""
    import psutil  # of the group `test`

    total = 0.0
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            times = process.cpu_times()
            total += times.user + times.system
    return total


class Costs(NamedTuple):
    """Of a command: seconds, and seconds of CPU in its own process."""

    seconds: float
    cpu: float


def measure_command(*arguments: str) -> Costs:
    """Measure a command in a separate process, the best of some runs."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "HOME": home, "XDG_CONFIG_HOME": home}
        command = [sys.executable, "-m", "transcript_bridge", *arguments]
        runs = []
        for _ in range(_RUNS):
            began, used = time.perf_counter(), _read_used()
            subprocess.run(command, check=True, capture_output=True, env=environment)
            runs.append(Costs(time.perf_counter() - began, _read_used() - used))
    return Costs(min(run.seconds for run in runs), min(run.cpu for run in runs))


def _read_used() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(location: str, empty: str, size: Size) -> None:
    """Make the ledger, and print the figures. empty: where a ledger without requests is made."""
    began = time.perf_counter()
    fill(location, size)
    seconds = time.perf_counter() - began
    print(f"{size.requests:,} requests in {size.accounts:,} accounts, made in {seconds:.0f} s\n")
    print("| call | ms | memory, MB |\n|---|---|---|")
    with Ledger(location) as ledger:
        for name, question in list_questions(ledger, size).items():
            needed, memory = measure(question)
            print(f"| {name} | {needed * 1000:,.1f} | {memory} |", flush=True)
    Ledger(empty).close()
    base = measure_command("status", "--ledger", empty)
    full = measure_command("status", "--ledger", location)
    print("\n| `status` | seconds | CPU seconds |\n|---|---|---|")
    print(f"| this ledger | {full.seconds:.2f} | {full.cpu:.2f} |")
    print(f"| an empty one | {base.seconds:.2f} | {base.cpu:.2f} |")


@contextlib.contextmanager
def make_location(database: str) -> Iterator[tuple[str, str]]:
    """Where the ledger is made, and an empty one."""
    if database == "postgresql":
        with run_postgres() as url, tempfile.TemporaryDirectory() as folder:
            yield url, str(Path(folder) / "empty.db")
        return
    with tempfile.TemporaryDirectory() as folder:
        yield str(Path(folder) / "ledger.db"), str(Path(folder) / "empty.db")


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=1_000_000)
    parser.add_argument("--accounts", type=int, default=1000)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--claims", type=int, help="only claims, so many in each run")
    chosen = parser.parse_args()
    if chosen.claims:
        with run_postgres() as url:
            compare_claims(url, Size(chosen.requests, chosen.accounts), chosen.claims)
        return
    with make_location(chosen.database) as (location, empty):
        run(location, empty, Size(chosen.requests, chosen.accounts))


if __name__ == "__main__":
    main()
