"""Between a plan and the ledger: plan entries as Uploads, and what the ledger knows of them.

An Upload's requests are made when its turn comes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from ..errors import InputError
from ..request_models import to_requests
from ..transfer.ledger import ChangePolicy, SourceView
from ..transfer.states import Upload
from ..wire import ConversationRequest
from .convert import ConvertSettings, digest_recording, read_recording
from .planning import ArchivePlan, LedgerCounts, PlanEntry


class Identity(NamedTuple):
    """What the ledger identifies a recording by."""

    path: str
    content: str
    """A digest of its bytes."""
    options: str
    """A digest of the settings and of a stated start: with another start it is another
    conversation."""


def identify(entry: PlanEntry, settings_digest: str) -> Identity:
    """settings_digest: of the settings that the recording is converted with."""
    stated = None
    if entry.began.start_source == "stated":
        stated = entry.at.timestamp()
    options = hashlib.sha256(f"{settings_digest} {stated}".encode()).hexdigest()[:20]
    return Identity(entry.absolute, entry.summary.digest, options)


def with_ledger_state(
    plan: ArchivePlan,
    settings: ConvertSettings,
    sources: Iterable[SourceView],
    changed: ChangePolicy = "ask",
) -> ArchivePlan:
    """The plan with what the ledger knows of its recordings.

    An upload with the same settings finds the same. changed: what that upload does with recordings
    that were sent with another content or other settings.
    """
    known = _KnownSources(sources, _digest(settings))
    # Under another name it is the same conversations, unless a rule for certain files applies.
    by_content = not settings.options.speakers.rules
    ready = []
    for entry in plan.ready:
        counts = known.counts_of(entry, changed, by_content)
        ready.append(entry if counts is None else entry._replace(ledger_counts=counts))
    return replace(plan, ready=tuple(ready))


class _KnownSources:
    """The sources of a ledger, by what identifies them."""

    def __init__(self, sources: Iterable[SourceView], settings_digest: str) -> None:
        self._settings_digest = settings_digest
        self._by_identity: dict[Identity, SourceView] = {}
        self._by_content: dict[tuple[str, str], SourceView] = {}
        self._sent: set[str] = set()
        for source in sources:
            content = (source.content_digest, source.options_digest)
            self._by_identity[Identity(source.path, *content)] = source
            self._by_content[content] = source
            if source.sent:
                self._sent.add(source.path)

    def counts_of(
        self, entry: PlanEntry, changed: ChangePolicy, by_content: bool
    ) -> LedgerCounts | None:
        """How far the conversations of an entry are; None where nothing of it was sent."""
        identity = identify(entry, self._settings_digest)
        source = self._by_identity.get(identity)
        if source is None and identity.path in self._sent:
            count = entry.summary.conversations
            if changed == "upload":
                return LedgerCounts(to_go=count)
            return LedgerCounts(changed=count)
        if source is None and by_content:
            source = self._by_content.get((identity.content, identity.options))
        if source is None:
            return None
        is_untouched = source.due == source.requests and not source.sent
        if is_untouched:
            return None
        set_aside = source.requests - source.stored - source.due
        return LedgerCounts(source.stored, set_aside, to_go=source.due)


def upload_of(entry: PlanEntry, settings: ConvertSettings, now: datetime) -> Upload:
    """The recording as the uploader takes it.

    `read_digest` is what planning found, so that an unchanged archive is not read again. `load`
    raises InputError where the recording has changed since.
    """
    path = entry.summary.path
    identity = identify(entry, _digest(settings))

    def load() -> Sequence[ConversationRequest]:
        if digest_recording(entry.recording, path) != identity.content:
            message = "this was written to since the archive was planned; run it again"
            raise InputError(message, path=path)
        return to_requests(*read_recording(entry.recording, path, settings, now))

    return Upload(identity.path, identity.options, lambda: identity.content, load)


def uploads_of(
    entries: Iterable[PlanEntry],
    settings: ConvertSettings,
    now: datetime,
    limit: int | None = None,
) -> Iterator[Upload]:
    """All of them, as the uploader takes them.

    limit: of conversations. No further recording begins once so many were given out. Recordings are
    not cut in two for it, and what the ledger knows not to be sent does not count.
    """
    begun = 0
    for entry in entries:
        to_go = entry.counts.to_go
        if limit is not None and to_go:
            if begun >= limit:
                return
            begun += to_go
        yield upload_of(entry, settings, now)


def _digest(settings: ConvertSettings) -> str:
    """Sample lines are for people; they do not make other conversations."""
    return replace(settings, samples=0).digest()
