"""`retry`: what the server refused is planned again."""

from __future__ import annotations

import os

import click

from ...errors import SettingsError
from ..output import plural, say
from ..session import ledger_flag, open_ledger


@click.command(name="retry")
@click.argument("inputs", nargs=-1, metavar="[INPUT]...")
@ledger_flag
@click.option(
    "--deleted", is_flag=True, help="Also those that were deleted in Omi: they are uploaded anew."
)
def command(inputs: tuple[str, ...], ledger: str | None, deleted: bool) -> int:
    """Plan again what the server rejected or blocked, of INPUT (files or folders) or of all.

    The next 'upload' or 'migrate' of the same inputs sends them. What is only planned or uncertain
    needs no retry.
    """
    from ...transfer.ledger.plan import plan_again
    from ...transfer.states import State

    states = {State.REJECTED, State.BLOCKED, *([State.DELETED] if deleted else [])}
    count = 0
    with open_ledger(ledger) as opened:
        for entry in opened.select(states=states, paths=absolute(inputs)):
            fresh = entry.row.state is State.DELETED
            try:
                opened.change(entry, **plan_again(entry.row, fresh=fresh))
            except SettingsError as error:
                say(str(error), mark="warning")
                continue
            click.echo(f"{entry.label}: planned again")
            count += 1
    how = "; run the same 'upload' or 'migrate' again to send them" if count else ""
    say(f"{plural(count, 'request')} planned again{how}")
    return 0


def absolute(inputs: tuple[str, ...]) -> list[str]:
    """As the ledger names sources."""
    return [name if name == "-" else os.path.abspath(name) for name in inputs]  # noqa: PTH100  # as finding.py does
