"""What was made of recordings, kept in a file, so that an unchanged archive is planned at once.

It can always be deleted, and is never trusted beyond that: what cannot be read is made anew, and
where nothing can be written, nothing is kept. It holds speakers' labels (and sample lines, where
those were asked for), so only its owner may read it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path

from ..gc_pause import collector_paused
from .summary import Converted

_dump = json.JSONEncoder(ensure_ascii=False).encode
_KEPT = 200_000
"""Rows; the oldest go first."""
_IN_ONE_QUERY = 500


class FilePlanCache:
    """A PlanCache in one SQLite file; its folder is made. Nothing here ever fails."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @collector_paused()
    def load(self, keys: Sequence[str]) -> dict[str, Converted]:
        """What is known, by key."""
        found: dict[str, Converted] = {}
        if not self._path.exists():
            return found
        with suppress(sqlite3.Error, OSError, ValueError, TypeError), closing(self._open()) as base:
            for some in _some(keys):
                marks = ",".join("?" * len(some))
                query = f"SELECT key, row FROM plans WHERE key IN ({marks})"
                rows = base.execute(query, some).fetchall()
                converted = json.loads(f"[{','.join([row for _, row in rows])}]")
                found.update(
                    zip([key for key, _ in rows], map(Converted.from_json, converted), strict=True)
                )
        return found

    def save(self, rows: Sequence[tuple[str, Converted]]) -> None:
        """Keep it for the next time."""
        try:
            self._write(rows)
        except sqlite3.DatabaseError as error:
            if not isinstance(error, sqlite3.OperationalError):  # no database any more: begin again
                with suppress(OSError, sqlite3.Error):
                    self._path.unlink()
                    self._write(rows)
        except OSError:
            return

    def _write(self, rows: Sequence[tuple[str, Converted]]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not self._path.exists():
            self._path.touch(mode=0o600)
        with closing(self._open()) as base, base:
            texts = [(key, _dump(converted)) for key, converted in rows]
            base.executemany("INSERT OR REPLACE INTO plans (key, row) VALUES (?, ?)", texts)
            base.execute(
                "DELETE FROM plans WHERE rowid <= (SELECT max(rowid) FROM plans) - ?", (_KEPT,)
            )

    def _open(self) -> sqlite3.Connection:
        base = sqlite3.connect(self._path, timeout=5)
        base.execute("CREATE TABLE IF NOT EXISTS plans (key TEXT UNIQUE, row TEXT)")
        return base


def _some(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for at in range(0, len(keys), _IN_ONE_QUERY):
        yield keys[at : at + _IN_ONE_QUERY]
