"""One task of an engine: a shard to convert, on any machine that the engine chooses.

Its arguments are small, and only counts are returned, because everything that goes through a
scheduler costs memory and time there. Any engine can map `convert_shard` over tasks.
"""

from __future__ import annotations

import atexit
import os
import pickle
from collections import Counter
from functools import lru_cache
from threading import Lock
from typing import NamedTuple

from ...errors import BridgeError, EngineError
from ..workers import HUNG, Converter
from .converting_process import (
    ConvertingProcess,
    ProcessEndedError,
    ShardCounts,
    ShardOrder,
    describe_missing,
)
from .versions import Versions, name_machine, read_versions, require_equal

_MOST_DEATHS = 3
"""A recording that ends its process this often is left out. Once proves nothing: a system without
free memory ends any process."""


class ShardTask(NamedTuple):
    """location: of the run folder. work: pickled, because another version may not be able to read
    it. archive_folder: a folder that each machine must see; empty for an object store.
    """

    location: str
    key: str
    work: bytes
    versions: Versions
    archive_folder: str


def convert_shard(task: ShardTask) -> ShardCounts:
    """Convert the recordings of a shard, and write the result into the run folder.

    A recording that ends its process repeatedly, or hangs, becomes a failure; the others are
    converted. Raises SettingsError if this machine has other versions or does not see the files,
    EngineError if no process can convert anything.
    """
    require_equal(task.versions, read_versions(), f"on {name_machine()}")
    if task.archive_folder and not os.path.isdir(task.archive_folder):  # noqa: PTH112  # surrogates
        raise describe_missing(task.archive_folder)
    failed: dict[int, str] = {}
    deaths: Counter[int | None] = Counter()
    while True:
        order = ShardOrder(task.location, task.key, _open_work(task.work), failed)
        process = _take_process()
        try:
            counts = process.convert(order)
        except ProcessEndedError as end:
            _count_death(end, deaths, failed)
        except BridgeError:
            _give_back(process)
            raise
        else:
            _give_back(process)
            return counts


def _count_death(
    end: ProcessEndedError, deaths: Counter[int | None], failed: dict[int, str]
) -> None:
    """Add the recording to `failed` if it ended its process too often, or hung once."""
    deaths[end.index] += 1
    is_hung = end.message == HUNG
    if deaths[end.index] < _MOST_DEATHS and not is_hung:
        return
    if end.index is None or end.index in failed:
        raise EngineError(
            f"the processes of the worker on {name_machine()} end before they read anything; "
            "look at its memory, and run the command again"
        )
    failed[end.index] = end.message


@lru_cache(maxsize=4)
def _open_work(pickled: bytes) -> Converter:
    """The settings of a run, which all of its shards share."""
    work: Converter = pickle.loads(pickled)
    return work


# -- idle processes

_idle: list[ConvertingProcess] = []
_idle_lock = Lock()


def _take_process() -> ConvertingProcess:
    with _idle_lock:
        if _idle:
            return _idle.pop()
    return ConvertingProcess()


def _give_back(process: ConvertingProcess) -> None:
    with _idle_lock:
        _idle.append(process)


@atexit.register
def close_processes() -> None:
    """End the idle processes."""
    with _idle_lock:
        while _idle:
            _idle.pop().close()
