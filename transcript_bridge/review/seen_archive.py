"""The part of a session that sending and the ledger use: the archive as it is now, and its
ledger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from ..workspace.environment import Environment
from ..workspace.opened import OpenArchive
from .contents import ArchiveContents


class SeenArchive(Protocol):
    """Implemented by `Session`.

    paths: what the command was given. now: the clock.
    """

    @property
    def paths(self) -> tuple[str, ...]: ...

    @property
    def now(self) -> Callable[[], datetime]: ...

    @property
    def environment(self) -> Environment: ...

    @property
    def ledger_location(self) -> str | None:
        """The ledger that the user named; None for the default."""

    @property
    def archive(self) -> OpenArchive:
        """The archive with the settings as they are now."""

    @property
    def contents(self) -> ArchiveContents | None:
        """The contents of the archive; None while it is read for the first time."""

    def look_again(self) -> None:
        """Mark the list as out of date, because more or less of the archive is in Omi now."""

    def note(self, said: str) -> None:
        """Remember a sentence for the status line of the next page."""
