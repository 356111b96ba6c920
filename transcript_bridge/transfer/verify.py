"""Compares what was sent with the server: every segment's text, times and speaker, with as few
calls as possible.

A listing with transcripts returns 25 conversations per call, newest first, and the server allows 25
such calls per hour. So the list is read from the newest request backwards, and each page begins at
the next unseen request: conversations of other programs cost almost nothing. Only what no page
showed is fetched by its id, because discarded conversations are not listed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Event as Flag
from typing import Any, Literal, TypeVar

from ..errors import (
    NoEndpointError,
    NotFoundError,
    RateLimitedError,
    RowChangedError,
)
from ..limits import TRANSCRIPT_PAGE
from ..quantities import count_of
from ..wire import Conversation, StoredSegment
from .clock import Clock
from .destination import Destination
from .events import ObserveWaiting
from .ledger import Ledger, LedgerEntry
from .pace import Pause, find_asked_wait
from .paging import PageCheck
from .states import State, digest_content, read_speakers
from .waiter import PASSING_FAILURES, Waiter

Verdict = Literal["same", "different", "missing", "discarded"]
T = TypeVar("T")
_NOT_LISTED = (
    "it is not in the list, and this server shows no single conversation; it may be hidden"
)
MISSING = "deleted in Omi, or locked"
_MARGIN = timedelta(seconds=1)
_TRIES = 5
_NAMELESS = re.compile(r"Speaker \d+")
"""How Omi names a speaker whose `person_id` it does not know."""


_STATES_FOUND: dict[Verdict, State] = {
    "same": State.DONE,
    "missing": State.DELETED,
    "discarded": State.DISCARDED,
}
"""The state of a request after a verdict; one that is `different` keeps its state."""


@dataclass(frozen=True, slots=True)
class Verified:
    """The result for one request.

    verdict: same: every text, time and speaker. different. missing: deleted or locked. discarded:
    the same, but hidden from listings. warning: what is not as intended, although the server has
    what was sent. is_certain: False if the server cannot return a single conversation (those before
    December 2025), so that an unlisted one may be missing or discarded.
    """

    entry: LedgerEntry
    verdict: Verdict
    detail: str = ""
    warning: str = ""
    is_certain: bool = True


@dataclass(eq=False)
class Verifier:
    """Reads back what the ledger says is stored. calls: how many requests this has taken so far."""

    destination: Destination
    backoff: float = 1.0
    clock: Clock = field(default_factory=Clock)
    stop: Flag = field(default_factory=Flag)
    observe: ObserveWaiting = lambda event: None
    calls: int = 0

    def verify(self, entries: Sequence[LedgerEntry]) -> Iterator[Verified]:
        """Verify requests, newest first. Ends early when stopped. Raises OmiError for a server that
        keeps failing.

        No answer says whether a conversation is discarded. One that can be read by its id and is
        missing from the list is hidden; if the ledger says so, the list is not searched for it.
        """
        done = [entry for entry in entries if entry.row.state is State.DONE]
        listed = sorted(done, key=_start_of, reverse=True)
        left = {entry.row.conversation_id: entry for entry in entries}
        for page in self._list_pages(listed):
            for conversation in page:
                entry = left.pop(conversation.id, None)
                if entry is not None:
                    yield _compare(entry, conversation)
        for entry in left.values():
            if self.stop.is_set():
                return
            found = self._fetch(entry)
            if found is not None:
                yield found

    def _list_pages(self, entries: Sequence[LedgerEntry]) -> Iterator[list[Conversation]]:
        """Pages that together show all of `entries` (newest first) that are listed at all."""
        if not entries:
            return
        walk = _ListWalk(entries)
        while walk.waiting and not self.stop.is_set():
            page = self._list(walk.first, walk.until, walk.offset)
            if not page:
                return
            yield page
            walk.advance(page)

    def _list(self, first: datetime, until: datetime, offset: int) -> list[Conversation]:
        def ask() -> list[Conversation]:
            return self.destination.list_conversations(
                first, until, TRANSCRIPT_PAGE, offset, include_transcript=True
            )

        return self._ask(ask) or []

    def _fetch(self, entry: LedgerEntry) -> Verified | None:
        """Compare with the conversation fetched by its id; None when stopped meanwhile."""
        conversation_id = entry.row.conversation_id
        assert conversation_id is not None

        def ask() -> Conversation:
            return self.destination.get_conversation(conversation_id, include_transcript=True)

        try:
            found = self._ask(ask)
        except NoEndpointError:
            return Verified(entry, "missing", _NOT_LISTED, is_certain=False)
        except NotFoundError:
            return Verified(entry, "missing", MISSING)
        if found is None:
            return None
        compared = _compare(entry, found)
        if compared.verdict != "same":
            return compared
        return replace(
            compared, verdict="discarded", detail="hidden from the list of conversations"
        )

    def _ask(self, question: Callable[[], T]) -> T | None:
        """The answer, after the waits that the server asks for; None when stopped meanwhile."""
        waiter = Waiter(self.clock, self.stop, self.observe, self.backoff, _TRIES)
        while not self.stop.is_set():
            self.calls += 1
            try:
                return question()
            except RateLimitedError as error:
                reason = "the server's limit of reads is used up"
                waiter.wait(Pause(find_asked_wait(error), reason))
            except PASSING_FAILURES as error:
                if not waiter.may_try_again(error):
                    raise
        return None


class _ListWalk:
    """Decides which part of the list to ask for next.

    waiting: conversation id -> start, of entries that no page has shown, newest first.
    """

    def __init__(self, entries: Sequence[LedgerEntry]) -> None:
        self.waiting = {entry.row.conversation_id: _start_of(entry) for entry in entries}
        self.first = _start_of(entries[-1]) - _MARGIN
        self.until = _start_of(entries[0]) + _MARGIN
        self.offset = 0
        self._pages = PageCheck()

    def advance(self, page: Sequence[Conversation]) -> None:
        """Continue after a page. Raises ServerFaultError for a list that does not end."""
        self._pages.check(page)
        for conversation in page:
            self.waiting.pop(conversation.id, None)
        oldest = page[-1].created_at or page[-1].started_at
        if oldest is None:  # only its length tells where the next page begins
            self.offset += len(page)
            return
        # Requests newer than the page's end that are not on the page are not listed.
        reached = oldest + _MARGIN
        self.waiting = {id_: start for id_, start in self.waiting.items() if start <= reached}
        newest = max(self.waiting.values(), default=oldest)
        following = min(newest + _MARGIN, self.until)
        if following < self.until:
            self.until = following
            self.offset = 0
            self._pages = PageCheck()
        else:  # more conversations began within a moment than fit on a page
            self.offset += len(page)


def _start_of(entry: LedgerEntry) -> datetime:
    return entry.row.started_at


def _compare(entry: LedgerEntry, conversation: Conversation) -> Verified:
    segments = conversation.transcript_segments or ()
    wanted = entry.row.segments
    if len(segments) != wanted:
        return Verified(
            entry, "different", f"{count_of(len(segments), 'segment')} instead of {wanted:,}"
        )
    if digest_content(segments) != entry.row.content_digest:
        return Verified(entry, "different", "other texts or times")
    return _compare_speakers(entry, segments)


def _compare_speakers(entry: LedgerEntry, segments: Sequence[StoredSegment]) -> Verified:
    """Compare the speakers. Rows of older programs do not state them; then only texts and times
    count."""
    wrong = 0
    first_wrong = 0
    unknown: Counter[str] = Counter()
    speakers = read_speakers(entry.row.speakers)
    for number, (segment, speaker) in enumerate(zip(segments, speakers, strict=False), 1):
        if segment.speaker_id not in (None, speaker.number):
            wrong += 1
            first_wrong = first_wrong or number
        name = segment.speaker_name or ""
        if speaker.has_person and _NAMELESS.fullmatch(name):
            unknown[name] += 1
    if wrong:
        of_all = count_of(len(segments), "segment")
        detail = f"another speaker in {wrong:,} of {of_all} (first: segment "
        return Verified(entry, "different", f"{detail}{first_wrong:,})")
    if not unknown:
        return Verified(entry, "same")
    names = ", ".join(sorted(unknown))
    segments_named = count_of(unknown.total(), "segment")
    warning = (
        f"a person was named in {segments_named}, but Omi shows {names}; check the "
        "person ids in the speaker map"
    )
    return Verified(entry, "same", warning=warning)


def record_verdict(ledger: Ledger, result: Verified) -> None:
    """Store a verdict, unless another process has changed the request meanwhile.

    A missing conversation becomes `deleted`, and one that is there again is no longer `deleted`.
    """
    if not result.is_certain:
        return
    entry = result.entry
    values: dict[str, Any] = {"verdict": result.verdict, "verified_at": ledger.now()}
    state = _STATES_FOUND.get(result.verdict)
    if result.verdict == "missing":
        values["last_error"] = f"{MISSING}; 'verify' looked for it"
    elif entry.row.state is State.DELETED:
        state = state or State.DONE
        values["last_error"] = ""
    was_undone = entry.row.undone and result.verdict != "missing"
    if state is not None and not was_undone:
        values["state"] = state
    with suppress(RowChangedError):
        ledger.change(entry, **values)


def count_verdicts(results: Iterable[Verified]) -> dict[Verdict, int]:
    """How many results have each verdict."""
    counts: dict[Verdict, int] = {"same": 0, "different": 0, "missing": 0, "discarded": 0}
    for result in results:
        counts[result.verdict] += 1
    return counts
