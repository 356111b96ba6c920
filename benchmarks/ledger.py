"""A ledger of a million requests: what starts, waits or looks must not sum over all of it.

    python benchmarks/ledger.py                              SQLite, 1,000 accounts of 1,000
    python benchmarks/ledger.py --accounts 1
    python benchmarks/ledger.py --database postgresql        a private server, if it is installed

Of the requests, 60 % are done (some of them looked at by `verify`, some undone), 38 % are planned
and the rest is refused or uncertain; as many recordings again are wanted and not begun, a tenth of
the requests. Each figure is the best of three. "memory" is by how much the call raises the peak of
the process, so only the first one that needs much shows it.
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
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent))  # `tests` is no installed package

import sqlalchemy as sa

from tests.support.postgres import run_postgres
from transcript_bridge.transfer.clock import Clock
from transcript_bridge.transfer.ledger import Ledger
from transcript_bridge.transfer.ledger.database import Database
from transcript_bridge.transfer.states import State

_RUNS = 3
_LONG_SECONDS = 3.0
"""What takes so long is measured once."""


class Size(NamedTuple):
    """Of a ledger that is made."""

    requests: int
    accounts: int


_TABLES = {
    "tb_accounts (id)": "SELECT DISTINCT {account} FROM {numbers}",
    "tb_sources (id, account, path, content_digest, options_digest, planned_at, is_file)": (
        "SELECT n + 1, {account}, {path}, {digest}, 'options', 1700000000, TRUE FROM {numbers}"
    ),
    "tb_requests (id, account, session_id, state, undone, conversation_id, attempts, started_at, "
    "finished_at, segments, words, content_digest, speakers, verdict, verified_at, date_stated, "
    "sent_at, updated_at)": (
        "SELECT n + 1, {account}, {digest}, {state}, {share} < 1, 'conversation-' || n, 1, "
        "1700000000000000 + n, 1700000060000000 + n, 200, 2000, {digest}, '0x100,1x100', '', "
        "CASE WHEN {share} < 90 THEN 1700000000 + n END, TRUE, 1700000000 + n, "
        "1700000000 + n FROM {numbers}"
    ),
    "tb_parts (source, number, request)": "SELECT n + 1, 1, n + 1 FROM {numbers}",
    "tb_wanted (account, path, content_digest, options_digest, conversations, is_counted, "
    "is_file)": (
        "SELECT {account}, {path} || '.wanted', 'wanted' || {digest}, 'options', 1, TRUE, TRUE "
        "FROM {numbers} WHERE n % 10 = 0"
    ),
}
"""Table and columns -> its rows, from the numbers `n`."""
_STATES = (
    "CASE WHEN {share} < 1 THEN 'deleted' WHEN {share} < 600 THEN 'done' "
    "WHEN {share} < 980 THEN 'planned' WHEN {share} < 998 THEN 'rejected' "
    "ELSE 'uncertain' END"
)
_SQLITE = {
    "account": "printf('%020x', n % {accounts})",
    "digest": "printf('%064x', n)",
    "path": "'/archive/' || (n / 1000) || '/recording ' || n || '.vtt'",
    "state": _STATES,
    "numbers": (
        "(WITH RECURSIVE counted (n) AS "
        "(SELECT 0 UNION ALL SELECT n + 1 FROM counted WHERE n < {last}) SELECT n FROM counted)"
    ),
}
_POSTGRES = {
    **_SQLITE,
    "account": "lpad(to_hex(n % {accounts}), 20, '0')",
    "digest": "lpad(to_hex(n), 64, '0')",
    "numbers": "generate_series(0::bigint, {last}) AS n",
}


def name_account(number: int) -> str:
    """As the statements above name it."""
    return f"{number:020x}"


def fill(location: str, size: Size) -> float:
    """Make a ledger; returns seconds."""
    began = time.perf_counter()
    Ledger(location).close()
    database = Database(location, Clock())
    words = _SQLITE if Path(location).exists() else _POSTGRES
    sizes = {"accounts": size.accounts, "last": size.requests - 1}
    share = f"((n * 7919 + n / {size.accounts} * 1000003) % 1000)"
    values = {name: text.format(**sizes, share=share) for name, text in words.items()}
    values["share"] = share

    def add(tx: sa.Connection) -> None:
        if words is _SQLITE:
            tx.exec_driver_sql("PRAGMA cache_size = -500000")  # kB
        for columns, rows in _TABLES.items():
            query = rows.format(**values)
            if words is _POSTGRES:
                query = query.replace("%", "%%")  # the driver takes % for a parameter
            tx.exec_driver_sql(f"INSERT INTO {columns} {query}")
        if words is _POSTGRES:
            tx.exec_driver_sql("ANALYZE")

    database.write(add, durable=False)
    database.close()
    return time.perf_counter() - began


# -- what is measured


def list_questions(ledger: Ledger, size: Size) -> dict[str, Callable[[], object]]:
    """What commands ask, by name."""
    account = name_account(size.accounts // 2)
    digests = [f"{number * size.accounts:064x}" for number in range(1000)]
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
        "survey_requests (plan)": lambda: ledger.survey_requests(account),
        "survey_sources (plan)": lambda: ledger.survey_sources(account),
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


class Costs(NamedTuple):
    """Of a command: seconds, and seconds of CPU in its own process."""

    seconds: float
    cpu: float


def measure_command(*arguments: str) -> Costs:
    """A command in a process of its own, the best of some runs."""
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
    seconds = fill(location, size)
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
    chosen = parser.parse_args()
    with make_location(chosen.database) as (location, empty):
        run(location, empty, Size(chosen.requests, chosen.accounts))


if __name__ == "__main__":
    main()
