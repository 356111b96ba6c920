"""What `migrate` tells while it works: a bar on a terminal, lines elsewhere, JSON lines if asked
for."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import click

from .output import ExitStatus, plural, say
from .session import say_waiting

if TYPE_CHECKING:
    from ..archive.planning import ArchivePlan, PlanEntry
    from ..archive.summary import Converted
    from ..transfer.events import Event, Finished, Summary, Waiting

_SHOWN = 12
_STORED = ("done", "discarded")


class Journal:
    """Counts what was done, and tells it.

    What the plan knows to be in Omi is counted as done from the beginning, and not told again.
    """

    def __init__(
        self, plan: ArchivePlan, per_hour: Callable[[], int], limit: int | None, as_json: bool
    ) -> None:
        """per_hour: how many writes the server allows, as far as it has shown by now."""
        self._total = 0
        self._look_up_limit = per_hour
        self._per_hour = per_hour()
        self._resumes = datetime.now(UTC)
        self._unusable = {one.path: one.error for one in (*plan.failed, *plan.turns_alone)}
        self._limit = limit
        self._as_json = as_json
        self._names: dict[str, str] = {}
        self._stored: dict[str, int] = {}
        self._open: dict[str, int] = {}
        self._left = 0
        self._done = 0
        self._sent = 0
        self._aside: list[tuple[str, str]] = []
        self._bar: Any = None
        self._task: Any = None
        self._count(plan.ready)

    def __enter__(self) -> Self:
        if not self._as_json and sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

            columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
            # It stands there for days: ten times a second would be a waste.
            self._bar = Progress(*columns, console=Console(stderr=True), refresh_per_second=1)
            self._task = self._bar.add_task("", total=self._total, completed=self._done)
            self._bar.start()
        for path, why in self._unusable.items():  # for people, the plan has told them
            self._write("set aside", path=path, message=why)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop_bar()

    def _stop_bar(self) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def add(self, entries: Sequence[PlanEntry], unusable: Iterable[Converted]) -> None:
        """Files that were not there when it began. unusable: all that cannot be sent as of now."""
        former, before = self._unusable, self._left
        self._unusable = {one.path: one.error for one in unusable}
        for path, why in self._unusable.items():
            if path not in former:
                say(f"{path}: {why}", mark="error")
                self._write("set aside", path=path, message=why)
        self._count(entries)
        more = plural(self._left - before, "conversation")
        if entries:
            self._tell(
                "added", f"{plural(len(entries), 'new file')}, {more} more", files=len(entries)
            )

    def _count(self, entries: Iterable[PlanEntry]) -> None:
        for entry in entries:
            path, standing = entry.absolute, entry.counts
            self._names[path] = entry.summary.path
            self._stored[path], self._open[path] = standing.stored, standing.to_go
            self._total += entry.summary.conversations
            self._done += standing.stored
            self._left += standing.to_go

    def _settle(self, path: str, most: int | None = None) -> None:
        """So many conversations (None: all) of a recording are no longer to go."""
        open_ = self._open.get(path, 0)
        settled = open_ if most is None else min(most, open_)
        self._open[path] = open_ - settled
        self._left -= settled

    def observe(self, event: Event) -> None:
        """What the uploader says, in its own thread."""
        from ..transfer.events import Delayed, Finished, SourceChanged, SourceFailed

        match event:
            case Finished():
                self._finish(event)
            case Delayed(part, _, message, seconds):
                again = f"; looking again in {seconds:.0f} s" if seconds is not None else ""
                self._tell(
                    "delayed",
                    f"{self._name(part.path)}: {message}{again}",
                    path=self._name(part.path),
                )
                if seconds is None:
                    self._set_aside(self._name(part.path), message)
            case SourceFailed(path, error, _):
                self._settle(path)
                self._set_aside(self._name(path), error.message)
            case SourceChanged(path, uploaded, _):
                self._settle(path)
                what = f"{plural(uploaded, 'conversation')} of it {'was' if uploaded == 1 else 'were'} sent"
                self._set_aside(
                    self._name(path), f"it has changed since {what} (--changed upload|skip)"
                )
            case _:
                self._wait(event)

    def end(self, summary: Summary, code: int) -> int:
        """The last words, and the exit code."""
        self._stop_bar()
        tally = ExitStatus()
        tally.code = code
        if summary.error is not None:
            tally.fail(summary.error)
        for path, why in self._aside[:_SHOWN]:
            say(f"{path}: {why}", mark="error")
        if len(self._aside) > _SHOWN:
            say(f"and {len(self._aside) - _SHOWN:,} more that were set aside")
        if (self._aside or self._unusable) and tally.code == 0:
            tally.code = 1
        left = self._left
        if summary.left or (left and (summary.stopped or self._limit)):
            reached = self._limit is not None and self._sent >= self._limit
            why = "as many as --limit says were sent" if reached else "stopped"
            rest = (
                f"; {plural(left, 'conversation')} left, until about {_clock(self._finish_time())}"
                if left
                else ""
            )
            say(
                f"{why}, {self._done:,} of {self._total:,} are done{rest}; run the same command again to go on"
            )
            tally.code = tally.code if tally.code == 3 else 4
        else:
            aside = (
                f"; {len(self._aside):,} set aside, 'retry' plans again what was refused"
                if self._aside
                else ""
            )
            files = (
                f"; {plural(len(self._unusable), 'file')} cannot be sent, 'plan' says why"
                if self._unusable
                else ""
            )
            say(
                f"{plural(self._done, 'conversation')} done, {self._sent:,} of them now{aside}{files}"
            )
        count = len(self._aside) + len(self._unusable)
        self._write("ended", sent=self._sent, set_aside=count, exit_code=tally.code)
        return tally.code

    def _finish(self, event: Finished) -> None:
        row, path = event.row, event.part.path
        name = self._name(path)
        stored = row.state.value in _STORED
        if event.repeated and stored and self._stored.get(path):
            self._stored[path] -= 1  # the plan knew it
        elif stored:
            self._done += 1
            self._sent += not event.repeated
            self._settle(path, 1)
        else:
            self._settle(path, 0 if event.repeated else 1)
            self._set_aside(name, row.last_error or f"it is {row.state.value}")
        if not event.repeated or not stored:
            part = f" part {event.part.number}/{event.part.parts}" if event.part.parts > 1 else ""
            self._tell(
                "finished",
                f"[{self._done}/{self._total}] {name}{part}: {row.conversation_id or ''} {row.state.value}",
                path=name,
                part=event.part.number,
                parts=event.part.parts,
                id=row.conversation_id,
                state=row.state.value,
                started_at=row.started_at.isoformat(),
                segments=row.segments,
            )
        self._draw()

    def _wait(self, event: Waiting) -> None:
        self._resumes = datetime.fromtimestamp(event.until, UTC)
        self._per_hour = self._look_up_limit()
        about = self._finish_time()
        if self._as_json:
            self._write(
                "waiting",
                seconds=round(event.seconds),
                until=self._resumes.isoformat(),
                reason=event.reason,
                finished_about=about.isoformat(),
            )
        elif self._bar is not None:
            self._draw()
        else:
            say_waiting(event)
            say(f"{self._done:,} of {self._total:,} done, finished about {_clock(about)}")

    def _set_aside(self, path: str, why: str) -> None:
        self._aside.append((path, why))
        self._write("set aside", path=path, message=why)

    def _finish_time(self) -> datetime:
        from ..archive.planning import time_needed

        return max(datetime.now(UTC), self._resumes) + time_needed(self._left, self._per_hour)

    def _tell(self, event: str, words: str, **data: Any) -> None:
        if self._as_json:
            self._write(event, **data, message=words) if event != "finished" else self._write(
                event, **data
            )
        elif self._bar is not None:
            self._bar.console.print(words, markup=False, highlight=False)
        else:
            click.echo(words)

    def _write(self, event: str, **data: Any) -> None:
        if self._as_json:
            click.echo(
                json.dumps(
                    {"event": event, **data, "done": self._done, "total": self._total},
                    ensure_ascii=False,
                )
            )

    def _draw(self) -> None:
        if self._bar is not None:
            words = f"finished about {_clock(self._finish_time())}"
            if self._resumes > datetime.now(UTC):  # an answer may come after the wait was told
                words = f"next at {_clock(self._resumes)}, {words}"
            self._bar.update(self._task, completed=self._done, total=self._total, description=words)

    def _name(self, path: str) -> str:
        return self._names.get(path, path)


def _clock(moment: datetime) -> str:
    """`14:32`, `Friday 14:32`, `3 May 14:32`."""
    here = moment.astimezone()
    days = (here.date() - datetime.now().astimezone().date()).days
    day = "" if days == 0 else f"{here:%A} " if days < 7 else f"{here.day} {here:%B} "
    return f"{day}{here:%H:%M}"
