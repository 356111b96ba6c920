"""A cache of summaries in a file, so that an unchanged archive is planned at once.

The file can be deleted at any time. What cannot be read is computed again; what cannot be written
is not cached, and a folder of another user is reported. The file contains speakers' labels (and
sample lines if they were wanted), so only its owner may read it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from ..gc_pause import collector_paused
from ..sqlite_files import opened_here
from .summary import RecordingSummary

_dump = json.JSONEncoder(ensure_ascii=False).encode
_MIN_ROWS = 200_000
"""The number of rows that are always kept; the oldest are deleted first."""
_ARCHIVES = 2
"""Rows per file of this run's archive that are kept, so that no part of it is forgotten."""
_KEYS_PER_QUERY = 500
"""The oldest versions of SQLite allow 999 values in a statement."""


class FilePlanCache:
    """A PlanCache in one SQLite file, whose folder is created. Its methods never raise.

    warn: called once, with a sentence, if another user's permissions prevent using the file.
    """

    def __init__(self, path: Path, warn: Callable[[str], None] = lambda _message: None) -> None:
        self._path = path
        self._warn = warn
        self._has_warned = False
        self._files = 0

    @collector_paused()
    def load(self, keys: Sequence[str]) -> dict[str, RecordingSummary]:
        """The known summaries, by key."""
        self._files += len(keys)
        found: dict[str, RecordingSummary] = {}
        if not self._is_there():
            return found
        unreadable = (sqlite3.Error, OSError, ValueError, TypeError)
        with suppress(*unreadable), self._open() as database:
            for some in _portions(keys):
                marks = ",".join("?" * len(some))
                query = f"SELECT key, row FROM plans WHERE key IN ({marks})"
                rows = database.execute(query, some).fetchall()
                # Parsed as one JSON document: parsing each row takes a third longer.
                contents = json.loads(f"[{','.join([row for _, row in rows])}]")
                for (key, _), content in zip(rows, contents, strict=True):
                    found[key] = RecordingSummary.from_json(content)
        return found

    def save(self, rows: Sequence[tuple[str, RecordingSummary]]) -> None:
        """Store summaries for the next time."""
        try:
            self._write(rows)
        except sqlite3.OperationalError:
            self._check_rights()
        except sqlite3.DatabaseError:  # the file is no longer a database: start again
            with suppress(OSError, sqlite3.Error):
                self._path.unlink()
                self._write(rows)
        except PermissionError:
            self._report()
        except OSError:
            return

    def _is_there(self) -> bool:
        try:
            return self._path.exists()
        except PermissionError:
            self._report()
        except OSError:
            pass
        return False

    def _check_rights(self) -> None:
        """Report missing permissions: SQLite does not say why it cannot open or write a file."""
        try:
            self._path.open("ab").close()
        except PermissionError:
            self._report()
        except OSError:
            return

    def _report(self) -> None:
        if self._has_warned:
            return
        self._has_warned = True
        self._warn(
            f"{self._path}: the permissions of another user block the cache, so every file is "
            "read again; --no-cache turns it off"
        )

    def _write(self, rows: Sequence[tuple[str, RecordingSummary]]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not self._path.exists():
            self._path.touch(mode=0o600)
        with self._open() as database, database:
            texts = [(key, _dump(summary)) for key, summary in rows]
            database.executemany("INSERT OR REPLACE INTO plans (key, row) VALUES (?, ?)", texts)
            kept = max(_MIN_ROWS, _ARCHIVES * self._files)
            database.execute(
                "DELETE FROM plans WHERE rowid <= (SELECT max(rowid) FROM plans) - ?", (kept,)
            )

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with (
            opened_here(self._path),
            closing(sqlite3.connect(self._path, timeout=5)) as database,
        ):
            database.execute("CREATE TABLE IF NOT EXISTS plans (key TEXT UNIQUE, row TEXT)")
            yield database


def _portions(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for at in range(0, len(keys), _KEYS_PER_QUERY):
        yield keys[at : at + _KEYS_PER_QUERY]
