"""The counts that a ledger keeps must be those of its rows."""

from __future__ import annotations

from collections import Counter

from transcript_bridge.transfer.ledger import Ledger
from transcript_bridge.workspace.progress_counts import count_progress, read_progress
from transcript_bridge.workspace.selection import select_all


def check_counts(ledger: Ledger) -> None:
    """Compare them with what a look at all rows finds, for each account."""
    views = ledger.survey()
    kept = read_progress(ledger, [view.account for view in views])
    for view in views:
        entries = ledger.select(view.account)
        assert view.counts == Counter(entry.row.state for entry in entries)
        found = count_progress(select_all(ledger, view.account))
        assert kept[view.account] == found
        alone = read_progress(ledger, [view.account])
        assert alone == {view.account: found}
