"""Prints what `migrate` does: a bar on a terminal, lines elsewhere, JSON with `--json`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self
from zoneinfo import ZoneInfo

from ..calendar_words import name_moment
from ..quantities import count_of
from ..workspace.changes import change_as_data, describe_change
from ..workspace.forecast import Forecast
from ..workspace.progress import (
    STORED_NAMES,
    MigrationProgress,
    SetAside,
    describe_delay,
    describe_state,
    is_news,
    is_short,
)
from .event_printer import (
    ONLY_YOU,
    EventPrinter,
    advise_to_continue,
    describe_end,
    describe_replaced,
    explain_end,
    explain_untitled,
)
from .left_out_names import count_unusable, describe_unread
from .output import (
    FAILED,
    STOPPED,
    error_as_data,
    failure_as_data,
    may_draw,
    print_json,
    print_line,
    render_now,
    say,
    say_next,
    shorten_path,
)
from .progress import MigrationBar, say_waiting

if TYPE_CHECKING:
    from ..archive.plan import ArchivePlan, PlanEntry
    from ..archive.sending_time import Allowance
    from ..archive.summary import RecordingSummary
    from ..errors import BridgeError
    from ..transfer.events import (
        Delayed,
        Finished,
        Replaced,
        SourceChanged,
        SourceFailed,
        Started,
        Summary,
        Titled,
        Waiting,
    )

_SET_ASIDE_SHOWN = 12
_CURRENT_WIDTH = 40
"""How many characters of the current path are shown beside the bar."""
_REST_OF_LINE = len("[1,000/1,000] : in Omi, 2024-01-24 15:04 ~")


class MigrationPrinter(EventPrinter):
    """Prints the events of `migrate`, with how much is done and when it will be finished."""

    def __init__(
        self,
        plan: ArchivePlan,
        read_allowance: Callable[[], Allowance],
        *,
        zone: ZoneInfo,
        limit: int | None,
        as_json: bool,
        verbose: bool = False,
        skips_changed: bool = False,
    ) -> None:
        """read_allowance: returns how many writes the server accepts, as far as it has shown.

        zone: in which times are shown. limit: how many conversations
        this run may send. verbose: print every retry. skips_changed: the user wants to skip what
        was sent before with other content.
        """
        forecast = Forecast(lambda: datetime.now(UTC), read_allowance)
        super().__init__(
            MigrationProgress(
                forecast, sends_titles=plan.sends_titles, skips_changed=skips_changed, zone=zone
            )
        )
        self.progress.add(plan.ready, (*plan.failed, *plan.turns_alone))
        self._unread = len(plan.unread)
        self._guessed = {entry.absolute for entry in plan.ready if entry.is_guessed}
        self._set_aside_printed = 0
        self._limit = limit
        self._as_json = as_json
        self._verbose = verbose
        self._bar: MigrationBar | None = None

    def __enter__(self) -> Self:
        if not self._as_json and may_draw():
            self._bar = MigrationBar()
            self._update_bar()
            self._bar.start()
        self._print_unusable()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop_bar()

    def add(self, entries: Sequence[PlanEntry], unusable: Iterable[RecordingSummary]) -> None:
        """Add recordings that were found during the run. unusable: all that cannot be sent now."""
        left_before = self.progress.left
        new_unusable = self.progress.add(entries, unusable)
        for recording in new_unusable:
            say(f"{recording.path}: {recording.reason}", mark="error")
            self._print_one_set_aside(recording)
        self._guessed.update(entry.absolute for entry in entries if entry.is_guessed)
        if entries:
            conversations = count_of(self.progress.left - left_before, "conversation")
            line = f"{count_of(len(entries), 'new file')}, {conversations} more"
            self._print("added", line, files=len(entries), message=line)

    def fail_to_look(self, error: BridgeError) -> None:
        """Print that the archive cannot be read again."""
        say(f"did not look for new files: {error}")

    def name_of(self, path: str) -> str:
        return self.progress.name_of(path)

    def print_started(self, event: Started) -> None:
        self._update_bar()

    def print_finished(self, event: Finished) -> None:
        row = event.row
        if is_news(event):
            self._print(
                "finished",
                self._describe_finished(event),
                path=self.name_of(event.part.path),
                part=event.part.number,
                parts=event.part.parts,
                id=row.conversation_id,
                state=row.state.value,
                started_at=row.started_at.isoformat(),
                date_is_guessed=event.part.path in self._guessed,
                segments=row.segments,
            )
        self._print_set_aside()
        self._update_bar()

    def _describe_finished(self, event: Finished) -> str:
        """`[3/9] kitchen.srt: in Omi, 2024-02-03 12:00`; with --verbose also its id."""
        row = event.row
        count = f"[{self.progress.done}/{self.progress.total}]"
        text = f"{count} {self._shorten(self.part_name(event))}: {describe_state(event)}"
        if row.state.value in STORED_NAMES:
            began = row.started_at.astimezone(self.progress.zone)
            guessed = ""
            if event.part.path in self._guessed:
                guessed = " ~"
            text += f", {began:%Y-%m-%d %H:%M}{guessed}"
        if self._verbose and row.conversation_id:
            text += f", {row.conversation_id}"
        return text

    def _shorten(self, name: str) -> str:
        """The name above the bar: cut in the middle if the rest would not fit beside it."""
        if self._bar is None:
            return name
        return shorten_path(name, max(_CURRENT_WIDTH, self._bar.width - _REST_OF_LINE))

    def print_delayed(self, event: Delayed) -> None:
        name = self.name_of(event.part.path)
        line = f"{self._shorten(name)}: {describe_delay(event)}"
        if self._as_json or self._verbose or not is_short(event):
            self._print("delayed", line, path=name, message=line)
        self._print_set_aside()

    def print_source_failed(self, event: SourceFailed) -> None:
        self._print_set_aside()

    def print_source_changed(self, event: SourceChanged) -> None:
        if self.progress.skips_changed:
            name = self.name_of(event.path)
            line = f"{name}: left out: {describe_change(event, self.progress.zone)}"
            self._print("skipped", line, path=name, change=change_as_data(event))
        self._print_set_aside()

    def print_replaced(self, event: Replaced) -> None:
        name = str(event.part)
        if event.error is not None:
            self.status.fail(event.error.reword(f"{name}: {event.error.message}"))
            return
        conversation = event.row.conversation_id
        status, outcome = describe_replaced(event)
        line = f"{name}: {conversation} {outcome}"
        self._print(status, line, path=event.part.path, id=conversation)

    def print_titled(self, event: Titled) -> None:
        name = self.part_name(event)
        about = {"path": self.name_of(event.part.path), "id": event.row.conversation_id}
        if event.error is None:
            line = f"{name}: has its title, {self.progress.titles_left:,} more to go"
            if self._as_json or self._verbose:
                self._print("titled", line, **about, titles_left=self.progress.titles_left)
        else:
            error = explain_untitled(event, name)
            self.status.fail(error)
            self._print_json("not titled", **about, error=error_as_data(error))
        self._update_bar()

    def print_waiting(self, event: Waiting) -> None:
        finished = self.progress.finish_time()
        if self._as_json:
            self._print_json(
                "waiting",
                seconds=round(event.seconds),
                until=datetime.fromtimestamp(event.until, UTC).isoformat(),
                reason=event.reason,
                finished_about=finished.isoformat(),
            )
        elif self._bar is not None:
            self._update_bar()
        else:
            say_waiting(event, self.progress.zone)
            say(
                f"{self.progress.done:,} of {self.progress.total:,} done, "
                f"finished about {self._clock(finished)}"
            )

    def end_unsent(self, reason: str, code: int = 0) -> int:
        """Print why nothing is sent; returns the exit code, which is at least `code`."""
        self._print_unusable()
        say(reason)
        self.status.raise_to(code)
        self._print_end()
        return self.status.code

    def end(self, summary: Summary) -> int:
        """Print the result; returns the exit code."""
        self._stop_bar()
        progress = self.progress
        error = None
        if summary.error is not None:
            explained = explain_end(summary.error)
            self.status.fail(explained)
            error = error_as_data(explained)
        self._say_set_aside()
        is_cut_short = summary.stopped or self._limit is not None
        is_unfinished = progress.left > 0 or progress.titles_left > 0
        if summary.left or (is_unfinished and is_cut_short):
            say(self._describe_stop(summary))
            self.status.raise_to(STOPPED)
        else:
            say(self._describe_end())
            if not self._as_json and progress.done:
                say_next("'transcript-bridge verify' with the same paths compares it with Omi")
        self._print_end(error)
        return self.status.code

    def _print_end(self, error: dict[str, Any] | None = None) -> None:
        progress = self.progress
        self._print_json(
            "ended",
            sent=progress.sent,
            titled=progress.titled,
            set_aside=len(progress.set_aside) + len(progress.unusable),
            exit_code=self.status.code,
            error=error,
        )

    def _print_unusable(self) -> None:
        """Print what cannot be sent, as JSON; people saw it with the plan."""
        for recording in self.progress.unusable.values():
            self._print_one_set_aside(recording)

    def _say_set_aside(self) -> None:
        """Print what was set aside by this run; returns whether there was anything."""
        progress = self.progress
        for entry in progress.set_aside[:_SET_ASIDE_SHOWN]:
            say(f"{entry.path}: {entry.reason}", mark="error")
        not_shown = len(progress.set_aside) - _SET_ASIDE_SHOWN
        if not_shown > 0:
            say(f"and {not_shown:,} more that were set aside")
        if progress.set_aside or progress.unusable:
            self.status.raise_to(FAILED)

    def _describe_stop(self, summary: Summary) -> str:
        progress = self.progress
        to_go = progress.left + progress.titles_left
        is_for_user = 0 < summary.left == progress.for_user == to_go
        if is_for_user and not summary.stopped:
            rest = f"{count_of(to_go, 'conversation')} left"
            return f"{progress.done:,} of {progress.total:,} are done; {rest}; {ONLY_YOU}"
        reason = "stopped"
        if self._limit is not None and progress.sent >= self._limit:
            reason = "as many as --limit says were sent"
        text = f"{reason}, {progress.done:,} of {progress.total:,} are done"
        left = []
        if progress.left:
            left.append(count_of(progress.left, "conversation"))
        if progress.titles_left:
            left.append(count_of(progress.titles_left, "title"))
        if left:
            text += f"; {' and '.join(left)} left"
        if left and summary.error is None:  # otherwise it is unknown when it continues
            text += f", finished about {self._clock(progress.finish_time())} if you continue now"
        return f"{text}; {advise_to_continue(summary)}"

    def _describe_end(self) -> str:
        text = describe_end(self.progress)
        if self.progress.unusable:
            text += f"; {count_unusable(len(self.progress.unusable))}"
        if self._unread:
            text += f"; {describe_unread(self._unread)}"
        return text

    def _print(self, event: str, line: str, **data: Any) -> None:
        """Print an event as JSON, or as a line."""
        if self._as_json:
            self._print_json(event, **data)
        elif self._bar is not None:
            self._bar.print(line)
        else:
            print_line(line)

    def _print_json(self, event: str, **data: Any) -> None:
        if self._as_json:
            counts = {"done": self.progress.done, "total": self.progress.total}
            print_json({"event": event, "time": render_now(), **data, **counts})

    def _print_set_aside(self) -> None:
        """Print what was set aside since the last call, as JSON; people see it at the end."""
        for entry in self.progress.set_aside[self._set_aside_printed :]:
            self._print_one_set_aside(entry)
        self._set_aside_printed = len(self.progress.set_aside)

    def _print_one_set_aside(self, entry: SetAside) -> None:
        error = failure_as_data(entry.code, entry.reason, entry.exit_code)
        self._print_json("set aside", path=entry.path, **entry.details, error=error)

    def _stop_bar(self) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def _update_bar(self) -> None:
        if self._bar is None:
            return
        progress = self.progress
        text = f"finished about {self._clock(progress.finish_time())}"
        resumes = progress.forecast.resumes
        sent_now = [request.name for request in progress.current.values()]
        # An answer may come while the uploader waits; the bar then still shows when it will send.
        if resumes is not None:
            text = f"next at {self._clock(resumes)}, {text}"
        elif not progress.left and progress.titles_left:
            text = f"{count_of(progress.titles_left, 'title')} to go, {text}"
        elif sent_now:
            text = f"{shorten_path(sent_now[-1], _CURRENT_WIDTH)}, {text}"
        self._bar.update(progress.done, progress.total, text)

    def _clock(self, moment: datetime) -> str:
        return name_moment(moment, datetime.now(UTC), self.progress.zone)
