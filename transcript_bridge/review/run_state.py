"""The state of a run: counted while it works, and read by the page at any moment."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Literal, NamedTuple

from ..archive.plan import PlanEntry
from ..archive.sending_time import Allowance
from ..archive.summary import RecordingSummary
from ..errors import BridgeError
from ..transfer.events import Delayed, Event, Finished, Replaced, Waiting
from ..transfer.ledger import LedgerEntry
from ..transfer.states import STORED
from ..workspace.forecast import Forecast
from ..workspace.progress import (
    Current,
    MigrationProgress,
    SetAside,
    describe_delay,
    describe_state,
    is_news,
    is_short,
)

Work = Literal["nothing", "sending", "undoing"]

_RECENT = 12
"""The most lines in the list of what was done last."""


class Done(NamedTuple):
    """One thing that was done. tone: `stored`, `waiting` or `failed`."""

    at: datetime
    name: str
    words: str
    tone: str


@dataclass(frozen=True)
class Snapshot:
    """A run at one moment. left: conversations that are still to be sent; total, done: of the
    archive.

    resumes: until when the server accepts nothing more; reason: why. finish: about when all is
    done. aside: what was set aside; unusable: how many more files cannot be sent at all.
    ended: how the last run ended, in words; ended_at: when. elsewhere: what another program is
    sending; uncertain: what may or may not be in Omi; both are known only while this page does
    nothing.
    """

    work: Work = "nothing"
    total: int = 0
    done: int = 0
    left: int = 0
    current: tuple[Current, ...] = ()
    resumes: datetime | None = None
    reason: str = ""
    finish: datetime | None = None
    recent: tuple[Done, ...] = ()
    aside: tuple[SetAside, ...] = ()
    unusable: int = 0
    is_stopping: bool = False
    ended: str = ""
    ended_at: datetime | None = None
    elsewhere: Sequence[str] = ()
    uncertain: Sequence[LedgerEntry] = ()

    @property
    def is_idle(self) -> bool:
        """Whether this page neither sends nor deletes."""
        return self.work == "nothing"


class RunState:
    """Receives the events of an uploader, and the files that are found while it works.

    Its methods may be called from any thread. now: the clock.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._work: Work = "nothing"
        self._progress = MigrationProgress(Forecast(now))
        self._undone = 0
        self._to_undo = 0
        self._recent: deque[Done] = deque(maxlen=_RECENT)
        self._is_stopping = False
        self._ended = ""
        self._ended_at: datetime | None = None

    # ---- the run

    def begin(self, work: Work, to_undo: int = 0) -> None:
        """Note that a run begins. to_undo: how many conversations are to be deleted."""
        with self._lock:
            self._work = work
            self._progress = MigrationProgress(Forecast(self._now))
            self._undone = 0
            self._to_undo = to_undo
            self._is_stopping = False
            self._ended = ""

    def follow(
        self,
        read_allowance: Callable[[], Allowance],
        *,
        sends_titles: bool = False,
        zone: tzinfo = UTC,
    ) -> None:
        """Set what the estimates are based on. read_allowance: the writes to expect. zone: of dates
        in messages."""
        forecast = Forecast(self._now, read_allowance)
        with self._lock:
            self._progress = MigrationProgress(forecast, sends_titles=sends_titles, zone=zone)

    def end(self, words: str) -> None:
        """Note that the run has ended. words: how, as a sentence."""
        with self._lock:
            self._work = "nothing"
            self._progress.current.clear()
            self._progress.forecast.waiting = None
            self._is_stopping = False
            self._ended = words
            self._ended_at = self._now()

    def note_stopping(self) -> None:
        """Note that the user has asked it to stop."""
        with self._lock:
            self._is_stopping = self._work != "nothing"

    @property
    def is_working(self) -> bool:
        """Whether a run of this page is under way."""
        return self._work != "nothing"

    def take(self) -> Snapshot:
        """The run as it is now."""
        with self._lock:
            progress = self._progress
            forecast = progress.forecast
            done, total, left = progress.done, progress.total, progress.left
            writes = left + progress.titles_left
            if self._work == "undoing":
                done, total, left = self._undone, self._to_undo, self._to_undo - self._undone
                writes = left
            return Snapshot(
                work=self._work,
                total=total,
                done=done,
                left=left,
                current=tuple(progress.current.values()),
                resumes=forecast.resumes,
                reason=forecast.reason,
                finish=forecast.finish_time(writes) if writes else None,
                recent=tuple(reversed(self._recent)),
                aside=tuple(progress.set_aside),
                unusable=len(progress.unusable),
                is_stopping=self._is_stopping,
                ended=self._ended,
                ended_at=self._ended_at,
            )

    # ---- what the uploader and the migration report

    def observe(self, event: Event) -> None:
        """Count an event of the uploader."""
        with self._lock:
            self._progress.record(event)
            match event:
                case Finished() if is_news(event):
                    self._note_finished(event)
                case Delayed() if not is_short(event):
                    name = self._progress.name_part(event.part)
                    self._note(name, describe_delay(event), "waiting")
                case Replaced():
                    self._note_replaced(event)

    def _note_finished(self, event: Finished) -> None:
        row = event.row
        name = self._progress.name_part(event.part)
        if row.state in STORED:
            self._note(name, describe_state(event), "stored")
        else:
            self._note(name, row.last_error or describe_state(event), "failed")

    def _note_replaced(self, event: Replaced) -> None:
        if event.error is not None:
            self._note(str(event.part), str(event.error), "failed")
        elif event.is_kept:
            self._note(str(event.part), "kept: another program may have created it", "waiting")
        else:
            self._note(str(event.part), "deleted: a newer one has taken its place", "stored")

    def _note(self, name: str, words: str, tone: str) -> None:
        self._recent.append(Done(self._now(), name, words, tone))

    def add(self, entries: Sequence[PlanEntry], unusable: Iterable[RecordingSummary]) -> None:
        """Add recordings of the plan, and later those that were added to the archive meanwhile."""
        with self._lock:
            self._progress.add(entries, unusable)

    def fail_to_look(self, error: BridgeError) -> None:
        """Note that the archive cannot be read again; everything planned was sent."""
        with self._lock:
            self._note("the archive", f"not read again: {error}", "waiting")

    # ---- undo

    def observe_waiting(self, event: Waiting) -> None:
        """Note that the server accepts no deletion for a while."""
        with self._lock:
            self._progress.forecast.record(event)

    def note_undone(self, name: str, error: BridgeError | None) -> None:
        """Note that one conversation was deleted, or was not, for this reason."""
        with self._lock:
            self._progress.forecast.waiting = None
            self._undone += 1
            if error is None:
                self._note(name, "deleted in Omi", "stored")
                return
            self._note(name, str(error), "failed")
            details: Mapping[str, object] = error.data
            aside = SetAside(name, error.message, error.code, error.exit_code, details)
            self._progress.set_aside.append(aside)
