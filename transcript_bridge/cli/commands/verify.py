"""`verify`: does the server have what was sent?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from ..accounts import load_server, open_session, say_other_accounts, server_flags
from ..options import inputs_argument
from ..output import FAILED, STOPPED, plural, print_json, print_line, say
from ..session import (
    absolute_paths,
    json_flag,
    ledger_flag,
    quiet_flag,
    say_waiting,
    stop_on_signals,
)

if TYPE_CHECKING:
    from ...transfer.verify import Verified


@click.command(name="verify")
@inputs_argument
@server_flags
@ledger_flag
@json_flag("One JSON object per request, on standard output.")
@quiet_flag
def command(
    inputs: tuple[str, ...],
    ledger: str | None,
    as_json: bool,
    **server: Any,
) -> int:
    """Read back what was uploaded from INPUT (files or folders), or all of it, and compare every
    text and time.

    One call reads 25 conversations; the server allows 25 calls per hour. Exits with 1 if anything
    is missing or different.
    """
    from ...transfer.states import State
    from ...transfer.verify import Verifier, count_verdicts

    results = []
    with (
        open_session(load_server(server), ledger) as (client, opened, account),
        stop_on_signals() as stop,
    ):
        stored = [State.DONE, State.DISCARDED]
        entries = opened.select(account, stored, absolute_paths(inputs))
        if not entries:
            say_other_accounts(opened, account)
        verifier = Verifier(client, stop=stop, observe=say_waiting)
        for result in verifier.verify(entries):
            results.append(result)
            _print(result, as_json)
    counts = count_verdicts(results)
    found = [f"{count:,} {verdict}" for verdict, count in counts.items() if count]
    text = ", ".join(found) or "nothing to verify"
    say(f"{text}; it took {plural(verifier.calls, 'call')}")
    if len(results) < len(entries):
        say(f"stopped; {plural(len(entries) - len(results), 'request')} not verified")
        return STOPPED
    has_failures = counts["missing"] + counts["different"] > 0
    return FAILED if has_failures else 0


def _print(result: Verified, as_json: bool) -> None:
    source = result.entry.label
    conversation = result.entry.row.conversation_id
    if as_json:
        row = {
            "input": source,
            "id": conversation,
            "verdict": result.verdict,
            "detail": result.detail,
        }
        print_json(row)
    elif result.verdict in ("missing", "different"):
        print_line(f"{source}: {conversation} is {result.verdict}: {result.detail}")
