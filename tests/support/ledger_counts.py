"""Checks that the counts in a ledger are those of its rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from transcript_bridge.transfer.ledger import Ledger
from transcript_bridge.workspace.progress_counts import count_progress, read_progress
from transcript_bridge.workspace.selection import select_all


def check_counts(ledger: Ledger) -> None:
    """Compare the counts of each account with a count of all rows."""
    views = ledger.survey()
    kept = read_progress(ledger, [view.account for view in views])
    replaced = _find_replaced(ledger)
    for view in views:
        entries = ledger.select(view.account)
        assert view.requests == len(entries)
        for entry in entries:
            assert entry.replaced == (entry.row.id in replaced)
        found = count_progress(select_all(ledger, view.account))
        assert kept[view.account] == found
        alone = read_progress(ledger, [view.account])
        assert alone == {view.account: found}


_REQUESTS = (
    "SELECT id, replaced_by, undone OR state = 'deleted' AS removed, "
    "account || content_digest || started_at AS said FROM tb_requests"
)
_LINKS = (
    "SELECT p.request, s.id AS source, s.account || s.path AS file "
    "FROM tb_parts p JOIN tb_sources s ON s.id = p.source"
)


def _find_replaced(ledger: Ledger) -> set[int]:
    """Find replaced requests in simple steps; the ledger does it in one query."""
    requests = _read(ledger, _REQUESTS)
    links = _read(ledger, _LINKS)
    kept = {one.id for one in requests if not one.removed}
    current = _find_current_sources(links, kept)
    in_current = {link.request for link in links if link.source in current}
    said = {one.said for one in requests if one.id in kept}
    replaced = set()
    for one in requests:
        is_replaced = one.replaced_by is not None or one.said in said or one.id not in in_current
        if one.id not in kept and is_replaced:
            replaced.add(one.id)
    return replaced


def _find_current_sources(links: Sequence[Any], kept: Collection[int]) -> set[int]:
    """Find the newest source of each file with requests that are not removed; else the newest."""
    with_kept = {link.source for link in links if link.request in kept}
    best: dict[str, tuple[bool, int]] = {}
    for link in links:
        rank = (link.source in with_kept, link.source)
        best[link.file] = max(rank, best.get(link.file, rank))
    return {source for _, source in best.values()}


def _read(ledger: Ledger, query: str) -> Sequence[Any]:
    return ledger._database.read(lambda tx: tx.execute(sa.text(query)).all())
