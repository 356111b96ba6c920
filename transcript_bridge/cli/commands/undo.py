"""`undo`: delete what this ledger created."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ...errors import SettingsError
from ..accounts import load_server, open_session, say_other_accounts, server_flags
from ..options import inputs_argument
from ..output import STOPPED, ExitStatus, plural, print_line, say
from ..session import (
    absolute_paths,
    is_confirmed,
    ledger_flag,
    pace_flags,
    quiet_flag,
    read_pace,
    say_waiting,
    stop_on_signals,
    yes_flag,
)

if TYPE_CHECKING:
    from ...transfer.ledger import Ledger, LedgerEntry
    from ...transfer.undo import Undoer, Undone


@click.command(name="undo")
@inputs_argument
@click.option(
    "--all", "everything", is_flag=True, help="Everything that this ledger created with this key."
)
@click.option("--discard", is_flag=True, help="Hide the conversations instead of deleting them.")
@yes_flag
@server_flags
@ledger_flag
@pace_flags
@quiet_flag
def command(
    inputs: tuple[str, ...],
    everything: bool,
    discard: bool,
    yes: bool,
    ledger: str | None,
    rate: str | None,
    gap: float,
    **server: Any,
) -> int:
    """Delete the conversations that were uploaded from INPUT (files or folders), and only those.

    Uploading the same again afterwards creates new conversations.
    """
    from ...transfer.undo import Undoer

    if bool(inputs) == everything:
        raise SettingsError("say what to undo: INPUT, or --all")
    pace = read_pace(rate, gap)
    status = ExitStatus()
    with open_session(load_server(server), ledger) as (client, opened, account):
        entries = _select(opened, account, inputs)
        what = plural(len(entries), "conversation")
        if not entries:
            say("there is nothing to undo")
            say_other_accounts(opened, account)
            return 0
        verb = "Hide" if discard else "Delete"
        if not is_confirmed(yes, f"{verb} {what} in Omi?", preview="status"):
            say("you answered no; nothing was changed")
            return STOPPED
        with stop_on_signals() as stop:
            undoer = Undoer(client, opened, account, discard, pace, stop=stop, observe=say_waiting)
            count = _undo(undoer, entries, status)
    if count < len(entries):
        say(f"stopped; {len(entries) - count} of {what} left; run the same command again to go on")
        return STOPPED
    return status.code


def _select(ledger: Ledger, account: str, inputs: tuple[str, ...]) -> list[LedgerEntry]:
    """What is in Omi and not in use by another process."""
    from ...transfer.undo import UNDOABLE

    entries = ledger.select(account, UNDOABLE, absolute_paths(inputs))
    selected = []
    for entry in entries:
        is_stored = bool(entry.row.conversation_id) and not entry.row.undone
        if is_stored and not entry.held:
            selected.append(entry)
    return selected


def _undo(undoer: Undoer, entries: list[LedgerEntry], status: ExitStatus) -> int:
    """How many conversations were tried, the failed ones included."""
    count = 0
    for done in undoer.undo(entries):
        count += 1
        if done.error is None:
            outcome = _describe(done, undoer.discard)
            print_line(f"{done.entry.label}: {done.entry.row.conversation_id} {outcome}")
        else:
            message = f"{done.entry.label}: {done.error.message}"
            status.fail(type(done.error)(message, **done.error.data))
    return count


def _describe(done: Undone, discard: bool) -> str:
    if done.was_gone:
        return "was already gone"
    return "hidden" if discard else "deleted"
