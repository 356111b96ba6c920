"""`retry`: plan again what the server refused."""

from __future__ import annotations

from typing import Any

import click

from ...errors import RowChangedError
from ..accounts import choose_account, server_flags
from ..options import inputs_argument
from ..output import ExitStatus, plural, print_line, say
from ..session import absolute_paths, ledger_flag, open_ledger, quiet_flag


@click.command(name="retry")
@inputs_argument
@server_flags
@ledger_flag
@click.option(
    "--deleted", is_flag=True, help="Also what was deleted in Omi; it is uploaded as new."
)
@quiet_flag
def command(inputs: tuple[str, ...], ledger: str | None, deleted: bool, **server: Any) -> int:
    """Plan again what the server rejected or blocked, from INPUT (files or folders) or all of it.

    The next 'upload' or 'migrate' of the same inputs sends it. Planned and uncertain requests need
    no retry. It concerns every account of the ledger, or only that of --profile or --api-base.
    """
    from ...transfer.ledger import plan_again
    from ...transfer.states import State

    states = {State.REJECTED, State.BLOCKED}
    if deleted:
        states.add(State.DELETED)
    count = 0
    status = ExitStatus()
    with open_ledger(ledger) as opened:
        account = choose_account(server, opened)
        for entry in opened.select(account, states, absolute_paths(inputs)):
            is_deleted = entry.row.state is State.DELETED
            try:
                opened.change(entry, **plan_again(entry.row, fresh=is_deleted))
            except RowChangedError as error:
                status.fail(error)
                continue
            print_line(f"{entry.label}: planned again")
            count += 1
    advice = "; run the same 'upload' or 'migrate' again to send them" if count else ""
    say(f"{plural(count, 'request')} planned again{advice}")
    return status.code
