"""`plan`: what would happen to an archive, before anything is sent."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from ...archive.sending_time import Allowance
from ...options.kinds import RATE
from ..accounts import warn_of_other_accounts
from ..archive_session import (
    archive_flags,
    make_time_factors,
    open_archive,
    plan_with_ledger,
)
from ..flags import LongCommand, engine_flags, json_flag, ledger_flag, server_flags, table_flags
from ..left_out_names import left_out_names
from ..output import print_json, print_lines, read_width, say_next
from ..plan_lines import TimeFactors, file_lines, plan_lines, say_notices
from ..unusable import say_unusable
from ..value_types import ValueType

if TYPE_CHECKING:
    from ...archive.plan import ArchivePlan
    from ...workspace.opened import OpenArchive

_MAX_FILES_LISTED = 30
"""Archives of more recordings are listed only with --files."""


@click.command(name="plan", cls=LongCommand)
@archive_flags
@engine_flags
@table_flags("titles")
@server_flags
@ledger_flag
@click.option(
    "--rate",
    type=ValueType(RATE),
    metavar="N/hour",
    help="Assume this many writes per hour (default: the server's limit, or 25).",
)
@click.option(
    "--files",
    is_flag=True,
    help="List every recording, and every file that is not sent, or not in full.",
)
@json_flag("One JSON object per file, then one with the totals, on standard output.")
def command(
    paths: tuple[str, ...], files: bool, as_json: bool, rate: int | None, **flags: Any
) -> int:
    """Show what would be sent from an archive, and when the upload would end.

    PATH is a folder, a ZIP or tar file, or a transcript. Nothing is sent, and no key is needed.
    Conversations that the ledger knows to be in Omi are not counted again.
    """
    archive = open_archive(paths, flags)
    return show_archive_plan(archive, flags["ledger"], rate, files=files, as_json=as_json)


def show_archive_plan(
    archive: OpenArchive,
    ledger: str | None,
    rate: int | None = None,
    *,
    files: bool = False,
    as_json: bool = False,
) -> int:
    """Print the plan of an archive; returns the exit code.

    ledger, rate: of the flags. files: list every recording. Raises SettingsError.
    """
    plan, state = plan_with_ledger(archive, ledger)
    warn_of_other_accounts(state.other_accounts)
    allowance = state.expect(archive.run.rate)
    if rate:
        allowance = Allowance(rate, write_seconds=allowance.write_seconds)
    factors = make_time_factors(allowance, state)
    if as_json:
        _print_data(plan, factors)
    else:
        _print_files(plan, every=files)
    say_notices(plan)
    code = say_unusable(plan)
    if not as_json:  # at the end, where it is noticed
        print_lines(plan_lines(plan, factors, datetime.now(UTC)))
        _say_next(plan)
    return code


def _say_next(plan: ArchivePlan) -> None:
    """Print the next step: what to look at first, or how to send."""
    if not plan.ready and plan.other_files:
        say_next("'transcript-bridge inspect' with a file says why it is not a transcript")
    if not plan.totals.counts.to_go:
        return
    sends = "'transcript-bridge migrate' with the same arguments sends what is left"
    if any(entry.is_guessed or not entry.has_user for entry in plan.to_go):
        sends = (
            "'transcript-bridge review' with the same paths shows it in a browser, to mark "
            "yourself and correct dates; 'migrate' sends it"
        )
    say_next(sends)


def _print_files(plan: ArchivePlan, *, every: bool) -> None:
    """Print the recordings if they are few or `every` is set; then also what is not read."""
    if every or len(plan.ready) <= _MAX_FILES_LISTED:
        print_lines(file_lines(plan, read_width()))
    if every:
        print_lines(left_out_names(plan))


def _print_data(plan: ArchivePlan, factors: TimeFactors) -> None:
    from ...archive.plan_export import plan_rows, plan_totals

    for row in plan_rows(plan):
        print_json({"kind": "file", **row})
    print_json({"kind": "plan", **plan_totals(plan, *factors)})
