"""What is going to happen to an archive, as data: what is sent, what is not and why, and how long
it takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from ..dating.finder import TRUST, Began, choose
from ..gc_pause import collector_paused
from .grouping import Recording
from .scan import ScanResult
from .summary import Converted

WRITES_PER_HOUR = 25
"""What servers allow a key whose limit is not known yet (docs/api.md)."""

Order = Literal["found", "newest", "oldest"]


class LedgerCounts(NamedTuple):
    """How far the conversations of one recording are, by the ledger; each is in one of the four."""

    stored: int = 0
    """In Omi already."""
    aside: int = 0
    """Not sent again by themselves: refused, or deleted since."""
    changed: int = 0
    """Sent before with another content or other settings, which somebody has to decide about."""
    to_go: int = 0


class PlanEntry(NamedTuple):
    """One recording that is to be in Omi."""

    recording: Recording
    summary: Converted
    began: Began
    ledger_counts: LedgerCounts | None = None
    """None: nothing of it was sent."""

    @property
    def absolute(self) -> str:
        """Its path in full: what the ledger calls it, which outlives a folder's name."""
        return next(
            form.absolute for form in self.recording.forms if form.path == self.summary.path
        )

    @property
    def counts(self) -> LedgerCounts:
        """How far its conversations are."""
        return self.ledger_counts or LedgerCounts(to_go=self.summary.conversations)

    @property
    def at(self) -> datetime:
        """When it began; entries without a time are not sent."""
        assert self.began.at is not None
        return self.began.at

    @property
    def length(self) -> timedelta:
        """From its beginning to its last word."""
        return timedelta(milliseconds=self.summary.ms)


class Duplicate(NamedTuple):
    """A file whose content is in the archive under another name."""

    path: str
    kept: str


class Label(NamedTuple):
    """One label over the whole archive."""

    label: str | None
    name: str | None
    """Whom the speaker map knows by it in every file; None where some file has it for somebody
    unknown."""
    is_user: bool
    files: tuple[str, ...]
    segments: int
    ms: int
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ArchivePlan:
    """All recordings of an archive, each in exactly one of the first five, and what was met
    besides."""

    ready: tuple[PlanEntry, ...] = ()
    duplicates: tuple[Duplicate, ...] = ()
    failed: tuple[Converted, ...] = ()
    """Transcripts that cannot be read or dated; `error` says why."""
    turns_alone: tuple[Converted, ...] = ()
    """Speaker turns without any words."""
    silent: tuple[Converted, ...] = ()
    """Transcripts in which nothing is said."""
    other_files: Counter[str] = field(default_factory=Counter)
    """Files that are no transcripts, by suffix."""
    hidden: int = 0
    other_forms: int = 0
    """Files not read, because the recording was taken from a better form."""
    notices: tuple[tuple[str, str], ...] = ()
    """(path, what) of whatever else was refused, left out or doubted."""

    @property
    def files(self) -> int:
        """Transcripts: those that will be sent and those that cannot."""
        return sum(
            map(len, (self.ready, self.duplicates, self.failed, self.turns_alone, self.silent))
        )

    @property
    def conversations(self) -> int:
        """How many writes it takes."""
        return sum(entry.summary.conversations for entry in self.ready)

    @property
    def conversations_if_merged(self) -> int:
        """How many it would take with neighbours joined."""
        return sum(entry.summary.conversations_if_merged for entry in self.ready)

    @property
    def counts(self) -> LedgerCounts:
        """How far all conversations are."""
        known = [entry.ledger_counts for entry in self.ready if entry.ledger_counts is not None]
        stored, aside, changed, to_go = map(sum, zip(LedgerCounts(), *known, strict=True))
        return LedgerCounts(
            stored,
            aside,
            changed,
            to_go + sum(one.summary.conversations for one in self.not_started),
        )

    @property
    def to_go(self) -> tuple[PlanEntry, ...]:
        """Recordings of which something will be sent."""
        return tuple(entry for entry in self.ready if entry.counts.to_go)

    @property
    def not_started(self) -> tuple[PlanEntry, ...]:
        """Recordings of which nothing was sent: what settings change for the others, only sending
        them would show."""
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
        """The first beginning and the last end; None of nothing."""
        if not self.ready:
            return None
        return min(e.at for e in self.ready), max(e.at + e.length for e in self.ready)

    @property
    def date_sources(self) -> Counter[str]:
        """How many recordings have their date from where."""
        return Counter(entry.began.source for entry in self.ready)

    @property
    def with_problems(self) -> tuple[PlanEntry, ...]:
        """Those in which something was repaired or lost."""
        return tuple(entry for entry in self.ready if entry.summary.is_grave())

    @property
    def without_user(self) -> int:
        """How many recordings have nobody who is the owner."""
        return sum(not any(heard.is_user for heard in entry.summary.heard) for entry in self.ready)

    def labels(self) -> list[Label]:
        """Every label, the one heard most first."""
        return gather_labels(entry.summary for entry in self.ready)

    def in_order(self, order: Order) -> tuple[PlanEntry, ...]:
        """The entries as they are to be sent."""
        if order == "found":
            return self.ready
        return tuple(sorted(self.ready, key=lambda entry: entry.at, reverse=order == "newest"))


