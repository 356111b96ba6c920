"""A ledger that is open: its database, its clock, and closing it."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from ..clock import Clock
from .database import Database


class OpenedLedger:
    """What every ledger has, whatever is asked of it. `Ledger` asks."""

    def __init__(self, location: str | Path, clock: Clock | None = None) -> None:
        self._clock = clock or Clock()
        self._database = Database(location, self._clock)

    @property
    def where(self) -> str:
        """Its path or URL for people, without a password."""
        return self._database.where

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_error: object) -> None:
        """After an error, a ledger file that was made for nothing is removed again."""
        if kind is None:
            self.close()
        else:
            self._database.give_up()

    def close(self) -> None:
        """Close all connections."""
        self._database.close()

    @property
    def may_have_forgotten(self) -> bool:
        """Whether more was sent than it knows: it comes from a backup, for example, or another one
        was used before. Then each request is searched for on the server before it is sent, if the
        server ignores session ids."""
        return self._database.forgotten_until.at > 0

    def distrust(self, other: Path) -> None:
        """Let this ledger file count as one that has forgotten what was sent with another one."""
        self._database.distrust(other)

    def back_up(self, target: Path) -> None:
        """Copy the ledger to a new file, readable by the user alone, while others may use it.

        Raises SettingsError for a ledger that is no file, OutputExistsError and OutputError where
        the copy cannot be written.
        """
        self._database.back_up(target)

    def now(self) -> float:
        """The ledger's clock: seconds since 1970."""
        return self._database.read(self._database.now)
