"""Ledger and files put together: plain data, from which every shape of the report is made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple, Self

from ..archive.label_totals import Label, gather_labels
from ..archive.planning import ArchivePlan
from ..archive.summary import Heard
from ..transfer.ledger import LedgerEntry
from ..transfer.states import SourcePart
from .sources import Lane, SourceStatus, withhold
from .states import GONE_ADVICE, MEANINGS, SENT_BY_FILE, FileState, Tone

Localize = Callable[[datetime], datetime]
"""Gives the same moment in the zone in which the report is written."""


class SentConversation(NamedTuple):
    """One conversation: sent, or to be sent."""

    number: int
    """What the ledger and `resolve` call it: the same content in two files is one conversation."""
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
    """The profile, or the beginning of the account's name; empty where there is but one."""


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
    """How many conversations it will become, where none is in the ledger yet."""
    there: bool = True
    message: str = ""
    format: str = ""
    language: str | None = None
    problems: tuple[tuple[str, str, int], ...] = ()
    """(code, level, how many), the gravest first."""
    heard: tuple[Heard, ...] = ()
    lanes: tuple[Lane, ...] = ()

    @property
    def tone(self) -> Tone:
        """How it looks."""
        return MEANINGS[self.state].tone

    @property
    def troubles(self) -> tuple[tuple[SentConversation | None, str, str], ...]:
        """(conversation or None for the file, reason, advice) of whatever asks for something to be
        done."""
        found = [(one, one.message, one.advice) for one in self.sent if one.advice]
        if not self.sent and MEANINGS[self.state].advice:
            return ((None, self.message, MEANINGS[self.state].advice if not self.message else ""),)
        return tuple(found)


class Month(NamedTuple):
    """What was recorded in one month; `seconds` by tone."""

    year: int
    month: int
    files: int
    conversations: int
    seconds: dict[Tone, float]


