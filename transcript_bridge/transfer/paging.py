"""Reads a listing page by page, from a server that may ignore the parameters."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import ServerFaultError
from ..wire import Conversation

MAX_PAGES = 200
"""The most pages of conversations that begin within one moment: five thousand conversations."""


class PageCheck:
    """Checks that the pages of a listing come to an end.

    A server that ignores `offset` returns the same page forever, and one that invents conversations
    never stops.
    """

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._pages = 0

    def check(self, page: Sequence[Conversation]) -> None:
        """Raises ServerFaultError if the next page is not expected to show anything new."""
        self._pages += 1
        ids = {conversation.id for conversation in page}
        if ids <= self._seen:
            raise ServerFaultError(
                "the server repeats a page of its list; report it to the operator of the server"
            )
        if self._pages > MAX_PAGES:
            raise ServerFaultError(
                f"the server's list does not end: {self._pages} pages began in one moment; "
                "report it to the operator of the server"
            )
        self._seen |= ids
