"""Between recordings and the ledger: recordings as Uploads, and what the ledger knows of them.

`upload` and `migrate` identify a file in the same way, so each knows what the other has sent. An
Upload's requests are made when its turn comes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from ..dating.finder import Dated, choose_stated, gather_dates
from ..errors import BridgeError, InputError
from ..object_stores import full_name
from ..opening import OpenedFile, load_file
from ..options import Options
from ..pipeline import Loaded
from ..request_models import make_requests
from ..transfer.comparing import are_two_events, compare
from ..transfer.states import DIFFERENCES, Difference, Upload, digest_content
from ..turns_file import TurnsFile
from ..wire import ConversationRequest
from .convert import digest_files, digest_recording, load_recording
from .earlier_rules import make_earlier_requests
from .files import printable
from .guard import Effort, guard
from .ledger_counts import LedgerCounts
from .members import open_companions_of, open_single
from .planning import ArchivePlan, PlanEntry
from .summary import name_conversation

if TYPE_CHECKING:
    from ..transfer.ledger import ChangePolicy, RequestView, SourceView

_DIGEST_LENGTH = 20


class Identity(NamedTuple):
    """What the ledger identifies a source by."""

    path: str
    """In full."""
    content: str
    """A digest of its bytes and those of its turns."""
    options: str
    """A digest of the options that hold for it, and of a stated beginning: with another beginning
    it is another conversation."""


def digest_options(options: Options, dates: Iterable[Dated], now: datetime) -> str:
    """A name for everything but the content that decides what is sent.

    options: those that hold for this file. dates: what says when it began; dates in its content and
    guesses do not matter.
    """
    stated = choose_stated(dates, now)
    moment = None if stated is None else stated.timestamp()
    digest = replace(options, started_at=None).digest()
    return hashlib.sha256(f"{digest} {moment}".encode()).hexdigest()[:_DIGEST_LENGTH]


# ---- what the ledger knows of a plan


class KnownState(NamedTuple):
    """What the ledger says of an account."""

    sources: Sequence[SourceView] = ()
    requests: Mapping[str, RequestView] = {}
    """By the name that a body has, `client_session_id`."""


def with_ledger_state(
    plan: ArchivePlan,
    options: Options,
    known: KnownState,
    now: datetime,
    changed: ChangePolicy = "ask",
) -> ArchivePlan:
    """The plan with what the ledger knows of its recordings.

    An upload with the same options finds the same. changed: what that upload does with recordings
    that were sent with another content or other options.
    """
    lookup = _Lookup(options, known, now)
    ready = []
    for entry in plan.ready:
        counts = lookup.count(entry, changed)
        ready.append(entry if counts is None else entry._replace(ledger_counts=counts))
    return replace(plan, ready=tuple(ready))


class _Lookup:
    """The sources and requests of a ledger, by what identifies them."""

    def __init__(self, options: Options, known: KnownState, now: datetime) -> None:
        self._options = options
        self._now = now
        self._requests = known.requests
        self._by_identity: dict[Identity, SourceView] = {}
        self._by_content: dict[tuple[str, str], SourceView] = {}
        self._sent_paths: set[str] = set()
        self._sent_conversations: set[str] = set()
        self._sent_contents: set[str] = set()
        self._known_contents: set[str] = set()
        self._sent_words: dict[str, list[tuple[str, RequestView]]] = {}
        for source in known.sources:
            self._add_source(source)
        for name, view in known.requests.items():
            if view.sent:
                self._sent_words.setdefault(view.content_digest, []).append((name, view))

    def _add_source(self, source: SourceView) -> None:
        content = (source.content_digest, source.options_digest)
        self._by_identity[Identity(source.path, *content)] = source
        self._by_content[content] = source
        self._known_contents.add(source.content_digest)
        if source.sent:
            self._sent_paths.add(source.path)
            self._sent_conversations.add(source.conversation)
            self._sent_contents.add(source.content_digest)

    def count(self, entry: PlanEntry, changed: ChangePolicy) -> LedgerCounts | None:
        """How far the conversations of an entry are; None if nothing of it was sent."""
        identity = identify(entry, self._options, self._now)
        source = self._find_source(entry, identity)
        if source is None and self._was_sent(entry, identity):
            return self._compare_bodies(entry, identity, changed)
        if source is None:  # the same under another name
            source = self._by_content.get((identity.content, identity.options))
        if source is None and identity.content in self._sent_contents:
            return self._compare_bodies(entry, identity, changed)
        if source is None:
            return None
        is_untouched = source.due == source.requests and not source.sent
        if is_untouched:
            return None
        set_aside = source.requests - source.stored - source.due
        return LedgerCounts(source.stored, set_aside, to_go=source.due, untitled=source.untitled)

    def _find_source(self, entry: PlanEntry, identity: Identity) -> SourceView | None:
        source = self._by_identity.get(identity)
        if source is not None or identity.content not in self._known_contents:
            return source
        return self._by_identity.get(identify(entry, self._options, self._now, everybody=True))

    def _compare_bodies(
        self, entry: PlanEntry, identity: Identity, changed: ChangePolicy
    ) -> LedgerCounts | None:
        """The file, its path or the options are others than when it was sent, or the ledger is one
        of an earlier version. If its requests are the same, nothing has changed."""
        bodies = self._make_bodies(entry)
        found = [self._requests.get(body.client_session_id) for body in bodies]
        views = [view for view in found if view is not None]
        is_same = bool(views) and len(views) == len(found)
        if is_same:
            stored = sum(view.stored for view in views)
            to_go = sum(view.due for view in views)
            untitled = sum(view.untitled for view in views)
            set_aside = len(views) - stored - to_go
            return LedgerCounts(stored, set_aside, to_go=to_go, untitled=untitled)
        was_sent = self._was_sent(entry, identity)
        differs = self._find_differences(bodies, identity, was_sent=was_sent)
        if not differs:
            return None
        count = entry.summary.conversations
        if changed in ("upload", "replace"):
            return LedgerCounts(to_go=count, differs=differs)
        return LedgerCounts(changed=count, differs=differs)

    def _was_sent(self, entry: PlanEntry, identity: Identity) -> bool:
        """Whether something of this path was sent, or of this conversation in another export."""
        if identity.path in self._sent_paths:
            return True
        named = name_in_ledger(entry.summary.conversation_id, entry.at)
        return bool(named) and named in self._sent_conversations

    def _find_differences(
        self, bodies: Sequence[ConversationRequest], identity: Identity, *, was_sent: bool
    ) -> tuple[Difference, ...]:
        """In what the new requests differ from what was sent; empty if it was another event."""
        differs: set[Difference] = set()
        for number, body in enumerate(bodies, 1):
            if body.client_session_id in self._requests:
                continue
            twins = self._sent_words.get(digest_content(body.transcript_segments), [])
            for name, view in twins:
                began = view.started_at
                if was_sent or not are_two_events(body, number, began, view.date_stated):
                    differs.update(compare(body, number, name, began))
            if was_sent and not twins:
                differs.add(self._name_change(identity))
        if was_sent and not differs:
            differs.add("content")
        return tuple(kind for kind in DIFFERENCES if kind in differs)

    def _name_change(self, identity: Identity) -> Difference:
        """What makes other words of a path: the same file with other options, or another file."""
        is_same_file = identity.content in self._sent_contents
        return "options" if is_same_file else "content"

    def _make_bodies(self, entry: PlanEntry) -> list[ConversationRequest]:
        """Reads the file; none if that is not possible any more."""
        try:
            loaded = load_recording(entry.recording, entry.summary.path, self._options, self._now)
            return make_requests(loaded)
        except BridgeError:
            return []


def identify(
    entry: PlanEntry, options: Options, now: datetime, *, everybody: bool = False
) -> Identity:
    """What the ledger identifies a recording by. People who are not heard in it do not count, but
    with `everybody`: for single files, and in ledgers of earlier versions."""
    form = entry.recording.form(entry.summary.path)
    own = options.for_file("/".join(form.parts))
    if not everybody:
        labels = [voice.label for voice in entry.summary.speakers]
        own = replace(own, speakers=own.speakers.of_labels(labels))
    asked = digest_options(own, entry.summary.dates, now)
    return Identity(form.absolute, entry.summary.digest, asked)


def name_in_ledger(conversation_id: str, began: datetime | None) -> str:
    """What the ledger calls a conversation of a product; empty if the product has no name for it.

    conversation_id: with the name of the format. began: is part of it, because some products count
    from 1 in each account.
    """
    if not conversation_id or began is None:
        return ""
    return f"{conversation_id} {began.astimezone(UTC).isoformat(timespec='milliseconds')}"


# ---- uploads


def upload_of(entry: PlanEntry, options: Options, now: datetime) -> Upload:
    """The recording as the uploader takes it.

    `read_digest` is what planning found, so that an unchanged archive is not read again. `load`
    raises InputError where the recording has changed since.
    """
    path = entry.summary.path
    identity = identify(entry, options, now)

    def load() -> Sequence[ConversationRequest]:
        if digest_recording(entry.recording, path) != identity.content:
            message = "this was written to since the archive was planned; run it again"
            raise InputError(message, path=path)
        loaded = load_recording(entry.recording, path, options, now)
        with guard(path, Effort.for_bytes(entry.recording.size)):
            return make_requests(loaded)

    def load_with(chosen: Options) -> Loaded:
        return load_recording(entry.recording, path, chosen, now)

    return Upload(
        identity.path,
        identity.options,
        lambda: identity.content,
        load,
        read_title=lambda: entry.summary.title,
        load_earlier=lambda: make_earlier_requests(load_with, options),
        read_conversation=lambda: name_in_ledger(entry.summary.conversation_id, entry.at),
    )


def uploads_of(
    entries: Iterable[PlanEntry],
    options: Options,
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
        yield upload_of(entry, options, now)


Load = Callable[[OpenedFile, TurnsFile | None], Loaded]
"""Takes an opened file down the road, with the options of a run. Raises BridgeError."""
OpenTurns = Callable[[], TurnsFile | None]
"""Opens the file of turns that the user named, if any. Raises InputError."""


class _Told:
    """What a file says of the conversation: its title, and what the product calls it. The file is
    read for it only if its turn has not come: everything in it was sent before."""

    def __init__(self, load: Callable[[], Loaded]) -> None:
        self._load = load
        self._title: str | None = None
        self._conversation = ""

    def remember(self, loaded: Loaded) -> None:
        transcript = loaded.transcript
        self._title = transcript.title
        self._conversation = name_in_ledger(name_conversation(transcript), transcript.started_at)

    def read_title(self) -> str:
        """Raises as `load`."""
        if self._title is None:
            self.remember(self._load())
        return self._title or ""

    def read_conversation(self) -> str:
        """Empty before the file was read."""
        return self._conversation


def upload_of_file(
    path: str, options: Options, now: datetime, open_turns: OpenTurns, load: Load
) -> Upload:
    """A single file on disk, or in a container, as the uploader takes it.

    path: as the user wrote it. load: is called when its turn comes, if anything is to be sent.
    Raises SettingsError if a rule of the speaker map does not fit.
    """
    companions = open_companions_of(path)
    own = options.for_file("/".join(companions.parts))
    dates = gather_dates(companions, own.timezone or "UTC", stated=own.started_at)

    def read_digest() -> str:
        return digest_files(open_single(path).data, open_turns())

    def load_requests() -> Sequence[ConversationRequest]:
        opened = open_single(path)
        loaded = load(opened, open_turns())
        told.remember(loaded)
        with guard(path, Effort.for_bytes(len(opened.data))):
            return make_requests(loaded)

    def load_with(chosen: Options) -> Loaded:
        return load_file(open_single(path), chosen, open_turns(), now)

    told = _Told(lambda: load(open_single(path), open_turns()))
    asked = digest_options(own, dates, now)
    return Upload(
        name_source(path),
        asked,
        read_digest,
        load_requests,
        read_title=told.read_title,
        load_earlier=lambda: make_earlier_requests(load_with, options),
        read_conversation=told.read_conversation,
    )


def upload_of_input(
    opened: OpenedFile, options: Options, now: datetime, open_turns: OpenTurns, load: Load
) -> Upload:
    """Standard input as the uploader takes it; the next time it is another one."""
    dates = gather_dates(opened.companions, options.timezone or "UTC", stated=options.started_at)

    def read_digest() -> str:
        return digest_files(opened.data, open_turns())

    def load_requests() -> Sequence[ConversationRequest]:
        loaded = load(opened, open_turns())
        told.remember(loaded)
        return make_requests(loaded)

    told = _Told(lambda: load(opened, open_turns()))
    asked = digest_options(options, dates, now)
    return Upload(
        opened.path,
        asked,
        read_digest,
        load_requests,
        tracked=False,
        read_title=told.read_title,
        read_conversation=told.read_conversation,
    )


def read_digests(uploads: Iterable[Upload]) -> Iterator[str]:
    """What the ledger knows sources by. What cannot be read fails when its turn comes."""
    for upload in uploads:
        with suppress(BridgeError):
            yield upload.read_digest()


def name_source(path: str) -> str:
    """What the ledger calls a file."""
    return printable(full_name(path))
