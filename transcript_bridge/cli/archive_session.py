"""An archive on the command line: its flags, and opening it with a progress bar."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from ..workspace.ledger_state import LedgerState
from .environment import read_environment
from .flags import archive_option_flags, settings_flag
from .left_out_names import describe_unusable
from .one_of import Command
from .output import ExitStatus, say
from .path_types import INPUT_PATH
from .plan_lines import TimeFactors
from .progress import show_progress
from .session import find_ledger

if TYPE_CHECKING:
    from ..archive.plan import ArchivePlan
    from ..archive.sending_time import Allowance
    from ..archive.summary import RecordingSummary
    from ..workspace.opened import OpenArchive


def archive_flags(command: Command) -> Command:
    """`PATH...`, and all flags that determine how an archive becomes conversations."""
    command = archive_option_flags(command)
    command = settings_flag(command)
    argument = click.argument("paths", nargs=-1, required=True, type=INPUT_PATH, metavar="PATH...")
    return argument(command)


def open_archive(
    paths: tuple[str, ...], flags: Mapping[str, Any], *, new_map: str | None = None
) -> OpenArchive:
    """The archive of a command. new_map: a speaker map that will be written.

    Raises SettingsError.
    """
    from ..workspace import opened

    archive = opened.open_archive(paths, flags, read_environment(), new_map=new_map)
    if archive.settings_above is not None:
        say(f"settings of {archive.settings_above}")
    return archive


class ScannedArchive(NamedTuple):
    """The contents of an archive, and how it would be sent. code: the exit code for unreadable
    paths."""

    summaries: list[RecordingSummary]
    plan: ArchivePlan
    code: int


def scan_archive(archive: OpenArchive, samples: int = 0) -> ScannedArchive:
    """One summary per recording, with up to `samples` lines of each speaker. Prints paths that
    cannot be read.

    Recordings that would be sent come first, so that of several copies, a rule for one file names
    that one.
    """
    from ..archive.planning import make_plan

    with show_progress("reading") as progress:
        found, summaries = archive.scan(progress, samples)
    plan = make_plan(found, summaries, datetime.now(UTC))
    sent = [entry.summary for entry in plan.ready]
    paths = {summary.path for summary in sent}
    status = ExitStatus()
    for broken in found.broken:
        status.fail(broken.error)
    unusable = len(plan.failed) + len(plan.turns_alone) - len(found.broken)
    if unusable > 0:
        say(describe_unusable(unusable), mark="warning")
    ordered = sent + [summary for summary in summaries if summary.path not in paths]
    return ScannedArchive(ordered, plan, status.code)


def plan_archive(archive: OpenArchive) -> ArchivePlan:
    """The plan of an archive, without the ledger."""
    with show_progress("reading") as progress:
        return archive.plan(datetime.now(UTC), progress)


def make_time_factors(allowance: Allowance, state: LedgerState) -> TimeFactors:
    """Find the factors of the duration of an upload."""
    from ..archive.summary import TRY_GAP

    return TimeFactors(allowance, TRY_GAP.total_seconds(), state.wait)


def plan_with_ledger(archive: OpenArchive, location: str | None) -> tuple[ArchivePlan, LedgerState]:
    """The plan of an archive, without what was sent already. Prints a warning if an existing ledger
    cannot be used. location: of `--ledger`."""
    if not find_ledger(location):
        return plan_archive(archive), LedgerState()
    from ..workspace import chosen_account, connection

    environment = read_environment()
    account = chosen_account.find_account(archive.run.server, environment)  # reading may take long
    plan = plan_archive(archive)
    plan, state = connection.peek_into_ledger(location, environment, account, plan, archive.options)
    if state.account:
        say(f"account: {state.account}")
    if state.warning:
        say(state.warning, mark="warning")
    return plan, state
