"""A ledger that is a file: files are deleted, fill disks, and break; each ends in one clear line.

A deleted file lives on as long as it is open. It is put back: losing the ledger would mean to
forget what was uploaded, and on a server that ignores the key that means to upload it twice.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from ...errors import SettingsError
from ..errors import LedgerError


class LedgerFile:
    """Watches one SQLite file that `engine` has open."""

    def __init__(self, engine: Engine, path: Path) -> None:
        self._path = path
        self._anchor = engine.raw_connection()  # open from the beginning to the end, for the rescue
        self._anchor.cursor().execute("SELECT count(*) FROM sqlite_master").fetchall()
        self._identity = self._look()

    def close(self) -> None:
        """Let go of the file."""
        self._anchor.close()

    def check(self) -> None:
        """Raises LedgerError where the file is no longer the one that was opened."""
        found = self._look()
        if found == self._identity:
            return
        # An empty one was made by a connection that was opened after the deletion.
        is_free = found is None or self._path.stat().st_size == 0
        place = self._path if is_free else self._path.with_name(self._path.name + ".rescued")
        done = self._rescue(place)
        what = "deleted" if is_free else "replaced"
        how = f"what it held is in {place} again" if done else "what it held could not be saved"
        raise LedgerError(
            f"the ledger {self._path} was {what} while in use; stopped, and {how}; run the same command again"
        )

    def _look(self) -> tuple[int, int] | None:
        try:
            stat = self._path.stat()
        except OSError:
            return None
        return stat.st_dev, stat.st_ino

    def _rescue(self, place: Path) -> bool:
        source = self._anchor.driver_connection
        assert isinstance(source, sqlite3.Connection)
        for suffix in ("-wal", "-shm"):
            place.with_name(place.name + suffix).unlink(missing_ok=True)
        try:
            target = sqlite3.connect(place)
            try:
                source.backup(target)
            finally:
                target.close()
        except (sqlite3.Error, OSError):
            return False
        return True


def prepare_folder(path: Path) -> None:
    """Make the folder of a ledger, for the user alone. Raises SettingsError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            path.touch(mode=0o600)
    except OSError as error:
        raise SettingsError(
            f"the ledger {path} cannot be made ({error.strerror}); give another place with --ledger"
        ) from None


def explain(error: sa.exc.DBAPIError, where: str) -> LedgerError:
    """One line for what the database says. The statement and its values are left out."""
    said = " ".join(str(error.orig).split())
    low = said.lower()
    for words, advice in _ADVICE.items():
        if words in low:
            return LedgerError(f"the ledger {where} {advice}; then run the same command again")
    return LedgerError(
        f"the ledger {where} fails ({said[:200]}); nothing more was sent, run the same command again"
    )


_ADVICE = {
    "full": "cannot grow, the disk is full: make room",
    "readonly": "cannot be written: change its permissions, or give another place with --ledger",
    "read-only": "cannot be written: change its permissions, or give another place with --ledger",
    "not a database": "is no ledger, or broken: move it away (a server that ignores session ids would then get "
    "everything twice), or restore it",
    "malformed": "is broken: restore it from a copy",
    "unable to open": "cannot be opened: look at its folder and permissions",
    "deadlock": "was wanted by two workers at once",
    "locked": "is held by another program for too long: end that",
    "disk i/o": "cannot be written, the disk fails or is full: make room",
    "connection": "does not answer: look after the database server",
}
