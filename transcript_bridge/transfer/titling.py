"""Gives conversations the titles of their files: one write each, after everything is sent.

Sending a title twice has the same result, so one with an unknown outcome is simply sent again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from threading import Event as Flag

from ..errors import (
    BridgeError,
    GoneError,
    NoEndpointError,
    NotFoundError,
    OmiError,
    PlanRequiredError,
    RateLimitedError,
    RejectedError,
    UnreachableError,
)
from ..limits import MAX_TITLE
from .clock import Clock
from .destination import Destination
from .events import Observe, RateLimited, Titled
from .ledger import Claimant, Ledger
from .pace import find_asked_wait
from .states import Row, SourcePart, is_title_due
from .upload import Upload
from .waiter import PASSING_FAILURES, Waiter

_TRIES = 4
_FAILURES_IN_A_ROW = 3
"""The run ends when this number of titles in a row fail."""
_METHOD_NOT_ALLOWED = 405
_NOT_TEXT = re.compile(r"[\0-\x1f\x7f-\x9f\ud800-\udfff\s]+")
_GONE = "it is no longer in Omi"
_NO_TITLES = (
    "this server accepts no titles (servers before December 2025 do not); everything else is in "
    "Omi, so run the command without --titles"
)


def number_title(title: str, part: SourcePart) -> str:
    """The title of one part of a source: `Kitchen talk (1/3)`; empty if the source has none.

    One line, cut to the length that the server accepts.
    """
    line = _NOT_TEXT.sub(" ", title).strip()
    if not line:
        return ""
    number = ""
    if part.parts > 1:
        number = f" ({part.number}/{part.parts})"
    room = MAX_TITLE - len(number)
    if len(line) > room:
        line = line[: room - 1].rstrip() + "…"
    return line + number


@dataclass(frozen=True, slots=True)
class Untitled:
    """A conversation in Omi, and a function that reads the title of its source."""

    part: SourcePart
    row: Row
    read_title: Callable[[], str]


class TitleList:
    """The conversations of a run that may need the title of their source."""

    def __init__(self) -> None:
        self.conversations: list[Untitled] = []
        self._readers: dict[str, Callable[[], str]] = {}

    def add_source(self, upload: Upload) -> None:
        """Titles of this source will be sent."""
        self._readers[upload.path] = upload.read_title

    def note(self, part: SourcePart, row: Row) -> None:
        """Note a conversation that is finished, except perhaps for its title."""
        read_title = self._readers.get(part.path)
        if read_title is not None and is_title_due(row):
            self.conversations.append(Untitled(part, row, read_title))


@dataclass(eq=False)
class Titler:
    """Sends titles one after another, at the pace of all writes."""

    destination: Destination
    ledger: Ledger
    account: str
    claimant: Claimant
    clock: Clock = field(default_factory=Clock)
    stop: Flag = field(default_factory=Flag)
    observe: Observe = lambda event: None
    backoff: float = 1.0
    failures_in_a_row: int = 0

    def send(self, conversations: Iterable[Untitled]) -> None:
        """Send the titles. Ends early when stopped; running it again continues.

        Raises LedgerError, and the OmiError of a server that keeps failing.
        """
        for untitled in conversations:
            if self.stop.is_set():
                return
            if not is_title_due(untitled.row):
                continue
            try:
                title = number_title(untitled.read_title(), untitled.part)
            except BridgeError as error:  # the source is gone; the conversation stays as it is
                self.observe(Titled(untitled.part, untitled.row, error, will_retry=True))
                continue
            if title:
                self._title(untitled, title)

    def _title(self, untitled: Untitled, title: str) -> None:
        """Claim, send and record, until the result is clear."""
        waiter = Waiter(self.clock, self.stop, self.observe, self.backoff, _TRIES)
        # None if nothing is left to do for it.
        claim = partial(self.ledger.claim_title, untitled.row.id, self.claimant)
        while (row := waiter.take(claim)) is not None:
            try:
                error = self._send(row, title)
            except RateLimitedError as refusal:
                wait = find_asked_wait(refusal)
                self.ledger.record_title(row, self.claimant)
                pace = self.claimant.pace
                self.ledger.refuse_write(self.account, pace, wait, refusal.limit)
                self.observe(RateLimited(untitled.part, row, wait))
            except PASSING_FAILURES as failure:
                self.ledger.record_title(row, self.claimant)
                if not waiter.may_try_again(failure):
                    self._give_up(untitled, failure)
                    return
            except OmiError:
                self.ledger.record_title(row, self.claimant)
                raise
            else:
                self._record(untitled, row, error)
                return

    def _send(self, row: Row, title: str) -> OmiError | None:
        """Send a title. Returns the error if the server does not accept it."""
        assert row.conversation_id is not None
        try:
            self.destination.title_conversation(row.conversation_id, title)
        except NoEndpointError as error:
            raise OmiError(_NO_TITLES, status=error.status) from None
        except (NotFoundError, GoneError) as error:
            return NotFoundError(_GONE, status=error.status)
        except (RejectedError, PlanRequiredError) as error:
            return error
        except OmiError as error:
            if error.status == _METHOD_NOT_ALLOWED:
                raise OmiError(_NO_TITLES, status=error.status) from None
            raise
        return None

    def _record(self, untitled: Untitled, row: Row, error: OmiError | None) -> None:
        self.failures_in_a_row = 0
        if error is None:
            kept = self.ledger.record_title(row, self.claimant, "sent")
        else:
            said = error.detail or error.message
            kept = self.ledger.record_title(row, self.claimant, "refused", said)
        self.observe(Titled(untitled.part, kept or row, error))

    def _give_up(self, untitled: Untitled, failure: OmiError) -> None:
        """The next run tries again. Raises the failure of a server that fails on every title."""
        self.failures_in_a_row += 1
        is_away = isinstance(failure, UnreachableError)
        if is_away or self.failures_in_a_row == _FAILURES_IN_A_ROW:
            raise failure
        self.observe(Titled(untitled.part, untitled.row, failure, will_retry=True))
