"""`undo`: deletes what this ledger created."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from ...errors import SettingsError
from ...quantities import count_of, time_needed_of
from ..accounts import load_server, say_other_accounts
from ..flags import (
    dry_run_flag,
    is_confirmed,
    json_flag,
    pace_flags,
    quiet_flag,
    read_run_flags,
    yes_flag,
)
from ..output import (
    STOPPED,
    ExitStatus,
    failure_as_data,
    print_json,
    print_line,
    print_lines,
    render_now,
    say,
    say_lines,
)
from ..progress import say_waiting
from ..selection import (
    entry_as_data,
    find_zone,
    judge_missing,
    read_settings,
    select,
    selection_flags,
    source_lines,
)
from ..session import CommandSession, open_session
from ..signals import stop_on_signals

if TYPE_CHECKING:
    from ...transfer.ledger import Ledger, LedgerEntry
    from ...transfer.pace import Pace
    from ...transfer.undo import Undoer, Undone
    from ...workspace.selection import Selection
    from ...workspace.undoing import UndoChoice


@click.command(name="undo")
@selection_flags
@click.option(
    "--all",
    "everything",
    is_flag=True,
    help="Delete everything that this ledger created with this key.",
)
@click.option("--discard", is_flag=True, help="Hide the conversations instead of deleting them.")
@click.option(
    "--adopted",
    is_flag=True,
    help="Also delete conversations that were only found by their words after a lost answer: "
    "another program may have created them.",
)
@dry_run_flag
@yes_flag
@pace_flags
@json_flag("One JSON object per conversation, on standard output.")
@quiet_flag
def command(
    inputs: tuple[str, ...], everything: bool, discard: bool, as_json: bool, **flags: Any
) -> int:
    """Delete the conversations that were uploaded, and only those.

    INPUT is a file or a folder; --all means everything. The command lists the conversations, says
    how long it takes, and asks first. Uploading the same files again creates new conversations.
    """
    from ...transfer.pace import Pace
    from ...transfer.undo import Undoer
    from ...workspace.undoing import choose_undoable

    if bool(inputs) == everything:
        raise SettingsError("give INPUT or --all to choose what to undo")
    run = read_run_flags(flags, "rate", "gap")
    pace = Pace(run.rate, run.gap)
    with open_session(load_server(flags), flags["ledger"]) as session:
        client, ledger, account = session
        selection = select(ledger, account, inputs, flags["settings"])
        code = judge_missing(selection)
        chosen = choose_undoable(selection, adopted=flags["adopted"])
        _say_left_alone(chosen)
        entries = chosen.entries
        if not entries:
            return max(code, _end_without_work(session, selection, flags["dry_run"]))
        question = _ask(entries, discard)
        time = _describe_time(ledger, account, pace, len(entries))
        if flags["dry_run"]:
            return max(code, _preview(entries, question, time, as_json))
        if not _is_agreed(flags["yes"], entries, question, time):
            say("you answered no; nothing was changed")
            return STOPPED
        _stop_wanting(ledger, account, selection)
        with stop_on_signals() as stop:
            zone = find_zone(read_settings(inputs, flags["settings"]))
            observe = partial(say_waiting, zone=zone)
            undoer = Undoer(client, ledger, account, discard, pace, stop=stop, observe=observe)
            return max(code, _undo(undoer, entries, as_json))


def _end_without_work(session: CommandSession, selection: Selection, dry_run: bool) -> int:
    """Report that nothing of the selection is in Omi. Returns the exit code."""
    say("there is nothing to undo")
    if not dry_run:
        _stop_wanting(session.ledger, session.account, selection)
    say_other_accounts(session.ledger, session.account, selection.digests)
    return 0


def _ask(entries: Sequence[LedgerEntry], discard: bool) -> str:
    verb = "Delete"
    if discard:
        verb = "Hide"
    return f"{verb} {count_of(len(entries), 'conversation')} in Omi?"


def _preview(entries: Sequence[LedgerEntry], question: str, time: str, as_json: bool) -> int:
    """Print what would be undone; returns the exit code."""
    if as_json:
        for entry in entries:
            print_json(entry_as_data(entry, "dry-run"))
        say(time)
    else:
        print_lines([*source_lines(entries, every=True), time])
    say(f"dry run: nothing was changed; without --dry-run it asks: {question}")
    return 0


def _is_agreed(yes: bool, entries: Sequence[LedgerEntry], question: str, time: str) -> bool:
    """Ask before anything is deleted. Raises SettingsError without a terminal."""
    if not yes:
        say_lines(source_lines(entries))
    say(time)
    return is_confirmed(yes, question, preview="--dry-run")


def _say_left_alone(chosen: UndoChoice) -> None:
    reasons = (
        (
            chosen.adopted,
            "found by the words after a lost answer, so another program may have created them; "
            "--adopted includes them",
        ),
        (
            chosen.copies,
            "uploaded from other files with the same content, which still exist; name those files "
            "to undo them",
        ),
        (chosen.held, "another process works on them"),
    )
    for count, reason in reasons:
        if count:
            say(f"{count_of(count, 'conversation')} left alone: {reason}", mark="warning")


def _stop_wanting(ledger: Ledger, account: str, selection: Selection) -> None:
    """Forget wanted recordings that were not begun, until an upload is asked to send them again."""
    if not selection.wanted:
        return
    ledger.stop_wanting(account, selection.wanted)
    conversations = count_of(len(selection.wanted), "recording")
    say(f"no longer counted as left: {conversations} that 'migrate' has not started")


def _describe_time(ledger: Ledger, account: str, pace: Pace, count: int) -> str:
    """`at 25 writes an hour, this takes 2 hours`."""
    from ...archive.sending_time import time_needed
    from ...workspace.ledger_state import find_wait, read_undo_allowance

    allowance = read_undo_allowance(ledger, account, pace.rate)
    wait = find_wait(ledger.read_window(account), ledger.now())
    needed = time_needed(count, allowance, wait)
    writes = count_of(allowance.per_hour, "write")
    return f"with at most {writes} an hour, this takes {time_needed_of(needed)}"


def _undo(undoer: Undoer, entries: Sequence[LedgerEntry], as_json: bool) -> int:
    """Undo, print each result and the sum; returns the exit code."""
    status = ExitStatus(as_json=as_json)
    counts: Counter[str] = Counter()
    for done in undoer.undo(entries):
        outcome = _describe(done, undoer.discard)
        counts[outcome] += 1
        _print(done, outcome, status, as_json)
    found = ", ".join(f"{count:,} {outcome}" for outcome, count in counts.items())
    left = len(entries) - counts.total()
    conversations = count_of(len(entries), "conversation")
    if left:
        _end_early(f"{left:,} of {conversations} left", found, as_json)
        return STOPPED
    again = "uploading the same files again creates new ones"
    say(f"{conversations}: {found}; {again}")
    return status.code


def _describe(done: Undone, discard: bool) -> str:
    """The outcome in words."""
    if done.error is not None:
        return "failed"
    if done.was_gone:
        return "was already deleted"
    if discard:
        return "hidden"
    return "deleted"


def _print(done: Undone, outcome: str, status: ExitStatus, as_json: bool) -> None:
    entry = done.entry
    if done.error is not None:
        error = done.error.reword(f"{entry.shown}: {done.error.message}")
        status.fail(error, **entry_as_data(entry, outcome))
    elif as_json:
        print_json(entry_as_data(entry, "gone" if done.was_gone else outcome))
    else:
        print_line(f"{entry.shown}: {entry.row.conversation_id} {outcome}")


def _end_early(rest: str, found: str, as_json: bool) -> None:
    done_so_far = ""
    if found:
        done_so_far = f" ({found})"
    message = f"stopped; {rest}{done_so_far}; run the same command again to continue"
    say(message)
    if as_json:
        error = failure_as_data("stopped", message, STOPPED)
        print_json({"time": render_now(), "error": error})
