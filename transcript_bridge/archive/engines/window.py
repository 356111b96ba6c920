"""Submits a few tasks per worker at a time to an engine, and repeats lost ones.

All tasks at once would take 3 kB each in the scheduler and 4 kB here: 300 MB for ten million files.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from ...errors import BridgeError, EngineError
from .converting_process import ShardCounts
from .shard import ShardTask, convert_shard

if TYPE_CHECKING:
    from concurrent.futures import Future

TASKS_PER_SLOT = 3
"""Tasks per slot, so that no slot waits for this process."""
_MOST_LOSSES = 3
"""How often the engine may lose a task; each time, its worker has died several times."""
_LOOK_SECONDS = 15.0
"""Seconds without a result, after which the engine is checked."""


class Cluster(Protocol):
    """The cluster on which tasks run.

    connections: how many connections were made. Tasks that were submitted over an earlier one are
    lost.
    """

    name: str
    connections: int

    def submit(
        self, function: Callable[[ShardTask], ShardCounts], task: ShardTask, /
    ) -> Future[ShardCounts]:
        """As in `concurrent.futures.Executor`."""

    def count_slots(self) -> int:
        """How many tasks can run at once; 0 as long as there are no workers."""

    def recover(self) -> None:
        """Wait until a lost connection is restored; raises EngineError if it is not."""


def convert_shards(
    cluster: Cluster, keys: Sequence[str], make_task: Callable[[str], ShardTask]
) -> Iterator[ShardCounts]:
    """Convert the shards of these keys; yields their counts as they finish.

    Raises EngineError if the engine cannot continue, and what `convert_shard` raises.
    """
    window = _TaskWindow(cluster, keys, make_task)
    try:
        while window.fill():
            yield from window.collect()
    finally:
        window.cancel()


class _Submitted(NamedTuple):
    """A task that was submitted. connection: the number of the connection that was used."""

    key: str
    connection: int


class _TaskWindow:
    """The submitted tasks, and those that wait."""

    def __init__(
        self, cluster: Cluster, keys: Sequence[str], make_task: Callable[[str], ShardTask]
    ) -> None:
        self._cluster = cluster
        self._make_task = make_task
        self._waiting = deque(keys)
        self._running: dict[Future[ShardCounts], _Submitted] = {}
        self._losses: Counter[str] = Counter()
        self._most_running = 0
        self._finished = 0

    def fill(self) -> bool:
        """Submit tasks; returns whether any are running."""
        if self._finished >= self._most_running:  # workers come and go
            self._finished = 0
            self._most_running = TASKS_PER_SLOT * max(1, self._cluster.count_slots())
        while self._waiting and len(self._running) < self._most_running:
            key = self._waiting.popleft()
            future = self._cluster.submit(convert_shard, self._make_task(key))
            self._running[future] = _Submitted(key, self._cluster.connections)
        return bool(self._running)

    def collect(self) -> Iterator[ShardCounts]:
        """Wait for the tasks that finish next."""
        from concurrent.futures import FIRST_COMPLETED, CancelledError, wait  # slow to import

        finished, _ = wait(self._running, timeout=_LOOK_SECONDS, return_when=FIRST_COMPLETED)
        if not finished:
            self._cluster.recover()
            self._finished = self._most_running
        for future in finished:
            key = self._running.pop(future).key
            self._finished += 1
            try:
                yield future.result()
            except BridgeError:
                raise
            except CancelledError:  # the connection to the scheduler was lost
                self._waiting.appendleft(key)
                self._cluster.recover()
            except Exception as error:
                self._note_loss(key, error)
        self._take_back_lost()

    def _take_back_lost(self) -> None:
        """Resubmit the tasks of an earlier connection: a new one does not know them, and would
        never report that they are finished."""
        for future, submitted in list(self._running.items()):
            if submitted.connection != self._cluster.connections:
                future.cancel()
                del self._running[future]
                self._waiting.append(submitted.key)

    def cancel(self) -> None:
        """Cancel the tasks that are not done."""
        for future in self._running:
            future.cancel()

    def _note_loss(self, key: str, error: Exception) -> None:
        """Put a lost task at the end, when the reason for the loss may be over."""
        self._losses[key] += 1
        if self._losses[key] >= _MOST_LOSSES:
            raise EngineError(
                f"{self._cluster.name} lost a task {_MOST_LOSSES} times ({type(error).__name__}); "
                "look at the logs of its workers, and run the command again: it continues"
            ) from None
        self._waiting.append(key)
