"""What the ledger says of a request: plain data, without text of the user."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ..wire import ConversationRequest, StoredSegment, TranscriptSegmentInput

DISCARD_WORDS = 100
"""A conversation of more words is never discarded; of fewer, a model of the server decides."""


class State(StrEnum):
    """Where a request is on its way (docs/reliability.md draws it)."""

    PLANNED = "planned"
    """It is not on the server, and will be sent."""
    SENDING = "sending"
    """Written before the POST: whoever finds it without a living owner knows that the outcome is
    unknown."""
    UNCERTAIN = "uncertain"
    """It may or may not be stored."""
    PROCESSING = "processing"
    """The server has it, and is not finished."""
    DONE = "done"
    REJECTED = "rejected"
    """The server found it invalid; `retry` plans it again."""
    DISCARDED = "discarded"
    """Stored, readable by its id, and hidden from listings: too short for the server, or by `undo
    --discard`."""
    DELETED = "deleted"
    """By `undo`, or in Omi."""
    BLOCKED = "blocked"
    """The server wants something first, such as a paid plan."""


OPEN = frozenset({State.PLANNED, State.SENDING, State.UNCERTAIN, State.PROCESSING})
"""There is still something to do."""
STORED = frozenset({State.DONE, State.DISCARDED})
SENT = frozenset({State.SENDING, State.UNCERTAIN, State.PROCESSING, State.DONE, State.DISCARDED})
"""It is, or may be, on the server."""


@dataclass(frozen=True, slots=True)
class Row:
    """A request in the ledger.

    Times of the conversation are aware, times of the ledger seconds since 1970.
    """

    id: int
    session_id: str
    generation: int
    state: State
    conversation_id: str | None
    attempts: int
    last_error: str
    """The server's words or ours, never the user's text."""
    started_at: datetime
    finished_at: datetime
    segments: int
    words: int
    content_digest: str
    undone: bool
    """Deleted or discarded by `undo`: uploading it again is allowed."""
    sent_at: float | None
    sent_mark: str
    not_before: float
    updated_at: float

    @property
    def wire_session_id(self) -> str:
        """What it is called on the server: after an undo the old name stays used up."""
        return self.session_id + (f"-g{self.generation}" if self.generation else "")


@dataclass(frozen=True, slots=True)
class Part:
    """Where a request comes from. `number` is 1-based."""

    path: str
    number: int
    parts: int

    def __str__(self) -> str:
        return self.path + (f" part {self.number}/{self.parts}" if self.parts > 1 else "")


@dataclass(frozen=True, slots=True)
class Upload:
    """One transcript to upload. Bodies are not kept in the ledger: `load` makes them again.

    path: what it is called in the ledger and in messages; an absolute path for a file.
    options_digest: of everything else that decides what `load` gives.
    read_digest: the digest of its content, cheap; load: its requests in order, the same for the
    same content. Both raise InputError, and `load` SettingsError.
    """

    path: str
    options_digest: str
    read_digest: Callable[[], str]
    load: Callable[[], Sequence[ConversationRequest]]
    tracked: bool = True
    """Whether `path` names the same thing in the next run; standard input does not."""


def digest_content(segments: Iterable[TranscriptSegmentInput | StoredSegment]) -> str:
    """What a request and its conversation on the server have in common: stripped texts and times in
    ms."""
    rows = (
        f"{round(s.start * 1000)}\x1f{round(s.end * 1000)}\x1f{s.text.strip()}" for s in segments
    )
    return hashlib.sha256("\x1e".join(rows).encode("utf-8", "surrogatepass")).hexdigest()[:40]


def count_words(request: ConversationRequest) -> int:
    """Words as the server counts them: by the spaces."""
    return sum(len(s.text.split()) for s in request.transcript_segments)


def fit_body(body: ConversationRequest, row: Row) -> ConversationRequest:
    """The body as the ledger has it: by the name of its generation, and filed under the start it
    was first sent with.

    A start that was only guessed may be guessed otherwise today; sent twice, it must be the same
    conversation.
    """
    wanted = {
        "client_session_id": row.wire_session_id,
        "started_at": row.started_at,
        "finished_at": row.finished_at,
    }
    return body.model_copy(update=wanted)
