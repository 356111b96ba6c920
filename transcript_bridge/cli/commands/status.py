"""`status`: what the ledger says, also while an upload is running."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from ..output import plural, print_json, print_line, print_lines
from ..session import json_flag, ledger_flag, open_ledger

if TYPE_CHECKING:
    from ...transfer.ledger import AccountView

_STATE_TEXTS = {
    "done": "done",
    "discarded": "stored, but discarded (hidden from lists)",
    "planned": "planned, not sent yet",
    "sending": "being sent",
    "processing": "being processed by the server",
    "uncertain": "uncertain: perhaps stored; 'upload' looks again, 'resolve' lists them",
    "rejected": "rejected by the server; 'retry' plans them again",
    "blocked": "blocked by the server; 'retry' plans them again",
    "deleted": "deleted",
}


@click.command(name="status")
@ledger_flag
@json_flag("One JSON object, on standard output.")
def command(ledger: str | None, as_json: bool) -> int:
    """Show what was uploaded, what is left, and when the next write is possible. Needs no key."""
    with open_ledger(ledger) as opened:
        accounts = opened.survey()
        now = opened.now()
    if as_json:
        print_json({"accounts": [_as_data(account, now) for account in accounts]})
        return 0
    for account in accounts:
        print_lines(_as_lines(account, now))
    if not accounts:
        print_line("nothing has been uploaded yet")
    return 0


def _as_lines(account: AccountView, now: float) -> list[str]:
    name = f"profile {account.profile}" if account.profile else f"key {account.account[:6]}"
    total = plural(account.counts.total(), "request")
    lines = [f"{name}: {total} from {plural(account.sources, 'source')}"]
    counts = {state.value: count for state, count in account.counts.items()}
    for state, text in _STATE_TEXTS.items():
        if state in counts:
            lines.append(f"  {counts[state]:>7,} {text}")
    until = _blocked_until(account, now)
    if until is not None:
        local = until.astimezone()
        lines.append(f"  the server allows no more writes until {local:%Y-%m-%d %H:%M:%S}")
    return lines


def _as_data(account: AccountView, now: float) -> dict[str, Any]:
    states = dict.fromkeys(_STATE_TEXTS, 0)
    for state, count in account.counts.items():
        states[state.value] = count
    until = _blocked_until(account, now)
    return {
        "account": account.account,
        "profile": account.profile,
        "honours_key": account.honours_key,
        "sources": account.sources,
        "states": states,
        "limit": account.window.limit,
        "blocked_until": None if until is None else until.isoformat(),
    }


def _blocked_until(account: AccountView, now: float) -> datetime | None:
    """When the server takes the next write; None if it takes one now. now: seconds since 1970."""
    from ...transfer.pace import Pace

    pause = account.window.wait(now, Pace(gap=0))
    if pause is None:
        return None
    return datetime.fromtimestamp(now + pause.seconds, UTC)
