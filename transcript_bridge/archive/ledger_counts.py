"""The number of a recording's conversations in each state of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ..transfer.states import Difference


class LedgerCounts(NamedTuple):
    """Numbers of a recording's conversations; each is counted in one of the first four."""

    stored: int = 0
    """In Omi."""
    set_aside: int = 0
    """Refused or deleted, and not sent again without a decision."""
    changed: int = 0
    """Sent before with other content or settings; needs a decision."""
    to_go: int = 0
    """Still to be sent."""
    differs: tuple[Difference, ...] = ()
    """How it differs from what was sent."""
    untitled: int = 0
    """In Omi, and the title of the file was not sent."""

    def plus(self, other: LedgerCounts) -> LedgerCounts:
        """The sums of both."""
        return LedgerCounts(
            stored=self.stored + other.stored,
            set_aside=self.set_aside + other.set_aside,
            changed=self.changed + other.changed,
            to_go=self.to_go + other.to_go,
            untitled=self.untitled + other.untitled,
        )
