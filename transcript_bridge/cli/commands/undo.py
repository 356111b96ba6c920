"""`undo`: take back what this ledger created."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ...errors import SettingsError
from ..output import Tally, plural, say
from ..session import (
    ledger_flag,
    load_settings,
    open_client,
    open_ledger,
    pace_flags,
    read_pace,
    say_waiting,
    server_flags,
    stop_on_signals,
)
from .retry import absolute

if TYPE_CHECKING:
    from ...transfer.ledger.views import Entry
    from ...transfer.undo import Undoer


@click.command(name="undo")
@click.argument("inputs", nargs=-1, metavar="[INPUT]...")
@click.option(
    "--all", "everything", is_flag=True, help="Everything that this ledger created with this key."
)
@click.option("--discard", is_flag=True, help="Hide the conversations instead of deleting them.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@server_flags
@ledger_flag
@pace_flags
def command(
    inputs: tuple[str, ...],
    everything: bool,
    discard: bool,
    yes: bool,
    profile: str | None,
    api_base: str | None,
    ledger: str | None,
    rate: str | None,
    gap: float,
) -> int:
    """Delete the conversations that were uploaded from INPUT (files or folders), and only those.

    Uploading the same again afterwards makes new conversations.
    """
    from ...transfer.undo import UNDOABLE, Undoer

    if bool(inputs) == everything:
        raise SettingsError("say what to undo: INPUT, or --all")
    pace = read_pace(rate, gap)
    tally = Tally()
    client, account = open_client(load_settings(profile, api_base))
    with client, open_ledger(ledger) as opened:
        found = opened.select(account, UNDOABLE, absolute(inputs))
        entries = [e for e in found if e.row.conversation_id and not e.held and not e.row.undone]
        what = plural(len(entries), "conversation")
        if not entries:
            say("there is nothing to undo")
            return 0
        if not yes:
            click.confirm(f"{'Hide' if discard else 'Delete'} {what} in Omi?", abort=True, err=True)
        with stop_on_signals() as stop:
            undoer = Undoer(client, opened, account, discard, pace, stop=stop, observe=say_waiting)
            count = _undo(undoer, entries, tally)
    if count < len(entries):
        say(f"stopped; {len(entries) - count} of {what} left; run the same command again to go on")
        return 4
    return tally.code


def _undo(undoer: Undoer, entries: list[Entry], tally: Tally) -> int:
    """How many were dealt with."""
    count = 0
    for done in undoer.undo(entries):
        count += 1
        if done.error is not None:
            tally.fail(
                type(done.error)(f"{done.entry.label}: {done.error.message}", **done.error.data)
            )
            continue
        how = "was gone already" if done.was_gone else "hidden" if undoer.discard else "deleted"
        click.echo(f"{done.entry.label}: {done.entry.row.conversation_id} {how}")
    return count
