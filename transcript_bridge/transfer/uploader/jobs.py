"""The requests of one run: which is next, and which have to wait."""

from __future__ import annotations

import heapq
import itertools
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ...errors import BridgeError
from ...wire import ConversationRequest
from ..states import Row, SourcePart

_KEPT_BODIES = 64
"""How many waiting requests keep their bodies in memory; other bodies are made again from their
source."""


Load = Callable[[], Sequence[ConversationRequest]]


@dataclass(slots=True, eq=False)
class Job:
    """A request that this run works on. load: as of its Upload."""

    load: Load
    part: SourcePart
    row: Row
    body: ConversationRequest | None
    failures: int = 0
    """How often the server failed on it in this run."""
    server_errors: int = 0
    """How often the server answered it with 500 in this run."""

    def get_body(self) -> ConversationRequest:
        """Its body, made again if it was not kept.

        Raises BridgeError if the source cannot be read or no longer contains it.
        """
        if self.body is not None:
            return self.body
        for body in self.load():
            if body.client_session_id == self.row.session_id:
                return body
        raise BridgeError("the file has changed since it was planned")


class JobQueue:
    """Jobs that may be sent now, in order, and jobs that wait for a moment (monotonic seconds)."""

    def __init__(self) -> None:
        self._ready: deque[Job] = deque()
        self._waiting: list[tuple[float, int, Job]] = []
        self._order = itertools.count()

    def __len__(self) -> int:
        return len(self._ready) + len(self._waiting)

    @property
    def has_ready(self) -> bool:
        """Whether a job may be sent now."""
        return bool(self._ready)

    @property
    def next_moment(self) -> float | None:
        """When the first waiting job is due; None if none is waiting."""
        if self._waiting:
            return self._waiting[0][0]
        return None

    def add(self, job: Job) -> None:
        """Put a job behind all others that are ready."""
        self._ready.append(job)

    def put_back(self, jobs: Sequence[Job]) -> None:
        """Put jobs before all others that are ready, in their order."""
        self._ready.extendleft(reversed(jobs))

    def put_off(self, job: Job, moment: float) -> None:
        """Let a job wait until a moment."""
        if len(self._waiting) >= _KEPT_BODIES:
            job.body = None
        # The counter decides between equal moments: jobs cannot be compared.
        heapq.heappush(self._waiting, (moment, next(self._order), job))

    def take_ready(self, count: int) -> list[Job]:
        """The first jobs that are ready, `count` at most."""
        count = min(count, len(self._ready))
        return [self._ready.popleft() for _ in range(count)]

    def take_due(self, now: float) -> Iterable[Job]:
        """The waiting jobs that are due, one by one; the caller stops when it has enough."""
        while self._waiting and self._waiting[0][0] <= now:
            yield heapq.heappop(self._waiting)[2]
