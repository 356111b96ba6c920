"""The report as plain data, from which the page, the JSON and the table are made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, Self

from ..archive.files import Notice
from ..archive.left_out import LeftOut, count_suffixes
from ..archive.plan import ArchivePlan
from ..archive.summary import ProblemCount, SpeakerSummary
from ..archive.voices.label_totals import Label
from .lanes import Lane
from .redaction import redact
from .states import MEANINGS, FileState, Tone

Localize = Callable[[datetime], datetime]
"""Converts a moment to the time zone of the report."""


class SentConversation(NamedTuple):
    """One conversation: sent, or to be sent."""

    number: int
    """Its number in the ledger and for `resolve`. The same content in two files is one
    conversation."""
    state: FileState
    part: int
    parts: int
    id: str | None
    started_at: datetime
    seconds: float
    segments: int
    words: int
    attempts: int
    message: str
    """The server's words or ours."""
    advice: str
    account: str
    """The profile, or the beginning of the account's name; empty if there is only one."""


class Trouble(NamedTuple):
    """Something that needs a decision."""

    conversation: SentConversation | None
    """None if it is about the whole file."""
    message: str
    advice: str


@dataclass(frozen=True, slots=True)
class FileReport:
    """One source.

    `seconds` and `segments` are those of the recording, however many conversations it became.
    """

    path: str
    state: FileState
    sent: tuple[SentConversation, ...] = ()
    began: datetime | None = None
    seconds: float = 0.0
    segments: int = 0
    expected: int = 0
    """How many conversations it will become, if none is in the ledger yet."""
    date_source: str = ""
    """The source of `began`, as dating names it; empty if it is not known."""
    date_is_guessed: bool = False
    """Whether `began` is taken from the time of the file."""
    there: bool = True
    """Whether the file still exists."""
    message: str = ""
    format: str = ""
    title: str = ""
    """The title of the conversation in the file."""
    language: str | None = None
    problems: tuple[ProblemCount, ...] = ()
    """The most serious first."""
    heard: tuple[SpeakerSummary, ...] = ()
    lanes: tuple[Lane, ...] = ()

    @property
    def tone(self) -> Tone:
        """How it looks."""
        return MEANINGS[self.state].tone

    @property
    def is_repaired(self) -> bool:
        """Whether something was repaired or lost while reading."""
        return any(problem.is_grave for problem in self.problems)

    @property
    def troubles(self) -> tuple[Trouble, ...]:
        """The files that need a decision."""
        if self.sent:
            return tuple(
                Trouble(conversation, conversation.message, conversation.advice)
                for conversation in self.sent
                if conversation.advice
            )
        advice = MEANINGS[self.state].advice
        if not advice:
            return ()
        # The reason why a file cannot be used already says what to do.
        return (Trouble(None, self.message, "" if self.message else advice),)


class Month(NamedTuple):
    """The recordings of one month; `seconds` by tone."""

    year: int
    month: int
    files: int
    conversations: int
    seconds: dict[Tone, float]


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of a report.

    Each conversation counts once, even if its content is in several files. `conversations` is the
    sum of `by_state`, and `files` that of `files_by_state`.
    """

    files: int
    conversations: int
    segments: int
    seconds: float
    by_state: Counter[FileState]
    files_by_state: Counter[FileState]
    stored: int
    """Conversations that are in Omi."""
    with_problems: int
    """Files in which something was repaired or lost."""
    guessed_dates: int
    """Files whose date is taken from the time of the file."""
    left_out: int
    """Files that the user can repair or export so that they can be sent: those that cannot be used
    or are not read."""
    gone: int
    """Files that no longer exist."""


@dataclass(frozen=True, slots=True)
class Leftovers:
    """The contents of an archive that are not sent."""

    notices: tuple[Notice, ...] = ()
    """Messages about files that were skipped or are doubtful."""
    left_out: tuple[LeftOut, ...] = ()
    """Files that are not transcripts."""
    hidden: int = 0
    other_forms: int = 0
    """Files that are not needed, because the recording has a better form."""

    @property
    def other_files(self) -> Counter[str]:
        """How many files that are not transcripts have each suffix."""
        return count_suffixes(self.left_out)

    @classmethod
    def of(cls, plan: ArchivePlan) -> Self:
        """The leftovers of a plan, without pieces of files that some messages quote."""
        notices = tuple(Notice(notice.path, redact(notice.message)) for notice in plan.notices)
        left_out = tuple(file for file in plan.left_out if not file.advice)
        return cls(notices, left_out, plan.hidden, len(plan.other_forms))


@dataclass(frozen=True, slots=True)
class Report:
    """The whole report. `files` are sorted by their start; those without one are last."""

    made_at: datetime
    totals: Totals
    files: tuple[FileReport, ...]
    months: tuple[Month, ...]
    """From the first to the last, including empty ones between them."""
    labels: tuple[Label, ...]
    guessed_day: date | None
    """The day of most recordings according to guesses."""
    leftovers: Leftovers
    lanes_left_out: bool = False
    """Whether there were too many files to read them all again."""
