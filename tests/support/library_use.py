"""Finds tests that use libraries only as other tests do, and writes left_out.txt for .ci/run.

    python -m pytest -n 0 -p tests.support.library_use --parameters 2 -m "not slow and ..."

A use is a function of a library that is called, a line of ours that calls one, or a function of
ours that a library calls. The tests that are kept reach all uses of third-party libraries twice,
where two tests do, and with another Python all uses of the standard library once, at the lowest
cost. Others are left out, with the lowest versions only (`lowest`) or with another Python, too
(`both`: none that starts a process, because its uses are not seen here). Cheap tests are kept:
leaving them out saves nothing. A new test is kept until this is run again.
"""

from __future__ import annotations

import inspect
import re
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Generator, Iterable
from pathlib import Path
from types import CodeType, FrameType

import pytest

Use = tuple[object, ...]
LEFT_OUT = Path(__file__).with_name("left_out.txt")
LEAST_SECONDS = 0.08
"""Under this profiler, which doubles the time."""
_OURS, _THIRD_PARTY, _STANDARD, _IGNORED = range(4)
_TESTING = re.compile(r"/(_pytest|pluggy|xdist|hypothesis|importlib|unittest)/")
_PLACES = (
    (re.compile(r"/transcript_bridge/"), _OURS),
    (_TESTING, _IGNORED),
    (re.compile(r"/site-packages/"), _THIRD_PARTY),
    (re.compile(r"/lib/python3"), _STANDARD),
)
_PROCESSES = re.compile(r"run_process|\bstart\b|prepared_python|subprocess|fork|Process")

found: defaultdict[str, set[Use]] = defaultdict(set)
"""Test function -> what it uses. Each use begins with the kind of the library."""
seconds: Counter[str] = Counter()
with_processes: set[str] = set()
_kinds: dict[CodeType, int] = {}
_now: set[Use] = set()


def _find_kind(code: CodeType) -> int:
    kind = _kinds.get(code)
    if kind is None:
        kinds = [kind for place, kind in _PLACES if place.search(code.co_filename)]
        kind = _kinds[code] = (kinds or [_IGNORED])[0]
    return kind


def _note(frame: FrameType, event: str, called: object) -> None:
    code, caller = frame.f_code, frame.f_back
    kind = _find_kind(code)
    if event == "c_call" and kind == _OURS:
        owner = type(getattr(called, "__self__", None)).__name__
        name = getattr(called, "__name__", "")
        _now.add((_STANDARD, code, frame.f_lineno, owner, name))
    if event != "call" or caller is None or kind == _IGNORED:
        return
    caller_kind = _find_kind(caller.f_code)
    if kind != _OURS:
        _now.add((kind, code))
    if kind != _OURS and caller_kind == _OURS:
        _now.add((kind, caller.f_code, caller.f_lineno, code))
    if kind == _OURS and caller_kind in (_THIRD_PARTY, _STANDARD):
        _now.add((caller_kind, caller.f_code, code))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, bool, bool]:
    """Profile all of a test, with its fixtures, in all threads of this process."""
    test = item.nodeid.partition("[")[0]
    _now.clear()
    threading.setprofile(_note)
    sys.setprofile(_note)
    began = time.process_time()
    result = yield
    seconds[test] += time.process_time() - began
    sys.setprofile(None)
    threading.setprofile(None)
    found[test] |= _now
    if isinstance(item, pytest.Function) and _PROCESSES.search(inspect.getsource(item.function)):
        with_processes.add(test)
    return result


def choose(kinds: Iterable[int], times: int, kept: set[str]) -> set[str]:
    """Return `kept`, and the tests that are needed to reach every use so many times."""
    uses = {test: {use for use in used if use[0] in kinds} for test, used in found.items()}
    reached: Counter[Use] = Counter(use for used in uses.values() for use in used)
    needed = {use: min(times, count) for use, count in reached.items()}
    chosen = set(kept)
    for test in kept:
        _count_off(needed, uses[test])
    while needed:
        test = max(
            uses.keys() - chosen,
            key=lambda test: (len(needed.keys() & uses[test]) / (seconds[test] + 0.04), test),
        )
        chosen.add(test)
        _count_off(needed, uses[test])
    return chosen


def _count_off(needed: dict[Use, int], uses: set[Use]) -> None:
    for use in uses & needed.keys():
        needed[use] -= 1
        if needed[use] == 0:
            del needed[use]


def pytest_sessionfinish() -> None:
    """Write the list of tests to leave out."""
    sys.setprofile(None)
    libraries = choose([_THIRD_PARTY], 2, set())
    everything = choose([_THIRD_PARTY, _STANDARD], 1, libraries) | with_processes
    costly = {test for test in found if seconds[test] >= LEAST_SECONDS}
    lines = []
    for test in sorted(costly - libraries):
        # pytest treats the names to leave out as the beginnings of names.
        begins = [other for other in found if other.startswith(test)]
        if set(begins) <= costly - libraries:
            word = "lowest  " if test in everything else "both    "
            lines.append(f"{word}{test}\n")
    LEFT_OUT.write_text("".join(lines), encoding="utf-8")
