"""Connects recordings with the ledger: how it identifies them, and recordings as Uploads.

`upload` and `migrate` identify a file in the same way, so each knows what the other has sent. The
requests of an Upload are made when its turn comes.
"""

from __future__ import annotations

import hashlib
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

from ..dating.finder import Dated, choose_stated, gather_dates
from ..errors import BridgeError, InputError
from ..object_stores import full_name
from ..opening import OpenedFile, load_file
from ..options import Options
from ..pipeline import Loaded
from ..request_models import to_requests
from ..transfer.upload import Upload
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


class RecordingUpload(Upload):
    """A recording of an archive.

    `read_digest` returns what planning found, so that an unchanged archive is not read again.
    """

    def __init__(self, entry: PlanEntry, options: Options, now: datetime) -> None:
        identity = identify(entry, options, now)
        super().__init__(identity.path, identity.options)
        self._content = identity.content
        self._entry = entry
        self._options = options
        self._now = now

    def read_digest(self) -> str:
        return self._content

    def load(self) -> Sequence[ConversationRequest]:
        loaded = self._load_with(self._options)
        with guard(self._entry.summary.path, Effort.for_bytes(self._entry.recording.size)):
            return to_requests(loaded)

    def load_earlier(self) -> Iterable[Sequence[ConversationRequest]]:
        return make_earlier_requests(self._load_with, self._options)

    def read_title(self) -> str:
        return self._entry.summary.title

    def read_conversation(self) -> str:
        return name_in_ledger(self._entry.summary.conversation_id, self._entry.at)

    def _load_with(self, options: Options) -> Loaded:
        recording, path = self._entry.recording, self._entry.summary.path
        return load_recording(recording, path, options, self._now, self._content)


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
        yield RecordingUpload(entry, options, now)


LoadOpened = Callable[[OpenedFile, TurnsFile | None], Loaded]
"""Loads an opened file with the options of a run. Raises BridgeError."""
OpenTurns = Callable[[], TurnsFile | None]
"""Opens the file of turns that the user named, if any. Raises InputError."""


class _SingleUpload(Upload):
    """A file that the user named, or standard input. load: called when its turn comes, if anything
    is to be sent."""

    def __init__(
        self, path: str, options_digest: str, open_turns: OpenTurns, load: LoadOpened
    ) -> None:
        super().__init__(path, options_digest)
        self._open_turns = open_turns
        self._load = load
        self._digest = ""
        self._title: str | None = None
        self._conversation = ""

    @abstractmethod
    def _open(self) -> OpenedFile:
        """Its content. Raises InputError."""

    def read_digest(self) -> str:
        self._digest = digest_files(self._open().data, self._open_turns())
        return self._digest

    def load(self) -> Sequence[ConversationRequest]:
        opened = self._open()
        loaded = self._read(opened)
        with guard(opened.path, Effort.for_bytes(len(opened.data))):
            return to_requests(loaded)

    def read_title(self) -> str:
        if self._title is None:  # all of it was sent before, so it was not read
            self._read(self._open())
        return self._title or ""

    def read_conversation(self) -> str:
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


class FileUpload(_SingleUpload):
    """A single file on disk, or in a container; it is opened whenever its content is needed.

    name: its path as the user wrote it. Raises SettingsError if a rule of the speaker map
    contradicts it.
    """

    def __init__(
        self, name: str, options: Options, now: datetime, open_turns: OpenTurns, load: LoadOpened
    ) -> None:
        companions = open_companions_of(name)
        own = options.for_file("/".join(companions.parts))
        dates = gather_dates(companions, own.zone, stated=own.started_at)
        super().__init__(name_source(name), digest_options(own, dates, now), open_turns, load)
        self._name = name
        self._options = options
        self._now = now

    def load_earlier(self) -> Iterable[Sequence[ConversationRequest]]:
        return make_earlier_requests(self._load_with, self._options)

    def _open(self) -> OpenedFile:
        return open_single(self._name)

    def _load_with(self, options: Options) -> Loaded:
        return load_file(self._open(), options, self._open_turns(), self._now)


class InputUpload(_SingleUpload):
    """Standard input, or a pipe, which has been read; it is another source in each run."""

    tracked = False

    def __init__(
        self,
        opened: OpenedFile,
        options: Options,
        now: datetime,
        open_turns: OpenTurns,
        load: LoadOpened,
    ) -> None:
        dates = gather_dates(opened.companions, options.zone, stated=options.started_at)
        super().__init__(opened.path, digest_options(options, dates, now), open_turns, load)
        self._opened = opened

    def _open(self) -> OpenedFile:
        return self._opened


class UnreadableUpload(Upload):
    """An input that cannot be read; the others are uploaded."""

    tracked = False

    def __init__(self, name: str, error: InputError) -> None:
        super().__init__(name, "")
        self._error = error

    def read_digest(self) -> str:
        raise self._error

    def load(self) -> Sequence[ConversationRequest]:
        raise self._error


def read_digests(uploads: Iterable[Upload]) -> Iterator[str]:
    """The digests of sources that can be read. Others fail when their turn comes."""
    for upload in uploads:
        with suppress(BridgeError):
            yield upload.read_digest()


def name_source(path: str) -> str:
    """The ledger's name for a file: its absolute path."""
    return printable(full_name(path))
