"""Sums over the files of a report, and what was recorded in each month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from .states import LEFT_OUT, MEANINGS, FileState, Tone
from .summary import FileReport, Month, SentConversation, Totals


def sum_up(files: Sequence[FileReport]) -> Totals:
    """The sums of all files."""
    conversations = each_conversation(files)
    by_state: Counter[FileState] = Counter(one.state for one in conversations)
    segments = sum(one.segments for one in conversations)
    for file in files:
        if file.state == "unsent":
            by_state["unsent"] += file.expected
            segments += file.segments
    by_state += Counter()  # drops zeros
    return Totals(
        files=len(files),
        conversations=by_state.total(),
        segments=segments,
        seconds=sum(stretch.seconds for stretch in measure(files)),
        by_state=by_state,
        files_by_state=Counter(file.state for file in files),
        stored=_count_stored(by_state),
        with_problems=sum(file.is_repaired for file in files),
        guessed_dates=sum(file.date_is_guessed for file in files),
        left_out=sum(file.state in LEFT_OUT for file in files),
        gone=sum(not file.there for file in files),
    )


def _count_stored(by_state: Counter[FileState]) -> int:
    stored = 0
    for state, count in by_state.items():
        if MEANINGS[state].tone == "stored":
            stored += count
    return stored


class Stretch(NamedTuple):
    """The part of a recording's length that is one conversation, or all that is not sent."""

    at: datetime | None
    tone: Tone
    seconds: float


def measure(files: Sequence[FileReport]) -> Iterator[Stretch]:
    """The length of each recording, as a plan has it: from time 0 to its end, silence included.
    Each conversation counts once, as the first of its files has it."""
    seen: set[int] = set()
    for file in files:
        if file.state == "unsent":
            yield Stretch(file.began, file.tone, file.seconds)
        spoken = sum(one.seconds for one in file.sent) or 1.0
        for one in file.sent:
            if one.number not in seen:
                seen.add(one.number)
                seconds = file.seconds * one.seconds / spoken
                yield Stretch(one.started_at, MEANINGS[one.state].tone, seconds)


def each_conversation(files: Sequence[FileReport]) -> list[SentConversation]:
    """Each conversation once, as the first of its files has it."""
    found: dict[int, SentConversation] = {}
    for file in files:
        for conversation in file.sent:
            found.setdefault(conversation.number, conversation)
    return list(found.values())


def count_months(files: Sequence[FileReport]) -> Iterator[Month]:
    """Every month from the first to the last, with what was recorded in it."""
    months = _Months()
    for conversation in each_conversation(files):
        months.add(conversation.started_at, conversations=1)
    for file in files:
        if file.began is not None:
            months.add(file.began, files=1, conversations=file.expected)
    for stretch in measure(files):
        if stretch.at is not None:
            months.add_length(stretch.at, stretch.tone, stretch.seconds)
    yield from months.without_gaps()


class _Months:
    def __init__(self) -> None:
        self._found: dict[tuple[int, int], Month] = {}

    def add(self, at: datetime, *, files: int = 0, conversations: int = 0) -> None:
        month = self._month_of(at)
        self._found[month.year, month.month] = month._replace(
            files=month.files + files, conversations=month.conversations + conversations
        )

    def add_length(self, at: datetime, tone: Tone, seconds: float) -> None:
        month = self._month_of(at)
        month.seconds[tone] = month.seconds.get(tone, 0.0) + seconds

    def _month_of(self, at: datetime) -> Month:
        key = (at.year, at.month)
        return self._found.setdefault(key, Month(at.year, at.month, 0, 0, {}))

    def without_gaps(self) -> Iterator[Month]:
        if not self._found:
            return
        (year, month), last = min(self._found), max(self._found)
        while (year, month) <= last:
            yield self._found.get((year, month)) or Month(year, month, 0, 0, {})
            month += 1
            if month > 12:
                year, month = year + 1, 1
