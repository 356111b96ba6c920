"""Combines the ledger and the files into a Report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from operator import attrgetter
from typing import NamedTuple

from ..archive.plan import most_frequent_guess
from ..archive.voices.label_totals import Label, gather_labels
from ..dating.finder import Dated, choose
from ..errors import STANDARD_INPUT
from ..transfer.ledger import LedgerEntry
from ..transfer.states import STORED, Row, SourcePart, State
from .sources import NOT_READ, SourceStatus
from .states import GONE_ADVICE, MEANINGS, NEEDS_FILE, FileState
from .summary import FileReport, Leftovers, Localize, Report, SentConversation
from .totals import count_months, sum_up

_SAME_DATE = timedelta(seconds=2)
"""The precision of file times."""
_DELETED_ADVICE = (
    "if it should be there: 'transcript-bridge retry --deleted', then run the same upload again"
)
_DIFFERENT_ADVICE = (
    "look at it in Omi; 'transcript-bridge undo' and the same upload make it as it was sent"
)
_SHORT_ACCOUNT = 6
"""How many characters of an account's name are shown."""
_URGENCY = tuple(MEANINGS)
_NO_PROFILES: Mapping[str, str] = {}
_NO_LEFTOVERS = Leftovers()


def build_report(
    entries: Iterable[LedgerEntry],
    sources: Iterable[SourceStatus],
    made_at: datetime,
    *,
    profiles: Mapping[str, str] = _NO_PROFILES,
    localize: Localize = lambda moment: moment,
    leftovers: Leftovers = _NO_LEFTOVERS,
    lanes_left_out: bool = False,
) -> Report:
    """Combine the ledger with the content of the files.

    sources: the sources of the ledger, and files that it does not know. profiles: names of the
    accounts. localize: converts to the time zone in which months are counted.
    """
    by_path = {source.path: source for source in sources}
    sent = _sent_by_path(list(entries), by_path, profiles, localize)
    files = []
    for path, rows in sent.items():
        source = by_path.get(path, SourceStatus(path))
        files.append(_sent_file(rows, source, made_at))
    for path in by_path.keys() - sent.keys():
        files.append(_unsent_file(by_path[path], localize, made_at))
    files.sort(key=lambda file: (file.began is None, file.began or made_at, file.path))
    return Report(
        localize(made_at),
        sum_up(files),
        tuple(files),
        tuple(count_months(files)),
        _labels(by_path.values()),
        most_frequent_guess(_guessed_dates(files), len(files)),
        leftovers,
        lanes_left_out,
    )


def _guessed_dates(files: Iterable[FileReport]) -> Iterator[datetime]:
    for file in files:
        if file.began is not None and file.date_is_guessed:
            yield file.began


def _labels(sources: Iterable[SourceStatus]) -> tuple[Label, ...]:
    """Return the labels without samples: a report contains no speech."""
    labels = gather_labels(source.summary for source in sources)
    return tuple(label._replace(samples=()) for label in labels)


def _sent_by_path(
    entries: Sequence[LedgerEntry],
    by_path: Mapping[str, SourceStatus],
    profiles: Mapping[str, str],
    localize: Localize,
) -> dict[str, list[SentConversation]]:
    found: dict[str, list[SentConversation]] = {}
    has_several_accounts = len({entry.account for entry in entries}) > 1
    for entry in entries:
        if entry.replaced:
            continue
        account = ""
        if has_several_accounts:
            account = profiles.get(entry.account) or entry.account[:_SHORT_ACCOUNT]
        for part in entry.parts:
            source = by_path.get(part.path, SourceStatus(part.path))
            conversation = _sent_conversation(entry, part, source)
            conversation = conversation._replace(
                account=account, started_at=localize(conversation.started_at)
            )
            found.setdefault(part.path, []).append(conversation)
    for rows in found.values():
        rows.sort(key=attrgetter("started_at", "part"))
    return found


