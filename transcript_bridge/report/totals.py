"""Sums over the files of a report, and what was recorded in each month."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import NamedTuple

from .states import IN_OMI, LEFT_OUT, MEANINGS, FileState, Tone
from .summary import FileReport, Month, Totals


def sum_up(files: Sequence[FileReport]) -> Totals:
    """The sums of all files."""
    by_state: Counter[FileState] = Counter()
    segments = 0
    seconds = 0.0
    for stretch in measure(files):
        by_state[stretch.state] += stretch.conversations
        segments += stretch.segments
        seconds += stretch.seconds
    by_state += Counter()  # drops zeros
    files_by_state = Counter(file.state for file in files)
    return Totals(
        files=len(files),
        conversations=by_state.total(),
        segments=segments,
        seconds=seconds,
        by_state=by_state,
        files_by_state=files_by_state,
        stored=sum(by_state[state] for state in IN_OMI),
        with_problems=sum(file.is_repaired for file in files),
        guessed_dates=sum(file.date_is_guessed for file in files),
        left_out=sum(files_by_state[state] for state in LEFT_OUT),
        gone=sum(not file.there for file in files),
    )


class Stretch(NamedTuple):
    """The part of a recording that is one conversation, or a whole recording that is not sent."""

    at: datetime | None
    state: FileState
    conversations: int
    segments: int
    seconds: float


def measure(files: Sequence[FileReport]) -> Iterator[Stretch]:
    """The parts of each recording. Its length is that of a plan: from time 0 to its end, including
    silence. Each conversation counts once, with the first of its files."""
    seen: set[int] = set()
    for file in files:
        spoken = sum(conversation.seconds for conversation in file.sent) or 1.0
        for conversation in file.sent:
            if conversation.number not in seen:
                seen.add(conversation.number)
                seconds = file.seconds * conversation.seconds / spoken
                yield Stretch(
                    conversation.started_at, conversation.state, 1, conversation.segments, seconds
                )
    for file in files:
        if file.state == "unsent":
            yield Stretch(file.began, file.state, file.expected, file.segments, file.seconds)


@dataclass(slots=True)
class _MonthSums:
    files: int = 0
    conversations: int = 0
    seconds: dict[Tone, float] = field(default_factory=partial(defaultdict, float))


def count_months(files: Sequence[FileReport]) -> Iterator[Month]:
    """Every month from the first to the last, with the sums of what was recorded."""
    months: defaultdict[int, _MonthSums] = defaultdict(_MonthSums)
    for file in files:
        if file.began is not None:
            months[_number_month(file.began)].files += 1
    for stretch in measure(files):
        if stretch.at is not None:
            sums = months[_number_month(stretch.at)]
            sums.conversations += stretch.conversations
            sums.seconds[MEANINGS[stretch.state].tone] += stretch.seconds
    for number in range(min(months, default=0), max(months, default=-1) + 1):
        year, month = divmod(number, 12)
        sums = months[number]
        yield Month(year, month + 1, sums.files, sums.conversations, dict(sums.seconds))


def _number_month(at: datetime) -> int:
    """Months since the year 0."""
    return 12 * at.year + at.month - 1
