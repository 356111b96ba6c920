"""A thousand keys for days, simulated: how many slots they need, and what dying processes cost.

    python benchmarks/serve_simulated.py              a thousand keys: ten minutes
    python benchmarks/serve_simulated.py --compare    real runs, and what the model says of them

The model is serve_model.py. `--compare` measures what its steps take in two small runs, and
simulates other runs with that: other numbers of keys, recordings, workers and slots, other windows.
Nothing is chosen so that they agree. Needs what benchmarks/serve.py needs.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import mean

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.serve_constants import list_turns, measure_constants
from benchmarks.serve_model import Constants, ModelSetting, Outcome, simulate
from benchmarks.serve_runs import FinishedRun, RunSetting, measure_window_use, run_serve

HOUR = 3600.0

# -- small runs, measured and predicted

_SMALL = RunSetting(6, 4, 2, 25.0, request=1.0, workers=1, slots=1)
_LARGE = RunSetting(4, 300, 3, 20.0, request=1.0, workers=1, slots=1, stop_after=50.0)
"""Few and many recordings, one slot: what the steps of a turn take."""
_COMPARED = (
    RunSetting(8, 12, 4, 60.0, request=2.0, workers=2, slots=8),
    RunSetting(5, 20, 10, 60.0, request=3.0, workers=1, slots=2),
    RunSetting(12, 6, 3, 30.0, request=2.0, workers=1, slots=2),
    RunSetting(20, 4, 2, 60.0, request=3.0, workers=2, slots=4),
    RunSetting(3, 15, 5, 40.0, request=4.0, workers=1, slots=8),
)


def compare() -> None:
    """Measure the constants, then runs that they were not measured in.

    What a recording adds is measured once; everything else before each run, because other programs
    on the machine change it.
    """
    large = run_serve(_LARGE)
    print(
        "| keys x recordings | window | request | slots | took | predicted | ratio "
        "| without the windows | predicted | windows used | predicted | turns | predicted |"
    )
    print("|---" * 13 + "|")
    for setting in _COMPARED:
        constants = measure_constants(run_serve(_SMALL), large)
        run = run_serve(setting)
        _print_compared(run, simulate(_as_model(setting), constants))
        _print_constants(constants)


def _print_constants(constants: Constants) -> None:
    """On standard error, beside the table."""
    steps = [f"{name} {seconds:.4f}" for name, seconds in constants._asdict().items()]
    print(", ".join(steps), file=sys.stderr, flush=True)


def _as_model(setting: RunSetting) -> ModelSetting:
    return ModelSetting(
        setting.keys,
        setting.recordings,
        setting.limit,
        setting.window,
        setting.request,
        setting.workers,
        setting.slots,
    )


def _print_compared(run: FinishedRun, outcome: Outcome) -> None:
    setting = run.setting
    shortest = _as_model(setting).shortest
    cells = (
        f"{setting.keys} x {setting.recordings}",
        f"{setting.limit} in {setting.window:.0f} s",
        f"{setting.request:g} s",
        f"{setting.workers} x {setting.slots}",
        f"{run.span:.1f} s",
        f"{outcome.seconds:.1f} s",
        f"{outcome.seconds / run.span:.2f}",
        f"{run.span - shortest:.1f} s",
        f"{outcome.seconds - shortest:.1f} s",
        f"{_find_share(run.writes, setting):.1%}",
        f"{_find_share(outcome.writes, setting):.1%}",
        str(len(list_turns(run.events))),
        str(outcome.turns),
    )
    print(f"| {' | '.join(cells)} |", flush=True)


def _find_share(writes: Sequence[Sequence[float]], setting: RunSetting | ModelSetting) -> float:
    """Of the writes that the windows allowed, those that were made."""
    shares = []
    for moments in writes:
        use = measure_window_use(moments, setting.limit, setting.window)
        if use is not None:
            shares.append(use.share)
    return mean(shares)


# -- a thousand keys

_MEASURED = Constants(
    take=0.093,
    first_plan=0.69,
    each_first=0.0024,
    next_plan=0.45,
    each_next=0.0001,
    overhead=0.08,
    cycle=0.06,
    refusal=0.05,
    give_up=0.003,
)
"""Medians of what `--compare` measured on two cores that eight other programs used, too."""
_KEYS = 1000
_CONVERSATIONS = 1000
_LIMIT = 25
_SLOTS_OF_A_WORKER = 64
_CASES: tuple[tuple[int, float, float | None], ...] = (
    (64, 60, None),
    (256, 60, None),
    (384, 60, None),
    (448, 60, None),
    (512, 60, None),
    (512, 60, 24 * HOUR),
    (512, 60, HOUR),
    (1024, 100, None),
    (64, 5, None),
)
"""Slots, seconds of a request, and the mean time until a process dies."""


def print_thousand() -> None:
    """The table of docs/scale.md."""
    print("| slots | needed | a request takes | a process dies every | done in | windows used |")
    print("|---|---|---|---|---|---|")
    for slots, request, death in _CASES:
        workers = max(1, slots // _SLOTS_OF_A_WORKER)
        setting = ModelSetting(
            _KEYS, _CONVERSATIONS, _LIMIT, HOUR, request, workers, slots // workers, death
        )
        outcome = simulate(setting, _MEASURED)
        dies = "never" if death is None else f"{death / HOUR:.0f} h"
        print(
            f"| {slots} | {setting.slots_needed:.0f} | {request:.0f} s | {dies} | "
            f"{outcome.seconds / HOUR:.1f} h | {_find_share(outcome.writes, setting):.1%} |",
            flush=True,
        )


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--compare", action="store_true", help="real runs beside the model")
    if parser.parse_args().compare:
        compare()
    else:
        print_thousand()


if __name__ == "__main__":
    main()
