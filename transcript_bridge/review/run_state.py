"""What is known of a run: counted while it works, asked for by the page at any moment."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, NamedTuple

from ..archive.planning import PlanEntry
from ..archive.sending_time import Allowance, time_needed
from ..archive.summary import RecordingSummary
from ..errors import BridgeError
from ..limits import WRITES_PER_HOUR
from ..transfer.events import Delayed, Event, Finished, Replaced, Started, Waiting
from ..transfer.states import STORED, SourcePart
from ..workspace.progress import STORED_NAMES, MigrationProgress, SetAside

Work = Literal["nothing", "sending", "undoing"]

_RECENT = 12
"""Lines of what was done last."""
_MIN_DELAY = 5.0
"""Seconds; shorter delays are not worth a line."""


class Current(NamedTuple):
    """A conversation that is being sent now. since: when that began."""

    name: str
    since: datetime


class Done(NamedTuple):
    """What was done last. tone: `stored`, `waiting` or `failed`."""

    at: datetime
    name: str
    words: str
    tone: str


@dataclass(frozen=True)
class Snapshot:
    """A run at one moment. left: conversations that are still to go; total, done: of the archive.

    resumes: until when the server takes nothing more; reason: why. finish: about when all is done.
    ended: how the last run ended, in words.
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
    is_stopping: bool = False
    ended: str = ""


class RunState:
    """Receives the events of an uploader, and the files that are found while it works.

    Its methods may be called from any thread. now: the clock.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._work: Work = "nothing"
        self._progress = MigrationProgress()
        self._undone = 0
        self._to_undo = 0
        self._current: dict[int, Current] = {}
        self._waiting: Waiting | None = None
        self._recent: deque[Done] = deque(maxlen=_RECENT)
        self._is_stopping = False
        self._ended = ""
        self._allowance = Allowance(WRITES_PER_HOUR)

    # ---- the run

    def begin(self, work: Work, to_undo: int = 0) -> None:
        """A run begins. to_undo: how many conversations are to be deleted."""
        with self._lock:
            self._work = work
            self._progress = MigrationProgress()
            self._undone = 0
            self._to_undo = to_undo
            self._current = {}
            self._waiting = None
            self._is_stopping = False
            self._ended = ""

    def end(self, words: str) -> None:
        """The run has ended. words: how, as a sentence."""
        with self._lock:
            self._work = "nothing"
            self._current = {}
            self._waiting = None
            self._is_stopping = False
            self._ended = words

    def note_stopping(self) -> None:
        """Somebody has asked it to stop."""
        with self._lock:
            self._is_stopping = self._work != "nothing"

    def set_pace(self, allowance: Allowance) -> None:
        """How many writes the server takes, as far as it has shown by now."""
        with self._lock:
            self._allowance = allowance

    @property
    def is_working(self) -> bool:
        """Whether a run of this page is under way."""
        return self._work != "nothing"

    def take(self) -> Snapshot:
        """The run as it is now."""
        with self._lock:
            progress = self._progress
            done, total, left = progress.done, progress.total, progress.left
            if self._work == "undoing":
                done, total, left = self._undone, self._to_undo, self._to_undo - self._undone
            waiting = self._waiting
            resumes = None
            if waiting is not None:
                resumes = datetime.fromtimestamp(waiting.until, UTC)
            finish = None
            if left:
                now = self._now()
                finish = progress.finish_time(now, resumes or now, self._allowance)
                if self._work == "undoing":
                    finish = max(now, resumes or now) + time_needed(left, self._allowance)
            return Snapshot(
                work=self._work,
                total=total,
                done=done,
                left=left,
                current=tuple(self._current.values()),
                resumes=resumes,
                reason="" if waiting is None else waiting.reason,
                finish=finish,
                recent=tuple(reversed(self._recent)),
                aside=tuple(progress.set_aside),
                is_stopping=self._is_stopping,
                ended=self._ended,
            )

    # ---- what the uploader and the migration report

    def observe(self, event: Event) -> None:
        """Count an event of the uploader."""
        with self._lock:
            self._progress.record(event)
            match event:
                case Waiting():
                    self._waiting = event
                    self._current.clear()
                case Started():
                    self._waiting = None
                    self._current[event.row.id] = Current(self._name(event.part), self._now())
                case Finished():
                    self._finish(event)
                case Delayed():
                    self._delay(event)
                case Replaced():
                    self._note_replaced(event)
                case _:
                    pass

    def _name(self, part: SourcePart) -> str:
        """The recording as the user knows it, with the number of its part."""
        return str(part).replace(part.path, self._progress.name_of(part.path), 1)

    def _finish(self, event: Finished) -> None:
        row = event.row
        self._current.pop(row.id, None)
        is_stored = row.state in STORED
        if event.repeated and is_stored:
            return
        words = STORED_NAMES.get(row.state.value, row.last_error or row.state.value)
        self._note(self._name(event.part), words, "stored" if is_stored else "failed")

    def _delay(self, event: Delayed) -> None:
        self._current.pop(event.row.id, None)
        is_short = event.seconds is not None and event.seconds < _MIN_DELAY
        if is_short:
            return
        words = event.message
        if event.seconds is not None:
            words += f"; trying again in {event.seconds:.0f} s"
        self._note(self._name(event.part), words, "waiting")

    def _note_replaced(self, event: Replaced) -> None:
        if event.error is not None:
            self._note(str(event.part), str(event.error), "failed")
        elif event.is_kept:
            self._note(str(event.part), "kept: another program may have made it", "waiting")
        else:
            self._note(str(event.part), "deleted: a newer one has taken its place", "stored")

    def _note(self, name: str, words: str, tone: str) -> None:
        self._recent.append(Done(self._now(), name, words, tone))

    def add(self, entries: Sequence[PlanEntry], unusable: Iterable[RecordingSummary]) -> None:
        """Recordings of the plan, and later those that were added to the archive meanwhile."""
        with self._lock:
            for one in self._progress.add(entries, unusable):
                self._progress.set_aside.append(one)

    def fail_to_look(self, error: BridgeError) -> None:
        """The archive cannot be read again; everything planned was sent."""
        with self._lock:
            self._note("the archive", f"not read again: {error}", "waiting")

    # ---- undo

    def observe_waiting(self, event: Waiting) -> None:
        """The server takes no deletion for a while."""
        with self._lock:
            self._waiting = event

    def note_undone(self, name: str, error: BridgeError | None) -> None:
        """One conversation was deleted, or was not, for this reason."""
        with self._lock:
            self._waiting = None
            self._undone += 1
            if error is None:
                self._note(name, "deleted in Omi", "stored")
                return
            self._note(name, str(error), "failed")
            details: Mapping[str, object] = error.data
            aside = SetAside(name, error.message, error.code, error.exit_code, details)
            self._progress.set_aside.append(aside)
