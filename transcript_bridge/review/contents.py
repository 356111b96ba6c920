"""The contents of the archive, as the page lists them: recordings by number, their states and
reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal, NamedTuple

from ..archive.files import ArchiveFile
from ..archive.grouping import Recording
from ..archive.plan import ArchivePlan, PlanEntry
from ..archive.summary import RecordingSummary, SpeakerSummary
from ..archive.voices.anonymous_labels import is_anonymous
from ..options import Options
from ..workspace.changes import name_differences

NOBODY_IS_YOU = "no voice is marked as you"
DATE_IS_A_GUESS = "the date is a guess"
SOMETHING_LOST = "something in the file was lost"
_BY_PATH = "[[files]] path"
_LEFT_OUT_HERE = "by you"
"""From a [[files]] table for just this file, as the page writes it."""

State = Literal["needs", "ready", "sent", "left-out", "unreadable", "copy"]


class Listed(NamedTuple):
    """One row of the list.

    number: of the recording in this run; None if it cannot be opened. reasons: in words, why it
    needs a decision or why it is not sent.
    """

    path: str
    state: State
    reasons: tuple[str, ...] = ()
    number: int | None = None
    entry: PlanEntry | None = None
    has_media: bool = False

    @property
    def at(self) -> datetime | None:
        """When it began; None if unknown."""
        if self.entry is None:
            return None
        return self.entry.at

    @property
    def ms(self) -> int:
        """Its duration; 0 if unknown."""
        if self.entry is None:
            return 0
        return self.entry.summary.ms

    @property
    def speakers(self) -> Sequence[SpeakerSummary]:
        """The speakers, the owner first, then by talk time."""
        if self.entry is None:
            return ()
        return sorted(self.entry.summary.speakers, key=lambda one: (not one.is_user, -one.ms))


class Numbers:
    """The numbers of recordings in this run, because the browser never names a file by its path.

    A number stays the same while the page runs, and is never given to another file.
    """

    def __init__(self) -> None:
        self._by_path: dict[str, int] = {}
        self._paths: list[str] = []

    def give(self, absolute: str) -> int:
        """The number of a file; a new one if it has none."""
        number = self._by_path.setdefault(absolute, len(self._paths))
        if number == len(self._paths):
            self._paths.append(absolute)
        return number

    def find_path(self, number: int) -> str | None:
        """The absolute path of a number; None if the number was not given."""
        if number < len(self._paths):
            return self._paths[number]
        return None


class SummarizedRecording(NamedTuple):
    """A recording, and what reading it found."""

    recording: Recording
    summary: RecordingSummary

    @property
    def absolute(self) -> str:
        """The full path of the file that is used."""
        return self.recording.form(self.summary.path).absolute


@dataclass(frozen=True)
class ArchiveContents:
    """Everything in the archive. found: recordings by their numbers."""

    found: Mapping[int, SummarizedRecording]
    plan: ArchivePlan
    rows: Sequence[Listed]

    def find_entry(self, number: int) -> PlanEntry | None:
        """The plan's entry for a recording; None if it is not sent."""
        return self._entries.get(number)

    @cached_property
    def _entries(self) -> Mapping[int, PlanEntry]:
        entries = {}
        for row in self.rows:
            if row.number is not None and row.entry is not None:
                entries[row.number] = row.entry
        return entries

    @cached_property
    def names(self) -> Sequence[str]:
        """The names that files have for their speakers, those heard longest first."""
        names = []
        for label in self.plan.labels():
            if label.label is not None and label.name is None and not is_anonymous(label.label):
                names.append(label.label)
        return names

    @cached_property
    def label_files(self) -> Mapping[str | None, int]:
        """In how many recordings each label speaks."""
        counts: dict[str | None, int] = {}
        for entry in self.plan.ready:
            for speaker in entry.summary.speakers:
                counts[speaker.label] = counts.get(speaker.label, 0) + 1
        return counts

    @cached_property
    def counts(self) -> Mapping[State, int]:
        """The number of rows in each state."""
        counts: dict[State, int] = {}
        for row in self.rows:
            counts[row.state] = counts.get(row.state, 0) + 1
        return counts


def list_contents(
    recordings: Sequence[Recording],
    summaries: Sequence[RecordingSummary],
    plan: ArchivePlan,
    numbers: Numbers,
    options: Options,
) -> ArchiveContents:
    """The rows of the list: what can be sent, by time, then everything else.

    summaries: in the order of the recordings.
    """
    found = {}
    by_path = {}
    for recording, summary in zip(recordings, summaries, strict=True):
        one = SummarizedRecording(recording, summary)
        number = numbers.give(one.absolute)
        found[number] = one
        by_path[summary.path] = number
    rows = []
    for entry in sorted(plan.ready, key=lambda entry: entry.at):
        rows.append(_list_entry(entry, by_path, options))
    for file in plan.left_out_by_rule:
        number = numbers.give(file.absolute)
        is_by_path = file.rule.startswith(_BY_PATH)
        reason = _LEFT_OUT_HERE if is_by_path else f"by {file.rule}"
        rows.append(Listed(file.path, "left-out", (reason,), number))
    rows += _list_others(plan, by_path)
    return ArchiveContents(found, plan, rows)


