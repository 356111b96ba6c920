"""`ledger`: where the ledger is, and everything in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...errors import SettingsError
from ...quantities import count_of
from ...workspace.locations import default_ledger, find_ledger_file, has_ledger
from ..environment import read_environment
from ..flags import json_flag, ledger_flag
from ..groups import CommandGroup
from ..output import print_json, print_line, say
from ..output_target import open_output, output_flags
from ..path_types import OPTION_PATH
from ..printable import escape_json
from ..session import describe_place, open_ledger, read_ledger, require_ledger
from ..times import seconds_to_iso

if TYPE_CHECKING:
    from ...transfer.ledger import LedgerEntry


@click.group(name="ledger", cls=CommandGroup)
def command() -> None:
    """Show, export or copy the ledger, or say that it was restored."""


@command.command(name="path")
@ledger_flag
@json_flag("One JSON object, on standard output.")
def show_path(ledger: str | None, as_json: bool) -> int:
    """Print where the ledger is; the password of a database is left out."""
    place = describe_place(ledger)
    if as_json:
        is_there = has_ledger(ledger, read_environment())
        print_json({"ledger": place, "exists": is_there})
    else:
        print_line(place)
    return 0


@command.command(name="export")
@ledger_flag
@output_flags("Into this file instead of standard output.")
def export(ledger: str | None, output: str | None, force: bool) -> int:
    """Print every request as a line of JSON.

    The lines contain neither a key nor the text of a transcript.
    """
    target = open_output(output, "ledger export", (ledger,), force=force)
    with read_ledger(ledger) as opened:
        entries = opened.select()
    with target:
        target.write("")  # creates the file even for an empty ledger
        for entry in entries:
            line = json.dumps(_as_data(entry), ensure_ascii=False)
            target.write(escape_json(line) + "\n")
    return 0


@command.command(name="backup")
@ledger_flag
@click.argument("target", metavar="FILE", type=OPTION_PATH)
def backup(ledger: str | None, target: str) -> int:
    """Copy the ledger to a new FILE, also while an upload runs.

    Plain copies of a ledger in use lack what is still in its -wal file. To restore the copy, put it
    in the place of the ledger, and remove the files there that end in -wal and -shm.
    """
    require_ledger(ledger, "ledger to copy")
    with open_ledger(ledger) as opened:
        opened.back_up(Path(target))
    say(f"the ledger was copied to {target}")
    return 0


@command.command(name="copy")
@ledger_flag
@click.argument("target", metavar="URL")
def copy(ledger: str | None, target: str) -> int:
    """Copy a ledger file into the empty PostgreSQL database at URL, to continue with that.

    No other program may use the file meanwhile. Give the URL to all later commands with --ledger.
    If you use the file again, it counts like one from a backup.
    """
    from ...transfer.ledger import copy_ledger, describe_location

    require_ledger(ledger, "ledger to copy")
    path = find_ledger_file(ledger or str(default_ledger(read_environment())))
    if path is None:
        raise SettingsError(
            "this ledger is a database on a server; copy it there, for example with pg_dump"
        )
    number = copy_ledger(path, target)
    say(
        f"the ledger {path} was copied to {describe_location(target)}: "
        f"{count_of(number, 'request')}; from now on, use it with --ledger"
    )
    return 0


@command.command(name="restored")
@ledger_flag
def restored(ledger: str | None) -> int:
    """Say that the ledger was restored from an older copy.

    It does not know what was sent since. So before a conversation is sent, the program finds out
    whether Omi has it. Stop all uploads before.
    """
    require_ledger(ledger)
    with open_ledger(ledger) as opened:
        opened.distrust()
    say("from now on, before a conversation is sent, the program finds out whether Omi has it")
    return 0


def _as_data(entry: LedgerEntry) -> dict[str, Any]:
    row = entry.row
    sources = [
        {"path": part.path, "part": part.number, "parts": part.parts} for part in entry.parts
    ]
    return {
        "account": entry.account,
        "sources": sources,
        "client_session_id": row.wire_session_id,
        "state": row.state.value,
        "id": row.conversation_id,
        "started_at": row.started_at.isoformat(),
        "finished_at": row.finished_at.isoformat(),
        "segments": row.segments,
        "words": row.words,
        "content_digest": row.content_digest,
        "attempts": row.attempts,
        "last_error": row.last_error,
        "undone": row.undone,
        "sent_at": seconds_to_iso(row.sent_at),
        "updated_at": seconds_to_iso(row.updated_at),
    }
