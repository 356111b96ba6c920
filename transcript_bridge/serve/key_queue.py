"""The keys of the queue: adding, pausing, removing, and their progress."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar

from ..errors import SettingsError
from .profile_keys import check_profile, name_variable
from .queue_database import JOBS, QueueDatabase
from .turns import KeyState, KeyTurn

T = TypeVar("T")

TASK = "transcript_bridge.serve.turn"
LOCAL_ZONE = "local_zone"
"""A key of the flags: the time zone of the machine that added the key. It applies to times without
an offset if no setting has a zone, so that they mean the same on all workers."""
AT_ONCE = datetime(2024, 1, 1, tzinfo=UTC)
"""When a job may run that may run at once: long ago by any clock. The clocks of machines and of the
database differ."""
_GONE_SECONDS = 900.0
"""Seconds for which monitoring shows that a worker is gone."""
FORGOTTEN_SECONDS = 7 * 86_400.0
"""Seconds for which a worker without a heartbeat is remembered: if it wakes up, as a laptop does,
it must still be known, or it could not take jobs any more."""
_NO_ENTRY = "the queue has no profile {profile!r}; 'transcript-bridge queue list' shows all"


@dataclass(frozen=True, slots=True)
class QueuedKey:
    """A key of the queue, by its profile, and the archive that it uploads.

    paths: absolute. flags: options of `migrate` that were given, by name. paused: nothing begins.
    next_at: when it continues; None: as soon as a worker is free. reason: why it waits or failed.
    code: the exit code of a failure. worker: the current or last one. failures: how many turns in a
    row failed. stored, total: conversations in Omi, and all (None: not known yet). wanted: a digest
    of what is to be sent according to the ledger.
    """

    profile: str
    paths: Sequence[str]
    flags: Mapping[str, Any]
    state: KeyState
    paused: bool
    next_at: datetime | None
    reason: str
    code: int
    worker: str
    failures: int
    stored: int
    total: int | None
    wanted: str
    changed_at: datetime


_ADD = (
    "INSERT INTO tb_queue (profile, paths, flags) VALUES (%(profile)s, "
    "(%(rest)s::jsonb)->'paths', (%(rest)s::jsonb)->'flags') "
    "ON CONFLICT (profile) DO UPDATE SET paths = excluded.paths, flags = excluded.flags, "
    "state = 'waiting', paused = false, next_at = NULL, reason = '', code = 0, "
    "failures = 0, stored = 0, total = NULL, wanted = '', changed_at = now() "
    "WHERE tb_queue.state = 'done' RETURNING profile"
)
"""Adds a key; returns no row if one of this profile is not done."""
_COLUMNS = ", ".join(field.name for field in fields(QueuedKey))


class KeyCounts(NamedTuple):
    """How many keys are in which state; paused ones count only as paused."""

    waiting: int = 0
    running: int = 0
    done: int = 0
    partly: int = 0
    failed: int = 0
    paused: int = 0


class KeyQueue:
    """The queue of a database. Raises SettingsError for an unknown profile."""

    def __init__(self, database: QueueDatabase) -> None:
        self._database = database
        self._jobs = database.app.job_manager

    # -- for people

    async def add(self, profile: str, paths: Sequence[str], flags: Mapping[str, Any]) -> None:
        """Let workers upload an archive with the key of a profile.

        Raises SettingsError if the profile is in the queue and not done. If two programs add it at
        the same time, one succeeds.
        """
        check_profile(profile)
        async with self._database.change_alone() as statements:
            added = await statements.fetch(
                _ADD,
                profile=profile,
                rest=json.dumps({"paths": list(paths), "flags": dict(flags)}),
            )
            # An exception rolls the new row back.
            for row in await statements.fetch("SELECT profile, paths FROM tb_queue"):
                if row["profile"] != profile:
                    _require_own_variable(profile, row["profile"])
                elif not added:
                    raise SettingsError(
                        f"the profile {profile!r} is in the queue already, for "
                        f"{', '.join(row['paths'])}; 'transcript-bridge queue remove {profile}' "
                        "takes it out"
                    )
        await self._give_job(profile)

    async def list_keys(self) -> list[QueuedKey]:
        """All keys, sorted by name."""
        rows = await self._database.fetch(f"SELECT {_COLUMNS} FROM tb_queue ORDER BY profile")
        return [QueuedKey(**row) for row in rows]

    async def pause(self, profile: str) -> None:
        """Begin nothing more for a key; a request that is being sent is finished."""
        await self._change(profile, "paused = true")
        await self._take_jobs(profile)

    async def resume(self, profile: str) -> None:
        """Continue with a key that was paused, has failed, or is done, also in part."""
        await self._change(
            profile,
            "paused = false, failures = 0, code = 0, reason = '', next_at = NULL, "
            "state = CASE state WHEN 'running' THEN 'running' ELSE 'waiting' END",
        )
        await self._give_job(profile)

    async def remove(self, profile: str) -> None:
        """Remove a key from the queue. Omi and the ledger are not changed."""
        rows = await self._database.fetch(
            "DELETE FROM tb_queue WHERE profile = %(profile)s RETURNING profile", profile=profile
        )
        if not rows:
            raise SettingsError(_NO_ENTRY.format(profile=profile))
        await self._take_jobs(profile)

    async def count(self) -> KeyCounts:
        """How many keys are in which state."""
        rows = await self._database.fetch(
            "SELECT CASE WHEN paused THEN 'paused' ELSE state END AS state, count(*)::int AS keys "
            "FROM tb_queue GROUP BY 1"
        )
        return KeyCounts(**{row["state"]: row["keys"] for row in rows})

    # -- for workers

    async def begin(self, profile: str, worker: str, job: int | None) -> QueuedKey | None:
        """Take a key for a turn; None if it was paused, or is no longer in the queue.

        job: the number of the job of this turn. All other jobs of the key are deleted, because each
        of them would stay forever.
        """
        await self._take_jobs(profile, job)
        rows = await self._database.fetch(
            "UPDATE tb_queue SET state = 'running', worker = %(worker)s, next_at = NULL, "
            "reason = '', code = 0, changed_at = now() "
            f"WHERE profile = %(profile)s AND NOT paused RETURNING {_COLUMNS}",
            profile=profile,
            worker=worker,
        )
        if rows:
            return QueuedKey(**rows[0])
        return None

    async def end(self, profile: str, worker: str, turn: KeyTurn) -> datetime | None:
        """Record how a turn ended; returns when the key continues, None if it does not."""
        rows = await self._database.fetch(
            "UPDATE tb_queue SET state = %(state)s, reason = %(reason)s, code = %(code)s, "
            "next_at = CASE WHEN %(state)s = 'waiting' "
            "THEN now() + make_interval(secs => %(seconds)s) END, "
            "failures = CASE WHEN %(is_failure)s THEN failures + 1 ELSE 0 END, "
            "stored = coalesce(%(stored)s::int, stored), total = coalesce(%(total)s::int, total), "
            "wanted = coalesce(nullif(%(wanted)s, ''), wanted), changed_at = now() "
            "WHERE profile = %(profile)s AND worker = %(worker)s RETURNING next_at, paused",
            profile=profile,
            worker=worker,
            state=turn.state,
            reason=turn.reason,
            code=turn.code,
            seconds=turn.seconds,
            is_failure=turn.is_failure,
            stored=turn.stored,
            total=turn.total,
            wanted=turn.wanted,
        )
        if not rows or rows[0]["paused"]:
            return None
        next_at: datetime | None = rows[0]["next_at"]
        return next_at

    async def select_going(self, profiles: Collection[str]) -> set[str]:
        """Return those keys that are still in the queue, and not paused."""
        rows = await self._database.fetch(
            "SELECT profile FROM tb_queue WHERE profile = ANY(%(profiles)s) AND NOT paused",
            profiles=list(profiles),
        )
        return {row["profile"] for row in rows}

    async def rescue(self, seconds: float) -> list[str]:
        """Queue again the jobs of workers without a heartbeat for `seconds`; returns their
        profiles.

        A key without a job gets one: a program was killed between two statements.
        """
        await self._jobs.prune_stalled_workers(FORGOTTEN_SECONDS)
        rescued = []
        for job in await self._jobs.get_stalled_jobs(queue=JOBS, seconds_since_heartbeat=seconds):
            # A worker that wakes up must not find its job again: it would end that of another one.
            deleted = await self._database.fetch(
                "DELETE FROM procrastinate_jobs WHERE id = %(job)s AND status = 'doing' "
                "RETURNING lock AS profile",
                job=job.id,
            )
            rescued += [row["profile"] for row in deleted]
        orphans = await self._database.fetch(
            "SELECT profile FROM tb_queue q WHERE state IN ('waiting', 'running') AND NOT paused "
            "AND changed_at < now() - make_interval(secs => %(seconds)s) AND NOT EXISTS (SELECT 1 "
            "FROM procrastinate_jobs j WHERE j.queue_name = %(queue)s AND j.lock = q.profile "
            "AND j.status IN ('todo', 'doing'))",
            seconds=seconds,
            queue=JOBS,
        )
        for profile in {*rescued, *(row["profile"] for row in orphans)}:
            await self._give_job(profile)
        return rescued

    async def read_heartbeat_age(self) -> float:
        """Seconds since the oldest heartbeat of a worker; 0 without workers.

        A killed worker is included for a quarter of an hour.
        """
        rows = await self._database.fetch(
            "SELECT coalesce(extract(epoch FROM now() - min(last_heartbeat)), 0)::float AS age "
            "FROM procrastinate_workers "
            "WHERE last_heartbeat > now() - make_interval(secs => %(seconds)s)",
            seconds=_GONE_SECONDS,
        )
        return float(rows[0]["age"])

    # -- inside

    async def _change(self, profile: str, changes: str) -> None:
        rows = await self._database.fetch(
            f"UPDATE tb_queue SET {changes}, changed_at = now() WHERE profile = %(profile)s "
            "RETURNING profile",
            profile=profile,
        )
        if not rows:
            raise SettingsError(_NO_ENTRY.format(profile=profile))

    async def _give_job(self, profile: str) -> None:
        """Add a job for a key. If it has one that waits, it has two until one of them begins: jobs
        of one key never run at the same time."""
        deferrer = self._database.app.configure_task(TASK, queue=JOBS, lock=profile)
        await deferrer.defer_async(profile=profile)

    async def _take_jobs(self, profile: str, but: int | None = None) -> None:
        """Delete the jobs of a key that have not begun. but: the number of one to keep."""
        await self._database.fetch(
            "DELETE FROM procrastinate_jobs WHERE queue_name = %(queue)s AND lock = %(profile)s "
            "AND status = 'todo' AND id IS DISTINCT FROM %(but)s RETURNING id",
            queue=JOBS,
            profile=profile,
            but=but,
        )


def _require_own_variable(profile: str, other: str) -> None:
    """Raises SettingsError for a profile whose key would be another's."""
    if name_variable(other) == name_variable(profile):
        raise SettingsError(
            f"the profiles {profile!r} and {other!r} would share the environment variable "
            f"{name_variable(profile)}; rename one of them"
        )


def ask_queue(location: str, ask: Callable[[KeyQueue], Awaitable[T]]) -> T:
    """The answer of the queue in a ledger's database, for programs without an event loop.

    Raises like QueueDatabase and KeyQueue.
    """

    async def run() -> T:
        async with QueueDatabase(location) as database:
            return await ask(KeyQueue(database))

    return asyncio.run(run())
