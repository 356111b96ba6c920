"""What is still there of a source, and who speaks in it when.

Two ways lead to the files: the plan of an archive that the user names (check_plan_sources), or nothing
but the paths in the ledger (check_ledger_sources). Both go through the plan cache, so that an unchanged
archive is not read again. Only the picture of who spoke when needs the transcript itself
(with_lanes); it is reduced to COLUMNS at once, so that ten thousand of them fit into memory.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain
from pathlib import PurePath
from typing import NamedTuple

from ..archive.convert import load_recording
from ..archive.files import printable
from ..archive.grouping import Recording
from ..archive.parallel import PlanCache, Progress, convert_all
from ..archive.planning import ArchivePlan
from ..archive.scan import ScanResult, scan
from ..archive.summary import Converted
from ..errors import BridgeError
from ..models import Transcript
from ..options import Options
from ..shaping.speakers import SpeakerMap
from .states import FileState

COLUMNS = 1000
"""How fine the picture of who spoke when is: the length of a recording is cut into so many columns."""

Block = tuple[int, int]
"""The first column and how many, of a stretch in which somebody speaks."""


class Lane(NamedTuple):
    """One speaker of one recording."""

    label: str | None
    name: str | None
    """Whom the speaker map knows by this label."""
    is_user: bool
    ms: int
    """Talk time."""
    blocks: tuple[Block, ...]


class SourceStatus(NamedTuple):
    """A source as it is today."""

    path: str
    """What the ledger calls it, or would."""
    there: bool = True
    state: FileState = "unsent"
    """What it is to be called if the ledger does not know it."""
    message: str = ""
    """Why it cannot be read, or of what it is a duplicate."""
    began: datetime | None = None
    summary: Converted | None = None
    recording: Recording | None = None
    """Its files; None where they cannot be read."""
    lanes: tuple[Lane, ...] = ()


def check_plan_sources(found: ScanResult, plan: ArchivePlan) -> Iterator[SourceStatus]:
    """Every transcript of an archive, sent or not."""
    full = {form.path: form.absolute for recording in found.recordings for form in recording.forms}
    for entry in plan.ready:
        one = entry.summary
        yield SourceStatus(full[one.path], began=entry.at, summary=one, recording=entry.recording)
    for duplicate in plan.duplicates:
        yield SourceStatus(full[duplicate.path], state="duplicate", message=full[duplicate.kept])
    for one in plan.silent:
        yield SourceStatus(full[one.path], state="silent", summary=one)
    for state, ones in (("failed", plan.failed), ("turns-alone", plan.turns_alone)):
        for one in ones:
            yield SourceStatus(
                full[one.path],
                state="failed" if state == "failed" else "turns-alone",
                message=withhold(one.error),
                summary=one,
            )


def check_ledger_sources(
    paths: Sequence[str],
    options: Options,
    *,
    jobs: int = 1,
    cache: PlanCache | None = None,
    progress: Progress = lambda done, total: None,
) -> Iterator[SourceStatus]:
    """What has become of the sources of the ledger: read again where they are still there."""
    places = _find_again(paths)
    recordings = list({id(recording): recording for recording in places.values()}.values())
    whole = dict(
        zip(
            map(id, recordings),
            convert_all(recordings, options, jobs=jobs, cache=cache, progress=progress),
            strict=True,
        )
    )
    # Today another form of the recording may be the best, but it was this one that was sent.
    narrow = {}
    for path, recording in places.items():
        form = next(form for form in recording.forms if _norm(form.absolute) == _norm(path))
        if whole[id(recording)].path != form.path:
            narrow[path] = recording._replace(forms=(form,))
    again = dict(
        zip(
            narrow,
            convert_all(list(narrow.values()), options, jobs=jobs, cache=cache),
            strict=True,
        )
    )
    for path in paths:
        if path not in places:
            yield SourceStatus(path, there=_is_there(path))
            continue
        one = again.get(path) or whole[id(places[path])]
        readable = one.state in ("ready", "silent")
        yield SourceStatus(
            path,
            summary=one,
            recording=narrow.get(path, places[path]) if readable else None,
            message=withhold(one.error),
        )


def with_lanes(seen: SourceStatus, options: Options, now: datetime) -> SourceStatus:
    """The same, with the picture of who spoke when; without it where the file cannot be read any
    more."""
    if seen.recording is None or seen.summary is None:
        return seen
    try:
        loaded = load_recording(seen.recording, seen.summary.path, options, now)
    except BridgeError:
        return seen
    return seen._replace(lanes=tuple(_lanes(loaded.transcript, loaded.options.speakers)))


def _lanes(transcript: Transcript, speakers: SpeakerMap) -> Iterator[Lane]:
    spans: dict[str | None, list[tuple[int, int]]] = {}
    for said in transcript.utterances:
        spans.setdefault(said.speaker, []).append((said.start, said.end))
    for label, own in spans.items():
        person = speakers.person(label)
        name, is_user = (person.name, person.is_user) if person is not None else (None, False)
        yield Lane(
            label,
            name,
            is_user,
            sum(end - start for start, end in own),
            _squeeze(own, transcript.duration),
        )


def _squeeze(spans: Iterable[tuple[int, int]], length: int) -> tuple[Block, ...]:
    """Spans in ms as blocks of columns; what touches is one, and nothing is too short to be seen."""
    blocks: list[Block] = []
    for start, end in sorted(spans):
        first = min(start * COLUMNS // max(length, 1), COLUMNS - 1)
        last = max(first + 1, min(-(-end * COLUMNS // max(length, 1)), COLUMNS))
        if blocks and first <= sum(blocks[-1]):
            first, former = blocks[-1][0], sum(blocks.pop())
            last = max(last, former)
        blocks.append((first, last - first))
    return tuple(blocks)


_QUOTED = re.compile(
    r"""\b(at|before) (?!'transcript-bridge )('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
)
_MISTAKE = re.compile(r"^(a mistake in Transcript Bridge \(\w+): .*\)", re.DOTALL)


