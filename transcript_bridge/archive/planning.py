"""What will happen to an archive, as data: what is sent, what is not and why, how long it takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import Literal, NamedTuple

from ..dating.finder import Began, choose
from ..gc_pause import collector_paused
from ..object_stores import is_url
from .duplicates import Duplicate, without_copied_forms, without_duplicates
from .grouping import Recording
from .label_totals import Label, gather_labels
from .leaving_out import LeftOutByRule
from .ledger_counts import LedgerCounts
from .left_out import LeftOut, count_suffixes
from .playable import Sound, find_sound
from .scan import ScanResult
from .summary import RecordingSummary

_NO_DATE = "nothing says when it began; put the date into its name, such as 2024-01-24 15.04.05"
_NO_DATE_IN = {
    "url": "nothing says when it began, and when it was uploaded is another date; put the date "
    "into its name, such as 2024-01-24 15.04.05"
}
"""The same by the place of a file whose time says nothing."""
MIN_GUESSES = 3
"""Guessed dates on one day from which on they look like the day of an export."""

Order = Literal["found", "newest", "oldest"]


class PlanEntry(NamedTuple):
    """One recording that will be sent, or was."""

    recording: Recording
    summary: RecordingSummary
    began: Began
    ledger_counts: LedgerCounts | None = None
    """None: nothing of it was sent."""

    @property
    def absolute(self) -> str:
        """Its full path, as the ledger stores it."""
        return self.recording.form(self.summary.path).absolute

    @property
    def counts(self) -> LedgerCounts:
        """How far its conversations are."""
        return self.ledger_counts or LedgerCounts(to_go=self.summary.conversations)

    @property
    def is_sent(self) -> bool:
        """Whether something of it is in Omi, and nothing is left to send."""
        return self.counts.stored > 0 and self.counts.to_go == 0

    @property
    def titles_to_go(self) -> int:
        """How many titles are to be sent if titles are, one for each conversation."""
        if not self.summary.title:
            return 0
        return self.counts.to_go + self.counts.untitled

    @property
    def at(self) -> datetime:
        """When it began; recordings without a time never become entries."""
        assert self.began.at is not None
        return self.began.at

    @property
    def length(self) -> timedelta:
        """From its beginning to its last word."""
        return timedelta(milliseconds=self.summary.ms)

    @property
    def is_guessed(self) -> bool:
        """Whether its date is taken from the time of a file."""
        return self.began.start_source == "guessed"

    @property
    def sound(self) -> Sound | None:
        """The media file beside it; None if there is none."""
        return find_sound(self.recording)

    @property
    def has_user(self) -> bool:
        """Whether one of its speakers is the owner."""
        return any(speaker.is_user for speaker in self.summary.speakers)


@dataclass(frozen=True, slots=True)
class ArchivePlan:
    """All recordings of an archive, each in one of the first five, and what else was found."""

    ready: tuple[PlanEntry, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    failed: tuple[RecordingSummary, ...] = ()
    """Transcripts that cannot be read or dated, and broken containers; `error` says why."""
    broken: int = 0
    """How many of `failed` are no transcripts, but containers."""
    turns_alone: tuple[RecordingSummary, ...] = ()
    """Speaker turns without words."""
    silent: tuple[RecordingSummary, ...] = ()
    """Transcripts without any speech."""
    left_out: tuple[LeftOut, ...] = ()
    """Files that are not read."""
    left_out_by_rule: tuple[LeftOutByRule, ...] = ()
    """What the user leaves out; nothing of it was read."""
    hidden: int = 0
    other_forms: tuple[tuple[str, str], ...] = ()
    """(path, better form) of files that are not needed."""
    notices: tuple[tuple[str, str], ...] = ()
    """(path, message) of whatever else was skipped or is doubtful."""
    sends_titles: bool = False
    """Whether conversations get the titles of their files."""

    @property
    def unread(self) -> tuple[LeftOut, ...]:
        """Files that may hold transcripts and are not read: they look like one, or are packed."""
        return tuple(file for file in self.left_out if file.advice)

    @property
    def other_files(self) -> Counter[str]:
        """How many files that are not transcripts have which suffix."""
        return count_suffixes(self.left_out)

    @property
    def files(self) -> int:
        """Transcripts: those that will be sent and those that cannot."""
        groups = (self.ready, self.duplicates, self.failed, self.turns_alone, self.silent)
        return sum(map(len, groups)) - self.broken

    @property
    def conversations(self) -> int:
        """How many there will be in Omi."""
        return sum(entry.summary.conversations for entry in self.ready)

    @property
    def untitled(self) -> int:
        """How many titles could be sent, whether they are or not."""
        return sum(entry.titles_to_go for entry in self.ready)

    @property
    def titles_to_go(self) -> int:
        """How many titles will be sent."""
        if self.sends_titles:
            return self.untitled
        return 0

    @property
    def writes_to_go(self) -> int:
        """How many writes are still to be made."""
        return self.counts.to_go + self.titles_to_go

    def count_writes(self, *, merged: bool) -> int:
        """The writes for recordings of which nothing was sent; merged: with neighbors joined."""
        writes = 0
        for entry in self.not_started:
            summary = entry.summary
            conversations = summary.conversations
            if merged:
                conversations = summary.conversations_if_merged
            writes += conversations
            if self.sends_titles and summary.title:
                writes += conversations
        return writes

    @property
    def conversations_if_merged(self) -> int:
        """How many it would take with neighbors joined."""
        return sum(entry.summary.conversations_if_merged for entry in self.ready)

    @property
    def counts(self) -> LedgerCounts:
        """How far all conversations are."""
        total = LedgerCounts()
        for entry in self.ready:
            total = total.plus(entry.counts)
        return total

    @property
    def to_go(self) -> tuple[PlanEntry, ...]:
        """Recordings of which something will be sent."""
        return tuple(entry for entry in self.ready if entry.counts.to_go)

    @property
    def digests_to_go(self) -> list[str]:
        """What the ledger knows these recordings by."""
        return [entry.summary.digest for entry in self.to_go]

    @property
    def not_started(self) -> tuple[PlanEntry, ...]:
        """Recordings of which nothing was sent. Only these can be planned with other settings."""
        return tuple(entry for entry in self.ready if entry.ledger_counts is None)

    @property
    def segments(self) -> int:
        """Of all conversations."""
        return sum(entry.summary.segments for entry in self.ready)

    @property
    def length(self) -> timedelta:
        """Of all recordings together."""
        return total_length(self.ready)

    @property
    def span(self) -> tuple[datetime, datetime] | None:
        """The first beginning and the last end; None where nothing is ready."""
        if not self.ready:
            return None
        first = min(entry.at for entry in self.ready)
        last = max(entry.at + entry.length for entry in self.ready)
        return first, last

    @property
    def date_sources(self) -> Counter[str]:
        """How many recordings have their date from where."""
        return Counter(entry.began.source for entry in self.ready)

    @property
    def guessed_day(self) -> date | None:
        """The one day on which most recordings are, by a guess: when they were exported or copied.

        None where it is fewer than half of them, or fewer than MIN_GUESSES.
        """
        guesses = (entry.at for entry in self.ready if entry.is_guessed)
        return most_frequent_guess(guesses, len(self.ready))

    @property
    def with_problems(self) -> tuple[PlanEntry, ...]:
        """Those in which something was repaired or lost."""
        return tuple(entry for entry in self.ready if entry.summary.is_grave())

    @property
    def without_user(self) -> int:
        """How many recordings have no speaker who is the owner."""
        return sum(not entry.has_user for entry in self.ready)

    @property
    def languages_from_names(self) -> int:
        """How many recordings have their language from the name of their file."""
        return sum(entry.summary.language_is_from_name for entry in self.ready)

    @property
    def languages(self) -> Counter[str | None]:
        """How many recordings are in which language; None for those that nothing says it of."""
        return Counter(entry.summary.language for entry in self.ready)

    def labels(self) -> list[Label]:
        """Every label, the one that speaks most first."""
        return gather_labels(entry.summary for entry in self.ready)

    def in_order(self, order: Order) -> tuple[PlanEntry, ...]:
        """The entries in the order in which they will be sent."""
        if order == "found":
            return self.ready
        is_newest_first = order == "newest"
        return tuple(sorted(self.ready, key=attrgetter("at"), reverse=is_newest_first))


def most_frequent_guess(guesses: Iterable[datetime], recordings: int) -> date | None:
    """The day on which most of so many recordings are by a guess; None if there is none."""
    days = Counter(guess.date() for guess in guesses)
    if not days:
        return None
    day, count = days.most_common(1)[0]
    if count < MIN_GUESSES or count * 2 <= recordings:
        return None
    return day


class _Draft:
    """A plan while it is made."""

    def __init__(self, found: ScanResult) -> None:
        self.left_out = list(found.left_out)
        self.notices = list(found.notices)
        self.entries: list[PlanEntry] = []
        self.by_state: dict[str, list[RecordingSummary]] = {}
        self.other_forms: list[tuple[str, str]] = []
        for container in found.broken:
            self._set_aside(RecordingSummary(container.path, "failed", container.message))

    def add(self, recording: Recording, summary: RecordingSummary, now: datetime) -> None:
        self.left_out += summary.left_out
        self.other_forms += [(other, summary.path) for other in summary.others]
        self.notices += summary.notices
        if summary.state != "ready":
            self._set_aside(summary)
            return
        began = choose(summary.dates, now)
        self.notices += [(summary.path, notice) for notice in began.refused]
        if began.at is None:
            error = _NO_DATE_IN.get(recording.form(summary.path).place, _NO_DATE)
            self._set_aside(summary._replace(state="failed", error=error))
            return
        self.entries.append(PlanEntry(recording, summary, began))

    def in_state(self, state: str) -> tuple[RecordingSummary, ...]:
        return tuple(self.by_state.get(state, ()))

    def _set_aside(self, summary: RecordingSummary) -> None:
        self.by_state.setdefault(summary.state, []).append(summary)


@collector_paused()
def make_plan(
    found: ScanResult, summaries: Sequence[RecordingSummary], now: datetime
) -> ArchivePlan:
    """Combine what was found and what is in it. summaries: in the order of `found.recordings`."""
    draft = _Draft(found)
    for recording, summary in zip(found.recordings, summaries, strict=True):
        draft.add(recording, summary, now)
    newest, older = _without_older(draft.entries)
    originals, copies = without_copied_forms(newest)
    ready, duplicates = without_duplicates(originals)
    for one in older:
        notice = f"another version of this conversation is newer and is sent instead: {one.kept}"
        draft.notices.append((one.path, notice))
    return ArchivePlan(
        ready,
        (*older, *copies, *duplicates),
        failed=draft.in_state("failed"),
        broken=len(found.broken),
        turns_alone=draft.in_state("turns"),
        silent=draft.in_state("silent"),
        left_out=tuple(draft.left_out),
        left_out_by_rule=found.left_out_by_rule,
        hidden=found.hidden,
        other_forms=tuple(draft.other_forms),
        notices=tuple(draft.notices),
    )


def _without_older(entries: Sequence[PlanEntry]) -> tuple[list[PlanEntry], list[Duplicate]]:
    """Of one conversation in several exports of a product, keep the newest.

    The id of the product tells it. Where two that have one id began at different moments, the
    product counts in each of its accounts, and they are two conversations.
    """
    # Nearly all have no id: a million keys would take 200 MB.
    with_id = [entry for entry in entries if entry.summary.conversation_id]
    newest: dict[tuple[str, datetime], PlanEntry] = {}
    for entry in sorted(with_id, key=_age, reverse=True):
        newest.setdefault((entry.summary.conversation_id, entry.at), entry)
    kept = []
    older = []
    for entry in entries:
        same = newest.get((entry.summary.conversation_id, entry.at), entry)
        if same.summary.text_digest == entry.summary.text_digest:
            kept.append(entry)
        else:
            older.append(Duplicate(entry.summary.path, same.summary.path, is_older=True))
    return kept, older


def _age(entry: PlanEntry) -> tuple[str, int, int, int]:
    """The highest is the newest: what the product says, else the longer, else the younger file."""
    summary = entry.summary
    form = entry.recording.form(summary.path)
    modified = form.modified_ns
    if is_url(form.file):  # then it is no time
        modified = 0
    return summary.updated_at, summary.ms, summary.segments, modified


def total_length(entries: Iterable[PlanEntry]) -> timedelta:
    """Of all recordings together."""
    return sum((entry.length for entry in entries), timedelta())
