"""Names of files and folders that people do not see, and do not mean."""

from __future__ import annotations

from collections.abc import Iterable

_SYSTEM_NAMES = frozenset(
    {"__macosx", "thumbs.db", "desktop.ini", "$recycle.bin", "system volume information"}
)


def is_hidden(name: str) -> bool:
    """Whether a file or folder of this name is left out unless the user names it."""
    return name.startswith(".") or name.casefold() in _SYSTEM_NAMES


def find_databases_in_use(names: Iterable[str]) -> set[str]:
    """The databases of SQLite in a folder that a program has open, with the files beside them.

    They must not be opened: one may be the ledger of this process, and closing it would end the
    locks that SQLite has on it (https://www.sqlite.org/howtocorrupt.html, section 2.2).
    """
    databases = {name.removesuffix("-wal") for name in names if name.endswith("-wal")}
    return {name + end for name in databases for end in ("", "-wal", "-shm")}
