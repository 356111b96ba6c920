"""`migrate`: an archive becomes conversations, over hours or days, stopping and going on at will."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Event as Flag
from threading import Timer
from typing import TYPE_CHECKING, Any

import click

from ...errors import BridgeError, SettingsError
from ...options import Options
from ..archive_session import (
    Archive,
    Sent,
    archive_flags,
    find_window,
    open_archive,
    read_sent,
    reckon_limit,
    say_failures,
)
from ..migration_printer import MigrationPrinter
from ..output import plural, say
from ..session import ledger_flag, open_client, open_ledger, pace_flags, stop_on_signals
from .plan import plan_lines, say_told

if TYPE_CHECKING:
    from ...archive.planning import ArchivePlan, Order, PlanEntry
    from ...transfer.events import Summary
    from ...transfer.ledger import ChangePolicy, Ledger
    from ...transfer.pace import Pace
    from ...transfer.uploader import Uploader


@click.command(name="migrate")
@archive_flags
@ledger_flag
@pace_flags
@click.option(
    "--concurrency",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    metavar="N",
    help="Requests under way at once.",
)
@click.option(
    "--changed",
    type=click.Choice(["ask", "upload", "skip"]),
    default="ask",
    show_default=True,
    help="A file that has changed since its upload: set aside, upload the new, leave.",
)
@click.option(
    "--newest-first", "order", flag_value="newest", help="Begin with the latest recordings."
)
@click.option("--oldest-first", "order", flag_value="oldest", help="Begin with the earliest.")
@click.option(
    "--limit",
    type=click.IntRange(1),
    metavar="N",
    help="Begin nothing more when so many conversations were sent.",
)
@click.option("--until", metavar="TIME", help="Stop at 18:30, or at 2024-01-24T18:30.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--json", "as_json", is_flag=True, help="One JSON object an event, on standard output."
)
def command(paths: tuple[str, ...], as_json: bool, **flags: Any) -> int:
    """Upload folders, zip and tar files: plan, ask, send, wait, go on.

    Stop it whenever you like: the same command goes on where it stopped, and takes in what is new.
    Nothing is sent twice. What cannot be sent is set aside, with the reason.
    """
    from ...transfer.pace import Pace
    from ...transfer.uploader import Uploader

    archive = open_archive(paths, flags)
    order = archive.run.order
    deadline = read_deadline(flags["until"], datetime.now().astimezone())
    with ExitStack() as stack:
        client, account = open_client(archive.run.server)
        stack.enter_context(client)
        ledger = stack.enter_context(open_ledger(flags["ledger"]))
        ledger.open_account(account, flags.get("profile") or "")
        pace = Pace(archive.run.rate, flags["gap"])
        look = partial(_plan, archive, ledger, account, flags["changed"])
        plan, sent = look()
        say_told(plan)
        code = say_failures(plan)
        _show(plan, reckon_limit(sent.limit, pace.rate), sent, as_json)
        if not plan.ready:
            say("there is nothing to send")
            return code
        _ask(flags["yes"], plan)
        stop = stack.enter_context(stop_on_signals())
        stack.enter_context(_stop_at(deadline, stop))
        learnt = partial(_read_limit, ledger, account, pace)
        printer = MigrationPrinter(plan, learnt, limit=flags["limit"], as_json=as_json)
        printer.status.raise_to(code)
        stack.enter_context(printer)
        uploader = Uploader(
            client,
            ledger,
            account,
            pace=pace,
            concurrency=flags["concurrency"],
            changed=flags["changed"],
            stop=stop,
            observe=printer.observe,
        )
        look_again = partial(_look_again, look, order, printer)
        entries = plan.in_order(order)
        summary = _send(uploader, archive.options, entries, flags["limit"], look_again)
        return printer.end(summary)


def _plan(
    archive: Archive, ledger: Ledger, account: str, changed: ChangePolicy
) -> tuple[ArchivePlan, Sent]:
    """What is in the archive, and how far it is."""
    from ...archive.ledger_link import KnownState, with_ledger_state

    plan = archive.plan()
    sent = read_sent(ledger, account)
    known = sent.known or KnownState()
    now = datetime.now(UTC)
    return with_ledger_state(plan, archive.options, known, now, changed), sent


def _read_limit(ledger: Ledger, account: str, pace: Pace) -> int:
    """Writes an hour, as far as the server has shown by now."""
    return reckon_limit(find_window(ledger, account).limit, pace.rate)


def _show(plan: ArchivePlan, per_hour: int, sent: Sent, as_json: bool) -> None:
    from ...archive.summary import TRY_GAP

    for line in plan_lines(plan, per_hour, TRY_GAP.total_seconds(), sent.wait):
        click.echo(line, err=as_json)


def _ask(yes: bool, plan: ArchivePlan) -> None:
    standing = plan.counts
    if yes or not (standing.to_go or standing.changed):
        return
    if not sys.stdin.isatty():
        raise SettingsError(
            "nobody is there to be asked; look at 'transcript-bridge plan' first, then give --yes"
        )
    what = (
        f"Send {plural(standing.to_go, 'conversation')}?"
        if standing.to_go
        else "Look at what has changed?"
    )
    if not click.confirm(what, err=True):
        raise click.Abort


def _send(
    uploader: Uploader,
    options: Options,
    entries: Sequence[PlanEntry],
    limit: int | None,
    look_again: Callable[[frozenset[str]], Sequence[PlanEntry]],
) -> Summary:
    """All entries, and once they are through, whatever has come since, until nothing new is there."""
    from ...archive.ledger_link import uploads_of

    now = datetime.now(UTC)
    summary = uploader.run(uploads_of(entries, options, now, limit))
    known = frozenset(entry.summary.path for entry in entries)
    while not summary.stopped:
        if limit is not None:
            limit -= sum(entry.counts.to_go for entry in entries)
            if limit <= 0:
                break
        entries = look_again(known)
        if not entries:
            break
        known |= {entry.summary.path for entry in entries}
        summary = summary.followed_by(uploader.run(uploads_of(entries, options, now, limit)))
    return summary


def _look_again(
    look: Callable[[], tuple[ArchivePlan, Sent]],
    order: Order,
    printer: MigrationPrinter,
    known: frozenset[str],
) -> Sequence[PlanEntry]:
    """The entries of files that have come meanwhile."""
    try:
        fresh, _ = look()
    except BridgeError as error:  # the archive is gone: what was planned is through all the same
        say(f"did not look for new files: {error}")
        return ()
    new = tuple(entry for entry in fresh.in_order(order) if entry.summary.path not in known)
    printer.add(new, (*fresh.failed, *fresh.turns_alone))
    return new


def read_deadline(text: str | None, now: datetime) -> datetime | None:
    """The next 18:30, or the moment itself.

    Raises SettingsError for what is neither, or is past.
    """
    if text is None:
        return None
    try:
        clock = datetime.strptime(text, "%H:%M")
    except ValueError:
        pass
    else:
        at = now.replace(hour=clock.hour, minute=clock.minute, second=0, microsecond=0)
        return at if at > now else at + timedelta(days=1)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise SettingsError(
            f"--until {text!r} is no time; write it like 18:30 or 2024-01-24T18:30"
        ) from None
    at = at.astimezone() if at.tzinfo is None else at
    if at <= now:
        raise SettingsError(f"--until {text} is past; give a time to come")
    return at


@contextmanager
def _stop_at(deadline: datetime | None, stop: Flag) -> Iterator[None]:
    if deadline is None:
        yield
        return
    timer = Timer((deadline - datetime.now(UTC)).total_seconds(), stop.set)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
