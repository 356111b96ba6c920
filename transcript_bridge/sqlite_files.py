"""Files of SQLite databases that may be in use, and are not to be opened.

One of them may be the ledger of this process. To open and close it, or a file beside it, ends the
locks that SQLite has on it: another process takes it for one that nobody uses, and what is written
since is lost, or the program ends with SIGBUS (https://www.sqlite.org/howtocorrupt.html, section
2.2).
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_HEAD = b"SQLite format 3\0"
"""What every database begins with."""
_LOG = "-wal"
"""What SQLite adds to the name of a database that is in use."""
_BESIDE = (_LOG, "-shm", "-journal")
"""The ends of the names of files beside a database."""


def is_sqlite(path: Path) -> bool:
    """Whether a file is a database."""
    if path.name.endswith(_BESIDE):
        return False
    with suppress(OSError):  # in a folder of somebody else
        return path.is_file() and _read_head(path) == _HEAD
    return False


def is_something_else(path: Path) -> bool:
    """Whether a file has content, and is no database. False where it cannot be read."""
    head = _read_head(path)
    return bool(head) and head != _HEAD


def is_in_use(path: Path) -> bool:
    """Whether a database has its log beside it: a program uses it, or did not end well.

    Raises OSError.
    """
    return path.with_name(path.name + _LOG).exists()


def _read_head(path: Path) -> bytes:
    """The first bytes of a file, empty if it cannot be read; a database in use is not opened."""
    with suppress(OSError, ValueError):
        if is_in_use(path):
            return _HEAD
        with path.open("rb") as file:
            return file.read(len(_HEAD))
    return b""


def find_databases_in_use(names: Iterable[str]) -> set[str]:
    """The databases in a folder that a program has open, with the files beside them.

    names: of all files in the folder.
    """
    databases = {name.removesuffix(_LOG) for name in names if name.endswith(_LOG)}
    return {name + end for name in databases for end in ("", *_BESIDE)}
