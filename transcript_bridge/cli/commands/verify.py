"""`verify`: does the server hold what was sent."""

from __future__ import annotations

import json

import click

from ..output import plural, say
from ..session import (
    ledger_flag,
    load_settings,
    open_client,
    open_ledger,
    say_waiting,
    server_flags,
    stop_on_signals,
)
from .retry import absolute


@click.command(name="verify")
@click.argument("inputs", nargs=-1, metavar="[INPUT]...")
@server_flags
@ledger_flag
@click.option(
    "--json", "as_json", is_flag=True, help="One JSON object a request, on standard output."
)
def command(
    inputs: tuple[str, ...],
    profile: str | None,
    api_base: str | None,
    ledger: str | None,
    as_json: bool,
) -> int:
    """Read back what was uploaded from INPUT (files or folders) or altogether, and compare every
    text and time.

    It takes one call for 25 conversations, of which the server allows 25 an hour. Exits with 1 if
    anything is missing or different.
    """
    from ...transfer.states import State
    from ...transfer.verify import Verifier, count_verdicts

    results = []
    client, account = open_client(load_settings(profile, api_base))
    with client, open_ledger(ledger) as opened, stop_on_signals() as stop:
        entries = opened.select(account, [State.DONE, State.DISCARDED], absolute(inputs))
        verifier = Verifier(client, stop=stop, observe=say_waiting)
        for result in verifier.verify(entries):
            results.append(result)
            if as_json:
                shown = {
                    "input": result.entry.label,
                    "id": result.entry.row.conversation_id,
                    "verdict": result.verdict,
                    "detail": result.detail,
                }
                click.echo(json.dumps(shown, ensure_ascii=False))
            elif result.verdict in ("missing", "different"):
                click.echo(
                    f"{result.entry.label}: {result.entry.row.conversation_id} is {result.verdict}: {result.detail}"
                )
    counts = count_verdicts(results)
    told = (
        ", ".join(f"{count:,} {verdict}" for verdict, count in counts.items() if count)
        or "nothing to verify"
    )
    say(f"{told}; it took {plural(verifier.calls, 'call')}")
    if len(results) < len(entries):
        say(f"stopped; {plural(len(entries) - len(results), 'request')} not verified")
        return 4
    return 1 if counts["missing"] or counts["different"] else 0
