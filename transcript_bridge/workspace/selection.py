"""What `status`, `verify`, `report`, `undo` and `retry` concern: all of a ledger, or some inputs.

An input is a path that the user names. The ledger knows a source by the path that it had when it
was sent, so files that are still there are read, and found by their content wherever they were.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from ..archive.files import printable
from ..archive.patterns import expand
from ..archive.planning import ArchivePlan, PlanEntry, make_plan
from ..archive.scan import ScanResult
from ..archive.stored_files import expand_url
from ..errors import InputError, NotThereError, SettingsError
from ..object_stores import find_object, full_name, is_url
from ..parts import is_file, is_there
from ..transfer.ledger import Ledger, LedgerEntry
from ..transfer.ledger import Unsent as UnsentRecording
from ..transfer.states import SourcePart
from .opened import Advance, OpenArchive

STANDARD_INPUT = "-"

Show = Callable[[str], AbstractContextManager[Advance]]
"""Shows the progress of a step, which it is given the name of."""
OpenPaths = Callable[[tuple[str, ...]], OpenArchive]
"""Opens paths that exist as an archive. Raises SettingsError."""


class Unsent(NamedTuple):
    """A recording of which nothing was sent. conversations: how many it would become."""

    path: str
    conversations: int
    is_changed: bool = False
    """It was sent with another content."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What the ledger has of the inputs, and what it should have.

    entries: with the paths that their files have now. wanted: where recordings were when an upload
    was asked to send them, which it has not begun. found, plan: what is in the inputs that
    exist; None without inputs.
    """

    entries: tuple[LedgerEntry, ...] = ()
    unsent: tuple[Unsent, ...] = ()
    wanted: tuple[str, ...] = ()
    copies: frozenset[int] = frozenset()
    """Requests that were sent from other files, which still exist; the inputs have copies."""
    found: ScanResult | None = None
    plan: ArchivePlan | None = None

    @property
    def unusable(self) -> int:
        """Transcripts in the inputs that cannot be sent."""
        if self.plan is None:
            return 0
        return len(self.plan.failed) + len(self.plan.turns_alone)

    @property
    def unread(self) -> int:
        """Files in the inputs that may hold transcripts, in a form that is not read."""
        if self.plan is None:
            return 0
        return len(self.plan.unread)

    @property
    def unsent_conversations(self) -> int:
        """How many conversations were never sent."""
        return sum(one.conversations for one in self.unsent)


def select_all(ledger: Ledger, account: str | None) -> Selection:
    """The whole ledger, or all of an account. Raises LedgerError."""
    wanted = ledger.select_unsent(account)
    unsent = tuple(Unsent(one.path, one.conversations) for one in wanted)
    return Selection(
        tuple(ledger.select(account)), unsent, wanted=tuple(one.path for one in wanted)
    )


def select_inputs(
    ledger: Ledger,
    account: str | None,
    inputs: Sequence[str],
    open_paths: OpenPaths,
    now: datetime,
    show: Show,
) -> Selection:
    """What was sent, or should be, from files, folders, containers and patterns; without inputs,
    everything.

    Raises SettingsError for an input that neither exists nor is in the ledger, and for settings
    that do not fit; InputError for a file that cannot be opened; LedgerError.
    """
    if not inputs:
        return select_all(ledger, account)
    roots = expand_inputs(inputs)
    known = ledger.select(account, paths=[root.absolute for root in roots])
    wanted = ledger.select_unsent(account, [root.absolute for root in roots])
    _require_known(roots, known, [one.path for one in wanted])
    there = tuple(root.path for root in roots if root.exists)
    scanned, plan = ScanResult(), ArchivePlan()
    if there:
        scanned, plan = _read_plan(open_paths(there), now, show)
    found = find_contents(ledger, account, plan.ready)
    entries = list(_select(ledger, account, known, found))
    unsent = _find_unsent(plan.ready, entries, found)
    unsent += _find_gone(wanted, scanned, plan)
    wanted_paths = [one.path for one in wanted]
    wanted_paths += _find_moved(ledger.select_unsent(account), plan)
    by_path = {entry.row.id for entry in known}
    copies = frozenset(_find_copies(found, by_path))
    return Selection(
        tuple(entries), tuple(unsent), tuple(dict.fromkeys(wanted_paths)), copies, scanned, plan
    )


def _find_moved(wanted: Iterable[UnsentRecording], plan: ArchivePlan) -> Iterator[str]:
    """Where recordings of the plan were when an upload was asked to send them."""
    digests = {entry.summary.digest for entry in plan.ready}
    for one in wanted:
        if one.content_digest in digests and not _exists(one.path):
            yield one.path


def _find_gone(
    wanted: Iterable[UnsentRecording], scanned: ScanResult, plan: ArchivePlan
) -> Iterator[Unsent]:
    """Recordings that were to be sent and are no longer there, under any name."""
    digests = {entry.summary.digest for entry in plan.ready}
    paths: set[str] = set()
    for recording in scanned.recordings:
        paths.update(form.absolute for form in recording.forms)
    for left_out in scanned.left_out_by_rule:
        paths.update(left_out.paths)
    for one in wanted:
        if one.content_digest not in digests and one.path not in paths:
            yield Unsent(one.path, one.conversations)


def _read_plan(archive: OpenArchive, now: datetime, show: Show) -> tuple[ScanResult, ArchivePlan]:
    """What is in an archive now. Raises InputError."""
    with show("reading") as progress:
        found, summaries = archive.scan(progress)
    return found, make_plan(found, summaries, now)


# ---- inputs


class Root(NamedTuple):
    """An input as the user wrote it, and as the ledger has it.

    obstacle: why nobody can say whether it exists, in the system's words.
    """

    path: str
    absolute: str
    exists: bool
    obstacle: str = ""


def expand_inputs(inputs: Iterable[str]) -> list[Root]:
    """The inputs, patterns replaced by what matches them."""
    roots = []
    for name in inputs:
        if name == STANDARD_INPUT:
            roots.append(Root(name, name, False))
            continue
        for path in _expand(name):
            absolute = printable(full_name(path))
            roots.append(_look_at(path, absolute))
    return roots


def _look_at(path: str, absolute: str) -> Root:
    if is_url(path):
        return Root(path, absolute, _may_be_there(path))
    try:
        os.stat(path)  # noqa: PTH116
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return Root(path, absolute, False)
    except OSError as error:
        return Root(path, absolute, False, str(error.strerror))
    return Root(path, absolute, True)


def _may_be_there(url: str) -> bool:
    """False only where the store says that there is nothing; other failures are said by a scan."""
    try:
        find_object(url)
    except InputError as error:
        return not isinstance(error, NotThereError)
    return True


def _expand(name: str) -> list[str]:
    if is_url(name):
        return expand_url(name)
    try:
        return expand(name, _ignore_notice)
    except InputError:  # the ledger may know a file of this very name
        return [name]


def _ignore_notice(_path: str, _message: str) -> None:
    """What is skipped is said when the inputs are scanned."""


def _require_known(
    roots: Iterable[Root], entries: Iterable[LedgerEntry], wanted: Iterable[str]
) -> None:
    known = _paths_of(entries).union(wanted)
    for root in roots:
        is_known = any(is_inside(path, root.absolute) for path in known)
        if root.exists or is_known:
            continue
        problem, advice = "there is no such file or folder", "check the name"
        if root.obstacle:
            problem, advice = f"this cannot be opened ({root.obstacle})", "check its permissions"
        raise SettingsError(
            f"{printable(root.path)}: {problem}, and nothing was uploaded from there; {advice}"
        )


def is_inside(path: str, root: str) -> bool:
    """Whether a path of the ledger is the root, or in such a folder or container."""
    plain = root.rstrip("/\\")
    return path == root or path.startswith((f"{plain}/", f"{plain}\\", f"{plain}!"))


# ---- contents


class SourcePlace(NamedTuple):
    """Where a source is, and where it was when it was sent."""

    now: str
    then: str


class Contents(NamedTuple):
    """What the ledger knows of the contents of files.

    requests: request -> the places of its files. sent: the paths of the files that it knows.
    """

    requests: Mapping[int, list[SourcePlace]]
    sent: frozenset[str]


def find_contents(ledger: Ledger, account: str | None, entries: Sequence[PlanEntry]) -> Contents:
    """The requests that were sent from files with the same bytes, whatever they were called.

    Files of equal bytes and different dates are several recordings. A file is the one that was sent
    from its path, else one that was sent from a path where now is none of them.
    """
    paths: dict[str, list[str]] = {}
    for entry in entries:
        paths.setdefault(entry.summary.digest, []).append(entry.absolute)
    found = ledger.find_by_content(account, list(paths))
    formers: dict[str, dict[str, None]] = {}
    for one in found:
        formers.setdefault(one.content_digest, {})[one.path] = None
    places: dict[tuple[str, str], str] = {}
    for digest, former in formers.items():
        for place in _match_places(paths[digest], list(former)):
            places[digest, place.then] = place.now
    requests: dict[int, list[SourcePlace]] = {}
    for one in found:
        place = SourcePlace(places[one.content_digest, one.path], one.path)
        requests.setdefault(one.request, []).append(place)
    return Contents(requests, frozenset(places.values()))


def _match_places(now: Sequence[str], then: Sequence[str]) -> Iterator[SourcePlace]:
    """Where each source is now; all of these have the same bytes."""
    waiting = [path for path in now if path not in then]
    for former in then:
        if former in now:
            yield SourcePlace(former, former)
        elif waiting:
            # The last one may have been sent from several places.
            path = waiting.pop(0) if len(waiting) > 1 else waiting[0]
            yield SourcePlace(path, former)
        else:
            yield SourcePlace(now[0], former)


def _select(
    ledger: Ledger, account: str | None, known: Iterable[LedgerEntry], found: Contents
) -> Iterator[LedgerEntry]:
    """The entries at the paths, then those that only the content leads to."""
    seen = set()
    for entry in known:
        seen.add(entry.row.id)
        places = found.requests.get(entry.row.id, ())
        yield replace(entry, parts=_move_parts(entry.parts, places))
    if found.requests.keys() <= seen:
        return
    for entry in ledger.select(account):
        if entry.row.id in found.requests and entry.row.id not in seen:
            places = found.requests[entry.row.id]
            former = {place.then for place in places}
            parts = [part for part in entry.parts if part.path in former]
            yield replace(entry, parts=_move_parts(parts, places))


def _find_copies(found: Contents, by_path: set[int]) -> Iterator[int]:
    """Requests that only the content leads to, although the files that were sent still exist."""
    for request, places in found.requests.items():
        if request not in by_path and any(_exists(place.then) for place in places):
            yield request


def _exists(path: str) -> bool:
    """Whether a source is still there, or the container that it was in."""
    container, _, member = path.partition("!")
    is_in_container = bool(member) and is_file(container)
    return is_in_container or is_there(path)


def _move_parts(
    parts: Iterable[SourcePart], places: Iterable[SourcePlace]
) -> tuple[SourcePart, ...]:
    """The parts with the paths that their files have now."""
    moved = {place.then: place.now for place in places}
    return tuple(replace(part, path=moved.get(part.path, part.path)) for part in parts)


def _paths_of(entries: Iterable[LedgerEntry]) -> set[str]:
    return {part.path for entry in entries for part in entry.parts}


def _find_unsent(
    ready: Iterable[PlanEntry], known: Iterable[LedgerEntry], found: Contents
) -> list[Unsent]:
    """Recordings whose content the ledger does not know."""
    paths = _paths_of(known)
    unsent = []
    for one in ready:
        if one.absolute not in found.sent:
            is_changed = one.absolute in paths
            unsent.append(Unsent(one.absolute, one.summary.conversations, is_changed))
    return unsent
