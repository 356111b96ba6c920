"""The part of a ledger that `status`, `verify`, `report`, `undo` and `retry` act on.

An input is a path that the user names. The ledger knows a source by the path that it had when it
was sent. So files that still exist are read, and their requests are found by content.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from ..archive.plan import ArchivePlan, PlanEntry
from ..archive.planning import make_plan
from ..archive.scan import ScanResult
from ..errors import InputError
from ..parts import is_file, is_there
from ..transfer.ledger import Ledger, LedgerEntry, Unsent
from ..transfer.states import SourcePart
from .opened import Advance, OpenArchive
from .roots import Root, expand_inputs, find_missing

Show = Callable[[str], AbstractContextManager[Advance]]
"""Takes the name of a step, and shows its progress."""
OpenPaths = Callable[[tuple[str, ...]], OpenArchive]
"""Opens existing paths as an archive. Raises SettingsError."""


class UnsentRecording(NamedTuple):
    """A recording of which nothing was sent. conversations: how many it would become."""

    path: str
    conversations: int
    is_changed: bool = False
    """Whether it was sent with other content."""


@dataclass(frozen=True, slots=True)
class Selection:
    """The recordings of the inputs that are in the ledger, and those that should be.

    entries: with the current paths of their files. wanted: the paths of recordings that an upload
    was asked to send and has not begun. found, plan: what is in the inputs that exist; empty
    without inputs.
    """

    entries: tuple[LedgerEntry, ...] = ()
    unsent: tuple[UnsentRecording, ...] = ()
    wanted: tuple[str, ...] = ()
    copies: frozenset[int] = frozenset()
    """Requests that were sent from other files, which still exist; the inputs are copies of
    these."""
    found: ScanResult = field(default_factory=ScanResult)
    plan: ArchivePlan = field(default_factory=ArchivePlan)
    missing: tuple[InputError, ...] = ()
    """For each input that neither exists nor is in the ledger."""

    @property
    def unusable(self) -> int:
        """Transcripts in the inputs that cannot be sent."""
        return len(self.plan.failed) + len(self.plan.turns_alone)

    @property
    def unread(self) -> int:
        """Files in the inputs that may contain transcripts, in a form that is not read."""
        return len(self.plan.unread)

    @property
    def digests(self) -> list[str]:
        """Those of the recordings of the inputs, by which the ledger knows them."""
        return [entry.summary.digest for entry in self.plan.ready]

    @property
    def unsent_conversations(self) -> int:
        """How many conversations were never sent."""
        return sum(recording.conversations for recording in self.unsent)


def select_all(ledger: Ledger, account: str | None) -> Selection:
    """The whole ledger, or all of an account. Raises LedgerError."""
    wanted = ledger.select_unsent(account)
    unsent = tuple(UnsentRecording(recording.path, recording.conversations) for recording in wanted)
    return Selection(
        tuple(ledger.select(account)), unsent, wanted=tuple(recording.path for recording in wanted)
    )


def select_inputs(
    ledger: Ledger,
    account: str | None,
    inputs: Sequence[str],
    open_paths: OpenPaths,
    now: datetime,
    show: Show,
) -> Selection:
    """Select what was sent, or should be, from files, folders, containers and patterns; without
    inputs, everything.

    Raises SettingsError for settings that contradict each other; InputError for a file that cannot
    be opened, and if no input exists or is in the ledger; LedgerError.
    """
    if not inputs:
        return select_all(ledger, account)
    roots = expand_inputs(inputs)
    places = [root.absolute for root in roots]
    known = ledger.select(account, paths=places)
    wanted = ledger.select_unsent(account, places)
    wanted_paths = [recording.path for recording in wanted]
    missing = find_missing(roots, _list_known_paths(ledger, roots))
    there = tuple(root.path for root in roots if root.exists)
    scanned, plan = ScanResult(), ArchivePlan()
    if there:
        scanned, plan = _read_plan(open_paths(there), now, show)
    digests = {entry.summary.digest for entry in plan.ready}
    found = find_contents(ledger, account, plan.ready)
    by_path = {entry.row.id for entry in known}
    entries = _move_known(known, found) + _find_elsewhere(ledger, account, by_path, found)
    unsent = _find_unsent(plan.ready, entries, found)
    unsent += _find_gone(wanted, scanned, digests)
    wanted_paths += _find_moved(ledger.select_unsent(account), digests)
    copies = frozenset(_find_copies(found, by_path))
    all_wanted = tuple(dict.fromkeys(wanted_paths))
    return Selection(tuple(entries), tuple(unsent), all_wanted, copies, scanned, plan, missing)


def _list_known_paths(ledger: Ledger, roots: Iterable[Root]) -> set[str]:
    """The paths of the ledger, of any account, at roots that do not exist."""
    gone = [root.absolute for root in roots if not root.exists]
    if not gone:
        return set()
    unsent = {recording.path for recording in ledger.select_unsent(None, gone)}
    return unsent.union(_paths_of(ledger.select(None, paths=gone)))


def _find_moved(wanted: Iterable[Unsent], digests: Collection[str]) -> Iterator[str]:
    """The paths of wanted recordings with these contents."""
    for recording in wanted:
        if recording.content_digest in digests and not _exists(recording.path):
            yield recording.path


def _find_gone(
    wanted: Iterable[Unsent], scanned: ScanResult, digests: Collection[str]
) -> Iterator[UnsentRecording]:
    """Wanted recordings that no longer exist under any name.

    digests: of the contents that exist.
    """
    paths = {form.absolute for recording in scanned.recordings for form in recording.forms}
    paths.update(*[left_out.paths for left_out in scanned.left_out_by_rule])
    for missing in wanted:
        if missing.content_digest not in digests and missing.path not in paths:
            yield UnsentRecording(missing.path, missing.conversations)


def _read_plan(archive: OpenArchive, now: datetime, show: Show) -> tuple[ScanResult, ArchivePlan]:
    """The contents and the plan of an archive now. Raises InputError."""
    with show("reading") as progress:
        found, summaries = archive.scan(progress)
    return found, make_plan(found, summaries, now)


# ---- contents


Places = dict[str, str]
"""The path of each source when it was sent -> its current path."""


class KnownContents(NamedTuple):
    """The ledger's records about the contents of files.

    requests: request -> the places of its files. sent: the paths of the files that it knows.
    """

    requests: Mapping[int, Places]
    sent: frozenset[str]


def find_contents(
    ledger: Ledger, account: str | None, entries: Sequence[PlanEntry]
) -> KnownContents:
    """The requests that were sent from files with the same bytes, under any name.

    Files of equal bytes and different dates are several recordings. A file is matched with the
    request that was sent from its path, or else with one whose path now has none of these files.
    """
    paths: dict[str, list[str]] = {}
    for entry in entries:
        paths.setdefault(entry.summary.digest, []).append(entry.absolute)
    found = ledger.find_by_content(account, list(paths))
    formers: dict[str, Places] = {}
    for content in found:
        formers.setdefault(content.content_digest, {})[content.path] = content.path
    for digest, places in formers.items():
        _match_places(places, paths[digest])
    requests: dict[int, Places] = {}
    sent: set[str] = set()
    for content in found:
        now = formers[content.content_digest][content.path]
        requests.setdefault(content.request, {})[content.path] = now
        sent.add(now)
    return KnownContents(requests, frozenset(sent))


def _match_places(places: Places, now: Sequence[str]) -> None:
    """Set the current path of each source; all of these have the same bytes."""
    present = set(now)
    new = iter([path for path in now if path not in places])
    place = now[0]
    for path in places:
        if path not in present:
            place = next(new, place)  # the last one may have been sent from several places
            places[path] = place


def _move_known(known: Iterable[LedgerEntry], found: KnownContents) -> list[LedgerEntry]:
    """The entries with the current paths of their files."""
    moved = []
    for entry in known:
        places = found.requests.get(entry.row.id, {})
        moved.append(replace(entry, parts=_move_parts(entry.parts, places)))
    return moved


def _find_elsewhere(
    ledger: Ledger, account: str | None, by_path: set[int], found: KnownContents
) -> list[LedgerEntry]:
    """The entries that only the content leads to. by_path: those that the paths lead to."""
    others = found.requests.keys() - by_path
    if not others:
        return []
    moved = []
    for entry in ledger.select(account):
        if entry.row.id in others:
            places = found.requests[entry.row.id]
            parts = [part for part in entry.parts if part.path in places]
            moved.append(replace(entry, parts=_move_parts(parts, places)))
    return moved


def _find_copies(found: KnownContents, by_path: set[int]) -> Iterator[int]:
    """Requests that are found only by content, although the files that were sent still exist."""
    for request, places in found.requests.items():
        if request not in by_path and any(map(_exists, places)):
            yield request


def _exists(path: str) -> bool:
    """Whether a source still exists, or the container that it was in."""
    container, _, member = path.partition("!")
    is_in_container = bool(member) and is_file(container)
    return is_in_container or is_there(path)


def _move_parts(parts: Iterable[SourcePart], places: Places) -> tuple[SourcePart, ...]:
    """The parts with the current paths of their files."""
    return tuple(replace(part, path=places.get(part.path, part.path)) for part in parts)


def _paths_of(entries: Iterable[LedgerEntry]) -> set[str]:
    return {part.path for entry in entries for part in entry.parts}


def _find_unsent(
    ready: Iterable[PlanEntry], known: Iterable[LedgerEntry], found: KnownContents
) -> list[UnsentRecording]:
    """Recordings whose content is not in the ledger."""
    paths = _paths_of(known)
    unsent = []
    for entry in ready:
        if entry.absolute not in found.sent:
            is_changed = entry.absolute in paths
            unsent.append(UnsentRecording(entry.absolute, entry.summary.conversations, is_changed))
    return unsent
