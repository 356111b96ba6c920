"""`ledger`: where it is, and all that stands in it."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from ...errors import OutputError
from ..session import default_ledger, ledger_flag, open_ledger

if TYPE_CHECKING:
    from ...transfer.ledger.views import Entry


@click.group(name="ledger")
def command() -> None:
    """Show where the ledger is, or what stands in it."""


@command.command(name="path")
@ledger_flag
def show_path(ledger: str | None) -> int:
    """Print where the ledger is; of a database, without its password."""
    from ...transfer.ledger.schema import describe_location

    click.echo(describe_location(str(ledger or default_ledger())))
    return 0


@command.command(name="export")
@ledger_flag
@click.option("-o", "--output", metavar="FILE", help="Into this file instead of standard output.")
def export(ledger: str | None, output: str | None) -> int:
    """Print every request as a line of JSON.

    There is neither a key nor a word of a transcript in it.
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


def _write(entries: list[Entry], stream: IO[str]) -> None:
    for entry in entries:
        stream.write(json.dumps(_data(entry), ensure_ascii=False) + "\n")


def _data(entry: Entry) -> dict[str, Any]:
    row = entry.row
    return {
        "account": entry.account,
        "sources": [{"path": p.path, "part": p.number, "parts": p.parts} for p in entry.parts],
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
        "sent_at": row.sent_at and datetime.fromtimestamp(row.sent_at, UTC).isoformat(),
        "updated_at": datetime.fromtimestamp(row.updated_at, UTC).isoformat(),
    }
