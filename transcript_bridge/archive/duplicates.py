"""Which of the recordings with one text are sent."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from itertools import chain
from typing import Generic, NamedTuple, Protocol, TypeVar

from ..dating.finder import TRUST, Began
from ..errors import InputError
from .convert import digest_files
from .files import ArchiveFile
from .grouping import Recording
from .summary import RecordingSummary


class _Dated(Protocol):
    """A recording with its date: an entry of a plan."""

    @property
    def recording(self) -> Recording: ...

    @property
    def summary(self) -> RecordingSummary: ...

    @property
    def began(self) -> Began: ...

    @property
    def at(self) -> datetime: ...

    @property
    def is_guessed(self) -> bool: ...


Entry = TypeVar("Entry", bound=_Dated)


class Duplicate(NamedTuple):
    """A file whose content, or a newer version of it, is in the archive under another name."""

    path: str
    kept: str
    """The path of the file that is sent."""
    is_older: bool = False


def without_duplicates(
    entries: Sequence[Entry],
) -> tuple[tuple[Entry, ...], tuple[Duplicate, ...]]:
    """Of equal contents, keep the one with turns, the most trusted date, the shortest path.

    Equal contents whose stated dates contradict each other are several events: one of each is kept.
    """
    events: dict[str, _Events[Entry]] = {}
    same: dict[str, Entry] = {}
    for entry in sorted(_find_repeated(entries), key=_preference):
        known = events.setdefault(entry.summary.text_digest, _Events(entry))
        same[entry.summary.path] = known.find_or_add(entry)
    return _without(entries, [same.get(entry.summary.path, entry) for entry in entries])


def without_copied_forms(
    entries: Sequence[Entry],
) -> tuple[tuple[Entry, ...], tuple[Duplicate, ...]]:
    """Leave out copies of forms that are not used, such as `talk copy.txt` beside `talk.srt` and
    `talk.txt`.

    Unused forms are read only if a used one has their suffix and size.
    """
    none: _UnusedForms[Entry] = _UnusedForms()
    unused: dict[tuple[str, int], _UnusedForms[Entry]] = {}
    for entry in entries:
        for path in entry.summary.others:
            form = entry.recording.form(path)
            unused.setdefault((form.suffix, form.size), _UnusedForms()).add(entry, form)
    better = []
    for entry in entries:
        form = entry.recording.form(entry.summary.path)
        better.append(unused.get((form.suffix, form.size), none).find(entry))
    return _without(entries, better)


def _without(
    entries: Sequence[Entry], better: Sequence[Entry]
) -> tuple[tuple[Entry, ...], tuple[Duplicate, ...]]:
    """The entries that are kept, and the others. better: what is sent in place of each."""
    kept = []
    duplicates = []
    for entry, sent in zip(entries, better, strict=True):
        if sent is entry:
            kept.append(entry)
        else:
            duplicates.append(Duplicate(entry.summary.path, sent.summary.path))
    return tuple(kept), tuple(duplicates)


class _UnusedForms(Generic[Entry]):
    """Forms with one suffix and one size, of recordings of which a better form is used."""

    def __init__(self) -> None:
        self._unread: list[tuple[Entry, ArchiveFile]] = []
        self._by_digest: dict[str, list[Entry]] = {}

    def add(self, entry: Entry, form: ArchiveFile) -> None:
        """One more form."""
        self._unread.append((entry, form))

    def find(self, copy: Entry) -> Entry:
        """The recording that has the content of `copy` in a form that is not used; else `copy`."""
        while self._unread:
            entry, form = self._unread.pop()
            with suppress(InputError):  # what cannot be read is not used, and not missed
                digest = digest_files(form.read(), None)
                self._by_digest.setdefault(digest, []).append(entry)
        for entry in self._by_digest.get(copy.summary.text_digest, ()):
            if not _contradict(copy, entry):
                return entry
        return copy


def _find_repeated(entries: Sequence[Entry]) -> list[Entry]:
    """Those whose text others have, too. Few do, and for a million _Events would take 450 MB."""
    seen: set[str] = set()
    repeated: set[str] = set()
    for entry in entries:
        digest = entry.summary.text_digest
        if digest in seen:
            repeated.add(digest)
        seen.add(digest)
    return [entry for entry in entries if entry.summary.text_digest in repeated]


class _Events(Generic[Entry]):
    """Recordings of one text that state different beginnings. By day: thousands may say the same,
    such as a greeting, and comparing each with each takes a minute for 10,000."""

    def __init__(self, first: Entry) -> None:
        self._first = first
        self._by_day: dict[date, list[Entry]] = {}

    def find_or_add(self, entry: Entry) -> Entry:
        """The event that a recording is of; the recording itself if that is a new one.

        A guessed date contradicts nothing, so that such an event is always the only one.
        """
        own_day = self._by_day.setdefault(entry.at.date(), [])
        for event in chain((self._first,), own_day):
            if not _contradict(entry, event):
                return event
        own_day.append(entry)
        return entry


def _contradict(entry: _Dated, other: _Dated) -> bool:
    """Whether two recordings state that they began at different moments.

    On one day, only sources of one kind contradict each other: a folder may know the day alone.
    """
    if entry.is_guessed or other.is_guessed or entry.at == other.at:
        return False
    if entry.at.date() != other.at.date():
        return True
    return entry.began.source == other.began.source


def _preference(entry: _Dated) -> tuple[bool, int, int, str]:
    """The lowest is kept."""
    source = entry.began.source.split(" ")[0]
    path = entry.summary.path
    return not entry.summary.turns, TRUST.index(source), len(path), path
