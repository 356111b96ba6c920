"""Measures the coverage of the package, if .ci/run asks for it.

On Python 3.11 a process in which coverage traces takes two to three times as long, in libraries and
in tests, too. So the process that only distributes the tests is not traced, nor is the collection
of the tests (4 CPU seconds for each worker, 13 with coverage), nor what is marked `untraced` and
the processes that it starts, nor processes that end by being killed, which save nothing. Most
parameters run what others ran before: see `Sampling`.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import pkgutil
import sys
import threading
from collections import Counter
from collections.abc import Iterator

ASKED_BY = "MEASURE_COVERAGE"
"""The variable that has the path of coverage's settings."""
_MOST_LEFT_OUT = 7
"""Tests in a row."""
_OF_PROCESSES = ("COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")
of_traced_processes: dict[str, str] = {}
"""The variables that make a new interpreter trace itself, also while they are taken away."""


def start() -> None:
    """Trace this worker of pytest-xdist from now on, and the processes that it starts."""
    settings = os.environ.get(ASKED_BY)
    if settings is None or "PYTEST_XDIST_WORKER" not in os.environ:
        return
    import coverage

    os.environ["COVERAGE_PROCESS_START"] = settings
    coverage.process_startup()
    of_traced_processes.update(_read_variables())


def _read_variables() -> dict[str, str]:
    return {name: os.environ[name] for name in _OF_PROCESSES if name in os.environ}


@contextlib.contextmanager
def collecting() -> Iterator[None]:
    """Trace the imports of the package's modules, and not the collection."""
    if is_tracing():
        package = importlib.import_module("transcript_bridge")  # not before coverage has started
        for module in pkgutil.walk_packages(package.__path__, "transcript_bridge."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    with untraced():
        yield


@contextlib.contextmanager
def untraced() -> Iterator[None]:
    """Trace neither this thread nor the threads and processes that it starts."""
    tracer = sys.gettrace()
    thread_tracer = threading.gettrace()
    variables = _read_variables()
    for name in variables:
        del os.environ[name]
    sys.settrace(None)
    threading.settrace(None)
    try:
        yield
    finally:
        threading.settrace(thread_tracer)
        sys.settrace(tracer)
        os.environ.update(variables)


def is_tracing() -> bool:
    return sys.gettrace() is not None


class Sampling:
    """Decides which tests are traced: of a function with many parameters fewer and fewer, after
    those that covered nothing new.

    This took 40 CPU seconds instead of 51 for tests/archive, and lost 0.1 % of what they cover.
    With the same for whole modules it took 28, but coverage of all tests fell from 96.2 to 93.9 %.
    """

    def __init__(self) -> None:
        self._without_gain: Counter[str] = Counter()
        self._to_leave_out: Counter[str] = Counter()

    def is_due(self, function: str) -> bool:
        """Whether the next test of this function is traced; counts it as left out if not."""
        if self._to_leave_out[function] == 0:
            return True
        self._to_leave_out[function] -= 1
        return False

    def note(self, function: str, *, has_gained: bool) -> None:
        """has_gained: whether a traced test covered what no test in this process did before."""
        if has_gained:
            self._without_gain[function] = 0
            return
        self._without_gain[function] += 1
        doubled = 2 ** self._without_gain[function] - 1
        self._to_leave_out[function] = min(doubled, _MOST_LEFT_OUT)


def count_covered() -> int:
    """Count the jumps from line to line that this process has covered so far."""
    import coverage

    current = coverage.Coverage.current()
    if current is None:
        return 0
    # There is no public way to count them, except to save all of them.
    return sum(len(jumps) for jumps in current._collector.data.values())


start()  # before anything else imports the package
