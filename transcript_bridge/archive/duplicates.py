"""Decides which recordings of an archive are sent if several are the same conversation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from itertools import chain
from typing import NamedTuple

from ..dating.finder import TRUST
from ..errors import InputError
from ..object_stores import is_url
from .convert import digest_files
from .files import ArchiveFile
from .plan import Duplicate, PlanEntry


class Kept(NamedTuple):
    """The entries that are sent, and those that are left out because of them."""

    entries: tuple[PlanEntry, ...]
    duplicates: tuple[Duplicate, ...]


def without_older(entries: Sequence[PlanEntry]) -> Kept:
    """Keep the newest of several exports of one conversation.

    They have the same id of the product. If two with one id began at different moments, the product
    numbers the conversations of each account, and they are two conversations.
    """
    # Nearly all have no id: a million keys would take 200 MB.
    with_id = [entry for entry in entries if entry.summary.conversation_id]
    newest: dict[tuple[str, datetime], PlanEntry] = {}
    for entry in sorted(with_id, key=_age, reverse=True):
        newest.setdefault((entry.summary.conversation_id, entry.at), entry)
    better = []
    for entry in entries:
        same = newest.get((entry.summary.conversation_id, entry.at), entry)
        if same.summary.text_digest == entry.summary.text_digest:
            same = entry
        better.append(same)
    kept, older = _without(entries, better)
    return Kept(kept, tuple(duplicate._replace(is_older=True) for duplicate in older))


def _age(entry: PlanEntry) -> tuple[str, int, int, int]:
    """The sort key of an export; the highest is the newest: by the product, else the longer, else
    the younger file."""
    summary = entry.summary
    form = entry.recording.form(summary.path)
    modified = form.modified_ns
    if is_url(form.file):  # the stamp of a URL is not a time
        modified = 0
    return summary.updated_at, summary.ms, summary.segments, modified


def without_duplicates(entries: Sequence[PlanEntry]) -> Kept:
    """Of recordings with equal content, keep the one with turns, the most trusted date, the
    shortest path.

    If their stated dates contradict each other, they are several events, and one of each is kept.
    """
    events: dict[str, _EventsByDay] = {}
    same: dict[str, PlanEntry] = {}
    for entry in sorted(_find_repeated(entries), key=_preference):
        known = events.setdefault(entry.summary.text_digest, _EventsByDay(entry))
        same[entry.summary.path] = known.find_or_add(entry)
    return _without(entries, [same.get(entry.summary.path, entry) for entry in entries])


def without_copied_forms(entries: Sequence[PlanEntry]) -> Kept:
    """Leave out copies of forms that are not used, such as `talk copy.txt` beside `talk.srt` and
    `talk.txt`.

    Unused forms are read only if a used form has their suffix and size.
    """
    none = _UnusedForms()
    unused: dict[tuple[str, int], _UnusedForms] = {}
    for entry in entries:
        for path in entry.summary.others:
            form = entry.recording.form(path)
            unused.setdefault((form.suffix, form.size), _UnusedForms()).add(entry, form)
    better = []
    for entry in entries:
        form = entry.recording.form(entry.summary.path)
        better.append(unused.get((form.suffix, form.size), none).find(entry))
    return _without(entries, better)


def _without(entries: Sequence[PlanEntry], better: Sequence[PlanEntry]) -> Kept:
    """better: for each entry, the one that is sent in its place."""
    kept = []
    duplicates = []
    for entry, sent in zip(entries, better, strict=True):
        if sent is entry:
            kept.append(entry)
        else:
            duplicates.append(Duplicate(entry.summary.path, sent.summary.path))
    return Kept(tuple(kept), tuple(duplicates))


class _UnusedForms:
    """Forms with one suffix and one size that are not used, because a better form is."""

    def __init__(self) -> None:
        self._unread: list[tuple[PlanEntry, ArchiveFile]] = []
        self._by_digest: dict[str, list[PlanEntry]] = {}

    def add(self, entry: PlanEntry, form: ArchiveFile) -> None:
        """One more form."""
        self._unread.append((entry, form))

    def find(self, copy: PlanEntry) -> PlanEntry:
        """The recording that has the content of `copy` in a form that is not used; else `copy`
        itself."""
        while self._unread:
            entry, form = self._unread.pop()
            with suppress(InputError):  # a form that cannot be read is ignored
                digest = digest_files(form.read(), None)
                self._by_digest.setdefault(digest, []).append(entry)
        for entry in self._by_digest.get(copy.summary.text_digest, ()):
            if not _contradict(copy, entry):
                return entry
        return copy


def _find_repeated(entries: Sequence[PlanEntry]) -> list[PlanEntry]:
    """The entries whose text others also have. Few do, and _EventsByDay for a million would take
    450 MB."""
    counts = Counter(entry.summary.text_digest for entry in entries)
    return [entry for entry in entries if counts[entry.summary.text_digest] > 1]


class _EventsByDay:
    """Recordings with one text that state different beginnings, by day: thousands may have the same
    text, such as a greeting, and comparing each with each takes a minute for 10,000."""

    def __init__(self, first: PlanEntry) -> None:
        self._first = first
        self._by_day: dict[date, list[PlanEntry]] = {}

    def find_or_add(self, entry: PlanEntry) -> PlanEntry:
        """The entry of the same event; the entry itself if the event is new.

        A guessed date contradicts nothing, so then there is only one event.
        """
        own_day = self._by_day.setdefault(entry.at.date(), [])
        for event in chain((self._first,), own_day):
            if not _contradict(entry, event):
                return event
        own_day.append(entry)
        return entry


def _contradict(entry: PlanEntry, other: PlanEntry) -> bool:
    """Whether two recordings state that they began at different moments.

    On the same day, only sources of the same kind can contradict each other: a folder may state
    only the day.
    """
    if entry.is_guessed or other.is_guessed or entry.at == other.at:
        return False
    if entry.at.date() != other.at.date():
        return True
    return entry.began.source == other.began.source


def _preference(entry: PlanEntry) -> tuple[bool, int, int, str]:
    """The sort key of an entry; the lowest is kept."""
    source = entry.began.source.split(" ")[0]
    path = entry.summary.path
    return not entry.summary.turns, TRUST.index(source), len(path), path
