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
import sys
from pathlib import Path
from statistics import mean

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.serve_runs import FinishedRun, RunSetting, measure_window_use, run_serve

_HOUR = 3600.0


def main() -> int:
    """Run once; 1 if anything was lost or doubled."""
    run = run_serve(_parse_arguments())
    _show(run)
    _show_windows(run)
    return int(run.lost > 0 or run.doubled > 0)


def _parse_arguments() -> RunSetting:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    usual = RunSetting()
    add("--keys", type=int, default=usual.keys)
    add("--recordings", type=int, default=usual.recordings, help="of each key")
    add("--limit", type=int, default=usual.limit, help="writes of a key in a window")
    add("--window", type=float, default=usual.window, help="seconds")
    add("--request", type=float, default=usual.request, help="seconds of the server for one")
    add("--workers", type=int, default=usual.workers)
    add("--slots", type=int, default=usual.slots, help="of each worker")
    add("--concurrency", type=int, default=usual.concurrency, help="requests of a key at once")
    add("--generation", choices=["new", "middle", "old"], default=usual.generation)
    add("--kill", action="store_true", help="kill -9 a worker in its work, and start another")
    add("--restart", action="store_true", help="kill PostgreSQL, too, and start it again")
    return RunSetting(**vars(parser.parse_args()))


def _show(run: FinishedRun) -> None:
    setting = run.setting
    wanted = setting.keys * setting.recordings
    windows = math.ceil(setting.recordings / setting.limit)
    best = (windows - 1) * setting.window
    title = f"{setting.keys} keys x {setting.recordings}, {setting.generation} server"
    print(f"{title}, {setting.workers} workers of {setting.slots} slots")
    print(f"  {run.seconds:.0f} s; the windows alone take {best:.0f} s ({best / run.seconds:.0%})")
    print(f"  {len(run.stored):,} of {wanted:,} stored, {run.lost} lost, {run.doubled} doubled")
    print(f"  {run.repeated} requests were sent more than once")
    print(f"  a worker: at most {run.peaks.memory:.0f} MB and {run.peaks.threads} threads")
    print(f"  all workers: at most {run.peaks.connections} connections")


def _show_windows(run: FinishedRun) -> None:
    """How much of its windows each key used, and what that means for windows of an hour."""
    setting = run.setting
    uses = []
    for moments in run.writes:
        use = measure_window_use(moments, setting.limit, setting.window)
        if use is not None:
            uses.append(use)
    if not uses:
        return
    worst = min(uses, key=lambda use: use.share)
    late = mean(use.late for use in uses)
    print(f"  windows used: {mean(use.share for use in uses):.1%}; the worst key {worst.share:.1%}")
    print(
        f"  the next window began {late:.1f} s late; the worst key {worst.late:.1f} s "
        f"(of an hour: {worst.late / _HOUR:.2%})"
    )


if __name__ == "__main__":
    sys.exit(main())
