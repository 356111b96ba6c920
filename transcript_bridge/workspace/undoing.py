"""Chooses what `undo` deletes, and what it leaves."""

from __future__ import annotations

from typing import NamedTuple

from ..transfer.ledger import LedgerEntry
from ..transfer.undo import UNDOABLE
from .selection import Selection


class UndoChoice(NamedTuple):
    """entries: what is undone. held: how many another process works on. adopted: how many are left
    because another program may have created them. copies: how many are left because the files that
    they were uploaded from still exist elsewhere."""

    entries: list[LedgerEntry]
    held: int
    adopted: int
    copies: int


def choose_undoable(selection: Selection, *, adopted: bool) -> UndoChoice:
    """Select what is in Omi, was not undone, and is safe to delete.

    adopted: whether to include what was only found by its words after a lost answer.
    """
    chosen = []
    held = 0
    adopted_ones = 0
    copies = 0
    for entry in selection.entries:
        if not _is_in_omi(entry):
            continue
        if entry.held:
            held += 1
        elif entry.row.id in selection.copies:
            copies += 1
        elif entry.row.adopted and not adopted:
            adopted_ones += 1
        else:
            chosen.append(entry)
    return UndoChoice(chosen, held, adopted_ones, copies)


def _is_in_omi(entry: LedgerEntry) -> bool:
    row = entry.row
    return row.state in UNDOABLE and bool(row.conversation_id) and not row.undone
