"""Keeps track of the SQLite databases that this process has open: only SQLite may open their files.

Closing any descriptor of a file releases all locks that the process has on it, including those of
SQLite (POSIX, close; https://www.sqlite.org/howtocorrupt.html, section 2.2). Another process then
believes that nobody uses the database: what is written since is lost, or the program ends with
SIGBUS. Locks of other processes are not affected, so databases that only they have open may be
read.
A database is registered before SQLite opens it. This does not cover a file that another thread had
opened before; but no command opens a ledger while it reads files.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

AnyPath = str | os.PathLike[str]
_HEAD = b"SQLite format 3\0"
"""The first bytes of every database."""
_LOCKED = ("", "-shm")
"""The suffixes of the files that SQLite locks."""
_BESIDE = ("-wal", "-shm", "-journal")
"""The suffixes of the files that SQLite writes beside a database."""
_open_here: Counter[str] = Counter()
"""The databases that this process has open, by their real paths."""


@contextmanager
def opened_here(path: AnyPath) -> Iterator[None]:
    """Register a database. Enter this before SQLite opens it, and leave it after it is closed."""
    real = os.path.realpath(path)
    _open_here[real] += 1
    try:
        yield
    finally:
        _open_here[real] -= 1


def find_own_files() -> set[tuple[int, int]]:
    """The files that only SQLite may open in this process, as `identify` returns them."""
    found = set()
    for path in +_open_here:
        for end in _LOCKED:
            with suppress(OSError):
                found.add(identify(os.stat(path + end)))  # noqa: PTH116  # for each file read
    return found


def identify(status: os.stat_result) -> tuple[int, int]:
    """The device and inode of a file, which are the same for all its names."""
    return status.st_dev, status.st_ino


def is_open_here(path: AnyPath) -> bool:
    """Whether only SQLite may open a file in this process. Raises OSError, ValueError."""
    return bool(_open_here) and identify(os.stat(path)) in find_own_files()  # noqa: PTH116


def is_sqlite(path: Path) -> bool:
    """Whether a file is a database that this process does not have open."""
    return _read_head(path) == _HEAD


def is_something_else(path: Path) -> bool:
    """Whether a file has content but is not a database. False if it cannot be read."""
    return _read_head(path) not in (b"", _HEAD)


def _read_head(path: Path) -> bytes:
    """The first bytes of a file; empty if it cannot or must not be read."""
    with suppress(OSError, ValueError):
        if path.is_file() and not is_open_here(path):
            with path.open("rb") as file:
                return file.read(len(_HEAD))
    return b""


def is_in_use(path: Path) -> bool:
    """Whether a database has a log beside it: a program is using it, or has crashed.

    A program that opened it creates the log with its first transaction. Raises OSError.
    """
    return path.with_name(path.name + _BESIDE[0]).exists()


def find_beside_databases(names: Iterable[str]) -> set[str]:
    """The names of files in a folder that SQLite wrote beside a database.

    names: those of all files in the folder.
    """
    names = set(names)
    return {name for name in names if name.endswith(_BESIDE) and name.rpartition("-")[0] in names}
