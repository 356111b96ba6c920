"""Finds out whether a request is on the server, after the answer to its POST was lost.

On a server that ignores session ids one can only search: by the start, by which it sorts
conversations, and by texts, times and speakers. A conversation that is not found may still appear,
because the server continues to work on a request whose connection is lost. So it counts as absent
only after a grace period.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from ..errors import KeyRefusedError, NoEndpointError, NotFoundError, OmiError, RateLimitedError
from ..limits import DISCARD_WORDS, TRANSCRIPT_PAGE
from ..wire import Conversation
from .answers import SERVER_ERRORS_TO_SET_ASIDE, Outcome, infer_honoring
from .destination import Destination
from .ledger import Rivals
from .pace import find_asked_wait
from .paging import PageCheck
from .states import Row, State, digest_content, may_have_speakers

_MARGIN = timedelta(seconds=1)
"""The margin around the start: every known server stores it at least this exactly."""
_SEARCHES_PER_GRACE = 20
_POLLS_PER_GRACE = 300
"""The first wait, as a part of the grace period: 30 and 2 seconds. Later ones are longer."""
_MAX_POLL_SECONDS = 30.0
_SHORTEST_WAIT = 0.01
"""Seconds. The rest of a period may be less than a clock can show. Such a wait would be none, and
the same question would be asked in a loop."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for something to change. All in seconds, except `tries`.

    grace: how long a request whose connection was lost may still be stored; the server gives up
    after minutes. untitled: after this time, a short conversation without a title may have been
    discarded. stale: when a server frees the session id of a conversation that it never finished
    (after 15 minutes; this is a little more). outage: how long a run continues without any answer,
    if there was one before. backoff: the first wait in an outage. tries: how often the server may
    fail on one request in one run, and how many failures in a row end a run that never got an
    answer.
    """

    grace: float = 600.0
    untitled: float = 60.0
    stale: float = 960.0
    outage: float = 43_200.0
    backoff: float = 1.0
    tries: int = 4


def search(
    destination: Destination,
    row: Row,
    elapsed: float,
    patience: Patience,
    find_rivals: Callable[[Row, Sequence[str]], Rivals],
    *,
    honors_session_ids: bool | None,
) -> Outcome:
    """Search for an uncertain request. elapsed: seconds since it was sent.

    honors_session_ids: whether the server honors session ids, as far as it is known.
    """
    try:
        matches = {c.id: c for c in find_matches(destination, row)}
    except OmiError as error:
        reason = "it may be stored, and the conversations cannot be listed"
        return _judge_failed_question(error, State.UNCERTAIN, reason)
    if honors_session_ids is None and any(infer_honoring(each) for each in matches):
        return _ASK_SERVER
    rivals = find_rivals(row, list(matches))
    free = sorted(set(matches) - rivals.taken)
    # Uncertain requests with the same content take the conversations by rank, so that in no two
    # processes two of them adopt the same one.
    if len(free) >= rivals.count:
        return _adopt(free[rivals.rank])
    if free:
        return _ask_user("it may be stored: other requests with this content are also uncertain")
    return _judge_absence(row, elapsed, patience)


def _judge_absence(row: Row, elapsed: float, patience: Patience) -> Outcome:
    """The outcome for a request that is not in the list."""
    if elapsed < patience.grace:
        wait = max(elapsed, patience.grace / _SEARCHES_PER_GRACE)
        reason = "not on the server yet; it may still be working on it"
        return Outcome(
            State.UNCERTAIN, error=reason, wait=_end_wait(wait, patience.grace - elapsed)
        )
    if row.words <= DISCARD_WORDS:
        return _ask_user(
            "not in the list, but so short that the server may have discarded it, "
            "and discarded conversations are not listed"
        )
    if row.server_errors >= SERVER_ERRORS_TO_SET_ASIDE:
        return Outcome(State.REJECTED, error="not on the server")
    return Outcome(State.PLANNED, error="not on the server; sent again")


_ASK_SERVER = Outcome(
    State.UNCERTAIN,
    error="the server honors session ids; sent again to find out whether it is there",
    honors_session_ids=True,
)
"""Whether a conversation that was found is ours, or another program's with a session id of its own:
the server tells when the same request is sent again."""


def _adopt(found: str) -> Outcome:
    # Another program may have made it: then its id shows nothing of what the server does with ours.
    # Only an id that was made from a session id is evidence.
    shown = infer_honoring(found) or None
    return Outcome(State.DONE, found, honors_session_ids=shown, adopted=True)


def find_matches(destination: Destination, row: Row) -> list[Conversation]:
    """The listed conversations that began with the row's and say the same at the same times, with
    the same speakers.

    Raises OmiError, also for a list that does not end.
    """
    pages = PageCheck()
    first = row.started_at - _MARGIN
    last = row.started_at + _MARGIN
    found: list[Conversation] = []
    offset = 0
    # Locked conversations are missing from a page: only an empty page ends the list.
    while page := destination.list_conversations(
        first, last, TRANSCRIPT_PAGE, offset, include_transcript=True
    ):
        pages.check(page)
        for conversation in page:
            if _is_match(conversation, row):
                found.append(conversation)
        offset += len(page)
    return found


def _is_match(conversation: Conversation, row: Row) -> bool:
    segments = conversation.transcript_segments or ()
    if digest_content(segments) != row.content_digest:
        return False
    return may_have_speakers(segments, row.speakers)


def poll(
    destination: Destination,
    row: Row,
    elapsed: float,
    patience: Patience,
    *,
    honors_session_ids: bool | None,
) -> Outcome:
    """Ask for a conversation that the server said it is working on.

    No answer tells whether it was discarded. A discarded one can be read and never gets a title, so
    a short one is not waited for: a server that honors the session id answers a repeated POST at
    once with the truth, and on other servers the conversation counts as stored.
    """
    assert row.conversation_id is not None
    try:
        conversation = destination.get_conversation(row.conversation_id)
    except NoEndpointError:
        return _SEARCH_INSTEAD
    except NotFoundError:
        return Outcome(State.PLANNED, error="the server gave up on it; sent again")
    except OmiError as error:
        reason = "the server is working on it, and its state cannot be read"
        return _judge_failed_question(error, State.PROCESSING, reason)
    if conversation.title:
        return Outcome(State.DONE, row.conversation_id)
    limit = _find_poll_limit(row, patience)
    if not honors_session_ids:  # until then the server may still fail, and the conversation vanish
        limit = max(limit, patience.grace)
    if elapsed < limit:
        wait = min(_MAX_POLL_SECONDS, max(elapsed / 2, patience.grace / _POLLS_PER_GRACE))
        return Outcome(State.PROCESSING, row.conversation_id, wait=_end_wait(wait, limit - elapsed))
    if honors_session_ids:
        reason = "the server did not finish it; sent again"
        return Outcome(State.UNCERTAIN, row.conversation_id, reason)
    return Outcome(State.DONE, row.conversation_id, "the server has it, without a title")


_SEARCH_INSTEAD = Outcome(
    State.UNCERTAIN, error="the server does not show whether it is done; looking for it in the list"
)


def _end_wait(seconds: float, left: float) -> float:
    """The wait, but not longer than the time that is left."""
    return max(_SHORTEST_WAIT, min(seconds, left))


def _find_poll_limit(row: Row, patience: Patience) -> float:
    """Seconds to wait for a title. Each further attempt doubles it: a repeated POST costs one of
    the hour's writes."""
    if row.words > DISCARD_WORDS:
        return patience.stale
    repeats = max(0, row.attempts - 2)
    return min(patience.stale, patience.untitled * 2.0**repeats)


def _ask_user(reason: str) -> Outcome:
    message = f"{reason}; check in Omi, then use 'transcript-bridge resolve'"
    return Outcome(State.UNCERTAIN, error=message, needs_user=True)


def _judge_failed_question(error: OmiError, state: State, reason: str) -> Outcome:
    if isinstance(error, KeyRefusedError):
        return Outcome(state, error=error.message, fatal=error)
    if isinstance(error, RateLimitedError):
        wait = find_asked_wait(error)
        message = "the server's limit of reads is used up"
        return Outcome(state, error=message, wait=wait, reads_blocked=wait)
    return Outcome(state, error=f"{reason} ({error.message})", trouble=error)
