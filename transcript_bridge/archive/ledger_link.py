"""From a plan to what the uploader takes, one Upload a recording, its requests made when its turn
comes; and back: what the ledger knows of a plan's recordings.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from ..errors import InputError
from ..request_models import to_requests
from ..transfer.ledger.plan import ChangePolicy
from ..transfer.ledger.views import SourceView
from ..transfer.states import Upload
from ..wire import ConversationRequest
from .convert import ConvertSettings, digest_recording, read_recording
from .planning import ArchivePlan, LedgerCounts, PlanEntry


class Identity(NamedTuple):
    """By what the ledger knows a recording."""

    path: str
    content: str
    options: str
    """A stated beginning is part of what was asked for: with another one it is another
    conversation."""


def identify(entry: PlanEntry, settings: str) -> Identity:
    """settings: the digest of what it is converted with."""
    stated = entry.at.timestamp() if entry.began.start_source == "stated" else None
    asked = hashlib.sha256(f"{settings} {stated}".encode()).hexdigest()[:20]
    return Identity(entry.absolute, entry.summary.digest, asked)


def with_ledger_state(
    plan: ArchivePlan,
    settings: ConvertSettings,
    sources: Iterable[SourceView],
    changed: ChangePolicy = "ask",
) -> ArchivePlan:
    """The plan with what the ledger knows of its recordings, as an upload with the same settings
    will find it.

    changed: what that upload does about recordings that were sent with another content or other
    settings.
    """
    own = replace(settings, samples=0).digest()
    sources = tuple(sources)
    by_identity = {(one.path, one.content_digest, one.options_digest): one for one in sources}
    by_content = {(one.content_digest, one.options_digest): one for one in sources}
    sent = {one.path for one in sources if one.sent}

    def look_up(entry: PlanEntry) -> PlanEntry:
        identity = identify(entry, own)
        found = by_identity.get(identity)
        if found is None and identity.path in sent:
            count = entry.summary.conversations
            return entry._replace(
                ledger_counts=LedgerCounts(to_go=count)
                if changed == "upload"
                else LedgerCounts(changed=count)
            )
        # Under another name it is the same conversations, unless a rule for certain files makes
        # others of it.
        if found is None and not settings.options.speakers.rules:
            found = by_content.get(identity[1:])
        if found is None or (found.due == found.requests and not found.sent):
            return entry
        aside = found.requests - found.stored - found.due
        return entry._replace(ledger_counts=LedgerCounts(found.stored, aside, to_go=found.due))

    return replace(plan, ready=tuple(map(look_up, plan.ready)))


def upload_of(entry: PlanEntry, settings: ConvertSettings, now: datetime) -> Upload:
    """The recording as the uploader takes it.

    `read_digest` is what planning found, so that an unchanged archive is not read again; `load`
    makes sure that it still holds.
    """
    name = entry.summary.path
    path, content, asked = identify(entry, replace(settings, samples=0).digest())

    def load() -> Sequence[ConversationRequest]:
        if digest_recording(entry.recording, name) != content:
            raise InputError(
                "this was written to since the archive was planned; run it again", path=name
            )
        return to_requests(*read_recording(entry.recording, name, settings, now))

    return Upload(path, asked, lambda: content, load)


def uploads_of(
    entries: Iterable[PlanEntry],
    settings: ConvertSettings,
    now: datetime,
    limit: int | None = None,
) -> Iterator[Upload]:
    """All of them, as the uploader takes them.

    limit: of conversations; with it, nothing is begun once so many were handed out. Recordings are
    not cut in two
        for it, and what the ledger knows not to be sent does not count.
    """
    begun = 0
    for entry in entries:
        if limit is not None and entry.counts.to_go:
            if begun >= limit:
                return
            begun += entry.counts.to_go
        yield upload_of(entry, settings, now)
