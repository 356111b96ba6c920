"""A new ledger where another one knows what is about to be sent: its name may be mistyped."""

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
"""Files of a folder, and folders beside it: more are not looked at."""


class OtherLedger(NamedTuple):
    """A ledger file that knows of conversations.

    conversations: how many of those that are to be sent are in Omi by it. is_recognized: whether
    the server recognizes what is sent again.
    """

    path: Path
    conversations: int
    is_recognized: bool

    def distrust_where_needed(self, ledger: Ledger) -> None:
        """Let another ledger count as one that has forgotten this one's, where that matters."""
        if not self.is_recognized:
            ledger.distrust(self.path)


def find_other_ledger(
    ledger: Ledger,
    location: str | None,
    account: str,
    content_digests: Collection[str],
    usual: Path,
) -> OtherLedger | None:
    """The ledger that knows most of what is to be sent, if the one in use knows nothing at all.

    location: the file that the user named; None, and a database on a server, is never a slip.
    content_digests: of the sources that are to be sent. usual: the ledger that is used where none
    is named. Raises LedgerError.
    """
    named = find_ledger_file(location) if location else None
    if named is None or ledger.may_have_forgotten or _is_used(ledger, account):
        return None
    found = []
    for path in _list_others(named, usual):
        known = look_elsewhere(path, account, content_digests)
        if known.sent:
            found.append(OtherLedger(path, *known))
    return max(found, key=lambda other: other.conversations, default=None)


def _is_used(ledger: Ledger, account: str) -> bool:
    return any(view.requests for view in ledger.survey() if view.account == account)


def _list_others(named: Path, usual: Path) -> Iterator[Path]:
    """The usual ledger, those beside the named one, and those of its name in folders beside it.

    Not the named one itself, by whatever path: this process has it open.
    """
    folder = named.absolute().parent
    of_this_name = (place / named.name for place in _list_folder(folder.parent))
    places = chain([usual], _list_folder(folder), of_this_name)
    return filter(is_sqlite, dict.fromkeys(places))


def _list_folder(folder: Path) -> Iterable[Path]:
    with suppress(OSError):
        return sorted(islice(folder.iterdir(), _LOOKED_AT))
    return ()
