"""The events of uploaders as records of the standard `logging` module.

A record has the name of its event as `event`, and plain values as `data`. It never contains a key
or the text of a transcript: for an unreadable file it has the error's code and the line, but not
the message, which may quote the file. Requests are named by their numbers in the ledger.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from ..errors import BridgeError, InputError
from .events import (
    Delayed,
    Event,
    Finished,
    RateLimited,
    Replaced,
    SourceChanged,
    SourceFailed,
    Started,
    Summary,
    Titled,
    Waiting,
)
from .states import STORED, Row, SourcePart, State

LOGGER = logging.getLogger("transcript_bridge.events")
_ENDS_WELL = STORED | {State.DELETED}


def log_event(level: int, event: str, /, **data: Any) -> None:
    """Log an event. level: of the `logging` module. data: values that JSON can express."""
    LOGGER.log(level, event, extra={"event": event, "data": data})


def describe_error(error: BridgeError) -> dict[str, Any]:
    """The error's code and message. For an error about a file, the line replaces the message, which
    may quote the file."""
    described: dict[str, Any] = {"code": error.code, "exit_code": error.exit_code}
    if not isinstance(error, InputError):
        return {**described, "message": error.message}
    if error.line is not None:
        described["line"] = error.line
    return described


class EventLog:
    """Logs the events of one key's uploader. profile: its name; empty without profiles."""

    def __init__(self, profile: str = "") -> None:
        self._profile = profile

    def observe(self, event: Event) -> None:
        """Log an event of the uploader."""
        loggers: dict[type[Event], Callable[[Any], None]] = {
            Started: self._log_started,
            Finished: self._log_finished,
            Delayed: self._log_delayed,
            RateLimited: self._log_rate_limited,
            Waiting: self._log_waiting,
            Titled: partial(self._log_after, "titled"),
            Replaced: partial(self._log_after, "replaced"),
            SourceFailed: self._log_source_failed,
            SourceChanged: self._log_source_changed,
        }
        log = loggers.get(type(event))
        if log is not None:
            log(event)

    def end(self, summary: Summary) -> None:
        """Log the result of a run."""
        counts = {state.value: count for state, count in summary.finished.items()}
        data: dict[str, Any] = {
            "requests": counts,
            "left": summary.left,
            "files_failed": summary.sources_failed,
            "stopped": summary.stopped,
        }
        if summary.error is None:
            self._log(logging.INFO, "ended", **data)
        else:
            self._log(logging.ERROR, "ended", **data, error=describe_error(summary.error))

    def _log_started(self, event: Started) -> None:
        self._log_request(logging.INFO, "started", event.part, event.row)

    def _log_delayed(self, event: Delayed) -> None:
        data = {"reason": event.message, "seconds": event.seconds}
        self._log_request(logging.WARNING, "delayed", event.part, event.row, **data)

    def _log_rate_limited(self, event: RateLimited) -> None:
        data = {"seconds": round(event.seconds, 3)}
        self._log_request(logging.INFO, "rate-limited", event.part, event.row, **data)

    def _log_waiting(self, event: Waiting) -> None:
        seconds = round(event.seconds, 3)
        self._log(logging.INFO, "waiting", seconds=seconds, reason=event.reason)

    def _log_finished(self, event: Finished) -> None:
        row = event.row
        if row.state in _ENDS_WELL:
            # Not logged if it was there before: a run over a million files would log each of them.
            if not event.repeated:
                self._log_request(logging.INFO, "finished", event.part, row)
            return
        data = {"reason": row.last_error, "repeated": event.repeated}
        self._log_request(logging.WARNING, "finished", event.part, row, **data)

    def _log_after(self, name: str, event: Titled | Replaced) -> None:
        """Log a title or a deletion of a conversation that is in Omi. name: of the event."""
        if event.error is None:
            self._log_request(logging.INFO, name, event.part, event.row)
            return
        data = {"error": describe_error(event.error)}
        self._log_request(logging.WARNING, name, event.part, event.row, **data)

    def _log_source_failed(self, event: SourceFailed) -> None:
        error = describe_error(event.error)
        self._log(logging.ERROR, "file-failed", path=event.path, error=error)

    def _log_source_changed(self, event: SourceChanged) -> None:
        differs = ", ".join(event.differs)
        self._log(logging.WARNING, "file-changed", path=event.path, differs=differs)

    def _log_request(self, level: int, event: str, part: SourcePart, row: Row, **data: Any) -> None:
        about = {
            "request": row.id,
            "path": part.path,
            "part": part.number,
            "parts": part.parts,
            "state": row.state.value,
            "attempts": row.attempts,
            "conversation": row.conversation_id,
        }
        self._log(level, event, **about, **data)

    def _log(self, level: int, event: str, **data: Any) -> None:
        log_event(level, event, profile=self._profile, **data)
