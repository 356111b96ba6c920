"""The plan of an archive as data: what will be sent, what will not, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo

from ..config import Order
from ..dating.finder import Began
from .files import Notice
from .grouping import Recording
from .leave_out_rules import LeftOutByRule
from .ledger_counts import LedgerCounts
from .left_out import LeftOut, count_suffixes
from .summary import RecordingSummary
from .voices.label_totals import Label, gather_labels

MIN_GUESSES = 3
"""From this number on, guessed dates on one day are probably the day of an export."""


class PlanEntry(NamedTuple):
    """One recording that will be sent, or was."""

    recording: Recording
    summary: RecordingSummary
    began: Began
    ledger_counts: LedgerCounts | None = None
    """None if nothing of it was sent."""

    @property
    def absolute(self) -> str:
        """Its absolute path, as in the ledger."""
        return self.recording.form(self.summary.path).absolute

    @property
    def counts(self) -> LedgerCounts:
        """The numbers of its conversations."""
        return self.ledger_counts or LedgerCounts(to_go=self.summary.conversations)

    @property
    def is_sent(self) -> bool:
        """Whether something of it is in Omi, and nothing is left to send."""
        return self.counts.stored > 0 and self.counts.to_go == 0

    @property
    def titles_to_go(self) -> int:
        """How many titles would be sent: one per conversation."""
        if not self.summary.title:
            return 0
        return self.counts.to_go + self.counts.untitled

    @property
    def at(self) -> datetime:
        """When it began; recordings without a date never become entries."""
        assert self.began.at is not None
        return self.began.at

    @property
    def length(self) -> timedelta:
        """From its beginning to its last word."""
        return timedelta(milliseconds=self.summary.ms)

    @property
    def is_guessed(self) -> bool:
        """Whether nothing states its date."""
        return self.began.start_source == "guessed"

    @property
    def has_user(self) -> bool:
        """Whether one of its speakers is the owner."""
        return any(speaker.is_user for speaker in self.summary.speakers)


_RELATIONS = {False: "the same as", True: "an older version of"}


class Duplicate(NamedTuple):
    """A file whose content, or a newer version of it, is in the archive under another name."""

    path: str
    kept: str
    """The path of the file that is sent."""
    is_older: bool = False

    @property
    def relation(self) -> str:
        """How it is related to the file that is sent."""
        return _RELATIONS[self.is_older]


@dataclass(slots=True)
class PlanTotals:
    """Sums over the recordings of a plan."""

    conversations: int = 0
    """How many conversations there will be in Omi."""
    conversations_if_merged: int = 0
    """How many it would be with neighbors joined."""
    segments: int = 0
    ms: int = 0
    titles_to_go: int = 0
    """How many titles could be sent."""
    without_user: int = 0
    """Recordings without a speaker who is the owner."""
    languages_from_names: int = 0
    """Recordings whose language comes from the name of their file."""
    languages: Counter[str | None] = field(default_factory=Counter)
    """How many recordings have each language; None if nothing states one."""
    date_sources: Counter[str] = field(default_factory=Counter)
    """How many recordings have a date from each source."""
    counts: LedgerCounts = field(default_factory=LedgerCounts)
    """The sums of the counts."""

    @classmethod
    def of(cls, entries: Iterable[PlanEntry]) -> Self:
        """The sums over some recordings."""
        totals = cls()
        for entry in entries:
            totals.add(entry)
        return totals

    def add(self, entry: PlanEntry) -> None:
        """Add a recording."""
        summary = entry.summary
        self.conversations += summary.conversations
        self.conversations_if_merged += summary.conversations_if_merged
        self.segments += summary.segments
        self.ms += summary.ms
        self.titles_to_go += entry.titles_to_go
        self.without_user += not entry.has_user
        self.languages_from_names += summary.language_is_from_name
        self.languages[summary.language] += 1
        self.date_sources[entry.began.source] += 1
        self.counts = self.counts.plus(entry.counts)

    @property
    def length(self) -> timedelta:
        """The sum of the lengths."""
        return timedelta(milliseconds=self.ms)


@dataclass(slots=True)
class Merging:
    """The conversations and writes that joining neighbors would save.

    Only for recordings of which nothing was sent, because others cannot be planned with other
    settings.
    """

    recordings: int = 0
    planned: int = 0
    merged: int = 0
    planned_writes: int = 0
    merged_writes: int = 0

    def add(self, summary: RecordingSummary, *, sends_titles: bool) -> None:
        """Add a recording."""
        writes = 1
        if sends_titles and summary.title:
            writes = 2
        self.recordings += 1
        self.planned += summary.conversations
        self.merged += summary.conversations_if_merged
        self.planned_writes += summary.conversations * writes
        self.merged_writes += summary.conversations_if_merged * writes


@dataclass(frozen=True)
class ArchivePlan:
    """All recordings of an archive, each in one of the first five fields, and what else was
    found."""

    ready: tuple[PlanEntry, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    failed: tuple[RecordingSummary, ...] = ()
    """Transcripts that cannot be read or dated, and damaged containers; `error` says why."""
    broken: int = 0
    """How many of `failed` are containers."""
    turns_alone: tuple[RecordingSummary, ...] = ()
    """Speaker turns without words."""
    silent: tuple[RecordingSummary, ...] = ()
    """Transcripts without any speech."""
    left_out: tuple[LeftOut, ...] = ()
    """Files that are not read."""
    left_out_by_rule: tuple[LeftOutByRule, ...] = ()
    """Recordings and files that the user leaves out; they were not read."""
    hidden: int = 0
    other_forms: tuple[tuple[str, str], ...] = ()
    """(path, better form) of files that are not needed."""
    notices: tuple[Notice, ...] = ()
    """Messages about other files that were skipped or are doubtful."""
    sends_titles: bool = False
    """Whether conversations get the titles of their files."""
    timezone: str = "UTC"
    """The zone in which dates are shown, and days counted."""

    @property
    def unread(self) -> tuple[LeftOut, ...]:
        """Files that may contain transcripts and are not read: they look like one, or are
        packed."""
        return tuple(file for file in self.left_out if file.advice)

    @property
    def other_files(self) -> Counter[str]:
        """How many files that are not transcripts have each suffix."""
        return count_suffixes(self.left_out)

    @property
    def files(self) -> int:
        """Transcripts: those that will be sent and those that cannot."""
        groups = (self.ready, self.duplicates, self.failed, self.turns_alone, self.silent)
        return sum(map(len, groups)) - self.broken

    @cached_property
    def totals(self) -> PlanTotals:
        """The totals of all recordings that will be sent, or were."""
        return PlanTotals.of(self.ready)

    @cached_property
    def merging(self) -> Merging:
        """The savings of joining neighbors."""
        merging = Merging()
        for entry in self.ready:
            if entry.ledger_counts is None:
                merging.add(entry.summary, sends_titles=self.sends_titles)
        return merging

    @property
    def is_new(self) -> bool:
        """Whether nothing of it was sent."""
        return self.merging.recordings == len(self.ready)

    @property
    def titles_to_go(self) -> int:
        """How many titles will be sent."""
        if self.sends_titles:
            return self.totals.titles_to_go
        return 0

    @property
    def writes_to_go(self) -> int:
        """How many writes are still to be made."""
        return self.totals.counts.to_go + self.titles_to_go

    @property
    def to_go(self) -> tuple[PlanEntry, ...]:
        """Recordings with something to send."""
        return tuple(entry for entry in self.ready if entry.counts.to_go)

    @property
    def digests_to_go(self) -> list[str]:
        """The digests by which the ledger knows these recordings."""
        return [entry.summary.digest for entry in self.to_go]

    @property
    def span(self) -> tuple[datetime, datetime] | None:
        """The first beginning and the last end; None if nothing is ready."""
        if not self.ready:
            return None
        first = min(entry.at for entry in self.ready)
        last = max(entry.at + entry.length for entry in self.ready)
        return first, last

    @property
    def zone(self) -> ZoneInfo:
        """The zone of `timezone`."""
        return ZoneInfo(self.timezone)

    @property
    def guessed_day(self) -> date | None:
        """The day of most recordings according to guesses: probably when they were exported or
        copied.

        None if it has less than half of them, or fewer than MIN_GUESSES.
        """
        zone = self.zone
        guesses = (entry.at.astimezone(zone) for entry in self.ready if entry.is_guessed)
        return most_frequent_guess(guesses, len(self.ready))

    @property
    def with_problems(self) -> tuple[PlanEntry, ...]:
        """The entries in which something was repaired or lost."""
        return tuple(entry for entry in self.ready if entry.summary.is_repaired)

    def labels(self) -> list[Label]:
        """Every label, in order of talk time."""
        return gather_labels(entry.summary for entry in self.ready)

    def in_order(self, order: Order) -> tuple[PlanEntry, ...]:
        """The entries in the order in which they will be sent."""
        if order == "found":
            return self.ready
        is_newest_first = order == "newest"
        return tuple(sorted(self.ready, key=attrgetter("at"), reverse=is_newest_first))


def most_frequent_guess(guesses: Iterable[datetime], recordings: int) -> date | None:
    """The day of more than half of the recordings according to guesses; None without such a day.

    guesses: in the zone in which days are counted. recordings: how many there are, including those
    without a guess.
    """
    days = Counter(guess.date() for guess in guesses)
    if not days:
        return None
    day, count = days.most_common(1)[0]
    if count < MIN_GUESSES or count * 2 <= recordings:
        return None
    return day


def total_length(entries: Iterable[PlanEntry]) -> timedelta:
    """The sum of the recordings' lengths."""
    return sum((entry.length for entry in entries), timedelta())