def _sent_conversation(
    entry: LedgerEntry, part: SourcePart, source: SourceStatus
) -> SentConversation:
    row = entry.row
    state: FileState = row.state.value
    message, advice = _explain(entry, state, source)
    return SentConversation(
        row.id,
        state,
        part.number,
        part.parts,
        row.conversation_id,
        row.started_at,
        (row.finished_at - row.started_at).total_seconds(),
        row.segments,
        row.words,
        row.attempts,
        message,
        advice,
        account="",
    )


class _Explanation(NamedTuple):
    """The message about a conversation, and what to do about it."""

    message: str
    advice: str = ""


def _explain(entry: LedgerEntry, state: FileState, source: SourceStatus) -> _Explanation:
    """Explain a state. A conversation that a process is working on (`held`) needs no advice."""
    found = _explain_verdict(entry.row)
    if found is not None:
        return found
    advice = ""
    if not entry.held:
        advice = MEANINGS[state].advice
    message = entry.row.last_error
    if state not in NEEDS_FILE:
        return _Explanation(message, advice)
    if not source.there:
        advice = GONE_ADVICE
    if source.message and not message:
        return _Explanation(source.message, advice or MEANINGS["failed"].advice)
    return _Explanation(message, advice)


def _explain_verdict(row: Row) -> _Explanation | None:
    """For a conversation that differs from what was sent; None if that is not known."""
    if row.undone:
        return None
    if row.state is State.DELETED:
        return _Explanation(row.last_error or "deleted in Omi", _DELETED_ADVICE)
    if row.state in STORED and row.verdict == "different":
        message = "it is different from what was sent, as 'verify' found"
        return _Explanation(message, _DIFFERENT_ADVICE)
    if row.state in STORED and row.adopted:
        message = "found in Omi by its words; another program may have created it"
        return _Explanation(message)
    return None


def _sent_file(
    rows: Sequence[SentConversation], source: SourceStatus, made_at: datetime
) -> FileReport:
    began = rows[0].started_at
    end = max(row.started_at.timestamp() + row.seconds for row in rows)
    seconds = end - began.timestamp()
    summary = source.summary
    if summary.state == "ready":
        seconds = summary.ms / 1000
        began -= timedelta(milliseconds=summary.first_ms)  # it begins with its first words
    file = FileReport(
        source.path,
        min([row.state for row in rows], key=_URGENCY.index),
        tuple(rows),
        began,
        seconds,
        sum(row.segments for row in rows),
    )
    return _add_source(file, source, made_at)


def _unsent_file(source: SourceStatus, localize: Localize, made_at: datetime) -> FileReport:
    began = None
    if source.began is not None:
        began = localize(source.began)
    file = FileReport(source.path, source.state, began=began, expected=source.expected)
    summary = source.summary
    if summary is not NOT_READ and source.state == "unsent":
        file = replace(
            file,
            seconds=summary.ms / 1000,
            segments=summary.segments,
            expected=summary.conversations,
        )
    return _add_source(file, source, made_at)


def _add_source(file: FileReport, source: SourceStatus, made_at: datetime) -> FileReport:
    is_there = source.there or file.path == STANDARD_INPUT
    file = replace(file, there=is_there, message=source.message, lanes=source.lanes)
    summary = source.summary
    return replace(
        _add_date_source(file, summary.dates, made_at),
        format=summary.format,
        title=summary.title,
        language=summary.language,
        problems=summary.problems,
        heard=tuple(speaker._replace(samples=()) for speaker in summary.speakers),
    )


def _add_date_source(file: FileReport, dates: Iterable[Dated], made_at: datetime) -> FileReport:
    """Add the source of the date, according to the file and its companions today.

    Left out for a conversation that was sent with another date.
    """
    began = choose(dates, made_at)
    if file.began is None or began.at is None or abs(began.at - file.began) > _SAME_DATE:
        return file
    is_guessed = began.start_source == "guessed"
    return replace(file, date_source=began.source, date_is_guessed=is_guessed)
