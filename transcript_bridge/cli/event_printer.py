"""Prints what an uploader reports while it works."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any

from ..errors import (
    BridgeError,
    ChangedError,
    OmiError,
    OutcomeUnknownError,
    PlanRequiredError,
    RejectedError,
    name_input,
)
from ..quantities import count_of
from .output import (
    STOPPED,
    ExitStatus,
    error_as_data,
    failure_as_data,
    print_json,
    print_line,
    render_now,
    say,
)
from .progress import say_waiting

if TYPE_CHECKING:
    from ..transfer.events import (
        Delayed,
        Event,
        Finished,
        Replaced,
        SourceChanged,
        SourceFailed,
        Started,
        Summary,
        Titled,
        Waiting,
    )
    from ..transfer.states import Row
    from ..workspace.progress import MigrationProgress, SetAside

_STATUSES = {
    "done": "completed",
    "discarded": "completed",
    "rejected": "failed",
    "blocked": "failed",
    "deleted": "deleted",
}
"""The final states as `upload --json` names them."""


_ADVICE = (
    ({"rejected", "blocked"}, "after 'retry' the next upload sends again what was refused"),
    ({"deleted"}, "'retry --deleted' uploads again what was deleted in Omi"),
    ({"changed"}, "--changed upload, skip or replace decides about what was sent in another form"),
)
"""Kinds of reasons for which recordings were set aside, and what to do about them."""
ONLY_YOU = "running again does not help, only you can find out more"


class EventPrinter(ABC):
    """Counts the events of an uploader, and names their sources as the user did.

    Subclasses print them: `upload` one line per conversation, `migrate` the state of an archive.
    `status` has the exit code, `progress` the counts.
    """

    def __init__(self, progress: MigrationProgress) -> None:
        self.status = ExitStatus()
        self.progress = progress

    def observe(self, event: Event) -> None:
        """Count and print an event; called in the thread of the uploader's `run`."""
        from ..transfer import events

        self.progress.record(event)

        printers: dict[type[Event], Callable[[Any], None]] = {
            events.Started: self.print_started,
            events.Finished: self.print_finished,
            events.Delayed: self.print_delayed,
            events.SourceFailed: self.print_source_failed,
            events.SourceChanged: self.print_source_changed,
            events.Replaced: self.print_replaced,
            events.Titled: self.print_titled,
            events.Waiting: self.print_waiting,
        }
        printers.get(type(event), _print_nothing)(event)

    @abstractmethod
    def name_of(self, path: str) -> str:
        """The name of a source as the user wrote it."""

    def part_name(self, event: Started | Finished | Delayed | Titled) -> str:
        """The source of a request, with its number if there are several."""
        return event.part.with_name(name_input(self.name_of(event.part.path)))

    @abstractmethod
    def print_started(self, event: Started) -> None:
        """Print that a request is being sent."""

    @abstractmethod
    def print_finished(self, event: Finished) -> None:
        """Print that nothing is left to do for a request."""

    @abstractmethod
    def print_delayed(self, event: Delayed) -> None:
        """Print that a request is tried later, or not in this run."""

    @abstractmethod
    def print_source_failed(self, event: SourceFailed) -> None:
        """Print that a source cannot be read."""

    @abstractmethod
    def print_source_changed(self, event: SourceChanged) -> None:
        """Print that a source has changed since it was uploaded."""

    @abstractmethod
    def print_replaced(self, event: Replaced) -> None:
        """Print that a newer conversation replaces another, which was deleted if it is ours."""

    @abstractmethod
    def print_titled(self, event: Titled) -> None:
        """Print that a conversation got its title, or did not."""

    @abstractmethod
    def print_waiting(self, event: Waiting) -> None:
        """Print that nothing can be sent for some time."""


def _print_nothing(_event: Event) -> None:
    """Ignore other events, which are for logs."""


