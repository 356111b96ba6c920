"""An open ledger: its database, its clock, and how it is closed."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from ..clock import Clock
from .database import Database


class OpenedLedger:
    """The base of `Ledger`, without its queries."""

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
        """After an error, remove a ledger file that was just created."""
        if kind is None:
            self.close()
        else:
            self._database.give_up()

    def close(self) -> None:
        """Close all connections."""
        self._database.close()

    @property
    def may_have_forgotten(self) -> bool:
        """Whether requests may have been sent that it does not know: it may come from a backup, or
        another ledger was used before. Then each request is searched for before it is sent, if the
        server ignores session ids."""
        return self._database.forgotten_until.at > 0

    def distrust(self, other: Path | None = None) -> None:
        """Assume that this ledger does not know what was sent with another ledger file, or (None)
        all that was sent until now. Raises LedgerError if this cannot be stored."""
        self._database.distrust(other)

    def back_up(self, target: Path) -> None:
        """Copy the ledger to a new file, readable by the user alone, while others may use it.

        Raises SettingsError for a ledger on a server, OutputExistsError and OutputError if the copy
        cannot be written.
        """
        self._database.back_up(target)

    def now(self) -> float:
        """The ledger's clock: seconds since 1970."""
        return self._database.read(self._database.now)
