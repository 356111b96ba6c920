"""Finds another ledger that has records of what is about to be sent, in case a name is mistyped."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from ..sqlite_files import is_sqlite
from ..transfer.ledger import Ledger, look_elsewhere
from .locations import find_ledger_file

_LOOKED_AT = 1000
"""How many files of a folder, and folders beside it, are looked at."""


class OtherLedger(NamedTuple):
    """A ledger file with records of conversations.

    conversations: how many of those to be sent were sent with it. is_recognized: whether the server
    recognizes what is sent again.
    """

    path: Path
    conversations: int
    is_recognized: bool

    def distrust_where_needed(self, ledger: Ledger) -> None:
        """Make another ledger search for what this one sent, if the server does not recognize
        it."""
        if not self.is_recognized:
            ledger.distrust(self.path)


def find_other_ledger(
    ledger: Ledger,
    location: str | None,
    account: str,
    content_digests: Collection[str],
    usual: Path,
) -> OtherLedger | None:
    """The ledger with the most records of these sources, if the one in use has none at all.

    location: the file or the database that the user named; the default is never a mistake.
    content_digests: of the sources that are to be sent. usual: the default ledger. Raises
    LedgerError.
    """
    if location is None or ledger.may_have_forgotten or _is_used(ledger, account):
        return None
    found = []
    for path in _list_others(find_ledger_file(location), usual):
        known = look_elsewhere(path, account, content_digests)
        if known.sent:
            found.append(OtherLedger(path, *known))
    return max(found, key=lambda other: other.conversations, default=None)


def _is_used(ledger: Ledger, account: str) -> bool:
    return any(view.requests for view in ledger.survey() if view.account == account)


def _list_others(named: Path | None, usual: Path) -> Iterator[Path]:
    """The default ledger, those beside the named one, and those of its name in folders beside it.

    named: None for a database on a server. It is left out itself, under any path: this process has
    it open.
    """
    if named is None:
        return filter(is_sqlite, [usual])
    folder = named.absolute().parent
    of_this_name = (place / named.name for place in _list_folder(folder.parent))
    places = chain([usual], _list_folder(folder), of_this_name)
    return filter(is_sqlite, dict.fromkeys(places))


def _list_folder(folder: Path) -> Iterable[Path]:
    with suppress(OSError):
        return sorted(islice(folder.iterdir(), _LOOKED_AT))
    return ()