class UploadPrinter(EventPrinter):
    """Prints the events of `upload`."""

    def __init__(
        self,
        names: dict[str, str],
        *,
        as_json: bool,
        verbose: bool,
        skips_changed: bool,
        zone: tzinfo,
        describe_date: Callable[[str], dict[str, Any]] = lambda name: {},
    ) -> None:
        """names: sources as the user wrote them, by path in the ledger. zone: of the times shown.

        describe_date: takes such a name and returns the facts about its date, for JSON.
        """
        from ..workspace.forecast import Forecast
        from ..workspace.progress import MigrationProgress

        forecast = Forecast(lambda: datetime.now(UTC))
        super().__init__(MigrationProgress(forecast, zone=zone, skips_changed=skips_changed))
        self._names = names
        self._as_json = as_json
        self._verbose = verbose
        self._describe_date = describe_date

    def name_of(self, path: str) -> str:
        return self._names.get(path, path)

    def print_finished(self, event: Finished) -> None:
        row = event.row
        status = _STATUSES[row.state.value]
        error = None
        if status != "completed":
            error = _explain_failure(row, self.part_name(event))
            self.status.fail(error)
        if self._as_json:
            print_json(self._as_data(event, status, error))
        elif status == "completed":
            print_line(f"{self.part_name(event)}: {_describe_completed(event)}")

    def print_delayed(self, event: Delayed) -> None:
        from ..workspace.progress import describe_delay, is_short

        line = f"{self.part_name(event)}: {describe_delay(event)}"
        if event.seconds is None:
            say(line, mark="warning")
            self._print_left(event)
        elif self._verbose or not is_short(event):
            say(line)

    def print_started(self, event: Started) -> None:
        pass  # its end is reported within two minutes

    def print_source_failed(self, event: SourceFailed) -> None:
        self._fail(event.error, event.path)
        if event.planned:
            planned = count_of(event.planned, "request")
            say(f"{name_input(self.name_of(event.path))}: still planned in the ledger: {planned}")

    def print_source_changed(self, event: SourceChanged) -> None:
        from ..workspace.changes import CHANGED_CHOICES, change_as_data, describe_change

        name = self.name_of(event.path)
        change = describe_change(event, self.progress.zone)
        if self.progress.skips_changed:
            say(f"{name_input(name)}: left out: {change}")
            return
        advice = f"choose {CHANGED_CHOICES}"
        error = ChangedError(f"{change}; {advice}", path=name)
        self._fail(error, event.path, change=change_as_data(event))

    def print_replaced(self, event: Replaced) -> None:
        name = event.part.with_name(name_input(event.part.path))
        if event.error is not None:
            self._fail(event.error.reword(f"{name}: {event.error.message}"))
            return
        status, outcome = describe_replaced(event)
        if self._as_json:
            about = {"input": event.part.path, "id": event.row.conversation_id}
            print_json({**about, "time": render_now(), "status": status})
        else:
            print_line(f"{name}: {event.row.conversation_id} {outcome}")

    def print_titled(self, event: Titled) -> None:
        name = self.part_name(event)
        if event.error is not None:
            self._fail(explain_untitled(event, name), event.part.path)
        elif self._as_json:
            about = {"input": self.name_of(event.part.path), "part": event.part.number}
            print_json(
                {**about, "time": render_now(), "id": event.row.conversation_id, "status": "titled"}
            )
        elif self._verbose:
            print_line(f"{name}: {event.row.conversation_id} has its title")

    def print_waiting(self, event: Waiting) -> None:
        say_waiting(event, self.progress.zone)

    def end(self, summary: Summary) -> None:
        """Print what was done, if there were several, or why the run ended early."""
        if summary.error is not None:
            self._fail(explain_end(summary.error))
        progress = self.progress
        if not summary.left and not summary.stopped:
            if len(self._names) > 1 or progress.done > 1:
                say(describe_end(progress))
            return
        message = _describe_rest(summary, progress)
        say(message)
        self.status.raise_to(STOPPED)
        if self._as_json:
            error = failure_as_data("stopped", message, STOPPED)
            print_json({"time": render_now(), "error": error})

    def _fail(self, error: BridgeError, path: str | None = None, **data: Any) -> None:
        """Print the failure of a source, or of the whole run. data: more about it, for JSON."""
        self.status.fail(error)
        if self._as_json:
            about = {} if path is None else {"input": self.name_of(path)}
            print_json({**about, "time": render_now(), **data, "error": error_as_data(error)})

    def _print_left(self, event: Delayed) -> None:
        """Print a request for which this run can do no more, as data."""
        if not self._as_json:
            return
        code = "server-fault"
        if event.row.state.value == "uncertain":
            code = "outcome-unknown"
        data = self._describe_request(event)
        data["status"] = "left"
        data["error"] = failure_as_data(code, event.message, STOPPED)
        print_json(data)

    def _describe_request(self, event: Finished | Delayed) -> dict[str, Any]:
        row = event.row
        return {
            "input": self.name_of(event.part.path),
            "time": render_now(),
            "part": event.part.number,
            "parts": event.part.parts,
            "segments": row.segments,
            "started_at": row.started_at.isoformat(),
            **self._describe_date(self.name_of(event.part.path)),
            "client_session_id": row.wire_session_id,
        }

    def _as_data(self, event: Finished, status: str, error: BridgeError | None) -> dict[str, Any]:
        row = event.row
        data = self._describe_request(event)
        data["id"] = row.conversation_id
        data["status"] = status
        data["discarded"] = row.state == "discarded"
        data["repeated"] = event.repeated
        if error is not None:
            data["error"] = error_as_data(error)
        return data


