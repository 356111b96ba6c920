"""`retry`: plan again what the server refused, or what was deleted in Omi."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ...errors import RowChangedError
from ..accounts import choose_account
from ..output import ExitStatus, plural, print_json, print_line, say
from ..selection import entry_as_data, select, selection_flags
from ..session import json_flag, open_ledger, quiet_flag

if TYPE_CHECKING:
    from ...transfer.ledger import Ledger, LedgerEntry


@click.command(name="retry")
@selection_flags
@click.option(
    "--deleted", is_flag=True, help="Also what was deleted in Omi; it is uploaded as new."
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
    """Plan again what the server rejected or blocked, from INPUT (files or folders) or all of it.

    The next 'upload' or 'migrate' of the same inputs sends it; titles that were refused, with
    --titles. Planned and uncertain requests need no retry, and what 'undo' deleted is sent by the
    next upload anyway. It concerns every account of the ledger, or only that of --profile or
    --api-base.
    """
    status = ExitStatus(as_json=as_json)
    with open_ledger(ledger) as opened:
        account = choose_account(server, opened)
        entries = select(opened, account, inputs, settings).entries
        chosen = [entry for entry in entries if _is_chosen(entry, deleted=deleted)]
        count = _plan_again(opened, chosen, status, as_json)
    advice = "; run the same 'upload' or 'migrate' again to send them" if count else ""
    say(f"{plural(count, 'request')} planned again{advice}")
    if not deleted:
        _say_deleted([entry for entry in entries if _is_deleted_in_omi(entry)])
    return status.code


def _is_chosen(entry: LedgerEntry, *, deleted: bool) -> bool:
    from ...transfer.states import State

    if entry.row.state in (State.REJECTED, State.BLOCKED):
        return True
    if _has_refused_title(entry):
        return True
    return deleted and _is_deleted_in_omi(entry)


def _has_refused_title(entry: LedgerEntry) -> bool:
    """Whether it is in Omi, and only its title was refused."""
    from ...transfer.states import State

    return entry.row.state is State.DONE and entry.row.title_state == "refused"


def _is_deleted_in_omi(entry: LedgerEntry) -> bool:
    from ...transfer.states import State

    row = entry.row
    return row.state is State.DELETED and not row.undone and not entry.replaced


def _plan_again(
    ledger: Ledger, entries: list[LedgerEntry], status: ExitStatus, as_json: bool
) -> int:
    """How many requests were planned again."""
    from ...transfer.ledger import plan_again
    from ...transfer.states import State

    count = 0
    for entry in entries:
        is_deleted = entry.row.state is State.DELETED
        values = plan_again(entry.row, fresh=is_deleted)
        if _has_refused_title(entry):
            values = {"title_state": "", "title_error": ""}
        try:
            ledger.change(entry, **values)
        except RowChangedError as error:
            status.fail(error, **entry_as_data(entry, "failed"))
            continue
        if as_json:
            print_json(entry_as_data(entry, "planned"))
        else:
            print_line(f"{entry.label}: planned again")
        count += 1
    return count


def _say_deleted(entries: list[LedgerEntry]) -> None:
    if entries:
        what = plural(len(entries), "conversation")
        say(f"{what} deleted in Omi stay deleted; 'retry --deleted' plans them again")
