"""Worker processes that convert recordings; they are replaced if they die or hang.

When one dies, the whole pool is lost. What was being converted is then converted again, each
recording alone: so the recording that caused it is found, and is the only one that fails.
"""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Protocol

from .grouping import Recording
from .guard import Effort
from .read_ahead import reading_ahead
from .summary import RecordingSummary

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

Results = Iterator[tuple[int, RecordingSummary]]
"""Summaries with the index of their recording."""

_QUEUED_PER_JOB = 2
"""Chunks that are sent to each worker in advance; with more, results would pile up in memory."""
_PATIENCE = 4
"""How many times the CPU time of a recording's limit a worker may take by the clock."""
DIED = "reading this ended its process, probably because memory ran out; it was skipped"
HUNG = "reading this did not end; it was skipped; please report it"


class Converter(Protocol):
    """The work on each recording; pickles."""

    def convert(self, recording: Recording) -> RecordingSummary:
        """The summary of a recording. Never raises because of its content."""


def convert_in_processes(
    recordings: Sequence[Recording], chunks: Sequence[list[int]], work: Converter, jobs: int
) -> Results:
    """The summaries of all chunks (lists of indices), as they finish."""
    waiting = deque(chunks)
    while waiting:
        suspects = yield from _convert_chunks(recordings, waiting, work, jobs)
        yield from _convert_each_alone(recordings, suspects, work)


def _convert_chunks(
    recordings: Sequence[Recording], waiting: deque[list[int]], work: Converter, jobs: int
) -> Generator[tuple[int, RecordingSummary], None, list[int]]:
    """Take chunks from `waiting` until all are done or a worker dies or hangs.

    Returns the indices of the recordings that were being converted then.
    """
    from concurrent.futures.process import BrokenProcessPool  # slow to import

    crew = _Crew(recordings, work, min(jobs, len(waiting)))
    try:
        while waiting or crew.running:
            crew.take(waiting)
            yield from crew.collect()
    except BrokenProcessPool:
        return crew.unfinished()
    finally:
        crew.pool.shutdown(cancel_futures=True)
    return []


class _Crew:
    """Some worker processes, and what they are working on."""

    def __init__(self, recordings: Sequence[Recording], work: Converter, jobs: int) -> None:
        self.pool = _start_pool(work, jobs)
        self.running: dict[Future[list[RecordingSummary]], list[int]] = {}
        self._recordings = recordings
        self._most_running = _QUEUED_PER_JOB * jobs

    def take(self, waiting: deque[list[int]]) -> None:
        """Begin more chunks. Raises BrokenProcessPool."""
        while waiting and len(self.running) < self._most_running:
            future = self.pool.submit(_convert_chunk, self._named(waiting[0]))
            self.running[future] = waiting.popleft()

    def collect(self) -> Results:
        """Wait for the chunks that finish next; end the workers if that takes too long.

        Raises BrokenProcessPool when a worker has died or was ended.
        """
        from concurrent.futures import FIRST_COMPLETED, wait

        patience = find_patience(self._named(self.unfinished()))
        finished, _ = wait(self.running, timeout=patience, return_when=FIRST_COMPLETED)
        if not finished:
            _kill(self.pool)  # the next call raises BrokenProcessPool
        for future in finished:
            summaries = future.result()
            yield from zip(self.running.pop(future), summaries, strict=True)

    def unfinished(self) -> list[int]:
        """The indices of recordings that are not converted."""
        return list(chain.from_iterable(self.running.values()))

    def _named(self, indices: Iterable[int]) -> list[Recording]:
        return [self._recordings[index] for index in indices]


def _convert_each_alone(
    recordings: Sequence[Recording], indices: Sequence[int], work: Converter
) -> Results:
    from concurrent.futures.process import BrokenProcessPool

    pool: ProcessPoolExecutor | None = None
    try:
        for index in indices:
            recording = recordings[index]
            if pool is None:
                pool = _start_pool(work, 1)
            future = pool.submit(_convert_chunk, [recording])
            try:
                (summary,) = future.result(timeout=find_patience([recording]))
            except BrokenProcessPool:
                summary = fail(recording, DIED)
            except TimeoutError:
                summary = fail(recording, HUNG)
            # After a lack of memory the process may be too large for any other recording.
            if summary.is_fault:
                _kill(pool)
                pool.shutdown(cancel_futures=True)
                pool = None
            yield index, summary
    finally:
        if pool is not None:
            pool.shutdown(cancel_futures=True)


def fail(recording: Recording, message: str) -> RecordingSummary:
    """The summary of a recording that could not be read; it is tried again the next time."""
    return RecordingSummary(recording.path, "failed", message, is_fault=True)


def find_patience(recordings: Sequence[Recording]) -> float:
    """Seconds by the clock for all of them together."""
    size = sum(recording.size for recording in recordings)
    skipped = max(recording.forms[0].unpacked_before for recording in recordings)
    return _PATIENCE * Effort.for_bytes(size, skipped).seconds


# ---- processes


def _start_pool(work: Converter, jobs: int) -> ProcessPoolExecutor:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    return ProcessPoolExecutor(
        jobs, mp_context=get_context("spawn"), initializer=_start_worker, initargs=(work,)
    )


def _kill(pool: ProcessPoolExecutor) -> None:
    """End the processes of a pool at once. There is no public way before Python 3.14."""
    for process in list((pool._processes or {}).values()):
        process.kill()


_work: Converter | None = None


def _start_worker(work: Converter) -> None:
    """Let a worker ignore Ctrl-C, which reaches all processes of a terminal; the main process
    handles it."""
    global _work
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _work = work


def _convert_chunk(recordings: Sequence[Recording]) -> list[RecordingSummary]:
    assert _work is not None
    return [_work.convert(recording) for recording in reading_ahead(recordings)]
