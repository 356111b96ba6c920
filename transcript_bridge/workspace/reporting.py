"""The report on everything that was uploaded, put together from the ledger and the files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ..archive.planning import make_plan
from ..report import (
    Leftovers,
    Report,
    SourceStatus,
    build_report,
    check_ledger_sources,
    check_plan_sources,
    with_lanes,
)
from ..transfer.ledger import Ledger, LedgerEntry
from .account_names import describe_view
from .opened import Advance, OpenArchive

MAX_FILES_DRAWN = 500
"""Up to so many files, speakers are drawn by default: each file is read once more for that."""

Show = Callable[[str], AbstractContextManager[Advance]]
"""Shows the progress of a step, which it is given the name of."""


class LedgerContent(NamedTuple):
    """What a report needs from the ledger; profiles: how people know each account."""

    entries: Sequence[LedgerEntry]
    profiles: Mapping[str, str]


def read_ledger(ledger: Ledger, account: str | None = None) -> LedgerContent:
    """What was sent with an account, or with all. Raises LedgerError."""
    profiles = {view.account: describe_view(view) for view in ledger.survey()}
    return LedgerContent(ledger.select(account), profiles)


def make_report(
    archive: OpenArchive, content: LedgerContent, now: datetime, draw: bool | None, show: Show
) -> Report:
    """The report on the paths of an archive; without paths, on the whole ledger.

    Files that still exist are read again. draw: whether to draw who spoke when; None draws up to
    MAX_FILES_DRAWN files.
    """
    sources: list[SourceStatus] = []
    leftovers = Leftovers()
    entries = list(content.entries)
    if archive.paths:
        with show("reading") as progress:
            found, summaries = archive.scan(progress)
        plan = make_plan(found, summaries, now)
        sources = list(check_plan_sources(found, plan))
        leftovers = Leftovers.of(plan)
        entries = _select_inside(entries, archive.paths, {source.path for source in sources})
    sources += _check_remaining(archive, entries, sources, show)
    is_drawn = len(sources) <= MAX_FILES_DRAWN if draw is None else draw
    if is_drawn:
        sources = _draw(archive, sources, now, show)
    zone = archive.options.timezone
    return build_report(
        entries,
        sources,
        now,
        profiles=dict(content.profiles),
        localize=lambda moment: moment.astimezone(None if zone is None else ZoneInfo(zone)),
        leftovers=leftovers,
        lanes_left_out=draw is None and not is_drawn,
    )


def _select_inside(
    entries: Iterable[LedgerEntry], paths: Sequence[str], known: set[str]
) -> list[LedgerEntry]:
    """Ledger entries with a source in the paths, whether it still exists or not."""
    # Not Path.resolve: symbolic links stay, as scan.py keeps them.
    roots = [os.path.abspath(path) for path in paths]  # noqa: PTH100
    selected = []
    for entry in entries:
        parts = tuple(
            part for part in entry.parts if part.path in known or _is_inside(part.path, roots)
        )
        if parts:
            selected.append(replace(entry, parts=parts))
    return selected


def _is_inside(path: str, roots: Sequence[str]) -> bool:
    """Whether a path is one of the roots, or lies in such a folder or container."""
    own = os.path.normpath(path)
    for root in roots:
        is_below = own.startswith((root + os.sep, root + "!"))
        if own == root or is_below:
            return True
    return False


def _check_remaining(
    archive: OpenArchive,
    entries: Iterable[LedgerEntry],
    sources: Iterable[SourceStatus],
    show: Show,
) -> list[SourceStatus]:
    """The sources that only the ledger knows, in its order."""
    known = {source.path for source in sources}
    paths: dict[str, None] = {}
    for entry in entries:
        for part in entry.parts:
            if part.path not in known:
                paths[part.path] = None
    with show("reading") as progress:
        checked = check_ledger_sources(
            list(paths),
            archive.options,
            jobs=archive.jobs,
            cache=archive.open_cache(),
            progress=progress,
        )
        return list(checked)


def _draw(
    archive: OpenArchive, sources: Sequence[SourceStatus], now: datetime, show: Show
) -> list[SourceStatus]:
    drawn = []
    with show("drawing") as progress:
        for number, source in enumerate(sources, 1):
            drawn.append(with_lanes(source, archive.options, now))
            progress(number, len(sources))
    return drawn
