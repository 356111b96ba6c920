"""Convert many recordings on all cores, and remember the results.

Worker processes open their files themselves and return summaries, so memory use does not grow with
the size of the archive. Nothing is shared, and processes are spawned, not forked, so that it works
the same on every system.
"""

from __future__ import annotations

import hashlib
import signal
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from ..errors import BridgeError
from ..options import Options
from .code_fingerprint import fingerprint_code
from .convert import convert_recording
from .grouping import Recording
from .summary import RecordingSummary

if TYPE_CHECKING:
    from concurrent.futures import Future

SMALL = 6 * 1024 * 1024
"""Bytes; below this, starting processes takes longer than the work itself."""
_MIN_CHUNK_BYTES = 128 * 1024
_MAX_CHUNK_BYTES = 1024 * 1024
_CHUNK_FILES = 250
_CHUNKS_PER_JOB = 8
"""So many that all workers end at about the same time."""
_QUEUED_PER_JOB = 2
"""Chunks that are sent to each worker in advance; with more, results would wait in memory."""
_SAVE_EVERY = 1000

Progress = Callable[[int, int], None]
"""Takes how many recordings are done, and how many there are."""


class PlanCache(Protocol):
    """Summaries of recordings, by a key that changes whenever the summary might."""

    def load(self, keys: Sequence[str]) -> dict[str, RecordingSummary]:
        """The summaries that are known, by key."""

    def save(self, rows: Sequence[tuple[str, RecordingSummary]]) -> None:
        """Keep them for the next time."""


def recording_key(recording: Recording, options_digest: str) -> str:
    """The key of a recording in a PlanCache.

    It changes when a file of the recording is written, moved, added, removed or named another way,
    or when the options change. Summaries contain the names that the user gave.
    """
    files = [
        (file.path, file.absolute, file.size, file.modified_ns, file.offset)
        for file in recording.files
    ]
    content = repr((options_digest, len(recording.forms), files))
    return hashlib.sha256(content.encode()).hexdigest()[:40]


class Work(NamedTuple):
    """What worker processes do with each recording."""

    options: Options
    samples: int

    def digest(self) -> str:
        """Changes when the summaries might: with the options, and with the code."""
        return f"{fingerprint_code()} {self.options.digest()} {self.samples}"

    def convert(self, recording: Recording) -> RecordingSummary:
        return convert_recording(recording, self.options, samples=self.samples)


class _Results:
    """Summaries by the index of their recording; what is new goes to the cache in large steps."""

    def __init__(self, count: int, cache: PlanCache | None, keys: Sequence[str]) -> None:
        self.summaries: list[RecordingSummary | None] = [None] * count
        self._cache = cache
        self._keys = keys
        self._unsaved: list[tuple[str, RecordingSummary]] = []
        if cache is not None:
            known = cache.load(keys)
            self.summaries = [known.get(key) for key in keys]

    def missing(self) -> list[int]:
        return [index for index, summary in enumerate(self.summaries) if summary is None]

    def add(self, index: int, summary: RecordingSummary) -> None:
        self.summaries[index] = summary
        if self._cache is not None:
            self._unsaved.append((self._keys[index], summary))
            if len(self._unsaved) >= _SAVE_EVERY:
                self.save()

    def save(self) -> None:
        if self._cache is not None and self._unsaved:
            self._cache.save(self._unsaved)
            self._unsaved = []


def convert_all(
    recordings: Sequence[Recording],
    options: Options,
    *,
    samples: int = 0,
    jobs: int = 1,
    cache: PlanCache | None = None,
    progress: Progress = lambda done, total: None,
) -> list[RecordingSummary]:
    """A summary of each recording, in their order.

    samples: lines to keep of each speaker.
    jobs: how many processes; small archives are converted in this one.
    Raises BridgeError where a worker process was killed; what was done until then is in the cache.
    """
    work = Work(options, samples)
    keys: list[str] = []
    if cache is not None:
        digest = work.digest()
        keys = [recording_key(recording, digest) for recording in recordings]
    results = _Results(len(recordings), cache, keys)
    missing = results.missing()
    count = len(recordings) - len(missing)
    progress(count, len(recordings))
    try:
        for index, summary in _convert(recordings, missing, work, jobs):
            results.add(index, summary)
            count += 1
            progress(count, len(recordings))
    finally:
        results.save()
    return [summary for summary in results.summaries if summary is not None]


def _convert(
    recordings: Sequence[Recording], indices: Sequence[int], work: Work, jobs: int
) -> Iterator[tuple[int, RecordingSummary]]:
    total = sum(recordings[index].size for index in indices)
    if jobs > 1 and total >= SMALL:
        chunks = list(_chunks(recordings, indices, total, jobs))
        yield from _convert_in_processes(recordings, chunks, work, jobs)
        return
    for index in indices:
        yield index, work.convert(recordings[index])


def _convert_in_processes(
    recordings: Sequence[Recording],
    chunks: Sequence[list[int]],
    work: Work,
    jobs: int,
) -> Iterator[tuple[int, RecordingSummary]]:
    # Slow to import, and not needed for small archives or unchanged ones.
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    pool = ProcessPoolExecutor(
        min(jobs, len(chunks)),
        mp_context=get_context("spawn"),
        initializer=_start_worker,
        initargs=(work,),
    )
    running: dict[Future[list[RecordingSummary]], list[int]] = {}
    try:
        for chunk in chunks:
            if len(running) >= _QUEUED_PER_JOB * jobs:
                yield from _collect(running)
            future = pool.submit(_convert_chunk, [recordings[index] for index in chunk])
            running[future] = chunk
        while running:
            yield from _collect(running)
    except BrokenProcessPool:
        raise BridgeError(
            "a worker process was killed, probably because memory ran out; run it again with "
            "--jobs 1"
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


def _collect(
    running: dict[Future[list[RecordingSummary]], list[int]],
) -> Iterator[tuple[int, RecordingSummary]]:
    from concurrent.futures import FIRST_COMPLETED, wait

    finished, _ = wait(running, return_when=FIRST_COMPLETED)
    for future in finished:
        yield from zip(running.pop(future), future.result(), strict=True)


def _chunks(
    recordings: Sequence[Recording], indices: Sequence[int], total: int, jobs: int
) -> Iterator[list[int]]:
    """Neighbours together, since they may be in one container."""
    even_share = total // (jobs * _CHUNKS_PER_JOB)
    max_bytes = max(_MIN_CHUNK_BYTES, min(_MAX_CHUNK_BYTES, even_share))
    chunk: list[int] = []
    size = 0
    for index in indices:
        chunk.append(index)
        size += recordings[index].size
        if size >= max_bytes or len(chunk) >= _CHUNK_FILES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


# ---- in a worker process

_work: Work | None = None


def _start_worker(work: Work) -> None:
    """Ctrl-C reaches all processes of a terminal; only the main process handles it."""
    global _work
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _work = work


def _convert_chunk(recordings: Sequence[Recording]) -> list[RecordingSummary]:
    assert _work is not None
    return [_work.convert(recording) for recording in recordings]
