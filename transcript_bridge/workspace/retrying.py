"""Plans refused requests, and those that were deleted in Omi, again."""

from __future__ import annotations

from collections.abc import Iterable

from ..transfer.ledger import Ledger, LedgerEntry, plan_again, plan_removed
from ..transfer.states import REFUSED, State


def choose_refused(entries: Iterable[LedgerEntry], *, deleted: bool) -> list[LedgerEntry]:
    """Requests that the server rejected or blocked, and refused titles.

    deleted: whether to include requests that were deleted in Omi.
    """
    chosen = []
    for entry in entries:
        is_refused = entry.row.state in REFUSED or _has_refused_title(entry)
        is_wanted = deleted and is_deleted_in_omi(entry)
        if is_refused or is_wanted:
            chosen.append(entry)
    return chosen


def _has_refused_title(entry: LedgerEntry) -> bool:
    """Whether it is in Omi, and only its title was refused."""
    return entry.row.state is State.DONE and entry.row.title_state == "refused"


def is_deleted_in_omi(entry: LedgerEntry) -> bool:
    """Whether it was deleted in Omi, and nothing newer replaced it."""
    row = entry.row
    return row.state is State.DELETED and not row.undone and not entry.replaced


def plan_entry_again(ledger: Ledger, entry: LedgerEntry) -> None:
    """Plan a request, or only its title if that was refused, for the next upload.

    Raises RowChangedError if another process has changed it.
    """
    if _has_refused_title(entry):
        ledger.change(entry, title_state="", title_error="")
        return
    if entry.row.state is State.DELETED:
        ledger.change(entry, **plan_removed(entry.row))
        return
    ledger.change(entry, **plan_again(entry.row, fresh=False))
