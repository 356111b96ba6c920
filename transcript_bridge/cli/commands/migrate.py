"""`migrate`: upload an archive over hours or days; stop and resume at any time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from ...errors import STANDARD_INPUT, SettingsError
from ...object_stores import full_name
from ...options.kinds import number_kind
from ...quantities import count_of
from ..accounts import confirm_account, say_key_change
from ..archive_session import archive_flags, make_time_factors, open_archive, plan_archive
from ..flags import (
    LongCommand,
    changed_flag,
    dry_run_flag,
    engine_flags,
    is_confirmed,
    json_flag,
    ledger_flag,
    order_flags,
    pace_flags,
    quiet_flag,
    same_account_flags,
    server_flags,
    show_connections,
    table_flags,
    verbose_flag,
    yes_flag,
)
from ..json_log import log_format_flag
from ..migration_printer import MigrationPrinter
from ..monitoring import metrics_flag, monitoring, observe_with
from ..output import STOPPED, print_lines, say_lines
from ..plan_lines import TimeFactors, plan_lines, say_notices
from ..session import open_upload_session
from ..signals import stop_on_signals
from ..unusable import say_unusable
from ..value_types import ValueType
from .plan import show_archive_plan

if TYPE_CHECKING:
    from ...archive.plan import ArchivePlan
    from ...transfer.destination import Destination
    from ...transfer.event_log import EventLog
    from ...transfer.ledger import Ledger
    from ...workspace.ledger_state import LedgerState
    from ...workspace.migration import Migration
    from ...workspace.opened import OpenArchive


@click.command(name="migrate", cls=LongCommand)
@archive_flags
@engine_flags
@server_flags
@same_account_flags
@ledger_flag
@pace_flags
@table_flags("titles", "concurrency")
@changed_flag
@order_flags
@click.option(
    "--limit",
    type=ValueType(number_kind(1)),
    metavar="N",
    help="Start no further recording after this many conversations.",
)
@click.option("--until", metavar="TIME", help="Stop at 18:30, or at 2024-01-24T18:30.")
@metrics_flag
@log_format_flag
@dry_run_flag
@yes_flag
@verbose_flag
@quiet_flag
@json_flag("One JSON object per event, on standard output.")
def command(paths: tuple[str, ...], as_json: bool, **flags: Any) -> int:
    """Upload an archive over hours or days; stop and resume at any time.

    PATH is a folder, a ZIP or tar file, or a transcript. It plans, asks, sends and waits; the same
    command continues where it stopped, and includes new files. Nothing is sent twice. What cannot
    be sent is set aside, with the reason. --dry-run needs no key and shows what 'plan' shows.
    """
    archive = open_archive(paths, flags)
    zone = ZoneInfo(archive.options.zone)
    deadline = read_deadline(flags["until"], datetime.now(zone))
    if flags["dry_run"]:
        return show_archive_plan(archive, flags["ledger"], as_json=as_json)
    show_connections(flags["verbose"])
    with open_upload_session(archive.run, flags["ledger"]) as session:
        migration = _open_migration(archive, session.ledger, session.account, flags)
        migration, plan, state = _confirm_plan(session.client, migration, flags)
        factors = make_time_factors(migration.read_allowance(), state)
        code = _show_plan(plan, factors, as_json)
        printer = MigrationPrinter(
            plan,
            migration.read_allowance,
            zone=zone,
            limit=flags["limit"],
            as_json=as_json,
            verbose=flags["verbose"] > 0,
            skips_changed=flags["changed"] == "skip",
        )
        printer.status.raise_to(code)
        if not plan.ready:
            return printer.end_unsent("there is nothing to send")
        if not _is_agreed(flags["yes"], plan):
            return printer.end_unsent("you answered no; nothing was sent", STOPPED)
        log = _open_log(archive, plan, flags["log_format"])
        return _send(session.client, migration, plan, printer, log, deadline, flags)


def _open_migration(
    archive: OpenArchive, ledger: Ledger, account: str, flags: dict[str, Any]
) -> Migration:
    from ...transfer.pace import Pace
    from ...workspace.migration import Migration

    return Migration(
        partial(plan_archive, archive),
        archive.options,
        ledger,
        account,
        pace=Pace(archive.run.rate, archive.run.gap),
        concurrency=archive.run.concurrency,
        changed=flags["changed"],
        order=archive.run.order,
        limit=flags["limit"],
        roots=_absolute_paths(archive.paths),
        is_same=flags["same_account"],
    )


def _absolute_paths(inputs: Sequence[str]) -> list[str]:
    """Absolute paths, as in the ledger; `-` is standard input."""
    return [name if name == STANDARD_INPUT else full_name(name) for name in inputs]


def _confirm_plan(
    client: Destination, migration: Migration, flags: dict[str, Any]
) -> tuple[Migration, ArchivePlan, LedgerState]:
    """Find out whether these recordings were sent with another key; the migration and its plan.

    Raises SettingsError if the user has not said whether two accounts are one.
    """
    confirm = partial(
        confirm_account,
        client,
        migration.ledger,
        migration.account,
        location=flags["ledger"],
        answer=flags["same_account"],
        may_ask=not flags["yes"],
    )
    return migration.confirm_account(confirm)


def _send(
    client: Destination,
    migration: Migration,
    plan: ArchivePlan,
    printer: MigrationPrinter,
    log: EventLog | None,
    deadline: datetime | None,
    flags: dict[str, Any],
) -> int:
    """Send until everything is done, the user stops it, or the deadline comes; returns the exit
    code."""
    from ...workspace.migration import stop_at

    with (
        stop_on_signals() as stop,
        stop_at(deadline, datetime.now(UTC), stop),
        monitoring(flags["metrics"], migration.ledger) as count,
        printer,
    ):
        observers = [printer.observe, count]
        if log is not None:
            observers.append(log.observe)
        uploader = migration.make_uploader(
            client,
            stop=stop,
            observe=observe_with(*observers),
            titles=plan.sends_titles,
        )
        summary = migration.send(uploader, plan, printer)
        if log is not None:
            log.end(summary)
        code = printer.end(summary)
        say_key_change(migration.ledger, uploader.account, summary.error)
        return code


def _open_log(archive: OpenArchive, plan: ArchivePlan, log_format: str) -> EventLog | None:
    """The log of the uploader's events, which begins with the plan; None without `--log-format
    json`."""
    if log_format != "json":
        return None
    from ...transfer.event_log import EventLog
    from ..migration_log import log_plan

    profile = archive.run.server.profile
    log_plan(profile, plan)
    return EventLog(profile)


def _show_plan(plan: ArchivePlan, factors: TimeFactors, as_json: bool) -> int:
    """Print the plan; returns the exit code for what cannot be sent."""
    say_notices(plan)
    code = say_unusable(plan)
    lines = plan_lines(plan, factors, datetime.now(UTC))
    if as_json:
        say_lines(lines)
    else:
        print_lines(lines)
    return code


def _is_agreed(yes: bool, plan: ArchivePlan) -> bool:
    """Ask before anything is sent. Raises SettingsError without a terminal."""
    counts = plan.totals.counts
    wanted = []
    if counts.to_go:
        wanted.append(count_of(counts.to_go, "conversation"))
    if plan.titles_to_go:
        wanted.append(count_of(plan.titles_to_go, "title"))
    if wanted:
        question = f"Send {' and '.join(wanted)}?"
    elif counts.changed:
        question = "Check the files that have changed?"
    else:
        return True
    return is_confirmed(yes, question, preview="--dry-run")


def read_deadline(text: str | None, now: datetime) -> datetime | None:
    """The next 18:30, or the moment itself; without an offset, in the zone of `now`.

    Raises SettingsError for a text that is not a time, and for a time in the past.
    """
    if text is None:
        return None
    clock = _parse_clock(text)
    if clock is not None:
        today = now.replace(hour=clock.hour, minute=clock.minute, second=0, microsecond=0)
        if today > now:
            return today
        return today + timedelta(days=1)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise SettingsError(
            f"--until {text!r} is not a time; write it like 18:30 or 2024-01-24T18:30"
        ) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=now.tzinfo)
    if moment <= now:
        raise SettingsError(f"--until {text} is in the past; give a time in the future")
    return moment


def _parse_clock(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%H:%M")
    except ValueError:
        return None
