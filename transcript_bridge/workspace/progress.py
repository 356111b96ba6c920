"""The progress of an archive's upload, and when it will be finished."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any, NamedTuple

from ..archive.plan import PlanEntry
from ..archive.summary import RecordingSummary
from ..quantities import length_of
from ..transfer.events import (
    Delayed,
    Event,
    Finished,
    SourceChanged,
    SourceFailed,
    Started,
    Titled,
    Waiting,
)
from ..transfer.states import STORED, SourcePart, is_title_due
from .changes import CHANGED_CHOICES, change_as_data, describe_change
from .forecast import Forecast

STORED_NAMES = {"done": "in Omi", "discarded": "in Omi, hidden there"}
"""The words for stored conversations, by state."""
_MIN_SECONDS_SHOWN = 5.0
"""Seconds. A shorter delay is not shown."""


class SetAside(NamedTuple):
    """A recording that is not sent, and the reason.

    code: the kind of reason, as of BridgeError. exit_code: of a run in which it happens. details:
    more data, ready for json.dumps.
    """

    path: str
    reason: str
    code: str = "input"
    exit_code: int = 1
    details: Mapping[str, Any] = {}


class Current(NamedTuple):
    """A conversation that is being sent now. since: when that began."""

    name: str
    since: datetime


@dataclass(slots=True)
class _PlannedRecording:
    """How many conversations of a recording were in Omi when it was planned, and how many are
    left."""

    name: str
    known_stored: int
    to_go: int
    titles_to_go: int = 0


@dataclass(slots=True)
class MigrationProgress:
    """The progress of an archive's upload: counts, what is being sent, waits, the finish time.

    What was in Omi when it was planned counts as done from the beginning. Pass it the uploader's
    events with `record`, and recordings that are found later with `add`.
    """

    forecast: Forecast
    total: int = 0
    done: int = 0
    sent: int = 0
    """Conversations that this run sent."""
    left: int = 0
    titled: int = 0
    """Titles that this run sent."""
    titles_left: int = 0
    sends_titles: bool = False
    zone: tzinfo = UTC
    """The zone of dates in messages."""
    skips_changed: bool = False
    """Whether recordings that were sent with other content are skipped, not set aside."""
    skipped: int = 0
    for_user: int = 0
    """Of `left`, those for which running again does not help: only the user can find out more."""
    set_aside: list[SetAside] = field(default_factory=list)
    """Set aside by this run: refused, changed, or no longer readable."""
    unusable: dict[str, SetAside] = field(default_factory=dict)
    """Transcripts that cannot be sent, by their paths, as of the latest scan of the archive."""
    current: dict[int, Current] = field(default_factory=dict)
    """The requests that are being sent, by the id of their row in the ledger."""
    _recordings: dict[str, _PlannedRecording] = field(default_factory=dict)

    def add(
        self, entries: Iterable[PlanEntry], unusable: Iterable[RecordingSummary]
    ) -> list[SetAside]:
        """Add the recordings of a plan. unusable: everything that cannot be sent now.

        Returns what has become unusable since the last call.
        """
        for entry in entries:
            counts = entry.counts
            titles = 0
            if self.sends_titles:
                titles = entry.titles_to_go
            recording = _PlannedRecording(entry.summary.path, counts.stored, counts.to_go, titles)
            self._recordings[entry.absolute] = recording
            self.total += entry.summary.conversations
            self.done += counts.stored
            self.left += counts.to_go
            self.titles_left += titles
        earlier = self.unusable
        self.unusable = {summary.path: _set_aside(summary) for summary in unusable}
        return [recording for path, recording in self.unusable.items() if path not in earlier]

    def name_of(self, path: str) -> str:
        """The path of a recording as in the plan."""
        return self._find(path).name

    def name_part(self, part: SourcePart) -> str:
        """The same, with the number of the conversation if there are several."""
        return part.with_name(self.name_of(part.path))

    def record(self, event: Event) -> None:
        """Count an event of the uploader."""
        self.forecast.record(event)
        match event:
            case Started():
                self.current[event.row.id] = Current(
                    self.name_part(event.part), self.forecast.now()
                )
            case Finished() | Delayed():
                self.current.pop(event.row.id, None)
            case Waiting():
                self.current.clear()
        self._count(event)

    def _count(self, event: Event) -> None:
        match event:
            case Finished():
                self._finish(event)
            case Delayed() if event.seconds is None:
                self.for_user += int(event.needs_user)
                self._put_aside(event.part.path, event.message, "left", 4)
            case SourceFailed():
                self._count_down_all(event.path)
                error = event.error
                self._put_aside(event.path, error.message, error.code, error.exit_code)
            case SourceChanged() if self.skips_changed:
                self._count_down_all(event.path)
                self.skipped += 1
            case SourceChanged():
                self._count_down_all(event.path)
                reason = f"{describe_change(event, self.zone)} ({CHANGED_CHOICES})"
                details = {"change": change_as_data(event)}
                self.set_aside.append(
                    SetAside(self.name_of(event.path), reason, "changed", details=details)
                )
            case Titled():
                self.titled += int(event.error is None)
                if event.error is None or not event.will_retry:
                    self._count_down(event.part.path, titles=1)

    def finish_time(self) -> datetime:
        """About when the last conversation and the last title will be sent."""
        return self.forecast.finish_time(self.left + self.titles_left)

    def _finish(self, event: Finished) -> None:
        path = event.part.path
        row = event.row
        if not event.repeated and not is_title_due(row):
            self._count_down(path, titles=1)
        recording = self._find(path)
        if row.state not in STORED:
            if not event.repeated:
                self._count_down(path, conversations=1)
            reason = row.last_error or f"it is {row.state.value}"
            self._put_aside(path, reason, row.state.value)
            return
        if event.repeated and recording.known_stored > 0:
            recording.known_stored -= 1
            return
        self.done += 1
        self.sent += int(not event.repeated)
        self._count_down(path, conversations=1)

    def _find(self, path: str) -> _PlannedRecording:
        """The recording at a path; an empty one if no plan has it."""
        return self._recordings.get(path, _PlannedRecording(path, known_stored=0, to_go=0))

    def _count_down_all(self, path: str) -> None:
        """Note that nothing of a recording is left to send."""
        recording = self._find(path)
        self._count_down(path, recording.to_go, recording.titles_to_go)

    def _count_down(self, path: str, conversations: int = 0, titles: int = 0) -> None:
        """Note that conversations and titles of a recording are no longer to be sent."""
        recording = self._find(path)
        conversations = min(conversations, recording.to_go)
        titles = min(titles, recording.titles_to_go)
        recording.to_go -= conversations
        recording.titles_to_go -= titles
        self.left -= conversations
        self.titles_left -= titles

    def _put_aside(self, path: str, reason: str, code: str, exit_code: int = 1) -> None:
        self.set_aside.append(SetAside(self.name_of(path), reason, code, exit_code))


def _set_aside(summary: RecordingSummary) -> SetAside:
    kind = summary.error_kind
    return SetAside(summary.path, summary.error, kind.code, kind.exit_code)


def is_news(event: Finished) -> bool:
    """Whether it is news: not for conversations that were in Omi before this run."""
    return not (event.repeated and event.row.state in STORED)


def describe_state(event: Finished) -> str:
    """Describe what happened to a conversation: `in Omi`."""
    return STORED_NAMES.get(event.row.state.value, event.row.state.value)


def is_short(event: Delayed) -> bool:
    """Whether a delay is too short to be worth a line."""
    return event.seconds is not None and event.seconds < _MIN_SECONDS_SHOWN


def describe_delay(event: Delayed) -> str:
    """Why a conversation waits, and how long."""
    if event.seconds is None:
        return event.message
    return f"{event.message}; trying again in {length_of(event.seconds)}"
