"""Isolates one recording: any failure while it is read is an error of this file only.

Unexpected errors become a FaultError, which says where they were raised, and quotes nothing of the
file. So do excessive time and memory: the limits grow with the size of the file, and are much
higher than any file needs.

Time is CPU time, so that a slow disk or a busy computer fails no file. Time and memory are limited
in the main thread of a process, which is where archives are read; Windows has no such limits.
There, and if Python itself hangs or dies, workers.py ends the process.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath
from threading import current_thread, main_thread
from types import FrameType, TracebackType
from typing import NamedTuple

from ..errors import BridgeError, FaultError

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

_MEGABYTE = 2**20
_MIN_MEMORY = 512 * _MEGABYTE
_MEMORY_PER_BYTE = 20
_MIN_SECONDS = 30.0
_SECONDS_PER_MEGABYTE = 10.0
"""Reading takes a hundredth of it."""
_SECONDS_PER_MEGABYTE_SKIPPED = 0.2
"""Decompressing what precedes a member takes a tenth of it."""
_SECONDS_PER_MEGABYTE_PACKED = 60.0
"""For a container: a megabyte may hold a hundred thousand names."""
_REPEAT_SECONDS = 1.0
_MEMORY_FILE = "/proc/self/statm"
_NUMBERS_BYTES = 256
"""More than the seven numbers of that file have."""
_PAGE_BYTES = resource.getpagesize() if resource is not None else 0
_PACKAGE = str(Path(__file__).parent.parent)


class Effort(NamedTuple):
    """The limits for reading a file. memory: bytes, in addition to what the process already has."""

    memory: int
    seconds: float

    @classmethod
    def for_bytes(cls, size: int, skipped: int = 0) -> Effort:
        """size: of the file, unpacked. skipped: bytes before it that must also be decompressed."""
        seconds = _MIN_SECONDS + size / _MEGABYTE * _SECONDS_PER_MEGABYTE
        seconds += skipped / _MEGABYTE * _SECONDS_PER_MEGABYTE_SKIPPED
        return cls(max(_MIN_MEMORY, size * _MEMORY_PER_BYTE), seconds)

    @classmethod
    def for_container(cls, packed: int) -> Effort:
        """The limits for listing a container. packed: its size in bytes."""
        seconds = _MIN_SECONDS + packed / _MEGABYTE * _SECONDS_PER_MEGABYTE_PACKED
        return cls(max(_MIN_MEMORY, packed * _MEMORY_PER_BYTE), seconds)


@contextmanager
def guard(path: str, effort: Effort) -> Iterator[None]:
    """Turn everything that the block raises into a FaultError about `path`, except a BridgeError,
    and what ends the program."""
    try:
        with _limit_memory(effort.memory), _limit_time(effort.seconds):
            yield
    except BridgeError:
        raise
    except (Exception, SystemExit, _OverTime) as error:  # SystemExit: by a plug-in
        raise FaultError(describe_fault(error, effort), path=path) from None


def describe_fault(error: BaseException, effort: Effort | None = None) -> str:
    """Describe what happened, without the message of the error, which may quote the file."""
    if isinstance(error, _OverTime) and effort is not None:
        return (
            f"reading this takes more than {effort.seconds:.0f} s, too long for its size; it "
            "was skipped; please report it"
        )
    if isinstance(error, MemoryError):
        limit = "the memory there is"
        if effort is not None:
            limit = f"{effort.memory // _MEGABYTE:,} MB of memory"
        return f"reading this takes more than {limit}; it was skipped"
    if isinstance(error, RecursionError):
        return "this is nested too deeply to be read; it was skipped"
    kind = type(error).__name__
    place = _find_place(error.__traceback__)
    return f"a fault in Transcript Bridge ({kind}{place}); it was skipped; please report it"


def _find_place(trace: TracebackType | None) -> str:
    """The innermost line in this package, else the innermost line."""
    own = None
    last = None
    while trace is not None:
        last = trace
        file = trace.tb_frame.f_code.co_filename
        if file.startswith(_PACKAGE) and file != __file__:
            own = trace
        trace = trace.tb_next
    found = own or last
    if found is None:
        return ""
    name = PurePath(found.tb_frame.f_code.co_filename).name
    return f" in {name}, line {found.tb_lineno}"


# ---- limits


class _OverTime(BaseException):  # not an Exception, which the code inside might catch
    """The time limit was exceeded."""


def _is_in_main_thread() -> bool:
    return current_thread() is main_thread()


@contextmanager
def _limit_time(seconds: float) -> Iterator[None]:
    """Raise _OverTime in the block after it has used so much CPU time."""
    if not hasattr(signal, "setitimer") or not _is_in_main_thread():
        yield
        return
    is_inside = True

    def stop(_number: int, _frame: FrameType | None) -> None:
        if is_inside:
            raise _OverTime

    before = signal.signal(signal.SIGVTALRM, stop)
    # Repeated, because Python may ignore the first exception, for example in a destructor.
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, _REPEAT_SECONDS)
    try:
        yield
    finally:
        is_inside = False
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@contextmanager
def _limit_memory(extra: int) -> Iterator[None]:
    """Let Python raise MemoryError in the block when the process grows by more than this."""
    size = _measure_process()
    if not size:
        yield
        return
    before, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = size + extra
    if before != resource.RLIM_INFINITY and before < limit:
        yield
        return
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (before, hard))


def _measure_process() -> int:
    """The address space of this process in bytes; 0 if it is unknown or unlimited."""
    if resource is None or not _is_in_main_thread():
        return 0
    try:
        # Not through pathlib, which takes a quarter longer: this is done for every file.
        descriptor = os.open(_MEMORY_FILE, os.O_RDONLY)
        pages = os.read(descriptor, _NUMBERS_BYTES).split()[0]
        os.close(descriptor)
    except OSError:
        return 0
    return int(pages) * _PAGE_BYTES
