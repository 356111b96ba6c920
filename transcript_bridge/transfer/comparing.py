"""Comparing a request with one that was sent: is it the same conversation, and what differs?

The name of a request is made of its texts, times, speakers and stated start. So another speaker map
or another start gives another name, and the request would be sent again. The digest of its content
(texts and times only) shows that it says the same.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from ..shaping.batches import session_id
from .states import Difference

if TYPE_CHECKING:
    from ..wire import ConversationRequest


def is_date_stated(body: ConversationRequest, number: int) -> bool:
    """Whether the start of a request is stated, and not guessed: only a stated one is in its name.

    number: of the part, from 1.
    """
    return _name(body, number, None) != body.client_session_id


def are_two_events(
    body: ConversationRequest, number: int, started_at: datetime, date_stated: bool | None
) -> bool:
    """Whether a request and one that says the same are two events: stated starts tell them apart.

    started_at, date_stated: of the one that was sent; None: it is not known.
    """
    if body.started_at == started_at:
        return False
    return date_stated is True and is_date_stated(body, number)


def compare(
    body: ConversationRequest, number: int, name: str, started_at: datetime
) -> tuple[Difference, ...]:
    """In what a request differs from one that says the same.

    name, started_at: of the one that was sent.
    """
    differs: list[Difference] = []
    names = {_name(body, number, stated) for stated in (None, started_at)}
    if name not in names:
        differs.append("speakers")
    if body.started_at != started_at:
        differs.append("date")
    return tuple(differs)


def _name(body: ConversationRequest, number: int, stated: datetime | None) -> str:
    """The name that a request has with this stated start."""
    rows: list[dict[str, Any]] = []
    for segment in body.transcript_segments:
        rows.append(segment.model_dump(exclude_none=True))
    return session_id(rows, number, stated)
