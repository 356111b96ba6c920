"""Files of SQLite databases that this process has open: nothing but SQLite may open them.

Whoever closes a file, by whatever descriptor, ends all locks that the process has on it, those of
SQLite too (POSIX, close; https://www.sqlite.org/howtocorrupt.html, section 2.2). Another process
then takes the database for one that nobody uses: what is written since is lost, or the program ends
with SIGBUS. Locks of other processes stay, so databases that only they have open may be read.

A database is noted before SQLite opens it. A file that another thread had opened before that is the
one case left: no command opens a ledger while it reads files.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

AnyPath = str | os.PathLike[str]
_HEAD = b"SQLite format 3\0"
"""What every database begins with."""
_LOCKED = ("", "-shm")
"""The ends of the names of the files on which SQLite has locks."""
_BESIDE = ("-wal", "-shm", "-journal")
"""The ends of the names of the files beside a database."""
_open_here: Counter[str] = Counter()
"""The databases that this process has open, without links in their paths."""


@contextmanager
def opened_here(path: AnyPath) -> Iterator[None]:
    """While SQLite has a database open: begins before that, and ends after it."""
    real = os.path.realpath(path)
    _open_here[real] += 1
    try:
        yield
    finally:
        _open_here[real] -= 1


def find_own_files() -> set[tuple[int, int]]:
    """The files that nothing but SQLite may open here, as `identify` has them."""
    found = set()
    for path in +_open_here:
        for end in _LOCKED:
            with suppress(OSError):
                found.add(identify(os.stat(path + end)))  # noqa: PTH116  # for each file read
    return found


def identify(status: os.stat_result) -> tuple[int, int]:
    """Device and inode: the same for all names of a file."""
    return status.st_dev, status.st_ino


def is_open_here(path: AnyPath) -> bool:
    """Whether nothing but SQLite may open a file here. Raises OSError, ValueError."""
    return bool(_open_here) and identify(os.stat(path)) in find_own_files()  # noqa: PTH116


def is_sqlite(path: Path) -> bool:
    """Whether a file is a database, and none that this process has open."""
    return _read_head(path) == _HEAD


def is_something_else(path: Path) -> bool:
    """Whether a file has content, and is no database. False where it cannot be read."""
    return _read_head(path) not in (b"", _HEAD)


def _read_head(path: Path) -> bytes:
    """The first bytes of a file; empty if it cannot or must not be read."""
    with suppress(OSError, ValueError):
        if path.is_file() and not is_open_here(path):
            with path.open("rb") as file:
                return file.read(len(_HEAD))
    return b""


def is_in_use(path: Path) -> bool:
    """Whether a database has its log beside it: a program uses it, or did not end well.

    A program that has just opened it makes the log with its first transaction. Raises OSError.
    """
    return path.with_name(path.name + _BESIDE[0]).exists()


def find_beside_databases(names: Iterable[str]) -> set[str]:
    """The names in a folder of what SQLite has written beside a database.

    names: of all files in the folder.
    """
    names = set(names)
    return {name for name in names if name.endswith(_BESIDE) and name.rpartition("-")[0] in names}
