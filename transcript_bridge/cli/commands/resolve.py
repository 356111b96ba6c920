"""`resolve`: the user decides what nobody else can tell."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from ...errors import SettingsError
from ..output import plural, say
from ..session import ledger_flag, open_ledger

if TYPE_CHECKING:
    from ...transfer.ledger.views import Entry


@click.command(name="resolve")
@click.argument("numbers", nargs=-1, type=int, metavar="[NUMBER]...")
@ledger_flag
@click.option("--found", metavar="ID", help="It is there: the conversation with this ID.")
@click.option(
    "--send-again", is_flag=True, help="It is not there: the next 'upload' sends it again."
)
@click.option(
    "--json", "as_json", is_flag=True, help="One JSON object a request, on standard output."
)
def command(
    numbers: tuple[int, ...], ledger: str | None, found: str | None, send_again: bool, as_json: bool
) -> int:
    """List requests that are perhaps stored and perhaps not, or decide about some of them by their
    NUMBER.

    'upload' looks for them by itself. What is left here could not be told: look in Omi, then
    decide.
    """
    if (found or send_again) and not numbers:
        raise SettingsError("say which: the NUMBER that 'transcript-bridge resolve' shows")
    if bool(found) == send_again and numbers:
        raise SettingsError("say either --found ID or --send-again")
    if found and len(numbers) > 1:
        raise SettingsError("one conversation is one request: give one NUMBER with --found")
    from ...transfer.states import State

    with open_ledger(ledger) as opened:
        entries = [e for e in opened.select(states=[State.UNCERTAIN, State.SENDING]) if not e.held]
        if not numbers:
            return _list(entries, as_json)
        known = {entry.row.id: entry for entry in entries}
        strangers = [str(number) for number in numbers if number not in known]
        if strangers:
            raise SettingsError(f"nothing uncertain has the number {', '.join(strangers)}")
        for number in numbers:
            values: dict[str, Any] = {"last_error": "", "not_before": 0.0}
            values |= (
                {"state": State.DONE, "conversation_id": found}
                if found
                else {"state": State.PLANNED}
            )
            opened.change(known[number], **values)
            click.echo(
                f"{known[number].label}: "
                + (f"is {found}" if found else "will be sent again by 'upload'")
            )
    return 0


def _list(entries: list[Entry], as_json: bool) -> int:
    for entry in entries:
        row = entry.row
        if as_json:
            shown = {
                "number": row.id,
                "input": entry.label,
                "started_at": row.started_at.isoformat(),
                "segments": row.segments,
                "words": row.words,
                "attempts": row.attempts,
                "message": row.last_error,
            }
            click.echo(json.dumps(shown, ensure_ascii=False))
        else:
            click.echo(
                f"{row.id}  {entry.label}  began {row.started_at:%Y-%m-%d %H:%M:%S} UTC, "
                f"{plural(row.segments, 'segment')}, {plural(row.words, 'word')}: {row.last_error}"
            )
    say(
        f"{plural(len(entries), 'request')} uncertain"
        + ("; decide with --found ID or --send-again" if entries else "")
    )
    return 0