def _list_others(plan: ArchivePlan, numbers: Mapping[str, int]) -> Iterator[Listed]:
    """Rows for files that cannot be sent, whatever the user decides."""
    for copy in plan.duplicates:
        reason = f"{copy.relation} {copy.kept}, which is sent"
        yield Listed(copy.path, "copy", (reason,), numbers.get(copy.path))
    for summary in plan.failed:
        yield Listed(summary.path, "unreadable", (summary.error,), numbers.get(summary.path))
    for summary in plan.turns_alone:
        reasons = (summary.error or "speaker turns without words",)
        yield Listed(summary.path, "unreadable", reasons, numbers.get(summary.path))
    for summary in plan.silent:
        yield Listed(summary.path, "unreadable", ("nobody speaks in it",))
    for unread in plan.unread:
        yield Listed(unread.path, "unreadable", (unread.advice,))


def _list_entry(entry: PlanEntry, numbers: Mapping[str, int], options: Options) -> Listed:
    reasons = find_reasons(entry, options)
    state: State = "ready"
    if reasons:
        state = "needs"
    elif entry.is_sent:
        state = "sent"
    number = numbers.get(entry.summary.path)
    has_media = entry.recording.media is not None
    return Listed(entry.summary.path, state, reasons, number, entry, has_media)


def count_unreadable(plan: ArchivePlan) -> int:
    """The number of files, and of parts of files, that the list shows as unreadable."""
    return sum(map(len, (plan.failed, plan.turns_alone, plan.silent, plan.unread)))


def is_settled(form: ArchiveFile, options: Options) -> bool:
    """Whether the user has marked a recording as checked."""
    return bool(options.file_values(form.rule_path).get("settled"))


# ---- why a recording needs a decision


def is_without_owner(form: ArchiveFile, options: Options) -> bool:
    """Whether the user has said that the owner does not speak in a recording."""
    return not options.speakers.for_file(form.rule_path).has_owner


class _Reason(NamedTuple):
    """Why an entry needs a decision."""

    words: str
    count: Callable[[PlanEntry], int]
    """How often the reason holds for an entry; 0 if it does not."""
    words_of_many: str = ""
    """The reason in words, with {count} if it states the number."""
    holds_when_sent: bool = False
    unless: Callable[[ArchiveFile, Options], bool] = lambda _form, _options: False
    """A setting of the file that removes the reason."""
    describe: Callable[[PlanEntry], str] = lambda _entry: ""
    """More about it, in parentheses."""

    def say(self, entry: PlanEntry, count: int) -> str:
        """The words for the reason. count: how often it holds for the entry."""
        details = self.describe(entry)
        if details:
            return f"{self.words} ({details})"
        if count > 1 and self.words_of_many:
            return self.words_of_many.format(count=f"{count:,}")
        return self.words


def _count_unnamed(entry: PlanEntry) -> int:
    return sum(speaker.is_unnamed for speaker in entry.summary.speakers)


def _count_lost(entry: PlanEntry) -> int:
    return sum(problem.times for problem in entry.summary.problems if problem.level == "lost")


_REASONS = (
    _Reason(
        "changed since it was sent",
        lambda entry: entry.counts.changed,
        holds_when_sent=True,
        describe=lambda entry: name_differences(entry.counts.differs),
    ),
    _Reason("set aside", lambda entry: entry.counts.set_aside, holds_when_sent=True),
    _Reason(NOBODY_IS_YOU, lambda entry: not entry.has_user, unless=is_without_owner),
    _Reason("1 voice without a name", _count_unnamed, "{count} voices without a name"),
    _Reason(DATE_IS_A_GUESS, lambda entry: entry.is_guessed),
    _Reason(SOMETHING_LOST, _count_lost, "{count} things in the file were lost"),
)
"""In the order in which they are shown. A recording in Omi already needs no decision about
names."""


def find_reasons(entry: PlanEntry, options: Options) -> tuple[str, ...]:
    """Why a recording needs a decision, in words; empty if it does not. options: of the archive."""
    return tuple(reason.say(entry, count) for reason, count in _find_reasons(entry, options))


def count_reasons(plan: ArchivePlan, options: Options) -> Counter[str]:
    """How many recordings that are to be sent need a decision for each reason.

    Keys: NOBODY_IS_YOU, DATE_IS_A_GUESS, SOMETHING_LOST, and the other reasons.
    """
    counts: Counter[str] = Counter()
    for entry in plan.to_go:
        counts.update(reason.words for reason, _ in _find_reasons(entry, options))
    return counts


def _find_reasons(entry: PlanEntry, options: Options) -> Iterator[tuple[_Reason, int]]:
    form = entry.recording.form(entry.summary.path)
    needs_nobody = entry.ledger_counts is not None or is_settled(form, options)
    for reason in _REASONS:
        if needs_nobody and not reason.holds_when_sent:
            continue
        count = reason.count(entry)
        if count and not reason.unless(form, options):
            yield reason, count
