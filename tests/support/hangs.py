"""Fails tests whose work grows with the square of the input."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator

CPU_SECONDS = 60.0
"""Reading a megabyte takes less than one; the square of its lines takes hours. How fast reading is,
`fuzz/limits.py` and `benchmarks/reading.py` measure."""


@contextlib.contextmanager
def no_hang() -> Iterator[None]:
    """Fail a block that uses CPU_SECONDS of CPU time; the time by the clock does not matter."""
    if not hasattr(signal, "setitimer"):  # Windows
        yield
        return

    def give_up(_number: int, _frame: object) -> None:
        raise AssertionError(f"still at work after {CPU_SECONDS:.0f} s of the processor")

    former = signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, CPU_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, former)
