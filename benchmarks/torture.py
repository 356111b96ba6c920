"""Uploads that survive anything: kill -9, cut connections, faults of the server, signals, clocks
that jump, full disks, restored ledgers, restarted databases, other processes.

    python benchmarks/torture.py                    everything, 500 runs a generation: hours
    python benchmarks/torture.py --runs 50 --only kills --lanes 4
    python benchmarks/torture.py --runs 1000 --only kills --record runs.jsonl

A run has a number, which is its seed: `--first N --runs 1` makes it alone. `--record` keeps what
each run came to, and a second start makes only the runs that are missing there.

Prints the tables of docs/benchmarks/reliability.md. Needs: pip install -e '.[sandbox,postgres]'.
What needs PostgreSQL's programs or libfaketime is skipped where they are absent, and says so.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.torture_attacks import ATTACKS
from benchmarks.torture_lanes import KILLS, Record, make_runs, sum_runs
from benchmarks.torture_load import measure_throughput, share_ledger, use_limit
from benchmarks.torture_runs import GENERATIONS, Run
from tests.support.postgres import find_postgres, run_postgres


def main() -> int:
    """Run the chosen parts; 1 if anything was lost or doubled that should not be."""
    chosen = _parse_arguments()
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


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--runs", type=int, default=500, help="killed runs a generation; attacks share as many")
    add("--first", type=int, default=0, help="number of the first run, which is its seed")
    add("--lanes", type=int, default=1, help="runs at once; most of their time is waiting")
    add("--record", type=Path, help="a file of runs that are done; it is continued")
    add("--requests", type=int, default=2000, help="requests on the shared ledger")
    add("--window", type=float, default=30.0, help="seconds of a rate limit's window")
    add("--only", choices=["kills", "attacks", "postgres", "rate", "throughput"])
    add("--attack", choices=[*ATTACKS], action="append", help="only this; may be repeated")
    add("--generation", choices=GENERATIONS, action="append", help="only this; may be repeated")
    return parser.parse_args()


def _show_kills(chosen: argparse.Namespace, folder: Path) -> bool:
    runs = _number_runs(chosen, [KILLS], chosen.runs)
    record = Record(chosen.record or folder / "runs.jsonl")
    make_runs(runs, chosen.lanes, record)
    print(
        "| generation | runs | kill -9 | requests | exactly once | lost | doubled "
        "| left uncertain | set aside |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    is_good = True
    for generation in chosen.generation or GENERATIONS:
        t = sum_runs([run for run in runs if run.generation == generation], record)
        print(
            f"| {generation} | {t.runs} | {t.kills} | {t.requests} | {t.once} | {t.lost} "
            f"| {t.doubled} | {t.uncertain} | {t.set_aside} |"
        )
        is_unclear = generation == "new" and t.uncertain > 0
        is_good &= not t.notes and not is_unclear
    return is_good


def _number_runs(chosen: argparse.Namespace, names: list[str], count: int) -> list[Run]:
    """`count` runs of each name and generation."""
    numbers = range(chosen.first, chosen.first + count)
    generations = chosen.generation or GENERATIONS
    return [Run(*each) for each in itertools.product(names, generations, numbers)]


def _show_attacks(chosen: argparse.Namespace, folder: Path) -> bool:
    names = chosen.attack or [*ATTACKS]
    lacks = {name: ATTACKS[name].find_lack() for name in names}
    possible = [name for name in names if not lacks[name]]
    runs = _number_runs(chosen, possible, max(1, chosen.runs // len(names)))
    record = Record(chosen.record or folder / "runs.jsonl")
    make_runs(runs, chosen.lanes, record)
    print("| attack | generation | runs | requests | exactly once | lost | doubled | uncertain |")
    print("|---|---|---|---|---|---|---|---|")
    is_good = True
    for name in names:
        if lacks[name]:
            print(f"| {name} | skipped: {lacks[name]} | | | | | | |")
            continue
        own = [run for run in runs if run.name == name]
        is_good &= _show_attack(name, chosen.generation or GENERATIONS, own, record)
    return is_good


def _show_attack(name: str, generations: Iterable[str], runs: list[Run], record: Record) -> bool:
    """runs: those of this attack."""
    is_good = True
    for generation in generations:
        t = sum_runs([run for run in runs if run.generation == generation], record)
        print(
            f"| {name} | {generation} | {t.runs} | {t.requests} | {t.once} | {t.lost} "
            f"| {t.doubled} | {t.uncertain} |"
        )
        is_good &= not t.notes
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
