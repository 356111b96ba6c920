"""An engine without a cluster: threads of this process run its tasks."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from transcript_bridge.archive.engines.converting_process import ShardCounts
from transcript_bridge.archive.engines.shard import ShardTask

Function = Callable[[ShardTask], ShardCounts]


class ThreadCluster:
    """A Cluster of window.py; notes what is submitted."""

    name = "the threads"

    def __init__(self, slots: int = 2) -> None:
        self.slots = slots
        self.submitted: list[ShardTask] = []
        self.recovered = 0
        self.connections = 1
        self._pool = ThreadPoolExecutor(slots)

    def __enter__(self) -> ThreadCluster:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()

    def submit(self, function: Function, task: ShardTask, /) -> Future[ShardCounts]:
        self.submitted.append(task)
        return self._pool.submit(function, task)

    def count_slots(self) -> int:
        return self.slots

    def recover(self) -> None:
        self.recovered += 1
