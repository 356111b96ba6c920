"""`retry`: plans again what the server refused, or what was deleted in Omi."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ...errors import RowChangedError
from ...quantities import count_of
from ..accounts import choose_account
from ..flags import json_flag, quiet_flag
from ..output import ExitStatus, print_json, print_line, say, say_next
from ..selection import entry_as_data, judge_missing, select, selection_flags
from ..session import read_ledger

if TYPE_CHECKING:
    from ...transfer.ledger import Ledger, LedgerEntry


@click.command(name="retry")
@selection_flags
@click.option(
    "--deleted", is_flag=True, help="Also plan what was deleted in Omi; it is uploaded as new."
)
@json_flag("One JSON object per request, on standard output.")
@quiet_flag
def command(
    inputs: tuple[str, ...],
    settings: str | None,
    ledger: str | None,
    deleted: bool,
    as_json: bool,
    **server: Any,
) -> int:
    """Let the next upload send again what the server refused.

    INPUT is a file or a folder; without it, all that was refused is planned. The same 'upload' or
    'migrate' command then sends it (refused titles with --titles). What was not sent yet needs no
    retry, and an upload sends what 'undo' deleted anyway. This covers every account of the ledger,
    or only that of --profile or --api-base.
    """
    from ...workspace.retrying import choose_refused, is_deleted_in_omi

    status = ExitStatus(as_json=as_json)
    with read_ledger(ledger) as opened:
        account = choose_account(server, opened)
        selection = select(opened, account, inputs, settings)
        entries = selection.entries
        chosen = choose_refused(entries, deleted=deleted)
        count = _plan_again(opened, chosen, status, as_json)
    planned = "nothing of this was refused, so there is nothing to send again"
    if deleted:
        planned = "nothing of this was refused, or deleted in Omi"
    if chosen:
        planned = f"{count_of(count, 'conversation')} to send again"
    say(planned)
    if not deleted:
        _say_deleted([entry for entry in entries if is_deleted_in_omi(entry)])
    if count:
        say_next("the same 'upload' or 'migrate' command sends it")
    status.raise_to(judge_missing(selection))
    return status.code


def _plan_again(
    ledger: Ledger, entries: list[LedgerEntry], status: ExitStatus, as_json: bool
) -> int:
    """How many requests were planned again."""
    from ...workspace.retrying import plan_entry_again

    count = 0
    for entry in entries:
        try:
            plan_entry_again(ledger, entry)
        except RowChangedError as error:
            status.fail(error, **entry_as_data(entry, "failed"))
            continue
        if as_json:
            print_json(entry_as_data(entry, "planned"))
        else:
            print_line(f"{entry.shown}: to send again")
        count += 1
    return count


def _say_deleted(entries: list[LedgerEntry]) -> None:
    if entries:
        conversations = count_of(len(entries), "conversation")
        say(f"{conversations} deleted in Omi; 'retry --deleted' includes them")