@collector_paused()
def make_plan(found: ScanResult, converted: Sequence[Converted], now: datetime) -> ArchivePlan:
    """Put together what was found and what is in it; `converted` stands in the order of
    `found.recordings`."""
    ignored = Counter(found.other_files)
    told = list(found.notices)
    by_state: dict[str, list[Converted]] = {}
    dated: list[PlanEntry] = []
    for recording, one in zip(found.recordings, converted, strict=True):
        ignored.update(one.no_transcripts)
        told += one.told
        if one.state != "ready":
            by_state.setdefault(one.state, []).append(one)
            continue
        began = choose(one.dates, now)
        told += ((one.path, what) for what in began.told)
        if began.at is None:
            error = "nothing says when it began; put the date into its name, such as 2024-01-24 15.04.05"
            by_state.setdefault("failed", []).append(one._replace(state="failed", error=error))
        else:
            dated.append(PlanEntry(recording, one, began))
    ready, duplicates = _without_duplicates(dated)
    return ArchivePlan(
        ready,
        duplicates,
        tuple(by_state.get("failed", ())),
        tuple(by_state.get("turns", ())),
        tuple(by_state.get("silent", ())),
        ignored,
        found.hidden,
        sum(len(one.others) for one in converted),
        tuple(told),
    )


def _without_duplicates(
    entries: Sequence[PlanEntry],
) -> tuple[tuple[PlanEntry, ...], tuple[Duplicate, ...]]:
    """Of equal contents one stays: with turns, with the most trusted date, with the shortest path."""
    best: dict[str, PlanEntry] = {}
    for entry in entries:
        content = entry.summary.text_digest
        other = best.get(content)
        if other is None or _worth(entry) < _worth(other):
            best[content] = entry
    kept = {id(entry) for entry in best.values()}
    others = (entry.summary for entry in entries if id(entry) not in kept)
    duplicates = tuple(Duplicate(one.path, best[one.text_digest].summary.path) for one in others)
    return tuple(entry for entry in entries if id(entry) in kept), duplicates


def _worth(entry: PlanEntry) -> tuple[bool, int, int, str]:
    source = entry.began.source.split(" ")[0]
    return (
        not entry.summary.turns,
        TRUST.index(source),
        len(entry.summary.path),
        entry.summary.path,
    )


def gather_labels(recordings: Iterable[Converted]) -> list[Label]:
    """Every label over many recordings, the one heard most first."""
    found: dict[str | None, list[Any]] = {}
    for one in recordings:
        for heard in one.heard:
            row = found.setdefault(heard.label, [heard.name, heard.is_user, [], 0, 0, []])
            row[0] = row[0] if heard.name == row[0] else None
            row[1] = row[1] and heard.is_user
            row[2].append(one.path)
            row[3] += heard.segments
            row[4] += heard.ms
            if len(row[5]) < len(heard.samples):
                row[5] += heard.samples[: 1 if len(row[2]) > 1 else None]
    rows = (
        Label(label, r[0], r[1], tuple(r[2]), r[3], r[4], tuple(r[5])) for label, r in found.items()
    )
    return sorted(rows, key=lambda row: -row.ms)


