"""`verify`: compares what was sent with the server, and lists what was never sent."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from ...quantities import count_of
from ..accounts import load_server, say_other_accounts
from ..flags import json_flag, quiet_flag
from ..left_out_names import describe_unread, describe_unusable
from ..output import FAILED, STOPPED, print_json, print_line, say, say_next
from ..progress import say_waiting
from ..selection import find_zone, read_settings, select, selection_flags, unsent_lines
from ..session import open_session
from ..signals import stop_on_signals

if TYPE_CHECKING:
    from ...archive.plan import ArchivePlan
    from ...transfer.ledger import LedgerEntry
    from ...transfer.verify import Verified
    from ...workspace.selection import Selection

_WORDS = {
    "planned": "not sent yet",
    "sending": "being sent, or interrupted",
    "uncertain": "uncertain",
    "processing": "being processed",
    "rejected": "refused by the server",
    "blocked": "refused, because of the plan of this account",
    "deleted": "deleted in Omi; 'retry --deleted' sends it again",
}
"""States of requests that are not known to be in Omi, with their words."""


@click.command(name="verify")
@selection_flags
@json_flag("One JSON object per request, on standard output.")
@quiet_flag
def command(
    inputs: tuple[str, ...],
    settings: str | None,
    ledger: str | None,
    as_json: bool,
    **server: Any,
) -> int:
    """Compare what was uploaded with what is in Omi: every text, time and speaker.

    INPUT is a file or a folder; without it, everything is compared. It also lists what was never
    sent. One call reads 25 conversations; the server allows 25 calls per hour. 'status' and
    'report' show the results. Exits with 1 if anything is missing, different or never sent.
    """
    from ...transfer.verify import Verifier, record_verdict

    results = []
    with (
        open_session(load_server(server), ledger) as (client, opened, account),
        stop_on_signals() as stop,
    ):
        selection = select(opened, account, inputs, settings)
        entries = [entry for entry in selection.entries if _is_verifiable(entry)]
        zone = find_zone(read_settings(inputs, settings))
        verifier = Verifier(client, stop=stop, observe=partial(say_waiting, zone=zone))
        for result in verifier.verify(entries):
            results.append(result)
            record_verdict(opened, result)
            _print(result, as_json)
        if not selection.entries or selection.unsent:
            say_other_accounts(opened, account, selection.digests)
    is_all_sent = _print_unsent(selection, as_json)
    _say_sum(results, selection, verifier.calls)
    if len(results) < len(entries):
        say(f"stopped; {count_of(len(entries) - len(results), 'conversation')} not verified")
        return STOPPED
    has_failures = any(result.verdict in ("missing", "different") for result in results)
    if selection.unsent:
        say_next("the same 'upload' or 'migrate' command sends what is left")
    is_complete = is_all_sent and not has_failures and not selection.missing
    return 0 if is_complete else FAILED


def _is_verifiable(entry: LedgerEntry) -> bool:
    """Whether it should be in Omi. A request that was deleted there is included: it may only be
    locked."""
    from ...transfer.states import STORED, State

    row = entry.row
    if row.state in STORED:
        return not entry.replaced
    is_deleted_in_omi = row.state is State.DELETED and not row.undone
    return is_deleted_in_omi and row.conversation_id is not None and not entry.replaced


def _print(result: Verified, as_json: bool) -> None:
    source = result.entry.shown
    conversation = result.entry.row.conversation_id
    if as_json:
        row = {
            "input": result.entry.label,
            "id": conversation,
            "verdict": result.verdict,
            "detail": result.detail,
            "warning": result.warning,
        }
        print_json(row)
    elif result.verdict in ("missing", "different"):
        print_line(f"{source}: {conversation} is {result.verdict}: {result.detail}")
    if result.warning:
        say(f"{source}: {result.warning}", mark="warning")


def _print_unsent(selection: Selection, as_json: bool) -> bool:
    """Print what is not in Omi. Returns whether everything is."""
    waiting = _find_waiting(selection.entries)
    if as_json:
        for entry in waiting:
            detail = _WORDS[entry.row.state]
            row = {"input": entry.label, "id": None, "verdict": "unsent", "detail": detail}
            print_json({**row, "warning": ""})
        for recording in selection.unsent:
            detail = "changed since it was sent" if recording.is_changed else "never sent"
            row = {"input": recording.path, "id": None, "verdict": "unsent", "detail": detail}
            print_json({**row, "warning": "", "conversations": recording.conversations})
        _print_unsendable(selection.plan)
    else:
        for entry in waiting:
            print_line(f"{entry.shown}: {_WORDS[entry.row.state]}")
        for line in unsent_lines(selection.unsent):
            print_line(line)
    if selection.unusable:
        say(describe_unusable(selection.unusable), mark="warning")
    if selection.unread:
        say(describe_unread(selection.unread), mark="warning")
    return not waiting and not selection.unsent


def _print_unsendable(plan: ArchivePlan) -> None:
    """The files of the inputs that cannot be sent, or are not read, as JSON."""
    for summary in (*plan.failed, *plan.turns_alone):
        row = {"input": summary.path, "id": None, "verdict": "unusable"}
        print_json({**row, "detail": summary.error, "warning": ""})
    for file in plan.unread:
        row = {"input": file.path, "id": None, "verdict": "unread"}
        print_json({**row, "detail": file.advice, "warning": ""})


def _find_waiting(entries: Sequence[LedgerEntry]) -> list[LedgerEntry]:
    return [entry for entry in entries if _is_waiting(entry)]


def _is_waiting(entry: LedgerEntry) -> bool:
    is_counted = not entry.replaced and not entry.row.undone
    return is_counted and entry.row.state in _WORDS and not _is_verifiable(entry)


def _count_undone(entries: Sequence[LedgerEntry]) -> int:
    from ...transfer.states import State

    count = 0
    for entry in entries:
        is_counted = entry.row.undone and not entry.replaced
        if is_counted and entry.row.state is State.DELETED:
            count += 1
    return count


def _say_sum(results: Sequence[Verified], selection: Selection, calls: int) -> None:
    from ...transfer.verify import count_verdicts

    counts: dict[str, int] = dict(count_verdicts(results).items())
    counts["not in Omi"] = len(_find_waiting(selection.entries))
    counts["never sent"] = selection.unsent_conversations
    counts["removed by 'undo'"] = _count_undone(selection.entries)
    found = [f"{count:,} {verdict}" for verdict, count in counts.items() if count]
    text = ", ".join(found) or "nothing to verify"
    if len(found) == 1 and counts["same"]:
        one = "conversation is in Omi as it was sent"
        text = count_of(counts["same"], one, "conversations are in Omi as they were sent")
    if calls:
        text += f"; it took {count_of(calls, 'call')}"
    say(text)
