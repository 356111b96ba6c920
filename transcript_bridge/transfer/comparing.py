"""Compares a request with one that was sent: is it the same conversation, and what differs?

The session id of a request is derived from its texts, times, speakers and stated start. With
another speaker map or start it gets another session id, and would be sent again. The digest of its
content (texts and times only) shows that it has the same words.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ..object_stores import is_url
from ..parts import MARK
from ..shaping.batches import session_id
from .states import DIFFERENCES, Difference, digest_content

if TYPE_CHECKING:
    from ..wire import ConversationRequest


class Candidate(NamedTuple):
    """A request that may have to be sent.

    number: which part of its source it is, from 1. content: the digest of its texts and times.
    """

    body: ConversationRequest
    number: int
    content: str

    @property
    def name(self) -> str:
        """Its session id."""
        return self.body.client_session_id

    def name_with(self, stated: datetime | None) -> str:
        """The session id that it would have with this stated start."""
        rows: list[dict[str, Any]] = []
        for segment in self.body.transcript_segments:
            rows.append(segment.model_dump(exclude_none=True))
        return session_id(rows, self.number, stated)

    @property
    def is_date_stated(self) -> bool:
        """Whether its start is stated. A guessed start is not part of the session id."""
        return self.name_with(None) != self.name


def list_candidates(bodies: Sequence[ConversationRequest]) -> list[Candidate]:
    """The requests of one source, in their order."""
    candidates = []
    for number, body in enumerate(bodies, 1):
        candidates.append(Candidate(body, number, digest_content(body.transcript_segments)))
    return candidates


def are_two_events(request: Candidate, started_at: datetime, date_stated: bool | None) -> bool:
    """Whether two requests with the same words are two events: different stated starts tell them
    apart.

    started_at, date_stated: of the request that was sent; None if it is not known.
    """
    if request.body.started_at == started_at:
        return False
    return date_stated is True and request.is_date_stated


def are_gone(paths: Collection[str]) -> bool:
    """Whether there are paths of sources, and no file at any of them. Of a URL it is not known, and
    standard input has no path: they count as there."""
    return bool(paths) and not any(_may_be_there(path) for path in paths)


def _may_be_there(path: str) -> bool:
    if is_url(path) or not Path(path).is_absolute() or os.path.lexists(path):
        return True
    file = Path(path.partition(MARK)[0])
    return any(place.is_file() for place in (file, *file.parents))  # a container


def compare(request: Candidate, name: str, started_at: datetime) -> tuple[Difference, ...]:
    """How a request differs from one with the same words.

    name, started_at: of the request that was sent.
    """
    differs: list[Difference] = []
    names = {request.name_with(stated) for stated in (None, started_at)}
    if name not in names:
        differs.append("speakers")
    if request.body.started_at != started_at:
        differs.append("date")
    return tuple(differs)


def sort_differences(differs: Collection[Difference]) -> tuple[Difference, ...]:
    """In the order in which they are printed."""
    return tuple(kind for kind in DIFFERENCES if kind in differs)
