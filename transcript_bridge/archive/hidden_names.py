"""Names of hidden files and folders, which users do not mean to include."""

from __future__ import annotations

_SYSTEM_NAMES = frozenset(
    {"__macosx", "thumbs.db", "desktop.ini", "$recycle.bin", "system volume information"}
)


def is_hidden(name: str) -> bool:
    """Whether a file or folder of this name is skipped unless the user names it."""
    return name.startswith(".") or name.casefold() in _SYSTEM_NAMES
