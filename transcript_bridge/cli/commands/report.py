"""`report`: what happened, as a page to keep, or as data."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...errors import OutputError
from ...workspace.locations import plan_cache_file
from ..archive_session import OpenArchive, open_archive
from ..environment import read_environment
from ..output import plural, say
from ..progress import show_progress
from ..session import ledger_flag, open_ledger

if TYPE_CHECKING:
    from ...report import Report, SourceStatus
    from ...transfer.ledger import LedgerEntry

FEW = 500
"""Up to so many files, everybody's lanes are drawn without being asked for: each file is read once
more for it."""


@click.command(name="report")
@click.argument("inputs", nargs=-1, metavar="[PATH]...")
@click.option(
    "-o", "--output", metavar="FILE", help="Default: report.html; data goes to standard output."
)
@click.option("--json", "shape", flag_value="json", help="One JSON object instead of the page.")
@click.option(
    "--csv", "shape", flag_value="csv", help="A table instead of the page, one row a conversation."
)
@click.option(
    "--lanes/--no-lanes",
    default=None,
    help=f"Draw who spoke when (default: for up to {FEW} files).",
)
@click.option(
    "--settings",
    metavar="FILE",
    help="Settings of the archive (default: transcript-bridge.toml in a PATH).",
)
@ledger_flag
def command(
    inputs: tuple[str, ...],
    output: str | None,
    shape: str | None,
    lanes: bool | None,
    settings: str | None,
    ledger: str | None,
) -> int:
    """Write a page about everything that was uploaded, or only about PATH: folders, zip and tar
    files.

    With PATH the files that were never sent are in it, too, and why. It needs no key and asks no
    server; sources that are still there are read again, to say who spoke when and what was repaired.
    The page is one file, to be read in any browser, or printed.
    """
    archive = open_archive(inputs, {"settings": settings})
    with open_ledger(ledger) as opened:
        entries = opened.select()
        profiles = {view.account: view.profile for view in opened.survey()}
    report = _build(archive, entries, profiles, lanes if shape is None else False)
    text = _render(report, shape)
    name = output or ("-" if shape else "report.html")
    if name == "-":
        sys.stdout.write(text)
    else:
        _save(Path(name), text)
        totals = report.totals
        of = plural(totals.conversations, "conversation")
        say(f"{name}: {plural(totals.files, 'file')}, {totals.stored:,} of {of} in Omi")
    return 0


def _build(
    archive: OpenArchive, entries: list[LedgerEntry], profiles: dict[str, str], lanes: bool | None
) -> Report:
    from ...archive.planning import make_plan
    from ...report import Leftovers, build_report, check_plan_sources

    now = datetime.now(UTC)
    seen: list[SourceStatus] = []
    around = Leftovers()
    if archive.paths:
        found, converted = archive.scan()
        plan = make_plan(found, converted, now)
        seen = list(check_plan_sources(found, plan))
        around = Leftovers.of(plan)
        entries = _narrow(entries, archive.paths, {one.path for one in seen})
    known = {one.path for one in seen}
    rest = list(
        dict.fromkeys(
            part.path for entry in entries for part in entry.parts if part.path not in known
        )
    )
    seen += _look_at(archive, rest)
    draw = lanes if lanes is not None else len(seen) <= FEW
    if draw:
        seen = _with_lanes(archive, seen, now)
    zone = archive.options.timezone
    return build_report(
        entries,
        seen,
        now,
        profiles=profiles,
        localize=lambda moment: _local(moment, zone),
        leftovers=around,
        lanes_left_out=lanes is None and not draw,
    )


def _narrow(
    entries: list[LedgerEntry], paths: tuple[str, ...], known: set[str]
) -> list[LedgerEntry]:
    """What lies in the paths, of the ledger: gone by now, or still there."""
    from dataclasses import replace

    roots = [os.path.abspath(path) for path in paths]  # noqa: PTH100  # as archive.py names them

    def lies_in(path: str) -> bool:
        own = os.path.normpath(path)
        return path in known or any(
            own == root or own.startswith((root + os.sep, root + "!")) for root in roots
        )

    narrowed = (
        replace(entry, parts=tuple(p for p in entry.parts if lies_in(p.path))) for entry in entries
    )
    return [entry for entry in narrowed if entry.parts]


def _look_at(archive: OpenArchive, paths: list[str]) -> list[SourceStatus]:
    from ...archive.plan_cache import FilePlanCache
    from ...report import check_ledger_sources

    environment = read_environment()
    cache = FilePlanCache(plan_cache_file(environment))
    with show_progress("reading") as progress:
        return list(
            check_ledger_sources(
                paths, archive.options, jobs=environment.cores, cache=cache, progress=progress
            )
        )


def _with_lanes(
    archive: OpenArchive, seen: list[SourceStatus], now: datetime
) -> list[SourceStatus]:
    from ...report import with_lanes

    drawn = []
    with show_progress("drawing") as progress:
        for number, one in enumerate(seen, 1):
            drawn.append(with_lanes(one, archive.options, now))
            progress(number, len(seen))
    return drawn


def _local(moment: datetime, zone: str | None) -> datetime:
    from zoneinfo import ZoneInfo

    return moment.astimezone(ZoneInfo(zone)) if zone else moment.astimezone()


def _render(report: Report, shape: str | None) -> str:
    from ...report import render_page, report_data, report_rows

    if shape == "json":
        return json.dumps(report_data(report), ensure_ascii=False) + "\n"
    if shape is None:
        return render_page(report)
    from ...report.export import ROW_NAMES

    stream = io.StringIO(newline="")
    table: csv.DictWriter[Any] = csv.DictWriter(stream, ROW_NAMES, lineterminator="\n")
    table.writeheader()
    table.writerows(report_rows(report))
    return stream.getvalue()


def _save(path: Path, text: str) -> None:
    """Whole or not at all: a report that is there already stays until the new one is complete."""
    draft = path.with_name(f".{path.name}.part")
    try:
        with draft.open("w", encoding="utf-8", errors="replace", newline="\n") as stream:
            stream.write(text)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise OutputError(
            f"{path}: this cannot be written ({error.strerror}); choose another -o"
        ) from None
