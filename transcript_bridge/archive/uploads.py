"""From a plan to what the uploader takes: one Upload a recording, its requests made when its turn comes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from ..errors import InputError
from ..requests import to_requests
from ..transfer.states import Upload
from ..wire import ConversationRequest
from .converting import ConvertSettings, digest_recording, read_recording
from .planning import Entry


def upload_of(entry: Entry, settings: ConvertSettings, now: datetime) -> Upload:
    """The recording as the uploader takes it. What it is called is its full path: a ledger outlives a folder's name.

    `read_digest` is what planning found, so that an unchanged archive is not read again; `load` makes sure that it
    still holds. A stated beginning is part of what was asked for: with another one it is another conversation.
    """
    path = entry.converted.path
    form = next(form for form in entry.recording.forms if form.path == path)
    stated = entry.at.timestamp() if entry.began.start_source == "stated" else None
    asked = hashlib.sha256(f"{replace(settings, samples=0).digest()} {stated}".encode()).hexdigest()[:20]

    def load() -> Sequence[ConversationRequest]:
        if digest_recording(entry.recording, path) != entry.converted.digest:
            raise InputError("this was written to since the archive was planned; run it again", path=path)
        return to_requests(*read_recording(entry.recording, path, settings, now))

    return Upload(form.absolute, asked, lambda: entry.converted.digest, load)


def uploads_of(
    entries: Iterable[Entry],
    settings: ConvertSettings,
    now: datetime,
    *,
    look_again: Callable[[frozenset[str]], Sequence[Entry]] = lambda known: (),
    limit: int | None = None,
    is_done: Callable[[Upload], bool] = lambda upload: False,
) -> Iterator[Upload]:
    """All of them, and when they are through, whatever has come since.

    look_again: takes the paths that are known, gives the entries that are not.
    limit: of conversations; with it, nothing is begun once so many were handed out. Recordings are not cut in two
        for it, and those that `is_done` knows to be finished do not count.
    """
    known: set[str] = set()
    begun = 0
    waiting: Sequence[Entry] = tuple(entries)
    while waiting:
        for entry in waiting:
            known.add(entry.converted.path)
            upload = upload_of(entry, settings, now)
            if limit is not None and not is_done(upload):
                if begun >= limit:
                    return
                begun += entry.converted.conversations
            yield upload
        waiting = look_again(frozenset(known))
