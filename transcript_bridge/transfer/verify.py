"""Does the server hold what was sent: every segment's text and times, with as few calls as
possible.

A listing with transcripts gives 25 conversations a call, newest first, and the server allows 25
such calls an hour. So the list is walked from the newest request backwards, each page beginning
where the next unseen request lies: stretches of time with conversations of other origin cost
nothing. Only what no page showed is asked for by its id: discarded conversations are not listed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event as Flag
from typing import Literal, TypeVar

from ..errors import (
    NotFoundError,
    OutcomeUnknownError,
    RateLimitedError,
    ServerFaultError,
    UnreachableError,
)
from ..omi.client import OmiClient
from ..wire import Conversation
from .clock import Clock
from .events import ObserveWaiting, Waiting
from .ledger.views import Entry
from .settle import PAGE
from .states import State, digest_content

Verdict = Literal["same", "different", "missing", "discarded"]
T = TypeVar("T")
_MARGIN = timedelta(seconds=1)
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Verified:
    """same: every text and time; different; missing (deleted or locked); discarded: there and the
    same, but hidden."""

    entry: Entry
    verdict: Verdict
    detail: str = ""


@dataclass(eq=False)
class Verifier:
    """Reads back what the ledger says is stored. `calls` counts what it cost."""

    client: OmiClient
    backoff: float = 1.0
    clock: Clock = field(default_factory=Clock)
    stop: Flag = field(default_factory=Flag)
    observe: ObserveWaiting = lambda event: None
    calls: int = 0

    def verify(self, entries: Sequence[Entry]) -> Iterator[Verified]:
        """Newest first. Raises OmiError for what goes on failing; ends early when stopped."""
        listed = sorted((e for e in entries if e.row.state is State.DONE), key=_start, reverse=True)
        left = {e.row.conversation_id: e for e in entries}
        for page in self._pages(listed):
            for conversation in page:
                entry = left.pop(conversation.id, None)
                if entry is not None:
                    yield _compare(entry, conversation)
        for entry in left.values():
            if self.stop.is_set():
                return
            yield self._fetch(entry)

    def _pages(self, entries: Sequence[Entry]) -> Iterator[list[Conversation]]:
        """Pages that show all of `entries` (newest first) which are listed at all."""
        if not entries:
            return
        first = _start(entries[-1]) - _MARGIN
        waiting = {
            e.row.conversation_id: _start(e) for e in entries
        }  # newest first, as the entries are
        until, offset = _start(entries[0]) + _MARGIN, 0
        while waiting and not self.stop.is_set():
            page = self._list(first, until, offset)
            if not page:
                return
            yield page
            for conversation in page:
                waiting.pop(conversation.id, None)
            oldest = page[-1].created_at or page[-1].started_at
            if oldest is None:  # no way to tell where the next page begins but by counting
                offset += len(page)
                continue
            # Whatever is newer than the page's end and was not on it is not listed.
            waiting = {id_: start for id_, start in waiting.items() if start <= oldest + _MARGIN}
            following = min(max(waiting.values(), default=oldest) + _MARGIN, until)
            if following < until:
                until, offset = following, 0
            else:  # more conversations began within a moment than fit on a page
                offset += len(page)

    def _list(self, first: datetime, until: datetime, offset: int) -> list[Conversation]:
        return self._ask(
            lambda: self.client.list_conversations(
                first, until, PAGE, offset, include_transcript=True
            ),
            [],
        )

    def _fetch(self, entry: Entry) -> Verified:
        conversation_id = entry.row.conversation_id
        assert conversation_id is not None
        try:
            found = self._ask(
                lambda: self.client.get_conversation(conversation_id, include_transcript=True), None
            )
        except NotFoundError:
            return Verified(entry, "missing", "deleted in Omi, or locked")
        if found is None:
            return Verified(entry, "missing", "stopped before it was asked for")
        return _compare(entry, found)

    def _ask(self, question: Callable[[], T], nothing: T) -> T:
        """The answer, after the server's own waits; `nothing` when stopped meanwhile."""
        failures = 0
        while not self.stop.is_set():
            self.calls += 1
            try:
                return question()
            except RateLimitedError as error:
                seconds = error.retry_after or 0.0
                self.observe(
                    Waiting(
                        seconds,
                        self.clock.now() + seconds,
                        "the server's limit of reads is used up",
                    )
                )
            except (ServerFaultError, UnreachableError, OutcomeUnknownError):
                failures += 1
                if failures == _TRIES:
                    raise
                seconds = self.backoff * 2.0**failures
            self.clock.sleep(seconds, self.stop)
        return nothing


def _start(entry: Entry) -> datetime:
    return entry.row.started_at


def _compare(entry: Entry, conversation: Conversation) -> Verified:
    segments = conversation.transcript_segments or ()
    if len(segments) != entry.row.segments:
        return Verified(
            entry, "different", f"{len(segments)} segments instead of {entry.row.segments}"
        )
    if digest_content(segments) != entry.row.content_digest:
        return Verified(entry, "different", "other texts or times")
    return Verified(entry, "discarded" if conversation.discarded else "same")


def count_verdicts(results: Iterable[Verified]) -> dict[Verdict, int]:
    """How many of each."""
    counts: dict[Verdict, int] = {"same": 0, "different": 0, "missing": 0, "discarded": 0}
    for result in results:
        counts[result.verdict] += 1
    return counts
