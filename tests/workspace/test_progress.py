"""The counts of a running migration: done, sent, left, set aside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from transcript_bridge.archive.ledger_counts import LedgerCounts
from transcript_bridge.archive.sending_time import Allowance
from transcript_bridge.archive.summary import RecordingSummary
from transcript_bridge.errors import InputError
from transcript_bridge.transfer.events import (
    Delayed,
    Finished,
    SourceChanged,
    SourceFailed,
    Started,
    Waiting,
)
from transcript_bridge.transfer.states import SameWords, SourcePart, State
from transcript_bridge.workspace.changes import change_as_data, describe_change
from transcript_bridge.workspace.forecast import Forecast
from transcript_bridge.workspace.progress import Current, MigrationProgress, SetAside

NOW = datetime(2024, 1, 24, 15, tzinfo=UTC)


def entry(name: str, counts: LedgerCounts) -> Any:
    conversations = counts.stored + counts.set_aside + counts.changed + counts.to_go
    return SimpleNamespace(
        absolute=f"/archive/{name}",
        counts=counts,
        summary=SimpleNamespace(path=name, conversations=conversations),
    )


def part(name: str) -> SourcePart:
    return SourcePart(f"/archive/{name}", 1, 1)


def finished(name: str, state: State = State.DONE, *, repeated: bool = False) -> Finished:
    row: Any = SimpleNamespace(id=1, state=state, last_error="422: no")
    return Finished(part(name), row, repeated)


def started(name: str) -> Started:
    row: Any = SimpleNamespace(id=1)
    return Started(part(name), row)


@pytest.fixture
def progress() -> MigrationProgress:
    """Two conversations are in Omi, four are to go."""
    progress = MigrationProgress(Forecast(lambda: NOW))
    entries = [
        entry("a.srt", LedgerCounts(stored=2, to_go=1)),
        entry("b.srt", LedgerCounts(0, to_go=3)),
    ]
    progress.add(entries, ())
    return progress


def counts(progress: MigrationProgress) -> tuple[int, int, int, int]:
    return progress.total, progress.done, progress.sent, progress.left


def test_what_the_plan_knows_is_done_and_not_counted_twice(progress: MigrationProgress) -> None:
    assert counts(progress) == (6, 2, 0, 4)
    progress.record(finished("a.srt", repeated=True))
    progress.record(finished("a.srt", repeated=True))
    assert counts(progress) == (6, 2, 0, 4)
    progress.record(finished("a.srt", repeated=True))  # another process sent the third
    assert counts(progress) == (6, 3, 0, 3)
    progress.record(finished("b.srt", State.DISCARDED))
    assert counts(progress) == (6, 4, 1, 2)


def test_what_is_set_aside_is_no_longer_to_go(progress: MigrationProgress) -> None:
    row: Any = SimpleNamespace(id=1)
    progress.record(finished("a.srt", State.REJECTED))
    progress.record(Delayed(part("a.srt"), row, "later", 5.0))
    progress.record(Delayed(part("a.srt"), row, "unclear", None))
    change = SourceChanged("/archive/b.srt", 2, 3, ("content",))
    progress.record(change)
    progress.record(SourceFailed("/archive/c.srt", InputError("gone"), 0))
    assert counts(progress) == (6, 2, 0, 0)
    assert progress.set_aside == [
        SetAside("a.srt", "422: no", "rejected"),
        SetAside("a.srt", "unclear", "left", 4),
        SetAside(
            "b.srt",
            "it has changed since 2 conversations of it were sent: other content "
            "(--changed upload|skip|replace)",
            "changed",
            details={"change": change_as_data(change)},
        ),
        SetAside("/archive/c.srt", "gone"),
    ]


def test_recordings_that_are_found_later(progress: MigrationProgress) -> None:
    broken = RecordingSummary("broken.srt", "failed", "no transcript")
    late = entry("late.srt", LedgerCounts(to_go=2))
    assert progress.add([late], [broken]) == [SetAside("broken.srt", "no transcript")]
    assert counts(progress) == (8, 2, 0, 6)
    assert progress.add([], [broken]) == []
    assert progress.add([], []) == []
    assert progress.unusable == {}


def test_when_it_will_be_finished(progress: MigrationProgress) -> None:
    assert progress.finish_time() == NOW + timedelta(seconds=12)
    later = NOW + timedelta(minutes=30)
    shown = [Allowance(2, write_seconds=10)]
    progress.forecast.read_allowance = lambda: shown[0]
    progress.record(Waiting(1800, later.timestamp(), "the limit"))
    assert progress.forecast.resumes == later
    assert progress.finish_time() == later + timedelta(hours=1, seconds=20)
    progress.record(started("a.srt"))
    assert progress.forecast.resumes is None
    assert progress.finish_time() == NOW + timedelta(hours=1, seconds=20)


def test_what_is_being_sent_is_known_from_its_beginning_to_its_end(
    progress: MigrationProgress,
) -> None:
    progress.record(started("a.srt"))
    assert list(progress.current.values()) == [Current("a.srt", NOW)]
    progress.record(finished("a.srt", State.REJECTED))
    assert not progress.current
    progress.record(started("b.srt"))
    progress.record(Waiting(5, NOW.timestamp() + 5, "the limit"))
    assert not progress.current


def test_dates_of_the_same_words_are_in_the_zone_that_is_shown() -> None:
    at = datetime(2024, 3, 1, 23, 30, tzinfo=UTC)
    same = SameWords(1, "/a.srt", "id", at.timestamp(), at, ("date",))
    change = SourceChanged("/archive/b.srt", 0, 1, (), (same,))
    zone = ZoneInfo("Europe/Berlin")
    assert describe_change(change, zone) == (
        "the same words are in Omi already, sent on 2024-03-02 as /a.srt, with another date "
        "(2024-03-02 00:30 CET)"
    )
