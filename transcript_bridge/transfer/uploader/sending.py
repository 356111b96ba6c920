"""Runs in a thread of the pool: talks to the server about one request, and records the outcome."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from threading import Semaphore

from ...errors import BridgeError, InputError, OmiError, OutcomeUnknownError
from ...limits import FAILING_SOURCES, MAX_COMPRESSED_BYTES
from ...wire import ConversationRequest
from ..answers import (
    SERVER_ERRORS_TO_SET_ASIDE,
    Outcome,
    judge_created,
    judge_failure,
    judge_server_error,
)
from ..clock import Clock
from ..destination import Destination
from ..ledger import Claimant, Claimed, Ledger, Rivals
from ..pace import find_asked_wait
from ..settle import Patience, poll, search
from ..states import Row, State, match_row
from .jobs import Job

_UNCERTAIN_WAITS_PER_GRACE = 20
_PROCESSING_WAITS_PER_GRACE = 120
"""Seconds. The server needs about a minute for a conversation, and grace is about ten minutes."""
_LARGE_SHARE = 0.8
"""A request above this share of the size limit is suspected to be too large."""


@dataclass(eq=False)
class Sender:
    """Sends, searches and polls. All threads of the pool share it.

    send_slots: limits how many requests are sent at once. is_stopping: returns whether the run
    ends, so that claimed requests should not be sent any more.
    """

    destination: Destination
    ledger: Ledger
    claimant: Claimant
    patience: Patience
    clock: Clock
    send_slots: Semaphore
    is_stopping: Callable[[], bool]
    refused_until: float = field(default=0.0)
    """The server refuses all writes before this moment (monotonic seconds)."""

    def work(self, job: Job, claimed: Claimed) -> tuple[Outcome, Row | None]:
        """Do the claimed task. Returns the outcome and the row, None if another process took it
        over."""
        with self.send_slots:
            # Not before: while this thread waited for the slot, another answer may have come that
            # forbids writes.
            if self._is_too_late(claimed):
                outcome = Outcome(claimed.former, not_asked=True)
            else:
                outcome = self._ask(job, claimed)
            if outcome.limited is not None:  # before the next request is sent and refused, too
                wait = find_asked_wait(outcome.limited)
                self.refused_until = self.clock.monotonic() + wait
        # Without the slot: the next request is sent while this outcome is stored.
        return outcome, self.ledger.record(claimed, self.claimant, outcome)

    def _is_too_late(self, claimed: Claimed) -> bool:
        """Whether something happened since the claim that should keep the request from being
        sent."""
        if self.is_stopping():
            return True
        return claimed.task == "send" and self.clock.monotonic() < self.refused_until

    def _ask(self, job: Job, claimed: Claimed) -> Outcome:
        if claimed.task == "search":
            return self._search(job, claimed)
        if claimed.task == "poll":
            return poll(
                self.destination,
                claimed.row,
                self.ledger.find_elapsed(claimed.row),
                self.patience,
                honors_session_ids=claimed.honors_session_ids,
            )
        return self._send(job, claimed)

    def _search_row(self, claimed: Claimed) -> Outcome:
        def find_rivals(row: Row, conversations: Sequence[str]) -> Rivals:
            return self.ledger.find_rivals(claimed.account, row, conversations)

        return search(
            self.destination,
            claimed.row,
            self.ledger.find_elapsed(claimed.row),
            self.patience,
            find_rivals,
            honors_session_ids=claimed.honors_session_ids,
        )

    def _search(self, job: Job, claimed: Claimed) -> Outcome:
        outcome = self._search_row(claimed)
        if outcome.state is not State.REJECTED:
            return outcome
        try:
            return replace(outcome, error=_explain_set_aside(job.get_body(), ""))
        except BridgeError:  # its source is gone, and its size with it
            return replace(outcome, error=_SET_ASIDE)

    def _send(self, job: Job, claimed: Claimed) -> Outcome:
        row = claimed.row
        try:
            body = match_row(job.get_body(), row)
        except BridgeError as error:
            reason = _explain_unusable(error)
            return Outcome(claimed.former, error=reason, needs_user=True)
        try:
            outcome = judge_created(self.destination.create_conversation(body), row.words)
        except OmiError as error:
            outcome = judge_server_error(judge_failure(error), row, claimed.honors_session_ids)
            if outcome.server_error and outcome.state is State.REJECTED:
                outcome = self._set_aside(claimed, body, outcome, error)
        if outcome.wait:
            return outcome
        return replace(outcome, wait=self._find_wait(outcome.state))

    def _set_aside(
        self, claimed: Claimed, body: ConversationRequest, outcome: Outcome, error: OmiError
    ) -> Outcome:
        """The outcome with an explanation; or that of a search, if the server may have stored the
        request before it failed."""
        if isinstance(error, OutcomeUnknownError):
            found = self._search_row(claimed)
            may_be_stored = found.trouble is not None or found.fatal is not None
            if found.state is State.DONE or may_be_stored or found.reads_blocked:
                return replace(found, server_error=True)
        return replace(outcome, error=_explain_set_aside(body, error.detail))

    def _find_wait(self, state: State) -> float:
        """Seconds to wait before asking the server about a request that was just sent."""
        if state is State.UNCERTAIN:
            return self.patience.grace / _UNCERTAIN_WAITS_PER_GRACE
        if state is State.PROCESSING:
            return self.patience.grace / _PROCESSING_WAITS_PER_GRACE
        return 0.0


_SET_ASIDE = f"the server failed on it {SERVER_ERRORS_TO_SET_ASIDE} times, so it was set aside"


def _explain_unusable(error: BridgeError) -> str:
    """Explain why there is no body to send. A reader's message may quote the file, and the ledger
    stores no text of the user, so only the error's code is named."""
    if isinstance(error, InputError):
        return f"its file cannot be used any more ({error.code}); 'inspect' says why"
    return error.message


def _explain_set_aside(body: ConversationRequest, detail: str) -> str:
    """Describe a request on which the server fails repeatedly, and what to try."""
    content = body.to_json().encode()
    compressed = compress_segments(body)
    said = detail or "500 Internal Server Error"
    size = (
        f"{len(body.transcript_segments)} segments, {len(content):,} bytes, "
        f"{compressed:,} compressed"
    )
    if compressed > _LARGE_SHARE * MAX_COMPRESSED_BYTES:
        advice = "it may be too large: try a smaller --max-segments"
    elif body.source in FAILING_SOURCES:
        advice = f"older servers fail on the source {body.source}: try --source phone"
    else:
        advice = "when the server works again, run 'retry'"
    return f"{_SET_ASIDE} ({said}; {size}); {advice}"


def compress_segments(body: ConversationRequest) -> int:
    """The size in bytes of a request's segments, compressed as the server compresses them."""
    rows = [segment.model_dump() for segment in body.transcript_segments]
    return len(zlib.compress(json.dumps(rows).encode("utf-8", "surrogatepass")))