def describe_end(progress: MigrationProgress) -> str:
    """Print what is in Omi at the end of a run, what is not, and what to do."""
    text = f"{count_of(progress.done, 'conversation')} done"
    if progress.done:
        text += f", {progress.sent:,} of them now"
    if progress.titled:
        text += f"; {count_of(progress.titled, 'title')} sent"
    if progress.skipped:
        text += f"; {progress.skipped:,} left out"
    if progress.set_aside:
        text += f"; {describe_set_aside(progress.set_aside)}"
    return text


def describe_set_aside(set_aside: Sequence[SetAside]) -> str:
    """How many recordings were set aside, and what to do about each kind."""
    codes = {event.code for event in set_aside}
    advice = [text for kinds, text in _ADVICE if codes & kinds]
    return f"{len(set_aside):,} set aside" + "".join(f", {text}" for text in advice)


def advise_to_continue(summary: Summary) -> str:
    """Say what to do about the rest of a run."""
    advice = "run the same command again to continue"
    if summary.error is not None:  # its own line says what to do first
        return f"when that is done, {advice}"
    return advice


def _describe_rest(summary: Summary, progress: MigrationProgress) -> str:
    """Say what is done and left, and what to do. Requests about which only the user can find out
    more have lines of their own."""
    again = advise_to_continue(summary)
    done = ""
    if progress.done:
        done = f"{count_of(progress.done, 'conversation')} done; "
    if summary.stopped:  # the number in sources that were not reached is unknown
        return f"{done}stopped before the end; {again}"
    rest = f"{done}{count_of(summary.left, 'request')} left"
    to_go_on = summary.left - progress.for_user
    if not progress.for_user:
        return f"stopped; {rest}; {again}"
    if to_go_on:
        return f"stopped; {rest}; {again} with {to_go_on:,} of them"
    return f"{rest}; {ONLY_YOU}"


def describe_replaced(event: Replaced) -> tuple[str, str]:
    """Describe what happened to an earlier conversation: a word for programs, a sentence."""
    if event.is_kept:
        return "kept", (
            "stays in Omi: it was found by its words after a lost answer, so another program may "
            "have created it; if you do not need it, delete it in Omi"
        )
    return "replaced", "deleted in Omi; a newer one replaces it"


def explain_untitled(event: Titled, name: str) -> BridgeError:
    """Why a conversation did not get its title; the conversation itself is in Omi."""
    error = event.error
    assert error is not None
    advice = "change it in Omi, or let 'transcript-bridge retry' plan it again"
    if event.will_retry:
        advice = "the same command tries again"
    said = error.data.get("detail") or error.message
    message = f"{name}: it is in Omi, but its title was refused ({said}); {advice}"
    return error.reword(message)


def explain_end(error: OmiError) -> OmiError:
    """The error that ended a run, with the note that the next run finds out what was stored."""
    if not isinstance(error, OutcomeUnknownError):
        return error
    message = f"{error.reason}; the next run finds out what was stored before it sends anything"
    return OutcomeUnknownError(
        message, reason=error.reason, status=error.status, detail=error.detail
    )


def _explain_failure(row: Row, name: str) -> OmiError:
    """The error of a request that ended without being stored."""
    kind: type[OmiError] = RejectedError
    if row.state == "blocked":
        kind = PlanRequiredError
    message = f"{name}: {row.last_error}"
    if "'retry" not in row.last_error:
        message += "; 'transcript-bridge retry' plans it again"
    return kind(message)


def _describe_completed(event: Finished) -> str:
    text = f"{event.row.conversation_id} completed"
    if event.repeated:
        text += ", was already there"
    if event.row.state == "discarded":
        reason = event.row.last_error or "it is hidden in Omi"
        text += f" ({reason}; it can be read by its id)"
    return text
