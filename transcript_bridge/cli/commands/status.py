"""`status`: what the ledger says, also while an upload is at work."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from ..output import plural
from ..session import ledger_flag, open_ledger

if TYPE_CHECKING:
    from ...transfer.ledger.views import AccountView

_WORDS = {
    "done": "done",
    "discarded": "stored, but discarded (hidden from lists)",
    "planned": "planned, not sent yet",
    "sending": "being sent",
    "processing": "being worked on by the server",
    "uncertain": "uncertain: perhaps stored, 'upload' looks again, 'resolve' lists them",
    "rejected": "rejected by the server, 'retry' plans them again",
    "blocked": "blocked by the server, 'retry' plans them again",
    "deleted": "deleted",
}


@click.command(name="status")
@ledger_flag
@click.option("--json", "as_json", is_flag=True, help="One JSON object, on standard output.")
def command(ledger: str | None, as_json: bool) -> int:
    """Show what was uploaded, what is left, and when it goes on. Needs no key."""
    with open_ledger(ledger) as opened:
        views = opened.survey()
        now = opened.now()
    if as_json:
        click.echo(json.dumps({"accounts": [_data(view, now) for view in views]}))
        return 0
    for view in views:
        _print(view, now)
    if not views:
        click.echo("nothing was uploaded yet")
    return 0


def _print(view: AccountView, now: float) -> None:
    name = f"profile {view.profile}" if view.profile else f"key {view.account[:6]}"
    total = sum(view.counts.values())
    click.echo(f"{name}: {plural(total, 'request')} from {plural(view.sources, 'source')}")
    counts = {state.value: count for state, count in view.counts.items()}
    for state, words in _WORDS.items():
        if state in counts:
            click.echo(f"  {counts[state]:>7,} {words}")
    until = _waits_until(view, now)
    if until is not None:
        moment = datetime.fromtimestamp(until).astimezone()
        click.echo(f"  the server allows no more writes until {moment:%Y-%m-%d %H:%M:%S}")


def _data(view: AccountView, now: float) -> dict[str, Any]:
    until = _waits_until(view, now)
    return {
        "account": view.account,
        "profile": view.profile,
        "honours_key": view.honours_key,
        "sources": view.sources,
        "states": dict.fromkeys(_WORDS, 0)
        | {state.value: count for state, count in view.counts.items()},
        "limit": view.window.limit,
        "blocked_until": until and datetime.fromtimestamp(until, UTC).isoformat(),
    }


def _waits_until(view: AccountView, now: float) -> float | None:
    from ...transfer.pace import Pace

    pause = view.window.wait(now, Pace(gap=0))
    return None if pause is None else now + pause.seconds