@dataclass(frozen=True, slots=True)
class Totals:
    """Each conversation counts once, in however many files its content lies: the sums check.

    `conversations` is the sum of `by_state`, `files` that of `files_by_state`.
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
    gone: int
    """Files that are no longer there."""


@dataclass(frozen=True, slots=True)
class Leftovers:
    """What else was met on the way through an archive."""

    notices: tuple[tuple[str, str], ...] = ()
    """(path, what) of whatever was refused, left out or doubted."""
    other_files: Counter[str] = field(default_factory=Counter)
    """Files that are no transcripts, by suffix."""
    hidden: int = 0
    other_forms: int = 0
    """Files left for a better form of the same recording."""

    @classmethod
    def of(cls, plan: ArchivePlan) -> Self:
        """What a plan tells, without the pieces of files that some reasons quote."""
        told = tuple((path, withhold(what)) for path, what in plan.notices)
        return cls(told, plan.other_files, plan.hidden, plan.other_forms)


@dataclass(frozen=True, slots=True)
class Report:
    """All of it. `files` are in the order of their beginnings, those without one last."""

    made_at: datetime
    totals: Totals
    files: tuple[FileReport, ...]
    months: tuple[Month, ...]
    """From the first to the last, the empty ones between them included."""
    labels: tuple[Label, ...]
    around: Leftovers
    lanes_left_out: bool = False
    """There were too many files to read them all again."""


def build_report(
    entries: Iterable[LedgerEntry],
    seen: Iterable[SourceStatus],
    made_at: datetime,
    *,
    profiles: Mapping[str, str] | None = None,
    localize: Localize = lambda moment: moment,
    around: Leftovers | None = None,
    lanes_left_out: bool = False,
) -> Report:
    """Put together what the ledger says and what is in the files.

    seen: what is known of the sources, and of files that the ledger does not know.
    profiles: what to call the accounts. localize: whose months these are.
    """
    known = {one.path: one for one in seen}
    sent = _by_path(entries, known, profiles or {}, localize)
    files = [_file(path, rows, known.get(path)) for path, rows in sent.items()]
    files += [_unsent(one, localize) for one in known.values() if one.path not in sent]
    files.sort(key=lambda file: (file.began is None, file.began or made_at, file.path))
    labels = gather_labels(
        one.summary for one in known.values() if one.summary and one.state != "duplicate"
    )
    return Report(
        localize(made_at),
        _total(files),
        tuple(files),
        tuple(_months(files)),
        tuple(label._replace(samples=()) for label in labels),
        around or Leftovers(),
        lanes_left_out,
    )


def _by_path(
    entries: Iterable[LedgerEntry],
    known: Mapping[str, SourceStatus],
    profiles: Mapping[str, str],
    localize: Localize,
) -> dict[str, list[SentConversation]]:
    found: dict[str, list[SentConversation]] = {}
    entries = list(entries)
    several = len({entry.account for entry in entries}) > 1
    for entry in entries:
        account = (profiles.get(entry.account) or entry.account[:6]) if several else ""
        for part in entry.parts:
            rows = found.setdefault(part.path, [])
            rows.append(_sent(entry, part, known.get(part.path), account, localize))
    return {
        path: sorted(rows, key=lambda one: (one.started_at, one.part))
        for path, rows in found.items()
    }


def _sent(
    entry: LedgerEntry,
    part: SourcePart,
    seen: SourceStatus | None,
    account: str,
    localize: Localize,
) -> SentConversation:
    row = entry.row
    state: FileState = row.state.value
    advice = "" if entry.held else MEANINGS[state].advice
    message = row.last_error
    if seen is not None and state in SENT_BY_FILE:
        advice = advice if seen.there else GONE_ADVICE
        if seen.message and not message:
            message, advice = seen.message, advice or MEANINGS["failed"].advice
    return SentConversation(
        row.id,
        state,
        part.number,
        part.parts,
        row.conversation_id,
        localize(row.started_at),
        (row.finished_at - row.started_at).total_seconds(),
        row.segments,
        row.words,
        row.attempts,
        message,
        advice,
        account,
    )


def _file(path: str, rows: Sequence[SentConversation], seen: SourceStatus | None) -> FileReport:
    states = {one.state for one in rows}
    began = rows[0].started_at
    length = (max(one.started_at.timestamp() + one.seconds for one in rows)) - began.timestamp()
    file = FileReport(
        path,
        next(state for state in MEANINGS if state in states),
        tuple(rows),
        began,
        length,
        sum(one.segments for one in rows),
    )
    return _with_source(file, seen) if seen else file


def _unsent(seen: SourceStatus, localize: Localize) -> FileReport:
    one = seen.summary
    file = FileReport(seen.path, seen.state, began=localize(seen.began) if seen.began else None)
    if one is not None and seen.state == "unsent":
        file = replace(
            file, seconds=one.ms / 1000, segments=one.segments, expected=one.conversations
        )
    return _with_source(file, seen)


def _with_source(file: FileReport, seen: SourceStatus) -> FileReport:
    file = replace(
        file, there=seen.there or file.path == "-", message=seen.message, lanes=seen.lanes
    )
    one = seen.summary
    if one is None:
        return file
    if one.state == "ready":
        file = replace(file, seconds=one.ms / 1000)
        if file.sent and file.began:  # a conversation begins with its first words
            file = replace(file, began=file.began - timedelta(milliseconds=one.first_ms))
    return replace(
        file,
        format=one.format,
        language=one.language,
        problems=one.problems,
        heard=tuple(heard._replace(samples=()) for heard in one.heard),
    )


def _total(files: Sequence[FileReport]) -> Totals:
    rows = list(_once(files))
    waiting = [file for file in files if file.state == "unsent"]
    by_state: Counter[FileState] = Counter(one.state for one in rows)
    if expected := sum(file.expected for file in waiting):
        by_state["unsent"] = expected
    return Totals(
        files=len(files),
        conversations=by_state.total(),
        segments=sum(one.segments for one in rows) + sum(file.segments for file in waiting),
        seconds=sum(one.seconds for one in rows) + sum(file.seconds for file in waiting),
        by_state=by_state,
        files_by_state=Counter(file.state for file in files),
        stored=sum(count for state, count in by_state.items() if MEANINGS[state].tone == "stored"),
        with_problems=sum(any(level != "note" for _, level, _ in file.problems) for file in files),
        gone=sum(not file.there for file in files),
    )


def _once(files: Iterable[FileReport]) -> Iterator[SentConversation]:
    """Each conversation, in whichever file it comes first."""
    found = {one.number: one for file in reversed(list(files)) for one in file.sent}
    yield from found.values()


def _months(files: Sequence[FileReport]) -> Iterator[Month]:
    found: dict[tuple[int, int], Month] = {}

    def add(
        at: datetime, tone: Tone, seconds: float, *, files: int = 0, conversations: int = 0
    ) -> None:
        month = found.setdefault((at.year, at.month), Month(at.year, at.month, 0, 0, {}))
        month.seconds[tone] = month.seconds.get(tone, 0.0) + seconds
        found[at.year, at.month] = month._replace(
            files=month.files + files, conversations=month.conversations + conversations
        )

    for one in _once(files):
        add(one.started_at, MEANINGS[one.state].tone, one.seconds, conversations=1)
    for file in files:
        if file.began is not None:
            add(
                file.began,
                file.tone,
                file.seconds if file.state == "unsent" else 0.0,
                files=1,
                conversations=file.expected,
            )
    if found:
        (year, month), last = min(found), max(found)
        while (year, month) <= last:
            yield found.get((year, month), Month(year, month, 0, 0, {}))
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)
