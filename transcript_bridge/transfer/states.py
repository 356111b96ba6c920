"""A request as the ledger stores it, and its states: plain data, without the user's text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

if TYPE_CHECKING:
    from ..wire import ConversationRequest, StoredSegment, TranscriptSegmentInput


class State(StrEnum):
    """The state of a request (docs/reliability.md has the diagram)."""

    PLANNED = "planned"
    """It is not on the server, and will be sent."""
    SENDING = "sending"
    """Set before the POST. If no running owner holds it, its outcome is unknown."""
    UNCERTAIN = "uncertain"
    """It may or may not be on the server."""
    PROCESSING = "processing"
    """The server has accepted it and is still working on it."""
    DONE = "done"
    REJECTED = "rejected"
    """The server refused it, or failed on it repeatedly; `retry` plans it again."""
    DISCARDED = "discarded"
    """Stored, readable by its id, and hidden from listings: too short for the server, or by `undo
    --discard`."""
    DELETED = "deleted"
    """Deleted by `undo`, or in Omi."""
    BLOCKED = "blocked"
    """The server requires something first, such as a paid plan."""


TitleState = Literal["", "sent", "refused"]
"""The title was not sent, it is in Omi, or the server does not accept it."""

OPEN = frozenset({State.PLANNED, State.SENDING, State.UNCERTAIN, State.PROCESSING})
"""States in which there is still something to do."""
STORED = frozenset({State.DONE, State.DISCARDED})
REFUSED = frozenset({State.REJECTED, State.BLOCKED})
SENT = frozenset({State.SENDING, State.UNCERTAIN, State.PROCESSING, State.DONE, State.DISCARDED})
"""States in which it is, or may be, on the server."""


@dataclass(frozen=True, slots=True)
class Row:
    """A request in the ledger.

    Times of the conversation are aware datetimes, times of the ledger seconds since 1970.
    """

    id: int
    session_id: str
    generation: int
    """How often its session id was used up by an undo."""
    state: State
    conversation_id: str | None
    attempts: int
    """How many times it was sent."""
    server_errors: int
    """How often the server answered it with 500."""
    last_error: str
    """The server's words or ours, never the user's text."""
    started_at: datetime
    finished_at: datetime
    segments: int
    words: int
    content_digest: str
    undone: bool
    """Deleted or hidden by `undo`: it may be uploaded again."""
    sent_at: float | None
    sent_mark: str
    """The mark of Clock.mark when it was sent."""
    not_before: float
    updated_at: float
    adopted: bool = False
    """Whether it was found on the server by its words, after its answer was lost; another program
    may have created it."""
    speakers: str = ""
    """Who speaks in each segment (`name_speakers`); empty in rows of older programs."""
    verdict: str = ""
    """The last verdict of `verify`; empty if it has not looked yet."""
    verified_at: float | None = None
    title_state: TitleState = ""
    """The state of the title of its file."""
    title_error: str = ""
    """Why the server refused the title."""
    replaced_by: int | None = None
    """The source that replaces it, by `--changed replace`."""

    @property
    def last_sent(self) -> float:
        """When it was sent, in seconds since 1970; 0 if it never was."""
        return self.sent_at or 0.0

    @property
    def wire_session_id(self) -> str:
        """Its session id on the server: after an undo the old one cannot be used again."""
        if self.generation == 0:
            return self.session_id
        return f"{self.session_id}-g{self.generation}"


def was_refused_at_once(row: Row) -> bool:
    """Whether the server refused it the first time. A request that was sent twice, or that the
    server failed on, may have been stored all the same."""
    return row.state in REFUSED and row.attempts <= 1 and row.server_errors == 0


def is_certainly_absent(row: Row) -> bool:
    """Whether it was never sent, or refused at once."""
    was_never_sent = row.state is State.PLANNED and row.attempts == 0
    return was_never_sent or was_refused_at_once(row)


def is_replaced(row: Row) -> bool:
    """Whether newer content of its source replaced it: it is deleted, or will be. Sending it again
    is another change of that source."""
    return row.replaced_by is not None


def is_title_due(row: Row) -> bool:
    """Whether a conversation is certainly ours and in Omi, and has no title yet.

    A conversation that was only found by its words, or in which `verify` saw other words, may be
    another program's.
    """
    is_ours = row.state is State.DONE and not row.undone and not row.adopted
    return is_ours and not row.title_state and row.verdict != "different"


@dataclass(frozen=True, slots=True)
class SourcePart:
    """Which part of a source a request is. number: from 1; parts: how many there are."""

    path: str
    number: int
    parts: int
    source: int = field(default=0, compare=False)
    """Higher for later contents of the path, or later settings."""

    def __str__(self) -> str:
        if self.parts == 1:
            return self.path
        return f"{self.path} part {self.number}/{self.parts}"

    def with_name(self, name: str) -> str:
        """The same as `str`, for people, with another name of the source."""
        return str(self).replace(self.path, name, 1)


class Planned(NamedTuple):
    """A request that an upload would work on. row: None if the ledger does not have it."""

    part: SourcePart
    body: ConversationRequest
    row: Row | None = None


Difference = Literal["content", "options", "speakers", "date"]
DIFFERENCES: tuple[Difference, ...] = get_args(Difference)
"""In the order in which they are printed."""


@dataclass(frozen=True, slots=True)
class SameWords:
    """A conversation with the same words as one that would be sent.

    row_id: its row. path: the source that it was sent as; empty if the ledger has none. sent_at:
    seconds since 1970. differs: how the two differ.
    """

    row_id: int
    path: str
    conversation_id: str | None
    sent_at: float | None
    started_at: datetime
    differs: tuple[Difference, ...]


def number_bodies(path: str, bodies: Sequence[ConversationRequest]) -> list[Planned]:
    """The requests of a source with their numbers, as if none of them was planned."""
    count = len(bodies)
    return [Planned(SourcePart(path, n, count), body) for n, body in enumerate(bodies, 1)]


def digest_content(segments: Iterable[TranscriptSegmentInput | StoredSegment]) -> str:
    """A hash of what a request and its conversation on the server have in common: stripped texts,
    and times in milliseconds."""
    rows = (
        f"{round(s.start * 1000)}\x1f{round(s.end * 1000)}\x1f{s.text.strip()}" for s in segments
    )
    return hashlib.sha256("\x1e".join(rows).encode("utf-8", "surrogatepass")).hexdigest()[:40]


def name_speakers(segments: Iterable[TranscriptSegmentInput]) -> str:
    """Who speaks in each segment, in short: `0x12,1px3` is twelve segments of speaker 0, then three
    of speaker 1 with a `person_id`."""
    names = [f"{s.speaker_id or 0}{'p' if s.person_id else ''}" for s in segments]
    return ",".join(f"{name}x{len(list(run))}" for name, run in groupby(names))


class SentSpeaker(NamedTuple):
    """The speaker of a segment, as it was sent. has_person: whether with a `person_id`."""

    number: int
    has_person: bool


def read_speakers(text: str) -> list[SentSpeaker]:
    """The inverse of `name_speakers`: the speaker of each segment."""
    speakers: list[SentSpeaker] = []
    if not text:
        return speakers
    for run in text.split(","):
        name, _, count = run.partition("x")
        speaker = SentSpeaker(int(name.rstrip("p")), name.endswith("p"))
        speakers += [speaker] * int(count)
    return speakers


def may_be_same_speakers(known: str, other: str) -> bool:
    """Whether two rows have the same speaker in each segment, as far as both state the speakers.

    The server does not return a `person_id`, so it is not compared.
    """
    if not known or not other:
        return True
    return _list_speaker_ids(known) == _list_speaker_ids(other)


def may_have_speakers(segments: Sequence[StoredSegment], speakers: str) -> bool:
    """Whether a conversation's segments have these speakers, as far as both state them."""
    if not speakers:
        return True
    wanted = _list_speaker_ids(speakers)
    if len(wanted) != len(segments):
        return False
    for segment, speaker in zip(segments, wanted, strict=True):
        if segment.speaker_id not in (None, speaker):
            return False
    return True


def _list_speaker_ids(speakers: str) -> list[int]:
    return [speaker.number for speaker in read_speakers(speakers)]


def count_words(request: ConversationRequest) -> int:
    """Words as the server counts them: separated by white space."""
    return sum(len(s.text.split()) for s in request.transcript_segments)


def match_row(body: ConversationRequest, row: Row) -> ConversationRequest:
    """The body with the ledger's session id and times: those with which it was first sent.

    A guessed start may be guessed differently today, but a request that is sent twice must be the
    same conversation.
    """
    wanted = {
        "client_session_id": row.wire_session_id,
        "started_at": row.started_at,
        "finished_at": row.finished_at,
    }
    return body.model_copy(update=wanted)
