"""`report`: a page about what was uploaded, or the same as data."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from ...errors import SettingsError
from ...object_stores import full_name
from ...quantities import count_of
from ..accounts import choose_account
from ..archive_session import open_archive
from ..flags import print_failure_as_json, quiet_flag
from ..one_of import FlagChoice, one_of
from ..output import say, say_next
from ..output_target import is_standard_output, open_output, output_flags
from ..printable import escape_json
from ..progress import show_progress
from ..selection import existing_paths, judge_missing, select, selection_flags
from ..session import read_ledger

if TYPE_CHECKING:
    from ...report import Report

_DEFAULT_OUTPUT = "report.html"


@click.command(name="report")
@selection_flags
@output_flags(f"Default: {_DEFAULT_OUTPUT}; --json and --csv go to standard output.")
@one_of(
    "shape",
    FlagChoice("--json", "json", "One JSON object instead of the page."),
    FlagChoice("--csv", "csv", "A table instead of the page, one row per conversation."),
)
@one_of(
    "draw",
    FlagChoice("--lanes", True, "Draw who spoke when, for any number of files."),
    FlagChoice("--no-lanes", False, "Do not draw it (default: drawn for up to 500 files)."),
)
@print_failure_as_json
@quiet_flag
def command(
    inputs: tuple[str, ...],
    output: str | None,
    force: bool,
    shape: str | None,
    draw: bool | None,
    settings: str | None,
    ledger: str | None,
    **server: Any,
) -> int:
    """Write a page about all uploads, to keep or to print.

    INPUT is a file, a folder, a ZIP or tar file; without it, the page is about everything. It
    includes what 'migrate' was asked to send and has not started; with INPUT, also files that were
    never sent, with the reason. It needs no key and no server. Files that still exist are read
    again, to show who spoke when and what was repaired. The page is one file that any browser can
    show and print. It covers every account of the ledger, or only that of --profile or
    --api-base.
    """
    from ...workspace.reporting import make_report, name_profiles

    draw = _choose_drawing(shape, draw)
    default = _DEFAULT_OUTPUT if shape is None else "-"
    name = output or default
    target = open_output(name, "report", (*inputs, settings), force=force)
    with read_ledger(ledger) as opened:
        selection = select(opened, choose_account(server, opened), inputs, settings)
        profiles = name_profiles(opened)
    archive = open_archive(existing_paths(inputs), {"settings": settings})
    report = make_report(archive, selection, profiles, datetime.now(UTC), draw, show_progress)
    text = _render(report, shape)
    with target:
        target.write(text)
    if not is_standard_output(name):
        say(f"{name}: {_describe(report)}")
        if shape is None:
            say_next(f"open {full_name(name)} in a browser")
    return judge_missing(selection)


def _choose_drawing(shape: str | None, draw: bool | None) -> bool | None:
    """The `draw` of make_report. Raises SettingsError for `--lanes` with data."""
    if shape is None:
        return draw
    if draw:
        raise SettingsError(f"--lanes is for the page; --{shape} has no charts")
    return False


def _describe(report: Report) -> str:
    totals = report.totals
    text = "nothing has been uploaded"
    if totals.conversations:
        conversations = count_of(totals.conversations, "conversation")
        text = f"{count_of(totals.files, 'file')}, {totals.stored:,} of {conversations} in Omi"
    if totals.left_out:
        text += f"; {count_of(totals.left_out, 'file')} cannot be sent; the report says why"
    return text


def _render(report: Report, shape: str | None) -> str:
    from ...report import render_page, report_data

    if shape == "json":
        return escape_json(json.dumps(report_data(report), ensure_ascii=False)) + "\n"
    if shape == "csv":
        return _render_table(report)
    return render_page(report)


def _render_table(report: Report) -> str:
    from ...report import report_rows
    from ...report.export import ROW_NAMES

    stream = io.StringIO(newline="")
    table: csv.DictWriter[Any] = csv.DictWriter(stream, ROW_NAMES, lineterminator="\n")
    table.writeheader()
    table.writerows(report_rows(report))
    return stream.getvalue()
