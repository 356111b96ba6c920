"""Connects recordings with the ledger: how it identifies them, and recordings as Uploads.

`upload` and `migrate` identify a file in the same way, so each knows what the other has sent. The
requests of an Upload are made when its turn comes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

from ..dating.finder import Dated, choose_stated, gather_dates
from ..errors import BridgeError, InputError
from ..object_stores import full_name
from ..opening import OpenedFile, load_file
from ..options import Options
from ..pipeline import Loaded
from ..request_models import to_requests
from ..transfer.states import Upload
from ..turns_file import TurnsFile
from ..wire import ConversationRequest
from .convert import digest_files, load_recording
from .earlier_rules import make_earlier_requests
from .files import printable
from .guard import Effort, guard
from .members import open_companions_of, open_single
from .plan import PlanEntry
from .summary import name_conversation

_DIGEST_LENGTH = 20


class Identity(NamedTuple):
    """How the ledger identifies a source."""

    path: str
    """The absolute path."""
    content: str
    """A digest of its bytes and those of its turns."""
    options: str
    """A digest of the options for it and of a stated start: with another start it is another
    conversation."""


def digest_options(options: Options, dates: Iterable[Dated], now: datetime) -> str:
    """A digest of everything except the content that determines what is sent.

    options: for this file. dates: those that were found; dates in the content and guesses are not
    included.
    """
    stated = choose_stated(dates, now)
    moment = None
    if stated is not None:
        moment = stated.timestamp()
    digest = replace(options, started_at=None).digest()
    return hashlib.sha256(f"{digest} {moment}".encode()).hexdigest()[:_DIGEST_LENGTH]


def identify(
    entry: PlanEntry, options: Options, now: datetime, *, everybody: bool = False
) -> Identity:
    """How the ledger identifies a recording. People of the map who do not speak in it are not
    included, unless `everybody` is set: for single files, and for ledgers of earlier versions."""
    form = entry.recording.form(entry.summary.path)
    own = options.for_file(form.rule_path)
    if not everybody:
        labels = [voice.label for voice in entry.summary.speakers]
        own = replace(own, speakers=own.speakers.of_labels(labels))
    asked = digest_options(own, entry.summary.dates, now)
    return Identity(form.absolute, entry.summary.digest, asked)


def name_in_ledger(conversation_id: str, began: datetime | None) -> str:
    """The ledger's name for a conversation of a product; empty if the product has no id for it.

    conversation_id: with the name of the format. began: included, because some products number the
    conversations of each account from 1.
    """
    if not conversation_id or began is None:
        return ""
    return f"{conversation_id} {began.astimezone(UTC).isoformat(timespec='milliseconds')}"


# ---- uploads


def upload_of(entry: PlanEntry, options: Options, now: datetime) -> Upload:
    """The recording as an Upload.

    `read_digest` returns what planning found, so that an unchanged archive is not read again.
    `load` raises InputError if the recording has changed since.
    """
    path = entry.summary.path
    identity = identify(entry, options, now)

    def load() -> Sequence[ConversationRequest]:
        loaded = load_with(options)
        with guard(path, Effort.for_bytes(entry.recording.size)):
            return to_requests(loaded)

    def load_with(chosen: Options) -> Loaded:
        return load_recording(entry.recording, path, chosen, now, identity.content)

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
    """The recordings as Uploads.

    limit: the number of conversations after which no further recording begins. A recording is never
    divided for it. Conversations that need not be sent according to the ledger are not counted.
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
"""Loads an opened file with the options of a run. Raises BridgeError."""
OpenTurns = Callable[[], TurnsFile | None]
"""Opens the file of turns that the user named, if any. Raises InputError."""


class _SingleFile:
    """A file that the user named, or standard input; it is opened whenever its content is needed.

    open_file: opens it. load: called when its turn comes, if anything is to be sent.
    """

    def __init__(
        self, open_file: Callable[[], OpenedFile], open_turns: OpenTurns, load: Load
    ) -> None:
        self._open_file = open_file
        self._open_turns = open_turns
        self._load = load
        self._digest = ""
        self._title: str | None = None
        self._conversation = ""

    def read_digest(self) -> str:
        """The digest of the content, under which the ledger plans the requests."""
        self._digest = digest_files(self._open_file().data, self._open_turns())
        return self._digest

    def load_requests(self) -> Sequence[ConversationRequest]:
        """Raise InputError if the content is no longer the one that `read_digest` was made of."""
        opened = self._open_file()
        loaded = self._read(opened)
        with guard(opened.path, Effort.for_bytes(len(opened.data))):
            return to_requests(loaded)

    def read_title(self) -> str:
        """Read the title, and the file if it was not read because all of it was sent before."""
        if self._title is None:
            self._read(self._open_file())
        return self._title or ""

    def read_conversation(self) -> str:
        """The product's id of the conversation; empty before the file was read."""
        return self._conversation

    def _read(self, opened: OpenedFile) -> Loaded:
        turns = self._open_turns()
        if self._digest and digest_files(opened.data, turns) != self._digest:
            message = "this was changed while it was read; run the command again"
            raise InputError(message, path=opened.path)
        loaded = self._load(opened, turns)
        transcript = loaded.transcript
        self._title = transcript.title
        self._conversation = name_in_ledger(name_conversation(transcript), transcript.started_at)
        return loaded


def upload_of_file(
    path: str, options: Options, now: datetime, open_turns: OpenTurns, load: Load
) -> Upload:
    """A single file on disk, or in a container, as an Upload.

    path: as the user wrote it. load: called when its turn comes, if anything is to be sent. Raises
    SettingsError if a rule of the speaker map contradicts it.
    """
    companions = open_companions_of(path)
    own = options.for_file("/".join(companions.parts))
    dates = gather_dates(companions, own.zone, stated=own.started_at)
    file = _SingleFile(partial(open_single, path), open_turns, load)

    def load_with(chosen: Options) -> Loaded:
        return load_file(open_single(path), chosen, open_turns(), now)

    return Upload(
        name_source(path),
        digest_options(own, dates, now),
        file.read_digest,
        file.load_requests,
        read_title=file.read_title,
        load_earlier=lambda: make_earlier_requests(load_with, options),
        read_conversation=file.read_conversation,
    )


def upload_of_input(
    opened: OpenedFile, options: Options, now: datetime, open_turns: OpenTurns, load: Load
) -> Upload:
    """Standard input as an Upload; it is another source in each run."""
    dates = gather_dates(opened.companions, options.zone, stated=options.started_at)
    file = _SingleFile(lambda: opened, open_turns, load)
    return Upload(
        opened.path,
        digest_options(options, dates, now),
        file.read_digest,
        file.load_requests,
        tracked=False,
        read_title=file.read_title,
        read_conversation=file.read_conversation,
    )


def read_digests(uploads: Iterable[Upload]) -> Iterator[str]:
    """The digests of sources that can be read. Others fail when their turn comes."""
    for upload in uploads:
        with suppress(BridgeError):
            yield upload.read_digest()


def name_source(path: str) -> str:
    """The ledger's name for a file: its absolute path."""
    return printable(full_name(path))
