"""Makes the report on what was uploaded, from the ledger and the files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from ..report import (
    Leftovers,
    Report,
    SourceStatus,
    build_report,
    check_ledger_sources,
    check_plan_sources,
    with_lanes,
)
from ..transfer.ledger import Ledger
from .account_names import describe_view
from .opened import OpenArchive
from .selection import Selection, Show

MAX_FILES_DRAWN = 500
"""Up to this number of files, speakers are drawn by default: that reads each file again."""


def make_report(
    archive: OpenArchive,
    selection: Selection,
    profiles: Mapping[str, str],
    now: datetime,
    draw: bool | None,
    show: Show,
) -> Report:
    """The report on a part of the ledger, or on all of it.

    archive: how its files are read; existing files are read again. profiles: the name of each
    account for people. draw: whether to draw who spoke when; None draws up to MAX_FILES_DRAWN
    files.
    """
    sources = list(check_plan_sources(selection.found, selection.plan))
    sources += _check_remaining(archive, selection, sources, show)
    is_drawn = draw
    if draw is None:
        is_drawn = len(sources) <= MAX_FILES_DRAWN
    if is_drawn:
        sources = _draw(archive, sources, now, show)
    zone = archive.options.timezone
    return build_report(
        selection.entries,
        sources,
        now,
        profiles=dict(profiles),
        localize=lambda moment: moment.astimezone(None if zone is None else ZoneInfo(zone)),
        leftovers=Leftovers.of(selection.plan),
        lanes_left_out=draw is None and not is_drawn,
    )


def name_profiles(ledger: Ledger) -> dict[str, str]:
    """The name of each account of the ledger for people. Raises LedgerError."""
    return {view.account: describe_view(view) for view in ledger.survey()}


def _check_remaining(
    archive: OpenArchive, selection: Selection, sources: Iterable[SourceStatus], show: Show
) -> list[SourceStatus]:
    """The sources that only the ledger knows, in its order."""
    known = {source.path for source in sources}
    paths: dict[str, int] = {}
    for entry in selection.entries:
        for part in entry.parts:
            paths[part.path] = 0
    for recording in selection.unsent:
        paths.setdefault(recording.path, recording.conversations)
    remaining = [path for path in paths if path not in known]
    with show("reading") as progress:
        engine = archive.choose_processes()
        checked = check_ledger_sources(remaining, archive.options, engine, progress)
        return [source._replace(expected=paths[source.path]) for source in checked]


def _draw(
    archive: OpenArchive, sources: Sequence[SourceStatus], now: datetime, show: Show
) -> list[SourceStatus]:
    drawn = []
    with show("drawing") as progress:
        for number, source in enumerate(sources, 1):
            drawn.append(with_lanes(source, archive.options, now))
            progress(number, len(sources))
    return drawn
