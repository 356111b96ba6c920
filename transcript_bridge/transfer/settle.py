"""Is it on the server or not: asking, where the answer to a POST did not come.

A server that ignores the session id can only be searched: by the start, under which it files
conversations, and by what is said in them. What is not found may still come, because the server
goes on with a request whose connection is gone; so it counts as absent only after a time of grace.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from ..errors import KeyRefusedError, NotFoundError, OmiError, RateLimitedError
from ..omi.client import OmiClient
from ..wire import Conversation
from .answers import Outcome, learn_generation
from .ledger.claims import Rivals
from .states import DISCARD_WORDS, Row, State, digest_content

PAGE = 25
"""Conversations a page, when they come with their transcripts."""
_MARGIN = timedelta(seconds=1)
"""Around the start: no generation is known to keep it coarser."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to believe that something may still change. Seconds.

    grace: a request whose connection is gone may still be stored; the server gives up after
    minutes. stale: a server frees the session id of a conversation that it never finished (its 15
    minutes, and some). outage: how long a run goes on without any answer, if there ever was one;
    backoff: the first wait then. tries: how often one request may meet a failing server in one run,
    and how many failures in a row end a run that never worked.
    """

    grace: float = 600.0
    stale: float = 960.0
    outage: float = 43_200.0
    backoff: float = 1.0
    tries: int = 4


def look(
    client: OmiClient,
    row: Row,
    elapsed: float,
    patience: Patience,
    find_rivals: Callable[[Row, Sequence[str]], Rivals],
) -> Outcome:
    """Search for an uncertain request. elapsed: seconds since it was sent."""
    try:
        matches = {c.id: c for c in find_matches(client, row)}
    except OmiError as error:
        return _failed(
            error, State.UNCERTAIN, "it may be stored, and the conversations cannot be listed"
        )
    rivals = find_rivals(row, list(matches))
    free = sorted(set(matches) - rivals.taken)
    if len(free) >= rivals.count:
        found = free[rivals.rank]
        return Outcome(State.DONE, found, honours_key=learn_generation(found))
    if free:
        return _ask_user("it may be stored: other requests of this content are as unclear")
    if elapsed < patience.grace:
        wait = min(max(elapsed, patience.grace / 20), patience.grace - elapsed)
        return Outcome(
            State.UNCERTAIN,
            error="not on the server so far, where it may still be worked on",
            wait=wait,
        )
    if row.words <= DISCARD_WORDS:
        return _ask_user(
            "not in the list, but so short that the server may have discarded it, which the list hides"
        )
    return Outcome(State.PLANNED, error="not on the server; sent again")


def find_matches(client: OmiClient, row: Row) -> list[Conversation]:
    """The listed conversations that began with the row's and say the same at the same times."""
    found: list[Conversation] = []
    offset = 0
    # A short page may have had locked conversations taken out: only an empty one ends the list.
    while page := client.list_conversations(
        row.started_at - _MARGIN, row.started_at + _MARGIN, PAGE, offset, include_transcript=True
    ):
        found += [
            c for c in page if digest_content(c.transcript_segments or ()) == row.content_digest
        ]
        offset += len(page)
    return found


def poll(
    client: OmiClient, row: Row, elapsed: float, patience: Patience, *, honours_key: bool | None
) -> Outcome:
    """Ask after a conversation that the server said it is working on."""
    assert row.conversation_id is not None
    try:
        conversation = client.get_conversation(row.conversation_id)
    except NotFoundError:
        return Outcome(State.PLANNED, error="the server gave up on it; sent again")
    except OmiError as error:
        return _failed(
            error,
            State.PROCESSING,
            "the server is at work on it, and cannot be asked how far it is",
        )
    if conversation.discarded:
        return Outcome(
            State.DISCARDED, row.conversation_id, "the server found it too short to keep"
        )
    if conversation.title:
        return Outcome(State.DONE, row.conversation_id)
    if elapsed < patience.stale:
        wait = min(30.0, max(elapsed / 2, patience.grace / 300))
        return Outcome(State.PROCESSING, row.conversation_id, wait=wait)
    if honours_key:
        return Outcome(
            State.UNCERTAIN, row.conversation_id, "the server did not finish it; sent again"
        )
    return Outcome(State.DONE, row.conversation_id, "the server has it, but gave it no title")


def _ask_user(why: str) -> Outcome:
    return Outcome(
        State.UNCERTAIN,
        error=f"{why}; look in Omi, then 'transcript-bridge resolve'",
        asks_user=True,
    )


def _failed(error: OmiError, state: State, why: str) -> Outcome:
    if isinstance(error, KeyRefusedError):
        return Outcome(state, error=error.message, fatal=error)
    if isinstance(error, RateLimitedError):
        wait = error.retry_after or 0.0
        return Outcome(
            state, error="the server's limit of reads is used up", wait=wait, reads_blocked=wait
        )
    return Outcome(state, error=f"{why} ({error.message})", trouble=error)
