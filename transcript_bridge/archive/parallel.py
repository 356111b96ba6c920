"""Convert many recordings on all cores, and remember what came of it.

Worker processes open their files themselves and hand back summaries, so that memory does not grow
with the archive's size. Nothing is shared, and processes are spawned, not forked: it is the same on
every system.
"""

from __future__ import annotations

import hashlib
import signal
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from ..errors import BridgeError
from .convert import ConvertSettings, convert_recording
from .grouping import Recording
from .summary import Converted

if TYPE_CHECKING:
    from concurrent.futures import Future

SMALL = 6 * 1024 * 1024
"""Bytes below which starting processes takes longer than the work itself."""
_CHUNK_BYTES = (128 * 1024, 1024 * 1024)
_CHUNK_FILES = 250
_SAVE_EVERY = 1000

Progress = Callable[[int, int], None]
"""Takes how many recordings are done, and of how many."""


class PlanCache(Protocol):
    """What was made of recordings, by a key that changes whenever the outcome might."""

    def load(self, keys: Sequence[str]) -> dict[str, Converted]:
        """What is known, by key."""

    def save(self, rows: Sequence[tuple[str, Converted]]) -> None:
        """Keep it for the next time."""


def recording_key(recording: Recording, settings_digest: str) -> str:
    """Changes when any file of the recording is written, moved, added, gone or named another way,
    or the settings are others: what came of it holds the names that the user gave.
    """
    files = [(s.path, s.absolute, s.size, s.stamp, s.offset) for s in recording.sources]
    return hashlib.sha256(
        repr((settings_digest, len(recording.forms), files)).encode()
    ).hexdigest()[:40]


def convert_all(
    recordings: Sequence[Recording],
    settings: ConvertSettings,
    *,
    jobs: int = 1,
    cache: PlanCache | None = None,
    progress: Progress = lambda done, total: None,
) -> list[Converted]:
    """What is in each recording, in their order.

    jobs: how many processes; small archives are converted in this one.
    Raises BridgeError where a worker process was killed; what was done until then is in the cache.
    """
    digest = settings.digest()
    keys = [recording_key(recording, digest) for recording in recordings] if cache else []
    known = cache.load(keys) if cache else {}
    done: list[Converted | None] = (
        [known.get(key) for key in keys] if cache else [None] * len(recordings)
    )
    todo = [index for index, converted in enumerate(done) if converted is None]
    unsaved: list[tuple[str, Converted]] = []
    count = len(recordings) - len(todo)
    progress(count, len(recordings))
    try:
        for index, converted in _run(recordings, todo, settings, jobs):
            done[index] = converted
            count += 1
            progress(count, len(recordings))
            if cache:
                unsaved.append((keys[index], converted))
                if len(unsaved) >= _SAVE_EVERY:
                    cache.save(unsaved)
                    unsaved = []
    finally:
        if cache and unsaved:
            cache.save(unsaved)
    return [converted for converted in done if converted is not None]


def _run(
    recordings: Sequence[Recording], todo: Sequence[int], settings: ConvertSettings, jobs: int
) -> Iterator[tuple[int, Converted]]:
    total = sum(recordings[index].size for index in todo)
    if jobs <= 1 or total < SMALL:
        for index in todo:
            yield index, convert_recording(recordings[index], settings)
        return
    # Slow to import, and needed by no archive that is small, or unchanged since the last time.
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    chunks = list(_chunks(recordings, todo, total, jobs))
    pool = ProcessPoolExecutor(
        min(jobs, len(chunks)),
        mp_context=get_context("spawn"),
        initializer=_begin,
        initargs=(settings,),
    )
    running: dict[Future[list[Converted]], list[int]] = {}
    try:
        for chunk in chunks:
            # Never many more than are being worked on, or the results would wait in memory.
            if len(running) >= 2 * jobs:
                yield from _collect(running)
            running[pool.submit(_convert_chunk, [recordings[index] for index in chunk])] = chunk
        while running:
            yield from _collect(running)
    except BrokenProcessPool:
        raise BridgeError(
            "a worker process was killed, as happens when memory runs out; run it again with --jobs 1"
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


def _collect(running: dict[Future[list[Converted]], list[int]]) -> Iterator[tuple[int, Converted]]:
    from concurrent.futures import FIRST_COMPLETED, wait

    finished, _ = wait(running, return_when=FIRST_COMPLETED)
    for future in finished:
        yield from zip(running.pop(future), future.result(), strict=True)


def _chunks(
    recordings: Sequence[Recording], todo: Sequence[int], total: int, jobs: int
) -> Iterator[list[int]]:
    """Neighbours together, for they may lie in one archive; small enough that all workers end at
    about one time."""
    low, high = _CHUNK_BYTES
    most = max(low, min(high, total // (jobs * 8)))
    chunk: list[int] = []
    size = 0
    for index in todo:
        chunk.append(index)
        size += recordings[index].size
        if size >= most or len(chunk) >= _CHUNK_FILES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


# ---- in a worker process

_settings: ConvertSettings | None = None


def _begin(settings: ConvertSettings) -> None:
    """Ctrl-C reaches all processes of a terminal; the first one decides what to do about it."""
    global _settings
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _settings = settings


def _convert_chunk(recordings: Sequence[Recording]) -> list[Converted]:
    assert _settings is not None
    return [convert_recording(recording, _settings) for recording in recordings]