def total_length(entries: Iterable[PlanEntry]) -> timedelta:
    """How long they are together."""
    return sum((entry.length for entry in entries), timedelta())


def time_needed(conversations: int, per_hour: int, wait: timedelta = timedelta()) -> timedelta:
    """How long the limit makes it take: so many are written at once in each window, then the hour
    is waited out.

    wait: until the server takes the first of them.
    """
    windows = -(-conversations // per_hour)
    return wait + timedelta(hours=windows - 1) if windows > 0 else timedelta()


def plan_rows(plan: ArchivePlan) -> Iterator[dict[str, Any]]:
    """Each transcript as plain data."""
    for entry in plan.ready:
        one = entry.summary
        yield {
            "path": one.path,
            "state": "ready",
            "format": one.format,
            "started_at": entry.at.isoformat(),
            "date_source": entry.began.source,
            "seconds": one.ms / 1000,
            "segments": one.segments,
            "conversations": one.conversations,
            "conversations_if_merged": one.conversations_if_merged,
            **_standing(entry.counts),
            "language": one.language,
            "turns": one.turns or None,
            "other_forms": list(one.others),
            "speakers": [
                {"label": h.label, "name": h.name, "is_user": h.is_user, "seconds": h.ms / 1000}
                for h in one.heard
            ],
            "problems": {code: count for code, _, count in one.problems},
        }
    for duplicate in plan.duplicates:
        yield {"path": duplicate.path, "state": "duplicate", "same_as": duplicate.kept}
    for state, ones in (
        ("failed", plan.failed),
        ("turns-alone", plan.turns_alone),
        ("silent", plan.silent),
    ):
        for one in ones:
            yield {"path": one.path, "state": state, "message": one.error or None}


def _standing(standing: LedgerCounts) -> dict[str, int]:
    return {
        "in_omi": standing.stored,
        "set_aside": standing.aside,
        "changed": standing.changed,
        "to_go": standing.to_go,
    }


def plan_totals(
    plan: ArchivePlan, per_hour: int, try_gap: float, wait: timedelta = timedelta()
) -> dict[str, Any]:
    """The whole as plain data. try_gap: seconds, as `conversations_if_merged` was reckoned with."""
    span = plan.span
    merged = sum(entry.summary.conversations_if_merged for entry in plan.not_started)

    def hours(conversations: int) -> float:
        return time_needed(conversations, per_hour, wait).total_seconds() / 3600

    return {
        "files": plan.files,
        "ready": len(plan.ready),
        "conversations": plan.conversations,
        "segments": plan.segments,
        "seconds": plan.length.total_seconds(),
        **_standing(plan.counts),
        "ready_to_go": len(plan.to_go),
        "seconds_to_go": total_length(plan.to_go).total_seconds(),
        "first": span[0].isoformat() if span else None,
        "last": span[1].isoformat() if span else None,
        "date_sources": dict(plan.date_sources),
        "with_problems": len(plan.with_problems),
        "unknown_speakers": sum(label.name is None for label in plan.labels()),
        "without_user": plan.without_user,
        "duplicates": len(plan.duplicates),
        "failed": len(plan.failed),
        "turns_alone": len(plan.turns_alone),
        "silent": len(plan.silent),
        "other_forms": plan.other_forms,
        "other_files": dict(plan.other_files.most_common()),
        "hidden": plan.hidden,
        "notices": [{"path": path, "message": what} for path, what in plan.notices],
        "per_hour": per_hour,
        "hours": hours(plan.counts.to_go),
        "if_merged": {
            "gap": try_gap,
            "conversations": plan.conversations_if_merged,
            "to_go": merged,
            "hours": hours(merged),
        },
    }
