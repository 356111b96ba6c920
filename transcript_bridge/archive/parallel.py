"""Converts many recordings on all cores, and caches the results.

Worker processes open their files themselves and return summaries, so that memory use does not grow
with the size of the archive. Nothing is shared, and processes are spawned, not forked, so that it
works the same on every system.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple, Protocol

from ..object_stores import is_in_process
from ..options import Options
from ..path_patterns import find_fitting
from ..shaping.speakers import SpeakerMap
from .code_fingerprint import fingerprint_code
from .convert import convert_recording
from .grouping import Recording
from .guard import describe_fault
from .read_ahead import reading_ahead
from .summary import RecordingSummary
from .voices.naming import name_voices, without_people
from .workers import convert_in_processes, fail

SMALL = 6 * 1024 * 1024
"""Bytes; for less, starting processes takes longer than the work itself."""
_MIN_CHUNK_BYTES = 128 * 1024
_MAX_CHUNK_BYTES = 1024 * 1024
_CHUNK_FILES = 250
_CHUNKS_PER_JOB = 8
"""Chunks per worker; enough that all workers finish at about the same time."""
_SAVE_EVERY = 1000
"""Recordings; those read since would be read again if the program were killed."""

Progress = Callable[[int, int], None]
"""Called with how many recordings are done, and how many there are."""
Arrive = Callable[[Recording, RecordingSummary], None]


class PlanCache(Protocol):
    """Summaries of recordings, by a key that changes whenever the summary might."""

    def load(self, keys: Sequence[str]) -> dict[str, RecordingSummary]:
        """The summaries that are known, by key."""

    def save(self, rows: Sequence[tuple[str, RecordingSummary]]) -> None:
        """Store summaries for the next time."""


def recording_key(recording: Recording, options_digest: str, own: str = "") -> str:
    """The key of a recording in a PlanCache.

    It changes when a file of the recording is written, moved, added, removed or renamed, or when
    the options change. own: what the options say about this recording only.
    """
    files = [
        (file.path, file.absolute, file.size, file.modified_ns, file.offset)
        for file in recording.files
    ]
    content = repr((options_digest, own, len(recording.forms), files))
    return hashlib.sha256(content.encode()).hexdigest()[:40]


class Work(NamedTuple):
    """The work of worker processes on each recording."""

    options: Options
    samples: int

    def make_keys(self, recordings: Sequence[Recording]) -> list[str]:
        """The keys of recordings; a table or a rule changes only those of the files that it is
        for."""
        digest = f"{fingerprint_code()} {self.digest_common()} {self.samples}"
        keys = []
        for recording in recordings:
            keys.append(recording_key(recording, digest, self.describe_own(recording)))
        return keys

    def convert(self, recording: Recording) -> RecordingSummary:
        """The summary of a recording. Never raises because of its content."""
        try:
            return convert_recording(recording, self.options, samples=self.samples)
        except Exception as error:  # one odd file must not end the work on ten thousand
            return fail(recording, describe_fault(error))

    def digest_common(self) -> str:
        """A digest of the options without those for some files only."""
        people = self.options.speakers
        common = SpeakerMap(people.people, me=people.me, has_owner=people.has_owner)
        return replace(self.options, speakers=common, files=()).digest()

    def describe_own(self, recording: Recording) -> str:
        """Return what tables and rules for some files set for the forms of a recording."""
        if not self.options.files and not self.options.speakers.rules:
            return ""
        own = []
        for form in recording.forms:
            path = form.rule_path
            values = self.options.shaping_values(path)
            rules = find_fitting(self.options.speakers.rules, path)
            if values or rules:
                own.append((form.path, sorted(values.items()), rules))
        return repr(own) if own else ""


class Engine(Protocol):
    """Converts recordings: processes of this machine, or a cluster."""

    def convert(
        self, recordings: Sequence[Recording], work: Work, progress: Progress
    ) -> list[RecordingSummary]:
        """A summary of each recording, in their order."""


class _Results:
    """Summaries by the index of their recording; None for those not converted yet."""

    def __init__(self, summaries: list[RecordingSummary | None]) -> None:
        self.summaries = summaries

    def missing(self) -> list[int]:
        return [index for index, summary in enumerate(self.summaries) if summary is None]

    def add(self, index: int, summary: RecordingSummary) -> None:
        self.summaries[index] = summary

    def save(self) -> None:
        """Do nothing: there is no cache."""


class _KeptResults(_Results):
    """Summaries, some of them from a cache; new ones are stored in large portions."""

    def __init__(self, cache: PlanCache, keys: Sequence[str]) -> None:
        known = cache.load(keys)
        super().__init__([known.get(key) for key in keys])
        self._cache = cache
        self._keys = keys
        self._unsaved: list[tuple[str, RecordingSummary]] = []

    def add(self, index: int, summary: RecordingSummary) -> None:
        super().add(index, summary)
        if summary.is_fault:
            return
        self._unsaved.append((self._keys[index], summary))
        if len(self._unsaved) >= _SAVE_EVERY:
            self.save()

    def save(self) -> None:
        if self._unsaved:
            self._cache.save(self._unsaved)
            self._unsaved = []


def ignore_arrival(_recording: Recording, _summary: RecordingSummary) -> None:
    """Do nothing."""


def ignore_progress(_done: int, _total: int) -> None:
    """Do nothing."""


class OwnProcesses:
    """The default Engine: processes of this machine.

    jobs: how many; small archives are converted in this process. arrive: called with each recording
    as soon as it is read, before its voices are named; twice for some of them.
    """

    def __init__(
        self, jobs: int = 1, cache: PlanCache | None = None, arrive: Arrive = ignore_arrival
    ) -> None:
        self.jobs = jobs
        self._cache = cache
        self._arrive = arrive

    def convert(
        self, recordings: Sequence[Recording], work: Work, progress: Progress
    ) -> list[RecordingSummary]:
        """A summary of each recording, in their order; those in the cache are not read."""
        results = self._open_results(recordings, work)
        missing = results.missing()
        count = len(recordings) - len(missing)
        progress(count, len(recordings))
        for recording, known in zip(recordings, results.summaries, strict=True):
            if known is not None:
                self._arrive(recording, known)
        try:
            for index, summary in _convert(recordings, missing, work, self.jobs):
                results.add(index, summary)
                self._arrive(recordings[index], summary)
                count += 1
                progress(count, len(recordings))
        finally:
            results.save()
        return [summary for summary in results.summaries if summary is not None]

    def _open_results(self, recordings: Sequence[Recording], work: Work) -> _Results:
        if self._cache is None:
            return _Results([None] * len(recordings))
        return _KeptResults(self._cache, work.make_keys(recordings))


THIS_PROCESS = OwnProcesses()


def convert_all(
    recordings: Sequence[Recording],
    options: Options,
    engine: Engine = THIS_PROCESS,
    *,
    samples: int = 0,
    progress: Progress = ignore_progress,
) -> list[RecordingSummary]:
    """A summary of each recording, in their order.

    samples: how many lines of each speaker to keep.

    A recording that cannot be read, takes too much time or memory, or ends its process becomes a
    failure.
    """
    summaries = engine.convert(recordings, Work(without_people(options), samples), progress)
    heavy = []
    # In place: a second list of a million summaries would take a third of their memory again.
    for index, recording in enumerate(recordings):
        summary = summaries[index]
        if summary.path == recording.path:
            summary = summary._replace(path=recording.path)  # share the text in memory
        named = name_voices(recording, summary, options)
        summaries[index] = named.summary
        if not named.is_exact:
            heavy.append(index)
    if heavy:
        chosen = [recordings[index] for index in heavy]
        counted = engine.convert(chosen, Work(options, samples), ignore_progress)
        for index, summary in zip(heavy, counted, strict=True):
            summaries[index] = summary
    return summaries


def _convert(
    recordings: Sequence[Recording], indices: Sequence[int], work: Work, jobs: int
) -> Iterator[tuple[int, RecordingSummary]]:
    total = sum(recordings[index].size for index in indices)
    if jobs > 1 and total >= SMALL and not is_in_process(recordings[0].forms[0].file):
        chunks = list(_chunks(recordings, indices, total, jobs))
        yield from convert_in_processes(recordings, chunks, work, jobs)
        return
    chosen = [recordings[index] for index in indices]
    for index, recording in zip(indices, reading_ahead(chosen), strict=True):
        yield index, work.convert(recording)


def _chunks(
    recordings: Sequence[Recording], indices: Sequence[int], total: int, jobs: int
) -> Iterator[list[int]]:
    """Split into chunks of neighbors, which may be in one container."""
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
