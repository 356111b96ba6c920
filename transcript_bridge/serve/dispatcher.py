"""A worker: takes the keys that are due, one per slot; workers may run on many machines.

Everything except the turns themselves happens in one thread, in an event loop. A turn has a thread
of its own until it ends; a waiting key is only a row in the database.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from threading import Event as Flag
from threading import Lock
from typing import Any, TypeVar

import procrastinate
from procrastinate.exceptions import ConnectorException
from procrastinate.worker import Worker

from ..errors import LedgerError
from ..transfer.events import Event
from .key_queue import AT_ONCE, FORGOTTEN_SECONDS, TASK, KeyCounts, KeyQueue, QueuedKey
from .key_turn import WorkerProcess, take_turn
from .queue_database import JOBS, QueueDatabase
from .turns import KeyTurn, Listen, ServeEvent, TurnBegan, TurnEnded, TurnRescued

T = TypeVar("T")

_ANSWER_SECONDS = 4.0
"""Seconds that monitoring waits for the event loop; its own limit is five."""
_BUSY_SECONDS = 10.0
"""Seconds until a key is tried again whose earlier turn has not ended in this process."""
_END_SECONDS = 0.5
"""Seconds until a worker that ends by itself notices that nothing is left."""
_LOOK_SECONDS = 0.2
"""Seconds until a signal is noticed."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The intervals of a worker's regular tasks, in seconds.

    poll: look for keys that are due. watch: look for keys that were paused or removed. heartbeat:
    show that it runs. stalled: without a heartbeat for this long, another worker takes its keys.
    rescue: look for such workers.
    """

    poll: float = 1.0
    watch: float = 2.0
    heartbeat: float = 5.0
    stalled: float = 30.0
    rescue: float = 10.0


class _KeyWaitsError(Exception):
    """A key gives its slot to another key until a moment."""

    def __init__(self, moment: datetime) -> None:
        super().__init__("the key waits")
        self.moment = moment


class _RetryWhenDue(procrastinate.BaseRetryStrategy):
    """Makes Procrastinate schedule the job for that moment, for any worker.

    The key that was due first is served first. Without a priority it would be the one that was
    added first, and with too few slots the others would have no turn before it is done.
    """

    def get_retry_decision(
        self, *, exception: BaseException, job: Any
    ) -> procrastinate.RetryDecision | None:
        """The schedule of the job; None if it is over."""
        if not isinstance(exception, _KeyWaitsError):
            return None
        moment = exception.moment
        seconds = int((moment - AT_ONCE).total_seconds())
        return procrastinate.RetryDecision(retry_at=moment, priority=-seconds)


class Dispatcher:
    """One worker. slots: how many keys can have a turn at the same time.

    until_done: whether to end when no key is waiting or running.
    """

    def __init__(
        self,
        process: WorkerProcess,
        database: QueueDatabase,
        slots: int,
        *,
        rhythm: Rhythm = Rhythm(),
        until_done: bool = False,
    ) -> None:
        self._process = process
        self._database = database
        self._queue = KeyQueue(database)
        self._slots = slots
        self._listen: Listen = lambda _profile, _event: None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._listening = Lock()
        self._rhythm = rhythm
        self._until_done = until_done
        self._running: dict[str, Flag] = {}
        self._unknown_jobs: set[int | None] = set()
        self._is_stopping = False
        # Procrastinate would run turns in asyncio's own executor, which has only four threads more
        # than the machine has cores, however many jobs it starts.
        self._threads = ThreadPoolExecutor(slots, "turn")
        database.app.task(name=TASK, queue=JOBS, retry=_RetryWhenDue(), pass_context=True)(
            self._serve_key
        )

    def run(self, stop: Flag, listen: Listen) -> KeyCounts:
        """Work until `stop` is set, or nothing is left; returns how many keys are in which state.

        After `stop` was set, no request begins, and those that are being sent are finished. listen:
        called with the profile and the event of everything that happens; one call at a time, in any
        thread. Raises LedgerError if the database is gone for minutes.
        """
        self._listen = listen
        return asyncio.run(self._run(stop))

    def read_gauges(self) -> Mapping[str, float]:
        """Numbers for monitoring; callable from other threads. Raises LedgerError."""
        return {"slots": self._slots, "slots_busy": len(self._running), **self._ask(self._count)}

    def check(self) -> None:
        """Raises LedgerError if the worker or its database does not answer. Callable from other
        threads."""
        self._ask(self._count)

    def _ask(self, ask: Callable[[], Coroutine[Any, Any, T]]) -> T:
        if self._loop is None:
            raise LedgerError("the worker has not started yet")
        try:
            return asyncio.run_coroutine_threadsafe(ask(), self._loop).result(_ANSWER_SECONDS)
        except (TimeoutError, ConnectorException, RuntimeError):
            raise LedgerError(f"the queue in {self._database.where} does not answer") from None

    async def _count(self) -> Mapping[str, float]:
        counts = await self._queue.count()
        age = await self._queue.read_heartbeat_age()
        return {
            "keys_waiting": counts.waiting,
            "keys_running": counts.running,
            "keys_failed": counts.partly + counts.failed,
            "heartbeat_age_seconds": age,
        }

    async def _run(self, stop: Flag) -> KeyCounts:
        self._loop = asyncio.get_running_loop()
        try:
            async with self._database:
                return await self._work(stop)
        finally:
            self._loop = None
            self._threads.shutdown()

    async def _work(self, stop: Flag) -> KeyCounts:
        worker = Worker(
            self._database.app,
            queues=[JOBS],
            name=self._process.name,
            concurrency=self._slots,
            fetch_job_polling_interval=self._rhythm.poll,
            update_heartbeat_interval=self._rhythm.heartbeat,
            stalled_worker_timeout=FORGOTTEN_SECONDS,
            install_signal_handlers=False,
            listen_notify=False,  # it would need another connection, and fail with it
            delete_jobs="always",
        )
        watch = self._rhythm.watch
        if self._until_done:
            watch = min(watch, _END_SECONDS)
        care = [
            asyncio.create_task(self._watch_stop(worker, stop)),
            asyncio.create_task(self._repeat(watch, self._watch)),
            asyncio.create_task(self._repeat(self._rhythm.rescue, lambda: self._rescue(worker))),
        ]
        working = asyncio.create_task(worker.run())  # type: ignore[no-untyped-call]
        try:
            await self._wait_for(working, care)
            return await self._queue.count()
        except ConnectorException:
            raise LedgerError(
                f"the queue in {self._database.where} failed; run the same command again"
            ) from None
        finally:
            self._stop_turns()
            for task in care:
                task.cancel()

    async def _wait_for(self, working: asyncio.Task[None], care: list[asyncio.Task[None]]) -> None:
        """Wait until the worker has ended; stop it if a task that supports it fails."""
        done, _ = await asyncio.wait([working, *care], return_when=asyncio.FIRST_COMPLETED)
        if working not in done:
            self._stop_turns()
            working.cancel()
            with suppress(asyncio.CancelledError):
                await working
        for task in done:
            task.result()

    # -- turns

    async def _serve_key(self, context: procrastinate.JobContext, profile: str) -> None:
        """The job of a key. Raises _KeyWaitsError if it is not over."""
        if self._is_stopping:
            raise _KeyWaitsError(AT_ONCE)
        if profile in self._running:
            raise _KeyWaitsError(await self._find_moment(_BUSY_SECONDS))
        stop = Flag()
        self._running[profile] = stop
        try:
            key = await self._queue.begin(profile, self._process.name, context.job.id)
            if key is None:
                return
            turn = await asyncio.get_running_loop().run_in_executor(
                self._threads, self._take_turn, key, stop
            )
            moment = await self._queue.end(profile, self._process.name, turn)
        finally:
            del self._running[profile]
        if moment is not None:
            raise _KeyWaitsError(moment)

    def _take_turn(self, key: QueuedKey, stop: Flag) -> KeyTurn:
        def observe(event: Event) -> None:
            self._report(key.profile, event)

        self._report(key.profile, TurnBegan())
        turn = take_turn(key, self._process, stop, observe)
        self._report(key.profile, TurnEnded(turn))
        return turn

    def _report(self, profile: str, event: ServeEvent) -> None:
        with self._listening:
            self._listen(profile, event)

    async def _find_moment(self, seconds: float) -> datetime:
        """The moment that is `seconds` from now, by the clock of the database."""
        rows = await self._database.fetch(
            "SELECT now() + make_interval(secs => %(seconds)s) AS moment", seconds=seconds
        )
        moment: datetime = rows[0]["moment"]
        return moment

    # -- regular tasks

    async def _repeat(self, seconds: float, work: Callable[[], Any]) -> None:
        while True:
            await work()
            await asyncio.sleep(seconds)

    async def _watch_stop(self, worker: Worker, stop: Flag) -> None:
        """Stop the worker when `stop` is set, and send heartbeats until it has ended: Procrastinate
        itself stops sending them at once."""
        while not stop.is_set() and not self._is_stopping:
            await asyncio.sleep(_LOOK_SECONDS)
        self._stop_turns()
        worker.stop()  # type: ignore[no-untyped-call]
        while True:
            await asyncio.sleep(self._rhythm.heartbeat)
            if worker.worker_id is not None:
                await self._database.app.job_manager.update_heartbeat(worker.worker_id)

    def _stop_turns(self) -> None:
        self._is_stopping = True
        for stop in self._running.values():
            stop.set()

    async def _watch(self) -> None:
        """Stop the turns of keys that were paused or removed; end if nothing is left."""
        if self._running:
            running = dict(self._running)
            going = await self._queue.select_going(running)
            for profile, stop in running.items():
                if profile not in going:
                    stop.set()
        if self._until_done:
            counts = await self._queue.count()
            if not counts.waiting and not counts.running:
                self._is_stopping = True

    async def _rescue(self, worker: Worker) -> None:
        """Queue again the keys of workers that are gone, and jobs that were assigned to this worker
        when the connection broke, so that it does not know them."""
        for profile in await self._queue.rescue(self._rhythm.stalled):
            self._report(profile, TurnRescued())
        jobs = self._database.app.job_manager
        unknown = {}
        for job in await jobs.list_jobs_async(
            queue=JOBS, status="doing", worker_id=worker.worker_id or 0
        ):
            if job.task_kwargs["profile"] not in self._running:
                unknown[job.id] = job
        # A job that was just fetched, or just ended, is not in the list a second time.
        for number in self._unknown_jobs & unknown.keys():
            await jobs.retry_job(unknown[number], retry_at=AT_ONCE)
        self._unknown_jobs = set(unknown)
