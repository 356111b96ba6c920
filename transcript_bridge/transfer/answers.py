"""The next state of a request after the answer to its POST, or after a lost answer: the table of
docs/reliability.md as code."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from ..errors import (
    GoneError,
    InProgressError,
    OmiError,
    OutcomeUnknownError,
    PlanRequiredError,
    RateLimitedError,
    RejectedError,
    ServerFaultError,
    UnreachableError,
)
from ..limits import DISCARD_WORDS
from .pace import find_asked_wait
from .states import Row, State

if TYPE_CHECKING:
    from ..wire import Created

SERVER_ERRORS_TO_SET_ASIDE = 3
"""The number of 500 answers after which a request is set aside."""
SERVER_ERRORS_PER_RUN = 2
"""Attempts per run. The last one is left to a later run, when the server may work again."""

_AT_WORK = frozenset({"processing", "in_progress", "merging", "failed"})
"""Statuses of a conversation that does not exist yet. Polling detects that a failed one is gone."""
_DELETED_IN_OMI = "it was deleted in Omi; 'retry --deleted' uploads it again"
_TOO_SHORT = "the server found it too short to keep"
_HIDDEN_IN_OMI = "it was hidden in Omi already; 'undo' and another upload create it again"
_ID_VERSIONS = {4: False, 5: True}
"""The UUID version of a conversation's id -> whether the server derived it from the session id."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The next state of a request, and what the answer reveals about the server."""

    state: State
    conversation_id: str | None = None
    error: str = ""
    wait: float = 0.0
    """Seconds to wait before continuing with it."""
    honors_session_ids: bool | None = None
    """Whether the answer shows that the server honors session ids; None if it does not tell."""
    limited: RateLimitedError | None = None
    fatal: OmiError | None = None
    """Why the run ends: all other requests would fail, too."""
    trouble: OmiError | None = None
    """A problem of the server or the network that will affect other requests, too."""
    server_error: bool = False
    """The server answered this request with 500."""
    reads_blocked: float = 0.0
    """Seconds for which the server allows no reads."""
    adopted: bool = False
    """The conversation was found by its words, so another program may have created it."""
    needs_user: bool = False
    """Only the user can find out what happened."""
    not_asked: bool = False
    """The server was not asked: the request keeps the state that it had before it was claimed."""

    def teaches(self, honors_session_ids: bool | None) -> bool:
        """Whether the answer reveals anything that is not known yet."""
        if self.limited is not None or self.reads_blocked > 0 or self.refuses_key:
            return True
        return self.honors_session_ids is not None and self.honors_session_ids != honors_session_ids

    @property
    def refuses_key(self) -> bool:
        """Whether another key is needed."""
        return self.fatal is not None and self.fatal.needs_new_key

    @property
    def accepts_key(self) -> bool:
        """Whether the server did with the request what only a good key is allowed."""
        was_asked = not (self.not_asked or self.needs_user)
        failed = self.fatal or self.trouble or self.limited
        return was_asked and failed is None and self.state is not State.PLANNED


def infer_honoring(conversation_id: str) -> bool | None:
    """Whether a server that returned this id honors `client_session_id`: ids derived from session
    ids are UUIDs of version 5."""
    try:
        version = uuid.UUID(conversation_id).version
    except ValueError:
        return None
    return _ID_VERSIONS.get(version or 0)


def judge_created(created: Created, words: int) -> Outcome:
    """The outcome after a 200. words: of the request; a long one is never too short to keep."""
    honors = infer_honoring(created.id)
    if created.status == "deleted":
        return Outcome(State.DELETED, created.id, _DELETED_IN_OMI, honors_session_ids=honors)
    if created.status in _AT_WORK:
        return Outcome(State.PROCESSING, created.id, honors_session_ids=honors)
    if created.discarded:
        reason = _TOO_SHORT
        if words > DISCARD_WORDS:
            reason = _HIDDEN_IN_OMI
        return Outcome(State.DISCARDED, created.id, reason, honors_session_ids=honors)
    return Outcome(State.DONE, created.id, honors_session_ids=honors)


def judge_failure(error: OmiError) -> Outcome:
    """The outcome after an error. An unexpected one stops the run; the request stays planned."""
    said = error.detail or error.message
    wait = find_asked_wait(error)
    match error:
        case OutcomeUnknownError():
            reason = f"{error.reason}; it is checked before anything is sent again"
            return Outcome(State.UNCERTAIN, error=reason, trouble=error)
        case InProgressError():  # only a server that honors session ids knows that
            return Outcome(State.UNCERTAIN, error=said, wait=wait, honors_session_ids=True)
        case RateLimitedError():
            return Outcome(State.PLANNED, error=said, limited=error)
        case ServerFaultError() | UnreachableError():
            return Outcome(State.PLANNED, error=said, wait=wait, trouble=error)
        case RejectedError():
            return Outcome(State.REJECTED, error=said)
        case PlanRequiredError():
            return Outcome(State.BLOCKED, error=said)
        case GoneError():  # as above: it remembers the session id
            return Outcome(State.DELETED, error=_DELETED_IN_OMI, honors_session_ids=True)
    return Outcome(State.PLANNED, error=said, fatal=error)


def judge_server_error(outcome: Outcome, row: Row, honors_session_ids: bool | None) -> Outcome:
    """The outcome after a POST, with a 500 counted; the third one sets the request aside.

    A 500 may hide a stored conversation. A server that honors session ids returns it at the next
    attempt; on other servers the next search decides (settle.py).
    """
    trouble = outcome.trouble
    if trouble is None or trouble.status != HTTPStatus.INTERNAL_SERVER_ERROR:
        return outcome
    outcome = replace(outcome, server_error=True)
    nothing_stored = outcome.state is State.PLANNED
    if row.server_errors + 1 < SERVER_ERRORS_TO_SET_ASIDE:
        return outcome
    if nothing_stored or honors_session_ids:
        return replace(outcome, state=State.REJECTED)
    return outcome
