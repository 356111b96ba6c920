"""`status`: what the ledger says, also while an upload is running."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from ...errors import SettingsError
from ..accounts import choose_account, find_account, load_server, server_flags
from ..output import plural, print_json, print_line, print_lines, say
from ..session import json_flag, ledger_flag, open_ledger

if TYPE_CHECKING:
    from ...transfer.ledger import AccountView, Ledger
    from ...workspace.connection import Account

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
@server_flags
@ledger_flag
@json_flag("One JSON object, on standard output.")
def command(ledger: str | None, as_json: bool, **server: Any) -> int:
    """Show what was uploaded, what is left, and when the next write is possible. Needs no key.

    Every account of the ledger is shown, or only that of --profile or --api-base.
    """
    with open_ledger(ledger) as opened:
        chosen = choose_account(server, opened)
        accounts = [view for view in opened.survey() if chosen in (None, view.account)]
        used = _find_used(server, opened)
        now = opened.now()
    if as_json:
        rows = [_as_data(account, used, now) for account in accounts]
        print_json({"accounts": rows})
        return 0
    for account in accounts:
        print_lines(_as_lines(account, used, now))
    names = [account.account for account in accounts]
    if used is not None and used.name not in names:
        print_line(f"{_describe(used)}: nothing has been uploaded yet")
    elif not accounts:
        print_line("nothing has been uploaded yet")
    return 0


def _find_used(server: Mapping[str, Any], ledger: Ledger) -> Account | None:
    """The account that an upload with the same flags and settings would use, as the ledger has it.

    None without a key. What is wrong with the settings concerns an upload, and `status` works
    without them.
    """
    try:
        account = find_account(load_server(server))
    except SettingsError as error:
        say(str(error), mark="warning")
        return None
    if account is None:
        return None
    return account._replace(name=ledger.find_account(account.name))


def _describe(account: Account) -> str:
    from ...workspace.account_names import describe_account

    return f"{describe_account(account.label, account.name)} (in use)"


def _as_lines(view: AccountView, used: Account | None, now: float) -> list[str]:
    from ...workspace.account_names import describe_view

    name = describe_view(view)
    if used is not None and used.name == view.account:
        name = _describe(used)
    total = plural(view.counts.total(), "request")
    lines = [f"{name}: {total} from {plural(view.sources, 'source')}"]
    counts = {state.value: count for state, count in view.counts.items()}
    for state, text in _STATE_TEXTS.items():
        if state in counts:
            lines.append(f"  {counts[state]:>7,} {text}")
    until = _blocked_until(view, now)
    if until is not None:
        local = until.astimezone()
        lines.append(f"  the server allows no more writes until {local:%Y-%m-%d %H:%M:%S}")
    return lines


def _as_data(view: AccountView, used: Account | None, now: float) -> dict[str, Any]:
    states = dict.fromkeys(_STATE_TEXTS, 0)
    for state, count in view.counts.items():
        states[state.value] = count
    until = _blocked_until(view, now)
    is_used = used is not None and used.name == view.account
    label = used.label if used is not None and is_used else view.label
    return {
        "account": view.account,
        "profile": label.profile,
        "key_place": label.key_place,
        "server": label.server,
        "in_use": is_used,
        "honours_key": view.honours_key,
        "sources": view.sources,
        "states": states,
        "limit": view.window.limit,
        "blocked_until": None if until is None else until.isoformat(),
    }


def _blocked_until(account: AccountView, now: float) -> datetime | None:
    """When the server takes the next write; None if it takes one now. now: seconds since 1970."""
    from ...transfer.pace import Pace

    pause = account.window.wait(now, Pace(gap=0))
    if pause is None:
        return None
    return datetime.fromtimestamp(now + pause.seconds, UTC)