def withhold(message: str) -> str:
    """A reason for which a file cannot be read, without the piece of the file that it quotes."""
    return _MISTAKE.sub(r"\1)", _QUOTED.sub(r"\1 […]", message))


# ---- from a path in the ledger to the files of its recording


def _find_again(paths: Iterable[str]) -> dict[str, Recording]:
    """By path; what is gone, or is never opened, is not in it."""
    folders: dict[str, set[str]] = {}
    containers: set[str] = set()
    wanted = {_norm(path): path for path in paths if path != "-"}
    for path in wanted:
        container = _container(path)
        if container:
            containers.add(container)
        else:
            folders.setdefault(os.path.dirname(path), set()).add(_stem(path))  # noqa: PTH120  # see archive.py
    companions = chain.from_iterable(_list(folder, stems) for folder, stems in folders.items())
    recordings = scan(sorted({*companions, *containers})).recordings
    forms = (
        (_norm(form.absolute), recording) for recording in recordings for form in recording.forms
    )
    return {wanted[path]: recording for path, recording in forms if path in wanted}


def _list(folder: str, stems: set[str]) -> Iterator[str]:
    """The files of a folder that may belong to the stems; nothing below it."""
    try:
        with os.scandir(folder) as entries:
            yield from (
                entry.path
                for entry in entries
                if _stem(printable(entry.name)) in stems and entry.is_file()
            )
    except OSError:
        return


def _stem(path: str) -> str:
    return PurePath(path).name.split(".")[0]


def _container(path: str) -> str | None:
    """The archive in which a path lies: a `!` may also be a part of any name."""
    marks = (place for place, letter in enumerate(path) if letter == "!")
    return next((path[:mark] for mark in marks if os.path.isfile(path[:mark])), None)  # noqa: PTH113  # see archive.py


def _is_there(path: str) -> bool:
    return path != "-" and os.path.exists(path)  # noqa: PTH110  # see archive.py


def _norm(path: str) -> str:
    return os.path.normpath(path)
