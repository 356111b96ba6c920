"""The progress of an account with everything that it was asked to send."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from ..transfer.ledger import AccountCounts, Ledger, RequestKind
from ..transfer.states import OPEN, STORED, State

if TYPE_CHECKING:
    from .selection import Selection


class ProgressCounts(NamedTuple):
    """Numbers of conversations; what was removed and sent again counts once.

    states: by state in the ledger. unsent: of recordings that were to be sent and were not begun.
    undone: removed by `undo`. deleted_in_omi: as an upload or `verify` found. different: as
    `verify` found. adopted: perhaps created by another program. unverified: of those in Omi, how
    many `verify` never looked at. verified: how many `verify` looked at; verified_at: when it last
    did, in seconds since 1970. sources: files.
    """

    states: Counter[State]
    unsent: int
    undone: int
    deleted_in_omi: int
    different: int
    adopted: int
    stored: int
    unverified: int
    verified: int
    verified_at: float | None
    sources: int

    @property
    def total(self) -> int:
        """All conversations."""
        return self.states.total() + self.unsent

    @property
    def left(self) -> int:
        """The conversations that are left for the next upload."""
        return self.unsent + sum(self.states[state] for state in OPEN)


def read_progress(ledger: Ledger, accounts: Sequence[str]) -> dict[str, ProgressCounts]:
    """The progress of accounts, from the counts that the ledger keeps. Raises LedgerError."""
    only = None
    if len(accounts) == 1:
        only = accounts[0]
    counts = ledger.count(only)
    return {account: _summarize(counts.get(account, AccountCounts())) for account in accounts}


def _summarize(counts: AccountCounts) -> ProgressCounts:
    states: Counter[State] = Counter()
    kinds: Counter[str] = Counter()
    for kind, number in counts.requests.items():
        if number:
            states[kind.state] += number
        kinds["undone"] += number * kind.undone
        if kind.verified:
            kinds["verified"] += number
        if kind.undone:
            continue
        if kind.state is State.DELETED:
            kinds["deleted in Omi"] += number
        if kind.state in STORED:
            kinds["stored"] += number
            kinds["unverified"] += number * (not kind.verified)
            kinds["different"] += number * kind.different
            kinds["adopted"] += number * kind.adopted
    return ProgressCounts(
        states=states,
        unsent=counts.unsent,
        undone=kinds["undone"],
        deleted_in_omi=kinds["deleted in Omi"],
        different=kinds["different"],
        adopted=kinds["adopted"],
        stored=kinds["stored"],
        unverified=kinds["unverified"],
        verified=kinds["verified"],
        verified_at=counts.verified_at,
        sources=counts.files,
    )


def count_progress(selection: Selection) -> ProgressCounts:
    """The progress of a part of the ledger that belongs to one account."""
    requests: Counter[RequestKind] = Counter()
    paths = {recording.path for recording in selection.unsent}
    moments = []
    for entry in selection.entries:
        if entry.replaced:
            continue
        row = entry.row
        requests[RequestKind.of(row)] += 1
        paths.update(part.path for part in entry.parts)
        if row.verified_at is not None:
            moments.append(row.verified_at)
    counts = AccountCounts(
        requests,
        files=len(paths),
        unsent=selection.unsent_conversations,
        verified_at=max(moments, default=None),
    )
    return _summarize(counts)
