"""A SQLite file that is in use: detects that it was deleted or replaced, and saves its contents.

A deleted file exists as long as it is open, so it can be written back. Without the ledger it would
be unknown what was uploaded, and a server that ignores session ids would get everything twice.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Lock

import sqlalchemy as sa

from ...errors import LedgerError
from ...quantities import count_of
from ...sqlite_files import is_in_use
from .sent_counter import SentCount, find_count_file, write_count

_BUSY_SECONDS = 120.0
"""How long the connection that keeps the file open waits for other processes."""
_SHOWN = 20
"""The number of conversations that a message names."""


def create_private_file(path: Path) -> None:
    """Create an empty file that only the user can read. Raises OSError, also if it exists."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def remove_file(path: Path) -> None:
    """Remove a closed ledger and the files beside it, unless another program uses it."""
    with suppress(OSError):
        if not is_in_use(path):
            path.unlink()
            find_count_file(path).unlink(missing_ok=True)


def _open_anchor(path: Path) -> sqlite3.Connection:
    """A connection that keeps the file open and, after its first query, the log beside it.

    One of the engine's connections would read the whole schema: a sixth of the time of opening a
    ledger.
    """
    begin = "PRAGMA user_version"
    try:
        anchor = sqlite3.connect(path, timeout=_BUSY_SECONDS, check_same_thread=False)
        anchor.execute(begin).fetchone()
    except sqlite3.Error as error:  # reported like errors of the engine's connections
        raise sa.exc.OperationalError(begin, None, error) from None
    return anchor


class SqliteFile:
    """Watches a SQLite file that is in use, and saves its contents if it is deleted.

    opened_at: the present, in seconds since 1970. count_to: takes a number of transactions, and
    returns the content for the counter file beside the ledger.
    """

    def __init__(self, path: Path, opened_at: float, count_to: Callable[[int], SentCount]) -> None:
        self._path = path
        self._opened_at = opened_at
        self._count_to = count_to
        self._anchor = _open_anchor(path)  # stays open, so that a deleted file can be saved
        self._turn = Lock()
        self._identity = self._identify()
        self._saved: tuple[int, int] | None = None

    def close(self) -> None:
        """Close the connection that keeps the file open."""
        self._anchor.close()

    def check(self) -> None:
        """Raises LedgerError if the file at the path is no longer the one that was opened."""
        found = self._identify()
        if found is not None and found == self._identity:
            return
        with self._turn:
            raise LedgerError(self._rescue())

    def copy(self, target: Path) -> None:
        """Copy everything that is committed into an empty file. Raises sqlite3.Error."""
        copied = sqlite3.connect(target)
        try:
            self._anchor.backup(copied)
            # The copy is a single file, without a -wal beside it.
            copied.execute("PRAGMA journal_mode = DELETE").close()
        finally:
            copied.close()

    def _rescue(self) -> str:
        """Save the contents; returns what happened, for people.

        Other threads may finish requests after the first rescue. Then the rescued file is written
        again with their outcomes.
        """
        found = self._identify()
        # An empty file was created by a connection that was opened after the deletion.
        was_deleted = found is None or self._is_empty() or found == self._saved
        change = "replaced"
        if was_deleted:
            change = "deleted"
        place = self._path if was_deleted else self._path.with_name(self._path.name + ".rescued")
        happened = f"the ledger {self._path} was {change} while in use; stopped"
        reason = self._save(place)
        if reason:
            return (
                f"{happened}, and its contents could not be saved ({reason}). {self._list_lost()}"
            )
        self._saved = self._identify()
        if was_deleted:
            return f"{happened}, and its contents were saved to {place}; run the same command again"
        return (
            f"{happened}, and its contents were saved to {place}; "
            f"before you upload again, move that file to {self._path}"
        )

    def _identify(self) -> tuple[int, int] | None:
        """Device and inode; None if there is no such file."""
        try:
            stat = self._path.stat()
        except OSError:
            return None
        return stat.st_dev, stat.st_ino

    def _is_empty(self) -> bool:
        try:
            return self._path.stat().st_size == 0
        except OSError:
            return True

    def _save(self, place: Path) -> str:
        """Write the contents to a path, and create its folder if necessary. Returns why it failed,
        or ''.

        An old file at the path is removed only when the new one is complete.
        """
        draft = place.with_name(f"{place.name}.draft-{os.getpid()}")
        try:
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft.unlink(missing_ok=True)
            create_private_file(draft)
            self.copy(draft)
            for suffix in ("-wal", "-shm"):
                place.with_name(place.name + suffix).unlink(missing_ok=True)
            draft.replace(place)
        except (sqlite3.Error, OSError) as error:
            return str(error)
        # The copy is complete, so it is not behind what was sent.
        write_count(place, self._count_to(self._read_number()))
        return ""

    def _read_number(self) -> int:
        cursor = self._anchor.cursor()
        return int(cursor.execute("PRAGMA user_version").fetchone()[0])

    def _list_lost(self) -> str:
        """List what this run has sent and no file records."""
        query = (
            "SELECT DISTINCT s.path, r.conversation_id, r.state FROM tb_requests r "
            "JOIN tb_parts p ON p.request = r.id JOIN tb_sources s ON s.id = p.source "
            "WHERE r.sent_at IS NOT NULL AND r.updated_at >= ? ORDER BY r.updated_at"
        )
        try:
            rows = self._anchor.cursor().execute(query, (self._opened_at,)).fetchall()
        except sqlite3.Error:
            return (
                "What this run has sent is not on record. Look in Omi before you upload again: "
                "what is there would arrive twice"
            )
        if not rows:
            return "This run has sent nothing that is not on record elsewhere"
        named = [f"{path} ({conversation or state})" for path, conversation, state in rows[:_SHOWN]]
        more = ""
        if len(rows) > _SHOWN:
            more = f", and {len(rows) - _SHOWN} more"
        return (
            f"Not on record: {count_of(len(rows), 'conversation')} that this run has sent: "
            f"{', '.join(named)}{more}. Do not upload that again before you have looked in Omi: "
            "it could arrive twice"
        )
