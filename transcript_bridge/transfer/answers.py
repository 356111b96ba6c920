"""What an answer to a POST, or its absence, makes of a request: the table of docs/reliability.md as
code."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

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
from ..wire import Created
from .states import State

_AT_WORK = frozenset({"processing", "in_progress", "merging", "failed"})
"""Statuses of a conversation that is not (yet) one. A failed one vanishes: polling finds out."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The next state of a request, and what was learnt on the way."""

    state: State
    conversation_id: str | None = None
    error: str = ""
    wait: float = 0.0
    """Seconds until it makes sense to look after it again."""
    honours_key: bool | None = None
    """What the answer shows of the server; None: nothing."""
    limited: RateLimitedError | None = None
    fatal: OmiError | None = None
    """Going on makes no sense, with any request."""
    trouble: OmiError | None = None
    """The server, or the way to it, is in trouble: others will fare alike."""
    reads_blocked: float = 0.0
    """Seconds in which the server allows no reads."""
    asks_user: bool = False
    """Nothing that we can do would make it any clearer."""

    def teaches(self, honours_key: bool | None) -> bool:
        """Whether it shows anything that is not known yet."""
        is_news = self.honours_key is not None and self.honours_key != honours_key
        return is_news or self.limited is not None or self.reads_blocked > 0


def learn_generation(conversation_id: str) -> bool | None:
    """Whether a server that gave this id honours `client_session_id`: ids made from the key are
    UUIDs of version 5."""
    try:
        version = uuid.UUID(conversation_id).version
    except ValueError:
        return None
    return {4: False, 5: True}.get(version or 0)


def judge_created(created: Created) -> Outcome:
    """After a 200."""
    honours = learn_generation(created.id)
    if created.status == "deleted":
        return Outcome(
            State.DELETED,
            created.id,
            "it was deleted in Omi; 'retry --deleted' uploads it again",
            honours_key=honours,
        )
    if created.status in _AT_WORK:
        return Outcome(State.PROCESSING, created.id, honours_key=honours)
    if created.discarded:
        return Outcome(
            State.DISCARDED,
            created.id,
            "the server found it too short to keep",
            honours_key=honours,
        )
    return Outcome(State.DONE, created.id, honours_key=honours)


def judge_failure(error: OmiError) -> Outcome:
    """After anything else.

    What nobody foresaw stops the run, with nothing counted as sent that was not.
    """
    said = error.detail or error.message
    match error:
        case OutcomeUnknownError():
            return Outcome(State.UNCERTAIN, error=error.message, trouble=error)
        case InProgressError():
            return Outcome(
                State.UNCERTAIN, error=said, wait=error.retry_after or 0.0, honours_key=True
            )
        case RateLimitedError():
            return Outcome(State.PLANNED, error=said, limited=error)
        case ServerFaultError() | UnreachableError():
            return Outcome(State.PLANNED, error=said, wait=error.retry_after or 0.0, trouble=error)
        case RejectedError():
            return Outcome(State.REJECTED, error=said)
        case PlanRequiredError():
            return Outcome(State.BLOCKED, error=said)
        case GoneError():
            return Outcome(
                State.DELETED,
                error="it was deleted in Omi; 'retry --deleted' uploads it again",
                honours_key=True,
            )
    return Outcome(State.PLANNED, error=said, fatal=error)
