"""`resolve`: the user decides about requests whose outcome is unknown."""

from __future__ import annotations

from datetime import tzinfo
from typing import TYPE_CHECKING, Any

import click

from ...errors import RowChangedError, SettingsError, TooEarlyError
from ...options.kinds import number_kind
from ...quantities import count_of
from ..accounts import load_server
from ..environment import read_environment
from ..flags import json_flag, ledger_flag
from ..output import ExitStatus, print_json, print_line, say, say_next
from ..selection import find_zone, read_settings
from ..session import read_ledger
from ..value_types import ValueType

if TYPE_CHECKING:
    from ...transfer.ledger import Ledger, LedgerEntry


@click.command(name="resolve")
@click.argument("numbers", nargs=-1, type=ValueType(number_kind(1)), metavar="[NUMBER]...")
@ledger_flag
@click.option(
    "--found",
    metavar="ID",
    help="It is in Omi, as the conversation with this ID, which is checked.",
)
@click.option(
    "--send-again", is_flag=True, help="It is not in Omi: the next 'upload' sends it again."
)
@json_flag("One JSON object per request, on standard output.")
def command(
    numbers: tuple[int, ...], ledger: str | None, found: str | None, send_again: bool, as_json: bool
) -> int:
    """Decide about requests that may or may not be stored.

    Without NUMBER, list them. 'upload' could not find out whether those listed here are stored:
    look for them in Omi, then decide. For ten minutes after a request was sent, a server that
    ignores session ids may still store it; until then it cannot be sent again.
    """
    from ...workspace.resolving import select_uncertain

    _check_usage(numbers, found, send_again)
    with read_ledger(ledger) as opened:
        entries = select_uncertain(opened)
        if numbers:
            return _decide(opened, entries, numbers, found, as_json)
        _list(opened, entries, as_json)
    return 0


def _check_usage(numbers: tuple[int, ...], found: str | None, send_again: bool) -> None:
    """Raises SettingsError for flags that contradict each other."""
    is_decision = bool(found) or send_again
    if is_decision and not numbers:
        raise SettingsError("name the requests: the NUMBER that 'transcript-bridge resolve' shows")
    has_one_decision = bool(found) != send_again
    if numbers and not has_one_decision:
        raise SettingsError("give either --found ID or --send-again")
    if found and len(numbers) > 1:
        raise SettingsError("a conversation belongs to one request: give one NUMBER with --found")


def _decide(
    ledger: Ledger,
    entries: list[LedgerEntry],
    numbers: tuple[int, ...],
    found: str | None,
    as_json: bool,
) -> int:
    """Record that the requests are stored as `found`, or will be sent again.

    Returns the exit code. Requests that another process has changed, or that the server may still
    store, are not changed.
    """
    from ...workspace.found_conversation import check_found
    from ...workspace.resolving import settle_by_hand

    by_number = {entry.row.id: entry for entry in entries}
    unknown = [str(number) for number in numbers if number not in by_number]
    if unknown:
        raise SettingsError(f"no uncertain request has the number {', '.join(unknown)}")
    outcome = "will be sent again by 'upload'"
    if found:
        check_found(found, by_number[numbers[0]], ledger, load_server({}), read_environment())
        outcome = f"is in Omi as {found}"
    status = ExitStatus(as_json=as_json)
    for number in numbers:
        entry = by_number[number]
        try:
            settle_by_hand(ledger, entry, found)
        except (RowChangedError, TooEarlyError) as error:
            status.fail(error, **_as_data(entry))
            continue
        if as_json:
            decided = {"id": found, "status": "completed" if found else "planned"}
            print_json({**_as_data(entry), **decided})
        else:
            print_line(f"{entry.shown}: {outcome}")
    return status.code


def _list(ledger: Ledger, entries: list[LedgerEntry], as_json: bool) -> None:
    zone = find_zone(read_settings((), None))
    for entry in entries:
        if as_json:
            print_json(_as_data(entry))
        else:
            print_line(_describe(ledger, entry, zone))
    if not entries:
        say("no request is uncertain")
    else:
        say(f"{count_of(len(entries), 'request')} uncertain")
        say_next("look in Omi, then 'transcript-bridge resolve' with --found ID or --send-again")


def _describe(ledger: Ledger, entry: LedgerEntry, zone: tzinfo | None) -> str:
    """`3  /x/a.srt  began 2026-01-02 03:04:05 CET, 4 segments, 9 words: …`."""
    from ...workspace.resolving import describe_wait, find_remaining_grace

    row = entry.row
    size = f"{count_of(row.segments, 'segment')}, {count_of(row.words, 'word')}"
    wait = find_remaining_grace(ledger, entry)
    when = ""
    if wait > 0:
        when = f"; {describe_wait(wait)}"
    began = f"{row.started_at.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"
    return f"{row.id}  {entry.shown}  began {began}, {size}: {row.last_error}{when}"


def _as_data(entry: LedgerEntry) -> dict[str, Any]:
    row = entry.row
    return {
        "number": row.id,
        "input": entry.label,
        "started_at": row.started_at.isoformat(),
        "segments": row.segments,
        "words": row.words,
        "attempts": row.attempts,
        "message": row.last_error,
    }
