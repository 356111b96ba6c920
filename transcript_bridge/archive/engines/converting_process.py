"""A process that converts shards; it is replaced if it dies or hangs.

Files cannot be read in the worker of an engine itself: it works in threads, where neither time nor
memory can be limited (archive/guard.py), and a file that ends it would end the work of others. So
each thread of a worker has a process of its own. That process records the index of each recording
before it reads it (shared_number.py). When it ends, the worker knows what it was reading.

It ends by itself when the worker is gone, because then its standard input ends.
"""

from __future__ import annotations

import base64
import faulthandler
import json
import os
import pickle
import signal
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import BinaryIO, NamedTuple, TextIO

from ...errors import BridgeError, SettingsError
from ..read_ahead import reading_ahead
from ..workers import DIED, HUNG, Converter, fail, find_patience
from .run_folder import RunFolder
from .shared_number import SharedNumber, make_shared_number
from .versions import name_machine

_BEGIN = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from transcript_bridge.archive.engines.converting_process import main; main()"
)
_PATIENCE = b"P"
"""Begins the first line of an answer: the seconds that all recordings together may take."""
_NOTHING = -1
"""The shared number before the first recording; afterwards it is the index of the current one."""
_RESULT = b"R"
"""Begins the last line: ShardCounts or a BridgeError, pickled."""


class ShardOrder(NamedTuple):
    """A shard to convert.

    location: of the run folder. failed: recordings that are not read, by index, and why.
    """

    location: str
    key: str
    work: Converter
    failed: Mapping[int, str]


class ShardCounts(NamedTuple):
    """The result of a shard: how many recordings it has, and how many failed."""

    key: str
    recordings: int


class ProcessEndedError(Exception):
    """The process ended. index: of the recording that it was reading; None if it read none."""

    def __init__(self, index: int | None, message: str) -> None:
        super().__init__(message)
        self.index = index
        self.message = message


class ConvertingProcess:
    """One process, started at once, to be used by one thread at a time."""

    def __init__(self) -> None:
        import subprocess  # slow to import, and only needed with a cluster

        self._reading = make_shared_number()
        self._process = subprocess.Popen(
            [sys.executable, "-c", _BEGIN, json.dumps(sys.path), self._reading.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def convert(self, order: ShardOrder) -> ShardCounts:
        """Convert a shard, and write its result.

        Raises ProcessEndedError if the process has ended; SettingsError for a run
        folder that cannot be used.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._reading.write(_NOTHING)
        try:
            pickle.dump(order, self._process.stdin)
            self._process.stdin.flush()
        except OSError:  # it ended while it was idle
            raise self._end(None, DIED) from None
        deadline = 0.0
        for line in self._process.stdout:
            if line.startswith(_RESULT):
                return _open_result(line.removeprefix(_RESULT))
            deadline = time.monotonic() + float(line.removeprefix(_PATIENCE))
        index = self._reading.read()
        if index == _NOTHING:
            raise self._end(None, DIED)
        is_hung = time.monotonic() >= deadline
        raise self._end(index, HUNG if is_hung else DIED)

    def close(self) -> None:
        """End the process, or let it end when it has finished its shard."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with suppress(OSError):
            self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()
        self._reading.close()

    def _end(self, index: int | None, message: str) -> ProcessEndedError:
        self.close()
        return ProcessEndedError(index, message)


def _open_result(line: bytes) -> ShardCounts:
    answer = pickle.loads(base64.b64decode(line))
    if isinstance(answer, BridgeError):
        raise answer
    assert isinstance(answer, ShardCounts)
    return answer


def describe_missing(place: str) -> SettingsError:
    """The error about a place that exists on the command's machine, but not on this one."""
    return SettingsError(
        f"the worker on {name_machine()} does not find {place}; the archive and the folder of "
        "--run must have the same paths on all machines, on a shared disk or in an object store"
    )


# ---- inside the process


def main() -> None:
    """Convert shards until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all processes of a terminal
    # What a plug-in prints or reads must not be mixed with the answers.
    orders = os.fdopen(os.dup(0), "rb")
    answers = os.dup(1)
    reading = SharedNumber(sys.argv[2])
    reading.forget_name()  # if the worker is killed, no other process can
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    sink = open(os.devnull, "w")  # noqa: PTH123, SIM115  # open as long as the process is there
    while True:
        order = _read_order(orders)
        if order is None:
            return
        answer = _convert_shard(order, sink, reading, partial(_write, answers))
        _write(answers, _RESULT, base64.b64encode(pickle.dumps(answer)))


def _read_order(orders: BinaryIO) -> ShardOrder | None:
    try:
        order = pickle.load(orders)
    except EOFError:
        return None
    assert isinstance(order, ShardOrder)
    return order


def _write(answers: int, kind: bytes, content: bytes = b"") -> None:
    data = kind + content + b"\n"
    while data:
        try:
            data = data[os.write(answers, data) :]
        except BrokenPipeError:  # the worker is gone, and another one gets this shard
            os._exit(0)


def _convert_shard(
    order: ShardOrder, sink: TextIO, reading: SharedNumber, say: Callable[..., None]
) -> ShardCounts | BridgeError:
    """sink: receives the traceback of a process that hangs."""
    summaries = []
    try:
        folder = RunFolder(order.location)
        recordings = folder.read_shard(order.key)
        if recordings is None:
            return describe_missing(order.location)
        patience = find_patience(recordings)
        say(_PATIENCE, b"%f" % patience)
        faulthandler.dump_traceback_later(patience, exit=True, file=sink)
        for index, recording in enumerate(reading_ahead(recordings)):
            reading.write(index)
            if index in order.failed:
                summaries.append(fail(recording, order.failed[index]))
            else:
                summaries.append(order.work.convert(recording))
        reading.write(len(recordings))
        folder.write_result(order.key, summaries)
    except BridgeError as error:
        return error
    finally:
        faulthandler.cancel_dump_traceback_later()
    return ShardCounts(order.key, len(summaries))
