"""`ledger`: where it is, and everything it contains."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from ...errors import OutputError
from ...workspace.locations import default_ledger
from ..environment import read_environment
from ..groups import CommandGroup
from ..session import ledger_flag, open_ledger

if TYPE_CHECKING:
    from ...transfer.ledger import LedgerEntry


@click.group(name="ledger", cls=CommandGroup)
def command() -> None:
    """Show where the ledger is, or what it contains."""


@command.command(name="path")
@ledger_flag
def show_path(ledger: str | None) -> int:
    """Print where the ledger is; the password of a database is left out."""
    from ...transfer.ledger import describe_location

    location = ledger or str(default_ledger(read_environment()))
    click.echo(describe_location(location))
    return 0


@command.command(name="export")
@ledger_flag
@click.option("-o", "--output", metavar="FILE", help="Into this file instead of standard output.")
def export(ledger: str | None, output: str | None) -> int:
    """Print every request as a line of JSON.

    The lines contain neither a key nor the text of a transcript.
    """
    with open_ledger(ledger) as opened:
        entries = opened.select()
    if output is None or output == "-":
        _write(entries, sys.stdout)
        return 0
    try:
        with Path(output).open("w", encoding="utf-8", newline="\n") as stream:
            _write(entries, stream)
    except OSError as error:
        raise OutputError(
            f"{output}: this cannot be written ({error.strerror}); choose another -o"
        ) from None
    return 0


def _write(entries: list[LedgerEntry], stream: IO[str]) -> None:
    for entry in entries:
        stream.write(json.dumps(_as_data(entry), ensure_ascii=False) + "\n")


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
        "sent_at": _render_moment(row.sent_at),
        "updated_at": _render_moment(row.updated_at),
    }


def _render_moment(seconds: float | None) -> str | None:
    """ISO 8601 in UTC, of seconds since 1970."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat()
