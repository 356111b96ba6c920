"""The protocol of a destination: the six calls that the engine makes to a server.

`omi.client.OmiClient` implements this protocol. Uploader, settle, verify and undo know nothing else
about a server, so another destination is one class with these methods.

Each method sends one request and raises OmiError for every answer that is not a success:
OutcomeUnknownError if it is unknown what the server did, UnreachableError if nothing was sent,
RateLimitedError with the wait, and so on (errors.py). The client never retries.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from ..limits import LIST_PAGE
from ..wire import Conversation, ConversationRequest, Created


class Destination(Protocol):
    """A server that stores conversations, with one account on it. Used from several threads."""

    def create_conversation(self, body: ConversationRequest) -> Created:
        """Store a conversation. A second request with the same `client_session_id` must not create
        another."""

    def list_conversations(
        self,
        start_date: datetime | None = None,
        end_date: datetime | None = None,
        limit: int = LIST_PAGE,
        offset: int = 0,
        include_transcript: bool = False,
    ) -> list[Conversation]:
        """One page of the visible conversations that began between two moments, newest first.

        Both bounds are inclusive. The list ends at an empty page; a short page proves nothing.
        """

    def get_conversation(
        self, conversation_id: str, include_transcript: bool = False
    ) -> Conversation:
        """One conversation, even if it is hidden. Raises NotFoundError if there is none."""

    def title_conversation(self, conversation_id: str, title: str) -> None:
        """Give it a title of 1 to 500 characters. Raises NotFoundError if there is none."""

    def hide_conversation(self, conversation_id: str) -> None:
        """Remove it from listings, but keep it. Raises NotFoundError if there is none."""

    def delete_conversation(self, conversation_id: str) -> None:
        """Delete it. Raises NotFoundError if there is none."""
