"""The conversations of a sandbox, in SQLite.

One row per conversation, with its segments as JSON: they are always written and read together. JSON
is Python's, which accepts NaN and lone surrogates: the real server also stores them.
"""

from __future__ import annotations

import json
import sqlite3
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from ...errors import SettingsError

Status = Literal["processing", "completed", "deleted"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A conversation before it is processed; times in UTC."""

    id: str
    session: str | None
    started_at: datetime
    finished_at: datetime
    source: str
    language: str
    geolocation: dict[str, Any] | None
    segments: list[dict[str, Any]]
    poisoned: bool
    discarded: bool


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored conversation; times as ISO 8601 in UTC, which sort as text."""

    user: str
    id: str
    session: str | None
    status: Status
    claimed_at: float
    started_at: str
    finished_at: str
    title: str
    source: str
    language: str
    geolocation: str
    segments: str
    poisoned: int
    discarded: int
    locked: int

    def is_stale(self, seconds: float) -> bool:
        """Whether it was claimed more than `seconds` ago."""
        return time.time() - self.claimed_at >= seconds

    def read_segments(self) -> list[dict[str, Any]]:
        """The segments as they were received, numbered."""
        segments: list[dict[str, Any]] = json.loads(self.segments)
        return segments


_COLUMNS = ", ".join(Stored.__slots__)
_SCHEMA = """
CREATE TABLE IF NOT EXISTS conversations (
    place INTEGER PRIMARY KEY, user TEXT NOT NULL, id TEXT NOT NULL, session TEXT,
    status TEXT NOT NULL, claimed_at REAL NOT NULL, started_at TEXT NOT NULL,
    finished_at TEXT NOT NULL, title TEXT NOT NULL, source TEXT NOT NULL, language TEXT NOT NULL,
    geolocation TEXT NOT NULL, segments TEXT NOT NULL, poisoned INTEGER NOT NULL,
    discarded INTEGER NOT NULL, locked INTEGER NOT NULL, UNIQUE (user, id)
);
CREATE INDEX IF NOT EXISTS by_start ON conversations (user, started_at);
"""


class Store:
    """Runs in the server's event loop: a method without `await` is a transaction."""

    def __init__(self, path: Path | None) -> None:
        try:
            self._db = sqlite3.connect(
                path or ":memory:", isolation_level=None, check_same_thread=False
            )
        except sqlite3.Error:
            raise _unusable(path) from None
        try:
            self._db.executescript(_SCHEMA)
            self._db.execute(f"SELECT {_COLUMNS} FROM conversations LIMIT 1")
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
        except sqlite3.Error:
            self._db.close()
            raise _unusable(path) from None

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def find(self, user: str, conversation_id: str) -> Stored | None:
        """The conversation, in any status."""
        return next(iter(self._select("user = ? AND id = ?", user, conversation_id)), None)

    def claim(self, user: str, draft: Draft) -> None:
        """Store it as being processed, replacing an earlier one with its id."""
        row = Stored(
            user=user,
            id=draft.id,
            session=draft.session,
            status="processing",
            claimed_at=time.time(),
            started_at=write_time(draft.started_at),
            finished_at=write_time(draft.finished_at),
            title="",
            source=draft.source,
            language=draft.language,
            geolocation=json.dumps(draft.geolocation),
            segments=json.dumps(draft.segments, separators=(",", ":")),
            poisoned=draft.poisoned,
            discarded=draft.discarded,
            locked=0,
        )
        values = [getattr(row, name) for name in Stored.__slots__]
        marks = ", ".join("?" * len(values))
        self._db.execute(
            f"INSERT OR REPLACE INTO conversations ({_COLUMNS}) VALUES ({marks})", values
        )

    def complete(self, user: str, conversation_id: str, title: str) -> None:
        """Mark it as processed, unless it was deleted meanwhile."""
        self._db.execute(
            "UPDATE conversations SET status = 'completed', title = ? "
            "WHERE user = ? AND id = ? AND status = 'processing'",
            (title, user, conversation_id),
        )

    def release(self, user: str, conversation_id: str) -> None:
        """Delete the claim after processing failed."""
        self._db.execute(
            "DELETE FROM conversations WHERE user = ? AND id = ? AND status = 'processing'",
            (user, conversation_id),
        )

    def change(self, user: str, conversation_id: str, **values: str | bool) -> None:
        """Set status, title, discarded or locked."""
        for name, value in values.items():
            self._db.execute(
                f"UPDATE conversations SET {name} = ? WHERE user = ? AND id = ?",
                (value, user, conversation_id),
            )

    def list_page(
        self, user: str, start: datetime | None, end: datetime | None, limit: int, offset: int
    ) -> list[Stored]:
        """Completed, not discarded, not locked; newest first; bounds inclusive."""
        return self._select(
            "user = ? AND status = 'completed' AND NOT discarded AND NOT locked "
            "AND started_at >= ? AND started_at <= ? "
            "ORDER BY started_at DESC, place DESC LIMIT ? OFFSET ?",
            user,
            write_time(start) if start else "",
            write_time(end) if end else "~",
            limit,
            offset,
        )

    def is_poisoned(self, user: str) -> bool:
        """Whether any conversation of the user makes listings with transcripts crash."""
        return bool(self._select("user = ? AND poisoned AND status = 'completed' LIMIT 1", user))

    def list_all(self) -> list[Stored]:
        """All conversations, in the order in which they were claimed."""
        return self._select("TRUE ORDER BY place")

    def count(self) -> dict[str, int]:
        """status -> number of conversations."""
        rows = self._db.execute("SELECT status, count(*) FROM conversations GROUP BY status")
        return dict(rows.fetchall())

    def find_user(self, conversation_id: str) -> str | None:
        """The user of a conversation."""
        rows = self._db.execute("SELECT user FROM conversations WHERE id = ?", (conversation_id,))
        return next((user for (user,) in rows), None)

    def _select(self, where: str, *values: object) -> list[Stored]:
        rows = self._db.execute(f"SELECT {_COLUMNS} FROM conversations WHERE {where}", values)
        return [Stored(*row) for row in rows]


def _unusable(path: Path | None) -> SettingsError:
    return SettingsError(f"{path} cannot be opened as a sandbox's data file; choose another file")


def write_time(moment: datetime) -> str:
    """A time in UTC, always with microseconds, so that texts compare like times."""
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
