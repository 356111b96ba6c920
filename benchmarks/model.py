"""The model of ledger and server in as many steps as you like.

    python benchmarks/model.py --steps 100000

Prints what was done. It ends with the shortest sequence that loses or doubles something, if there
is one, as Python code. docs/reliability.md says what the model covers.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

sys.path.insert(0, str(Path(__file__).parent.parent))  # `tests` is no installed package

from tests.support.model.machine import STEPS, Machine

LENGTH = 40
"""Steps of one sequence, at most."""
SEQUENCES = 50
"""Sequences between two looks at how many steps were made."""
_NO_STEPS = ("begin", "settle", "processes")


def run(steps: int, *, shrinks: bool) -> None:
    """At least so many steps. Raises what a sequence found."""
    phases = [Phase.generate, Phase.shrink] if shrinks else [Phase.generate]
    limits = settings(
        max_examples=SEQUENCES,
        stateful_step_count=LENGTH,
        deadline=None,
        database=None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )
    while count_steps() < steps:
        run_state_machine_as_test(Machine, settings=limits)
        print(f"{count_steps():,} steps", file=sys.stderr, flush=True)


def count_steps() -> int:
    """Rules that were used so far."""
    return sum(count for name, count in STEPS.items() if name not in _NO_STEPS)


def show(seconds: float) -> None:
    """Show the steps that were done, the most frequent first."""
    print(f"{count_steps():,} steps in {STEPS['settle']:,} sequences, {seconds:,.0f} s of CPU time")
    for name, count in STEPS.most_common():
        print(f"{count:>9,}  {name}")


def main() -> None:
    """Run it, and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--steps", type=int, default=100_000)
    parser.add_argument("--no-shrink", action="store_true", help="show the first failure as it is")
    chosen = parser.parse_args()
    began = time.process_time()
    try:
        run(chosen.steps, shrinks=not chosen.no_shrink)
    finally:
        show(time.process_time() - began)


if __name__ == "__main__":
    main()
