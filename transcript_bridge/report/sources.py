"""Finds out whether the file of a source still exists, and reads it.

There are two ways to the files: the plan of an archive that the user names (check_plan_sources), or
only the paths in the ledger (check_ledger_sources). Both use the plan cache, so that an unchanged
archive is not read again. Only the chart of who spoke when needs the transcript (with_lanes).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import PurePath
from typing import NamedTuple

from ..archive.convert import load_recording
from ..archive.files import ArchiveFile, printable
from ..archive.grouping import Recording
from ..archive.parallel import THIS_PROCESS, Engine, Progress, convert_all, ignore_progress
from ..archive.plan import ArchivePlan
from ..archive.scan import ScanResult, scan
from ..archive.summary import RecordingSummary
from ..errors import STANDARD_INPUT, BridgeError
from ..object_stores import find_existing, is_url
from ..options import Options
from ..parts import existing_containers, is_there, possible_containers
from .lanes import Lane, lanes_of
from .redaction import redact
from .states import FileState

# No `Path` for files on disk in this module: their names may contain bytes that are not text.


NOT_READ = RecordingSummary("", "none")
"""The state of a file that is gone, or that no recording uses."""
_UNUSABLE: dict[str, FileState] = {
    "silent": "silent",
    "failed": "failed",
    "turns": "turns-alone",
}
"""States by that of a summary."""


class SourceStatus(NamedTuple):
    """A source as it is now."""

    path: str
    """The path as in the ledger."""
    there: bool = True
    """Whether its file exists."""
    state: FileState = "unsent"
    """Its state if it is not in the ledger."""
    message: str = ""
    """Why it cannot be read, or the path of which it is a duplicate."""
    began: datetime | None = None
    summary: RecordingSummary = NOT_READ
    recording: Recording | None = None
    """Its files; None if they cannot be read."""
    lanes: tuple[Lane, ...] = ()
    expected: int = 0
    """How many conversations it was to become, if the ledger knows no more."""


def check_plan_sources(found: ScanResult, plan: ArchivePlan) -> Iterator[SourceStatus]:
    """Every transcript of an archive, sent or not, and every file that looks like one."""
    full = {form.path: form.absolute for recording in found.recordings for form in recording.forms}
    full.update((container.path, container.absolute) for container in found.broken)
    for entry in plan.ready:
        yield SourceStatus(
            entry.absolute, began=entry.at, summary=entry.summary, recording=entry.recording
        )
    for duplicate in plan.duplicates:
        kept = full[duplicate.kept]
        yield SourceStatus(full[duplicate.path], state="duplicate", message=kept)
    for summary in (*plan.silent, *plan.failed, *plan.turns_alone):
        state = _UNUSABLE[summary.state]
        message = redact(summary.error)
        yield SourceStatus(full[summary.path], True, state, message, summary=summary)
    for file in plan.unread:
        yield SourceStatus(file.absolute, state="unread", message=file.advice)
    for record in plan.left_out_by_rule:
        yield SourceStatus(record.absolute, state="left-out", message=record.rule)


def check_ledger_sources(
    paths: Sequence[str],
    options: Options,
    engine: Engine = THIS_PROCESS,
    progress: Progress = ignore_progress,
) -> Iterator[SourceStatus]:
    """The sources of the ledger; those that still exist are read again."""
    sent = _find_sent(paths)
    whole = list(dict.fromkeys(entry.recording for entry in sent.values()))
    summaries = convert_all(whole, options, engine, progress=progress)
    found = dict(zip(whole, summaries, strict=True))
    recordings = {}
    for path, entry in sent.items():
        recordings[path] = entry.recording
        if found[entry.recording].path != entry.form.path:
            recordings[path] = entry.alone  # another form is the best now, but this one was sent
    alone = [recording for recording in recordings.values() if recording not in found]
    found.update(zip(alone, convert_all(alone, options, engine), strict=True))
    there = _find_there([path for path in paths if path not in sent])
    for path in paths:
        if path in recordings:
            yield _describe_sent(path, recordings[path], found[recordings[path]])
        else:
            yield SourceStatus(path, there=path in there)


def _describe_sent(path: str, recording: Recording, summary: RecordingSummary) -> SourceStatus:
    found = SourceStatus(path, message=redact(summary.error), summary=summary)
    if summary.state in ("ready", "silent"):
        return found._replace(recording=recording)
    return found


def with_lanes(source: SourceStatus, options: Options, now: datetime) -> SourceStatus:
    """The source with its lanes; without them if the file can no longer be read."""
    if source.recording is None:
        return source
    try:
        loaded = load_recording(source.recording, source.summary.path, options, now)
    except BridgeError:
        return source
    return source._replace(lanes=tuple(lanes_of(loaded.transcript, loaded.options.speakers)))


# ---- from a path in the ledger to the files of its recording


class _SentForm(NamedTuple):
    """A file that was sent, and the recording that it belongs to now."""

    form: ArchiveFile
    recording: Recording

    @property
    def alone(self) -> Recording:
        return self.recording._replace(forms=(self.form,))


def _find_sent(paths: Iterable[str]) -> dict[str, _SentForm]:
    """The files by path, without those that are gone, never opened, or in a store."""
    wanted = {os.path.normpath(path): path for path in _paths_on_disk(paths)}
    stems: dict[str, set[str]] = {}
    to_scan: set[str] = set()
    for path in wanted:
        container = next(existing_containers(path), None)
        if container is not None:
            to_scan.add(container)
        else:
            folder = os.path.dirname(path)  # noqa: PTH120
            stems.setdefault(folder, set()).add(_stem(path))
    for folder, own_stems in stems.items():
        to_scan.update(_files_with_stems(folder, own_stems))
    found = {}
    for recording in scan(sorted(to_scan)).recordings:
        for form in recording.forms:
            path = os.path.normpath(form.absolute)
            if path in wanted:
                found[wanted[path]] = _SentForm(form, recording)
    return found


def _paths_on_disk(paths: Iterable[str]) -> list[str]:
    return [path for path in paths if path != STANDARD_INPUT and not is_url(path)]


def _files_with_stems(folder: str, stems: set[str]) -> Iterator[str]:
    """The files of a folder that may belong to the stems, without those below it."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if _stem(printable(entry.name)) in stems and entry.is_file():
                yield entry.path


def _stem(path: str) -> str:
    return PurePath(path).name.split(".")[0]


def _find_there(paths: Sequence[str]) -> set[str]:
    """The paths that exist; in a store, also those whose container exists."""
    there = {path for path in _paths_on_disk(paths) if is_there(path)}
    urls = [path for path in paths if is_url(path)]
    if urls:
        there |= _find_stored(urls)
    return there


def _find_stored(urls: Sequence[str]) -> set[str]:
    """Containers are checked first, once for all of their members."""
    containers = {url: list(possible_containers(url)) for url in urls}
    different = {path for possible in containers.values() for path in possible}
    existing = find_existing(sorted(different))
    there = {url for url, possible in containers.items() if existing.intersection(possible)}
    return there | find_existing([url for url in urls if url not in there])
