"""Adds the states of conversations in the ledger to a plan.

The ledger is asked about the recordings of the plan, some at a time. The cost grows with the plan,
not with the account.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from ..errors import BridgeError
from ..options import Options
from ..request_models import to_requests
from ..transfer.comparing import (
    Candidate,
    are_gone,
    are_two_events,
    compare,
    list_candidates,
    sort_differences,
)
from ..transfer.states import Difference
from .convert import load_recording
from .ledger_counts import LedgerCounts
from .ledger_link import Identity, identify, name_in_ledger
from .plan import ArchivePlan, PlanEntry

if TYPE_CHECKING:
    from ..transfer.ledger import ChangePolicy, Ledger, RequestView, SourceView

_PORTION = 2000
"""How many recordings are looked up at once."""


def with_ledger_state(
    plan: ArchivePlan,
    options: Options,
    ledger: Ledger,
    account: str,
    now: datetime,
    changed: ChangePolicy = "ask",
) -> ArchivePlan:
    """The plan with what the ledger knows about its recordings.

    An upload with the same options finds the same. changed: what that upload does with recordings
    that were sent with other content or options. Raises LedgerError.
    """
    ready: list[PlanEntry] = []
    for start in range(0, len(plan.ready), _PORTION):
        lookup = _Lookup(options, ledger, account, now)
        ready += lookup.add_counts(plan.ready[start : start + _PORTION], changed)
    return replace(plan, ready=tuple(ready))


class _Lookup:
    """The sources in the ledger for some recordings of a plan, by what identifies them."""

    def __init__(self, options: Options, ledger: Ledger, account: str, now: datetime) -> None:
        self._options = options
        self._ledger = ledger
        self._account = account
        self._now = now
        self._by_identity: dict[Identity, SourceView] = {}
        self._by_content: dict[tuple[str, str], SourceView] = {}
        self._sent_paths: set[str] = set()
        self._sent_conversations: set[str] = set()
        self._sent_contents: dict[str, set[str]] = {}
        self._known_contents: set[str] = set()

    def add_counts(
        self, entries: Sequence[PlanEntry], changed: ChangePolicy
    ) -> Iterator[PlanEntry]:
        """The entries with their counts."""
        identities = [identify(entry, self._options, self._now) for entry in entries]
        contents = [identity.content for identity in identities]
        self._add_sources(self._ledger.find_sources(self._account, contents))
        self._find_moved(zip(entries, identities, strict=True))
        for entry, identity in zip(entries, identities, strict=True):
            counts = self._count(entry, identity, changed)
            yield entry._replace(
                ledger_counts=counts
            )  # also if None, because it may have been undone

    def _find_moved(self, recordings: Iterable[tuple[PlanEntry, Identity]]) -> None:
        """Look up other contents of the paths, and other exports of the conversations, of new
        recordings."""
        paths = []
        conversations = []
        for entry, identity in recordings:
            source = self._by_identity.get(identity)
            if source is not None and not source.replaced:
                continue
            paths.append(identity.path)
            named = _name_conversation(entry)
            if named:
                conversations.append(named)
        found = self._ledger.find_sources(self._account, (), paths, conversations)
        self._add_sources(found)

    def _add_sources(self, found: Iterable[SourceView]) -> None:
        for source in found:
            content = (source.content_digest, source.options_digest)
            self._by_identity[Identity(source.path, *content)] = source
            if not source.replaced:
                self._by_content[content] = source
            self._known_contents.add(source.content_digest)
            if source.sent:
                self._sent_paths.add(source.path)
                self._sent_conversations.add(source.conversation)
                self._sent_contents.setdefault(source.content_digest, set()).add(source.path)
        self._sent_conversations.discard("")  # of a source without an id

    def _count(
        self, entry: PlanEntry, identity: Identity, changed: ChangePolicy
    ) -> LedgerCounts | None:
        """The counts of an entry's conversations; None if nothing of it was sent."""
        source = self._find_source(entry, identity)
        was_sent = self._was_sent(entry, identity)
        if source is None and not was_sent:  # the same under another name
            source = self._by_content.get((identity.content, identity.options))
        if source is not None:
            return _count_source(source)
        if was_sent or identity.content in self._sent_contents:
            return self._compare_bodies(entry, identity, changed, was_sent=was_sent)
        return None

    def _find_source(self, entry: PlanEntry, identity: Identity) -> SourceView | None:
        source = self._by_identity.get(identity)
        if source is not None and source.replaced:
            return None
        if source is not None or identity.content not in self._known_contents:
            return source
        return self._by_identity.get(identify(entry, self._options, self._now, everybody=True))

    def _compare_bodies(
        self, entry: PlanEntry, identity: Identity, changed: ChangePolicy, *, was_sent: bool
    ) -> LedgerCounts | None:
        """The counts if the file, its path or the options differ from when it was sent, or if the
        ledger is of an earlier version. If its requests are the same, nothing has changed."""
        requested = self._to_requests(entry)
        known = self._find_known(requested)
        new = [request for request in requested if request.name not in known]
        if requested and not new:
            return _count_requests([known[request.name] for request in requested])
        differs = self._find_differences(new, known, identity, was_sent=was_sent)
        if not differs:
            return None
        count = entry.summary.conversations
        if changed in ("upload", "replace"):
            return LedgerCounts(to_go=count, differs=differs)
        return LedgerCounts(changed=count, differs=differs)

    def _find_known(self, requested: Sequence[Candidate]) -> Mapping[str, RequestView]:
        """The requests in the ledger with their session ids or contents, by session id.

        Replaced ones, which count as new, are left out.
        """
        names = [request.name for request in requested]
        contents = [request.content for request in requested]
        known = self._ledger.find_requests(self._account, names, contents)
        return {name: view for name, view in known.items() if not view.replaced}

    def _was_sent(self, entry: PlanEntry, identity: Identity) -> bool:
        """Whether something at this path was sent, or this conversation in another export."""
        if identity.path in self._sent_paths:
            return True
        return _name_conversation(entry) in self._sent_conversations

    def _find_differences(
        self,
        new: Iterable[Candidate],
        known: Mapping[str, RequestView],
        identity: Identity,
        *,
        was_sent: bool,
    ) -> tuple[Difference, ...]:
        """How the new requests differ from what was sent; empty if that was another event.

        known: the requests with the session ids or the words of the recording, by session id.
        """
        sent_words = _list_sent_words(known)
        is_known_file = was_sent or are_gone(self._sent_contents.get(identity.content, ()))
        differs: set[Difference] = set()
        for request in new:
            same_words = sent_words.get(request.content, [])
            for name, view in same_words:
                began = view.started_at
                if is_known_file or not are_two_events(request, began, view.date_stated):
                    differs.update(compare(request, name, began))
            if was_sent and not same_words:
                differs.add(self._name_change(identity))
        if was_sent and not differs:
            differs.add("content")
        return sort_differences(differs)

    def _name_change(self, identity: Identity) -> Difference:
        """Why a path has other words: other options for the same file, or another file."""
        is_same_file = identity.content in self._sent_contents
        if is_same_file:
            return "options"
        return "content"

    def _to_requests(self, entry: PlanEntry) -> list[Candidate]:
        """The requests of an entry, read from its file; none if it can no longer be read."""
        try:
            loaded = load_recording(entry.recording, entry.summary.path, self._options, self._now)
            return list_candidates(to_requests(loaded))
        except BridgeError:
            return []


def _count_source(source: SourceView) -> LedgerCounts | None:
    """The counts of a source; None if nothing of it was begun."""
    if source.due == source.requests and not source.sent:
        return None
    set_aside = source.requests - source.stored - source.due
    return LedgerCounts(source.stored, set_aside, to_go=source.due, untitled=source.untitled)


def _count_requests(views: Sequence[RequestView]) -> LedgerCounts:
    stored = sum(view.stored for view in views)
    to_go = sum(view.due for view in views)
    untitled = sum(view.untitled for view in views)
    set_aside = len(views) - stored - to_go
    return LedgerCounts(stored, set_aside, to_go=to_go, untitled=untitled)


def _name_conversation(entry: PlanEntry) -> str:
    return name_in_ledger(entry.summary.conversation_id, entry.at)


def _list_sent_words(known: Mapping[str, RequestView]) -> dict[str, list[tuple[str, RequestView]]]:
    """The session ids and requests that were sent, by the digest of their words."""
    words: dict[str, list[tuple[str, RequestView]]] = {}
    for name, view in known.items():
        if view.sent:
            words.setdefault(view.content_digest, []).append((name, view))
    return words
