"""A server in memory, of each generation. Its time is that of the world."""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from transcript_bridge.errors import GoneError, InProgressError, NotFoundError
from transcript_bridge.limits import DISCARD_WORDS
from transcript_bridge.wire import Conversation, ConversationRequest, Created, StoredSegment

from .answers import Fate

_NAMES = uuid.UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")
LIVE = ("working", "completed", "discarded")
"""States of conversations that are there, and that nobody has hidden or deleted."""


@dataclass
class Stored:
    """One conversation. due: when it is completed, or vanishes."""

    id: str
    user: str
    name: str
    """The session id that was sent, also on servers that ignore it; empty: by another program."""
    body: ConversationRequest
    state: str
    due: float = 0.0
    vanishes: bool = False
    is_visible: bool = True
    """False: the server still works on a POST whose connection is gone."""

    @property
    def base(self) -> str:
        """The name without its generation."""
        return self.name.partition("-g")[0]


@dataclass
class Server:
    """A server that stores conversations. Three queues say how it handles the next calls.

    generation: old, middle or new. after_delete: how a new one handles a name that was used up.
    """

    generation: str
    after_delete: str = "gone"
    now: float = 0.0
    stored: list[Stored] = field(default_factory=list)
    posts: deque[Fate] = field(default_factory=deque)
    reads: deque[Fate] = field(default_factory=deque)
    removals: deque[Fate] = field(default_factory=deque)
    _made: int = 0

    @property
    def honors_names(self) -> bool:
        """Whether the same session id is the same conversation."""
        return self.generation == "new"

    @property
    def is_working_unseen(self) -> bool:
        """Whether a POST whose connection is gone may still be stored."""
        return any(not stored.is_visible for stored in self.stored)

    def find(self, conversation_id: str | None) -> Stored | None:
        """Find a conversation in any state."""
        for stored in self.stored:
            if stored.id == conversation_id:
                return stored
        return None

    def pass_time(self, now: float) -> None:
        """Finish the conversations that are due."""
        self.now = max(self.now, now)
        for stored in list(self.stored):
            if stored.state != "working" or stored.due > self.now:
                continue
            if stored.vanishes:
                self.stored.remove(stored)
            else:
                stored.state = "completed"
                stored.is_visible = True

    # -- POST

    def receive(self, user: str, body: ConversationRequest, fate: Fate) -> Callable[[], Created]:
        """Handle a POST as its fate says; returns a function that gives the answer."""
        known = self._find_named(user, body.client_session_id)
        if known is not None:
            return self._answer_again(known, fate)
        stored = None
        if fate.effect != "nothing":
            stored = self._store(user, body, fate)

        def answer() -> Created:
            error = fate.make_error()
            if error is not None:
                raise error
            assert stored is not None
            return _show_created(stored)

        return answer

    def _find_named(self, user: str, name: str) -> Stored | None:
        if not self.honors_names:
            return None
        for stored in self.stored:
            if (stored.user, stored.name) != (user, name):
                continue
            if stored.state != "deleted" or self.after_delete != "recreate":
                return stored
        return None

    def _answer_again(self, known: Stored, fate: Fate) -> Callable[[], Created]:
        def answer() -> Created:
            error = fate.make_error()
            if error is not None:
                raise error
            if not known.is_visible:
                raise InProgressError("Conversation creation already in progress", status=409)
            if known.state == "deleted" and self.after_delete == "gone":
                raise GoneError("conversation_deleted", status=410)
            return _show_created(known)

        return answer

    def _store(self, user: str, body: ConversationRequest, fate: Fate) -> Stored:
        state = "completed"
        words = sum(len(segment.text.split()) for segment in body.transcript_segments)
        if fate.discards and words <= DISCARD_WORDS:
            state = "discarded"
        if fate.effect in ("later", "working", "vanishing"):
            state = "working"
        stored = Stored(
            self._make_id(user, body.client_session_id),
            user,
            body.client_session_id,
            body,
            state,
            due=self.now + fate.seconds,
            vanishes=fate.effect == "vanishing",
            is_visible=fate.effect != "later",
        )
        self.stored.append(stored)
        return stored

    def _make_id(self, user: str, name: str) -> str:
        self._made += 1
        if self.honors_names and name:
            return str(uuid.uuid5(_NAMES, f"{user} {name} {self._made}"))
        return str(uuid.UUID(int=self._made, version=4))

    def add_foreign(self, user: str, body: ConversationRequest, *, named: bool = False) -> None:
        """Store a conversation of another program. named: with another session id."""
        conversation_id = self._make_id(user, "of another program" if named else "")
        self.stored.append(Stored(conversation_id, user, "", body, "completed"))

    # -- the other calls

    def list(
        self, user: str, first: datetime, last: datetime, limit: int, offset: int
    ) -> list[Conversation]:
        """List completed conversations, the newest first."""
        found = []
        for stored in self.stored:
            is_listed = stored.user == user and stored.state == "completed"
            if is_listed and first <= stored.body.started_at <= last:
                found.append(stored)
        found.sort(key=lambda stored: stored.body.started_at, reverse=True)
        return [show(stored) for stored in found[offset : offset + limit]]

    def get(self, user: str, conversation_id: str) -> Stored:
        """Return a stored conversation, hidden or not. Raises NotFoundError."""
        stored = self.find(conversation_id)
        is_there = stored is not None and stored.state != "deleted" and stored.is_visible
        if stored is None or not is_there or stored.user != user:
            raise NotFoundError("no such conversation", status=404, detail="Conversation not found")
        return stored


def _show_created(stored: Stored) -> Created:
    states = {"working": "processing", "deleted": "deleted"}
    status = states.get(stored.state, "completed")
    is_discarded = stored.state in ("discarded", "deleted", "hidden")
    return Created(id=stored.id, status=status, discarded=is_discarded)


def show(stored: Stored) -> Conversation:
    """Render a conversation for a GET: without a title while it is processed, or if discarded."""
    segments = []
    for segment in stored.body.transcript_segments:
        shown = StoredSegment.model_construct(
            text=segment.text.strip(),
            speaker_id=segment.speaker_id,
            start=segment.start,
            end=segment.end,
        )
        segments.append(shown)
    has_title = stored.state in ("completed", "hidden")
    return Conversation.model_construct(
        id=stored.id,
        created_at=stored.body.started_at,
        started_at=stored.body.started_at,
        finished_at=stored.body.finished_at,
        structured={"title": "A title"} if has_title else {},
        transcript_segments=tuple(segments),
    )
