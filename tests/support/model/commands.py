"""The commands on a ledger and a server, as the command line runs them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from transcript_bridge.errors import RowChangedError, TooEarlyError
from transcript_bridge.transfer.events import Summary
from transcript_bridge.transfer.ledger import Ledger, LedgerEntry
from transcript_bridge.transfer.pace import Pace
from transcript_bridge.transfer.settle import Patience
from transcript_bridge.transfer.states import STORED, State
from transcript_bridge.transfer.undo import UNDOABLE, Undoer
from transcript_bridge.transfer.upload import Upload
from transcript_bridge.transfer.uploader import Uploader
from transcript_bridge.transfer.verify import Verifier, record_verdict
from transcript_bridge.workspace.resolving import settle_by_hand
from transcript_bridge.workspace.retrying import choose_refused, plan_entry_again

from .processes import Connection, Process
from .server import LIVE, Server, Stored

Work = Callable[[Process, Ledger], Any]


@dataclass(frozen=True)
class Key:
    """An API key. account: its name in the ledger. user: whose conversations it writes."""

    account: str
    user: str


KEYS = {
    "key": Key("account-1", "user"),
    "new key": Key("account-2", "user"),
    "other person": Key("account-3", "other"),
}


def upload(key: Key, uploads: Sequence[Upload], changed: str) -> Work:
    """`upload`, with `--changed`."""

    def work(process: Process, ledger: Ledger) -> Summary:
        account = ledger.open_account(key.account)
        uploader = Uploader(
            Connection(process, key.user),
            ledger,
            account,
            pace=Pace(gap=0),
            patience=Patience(tries=6),
            changed=changed,  # type: ignore[arg-type]
            clock=_clock_of(process),
        )
        return uploader.run(uploads)

    return work


def undo(key: Key, paths: Sequence[str], *, discard: bool, adopted: bool) -> Work:
    """`undo`, with `--discard` and `--adopted`."""

    def work(process: Process, ledger: Ledger) -> None:
        account = ledger.find_account(key.account)
        entries = []
        for entry in ledger.select(account, paths=paths):
            if _is_undone_now(entry, adopted=adopted):
                entries.append(entry)
        undoer = Undoer(
            Connection(process, key.user),
            ledger,
            account,
            discard,
            Pace(gap=0),
            clock=_clock_of(process),
        )
        for _undone in undoer.undo(entries):
            process.pause("one is undone")

    return work


def _is_undone_now(entry: LedgerEntry, *, adopted: bool) -> bool:
    row = entry.row
    is_in_omi = row.state in UNDOABLE and bool(row.conversation_id) and not row.undone
    if entry.held or not is_in_omi:
        return False
    return adopted or not row.adopted


def verify(key: Key) -> Work:
    """`verify`."""

    def work(process: Process, ledger: Ledger) -> None:
        account = ledger.find_account(key.account)
        entries = [entry for entry in ledger.select(account) if _is_verifiable(entry)]
        verifier = Verifier(Connection(process, key.user), clock=_clock_of(process))
        for result in verifier.verify(entries):
            record_verdict(ledger, result)

    return work


def _is_verifiable(entry: LedgerEntry) -> bool:
    row = entry.row
    if entry.replaced:
        return False
    is_deleted_in_omi = row.state is State.DELETED and not row.undone
    return row.state in STORED or (is_deleted_in_omi and row.conversation_id is not None)


def retry(*, deleted: bool) -> Work:
    """`retry`, with `--deleted`."""

    def work(process: Process, ledger: Ledger) -> None:
        for entry in choose_refused(ledger.select(), deleted=deleted):
            with suppress(RowChangedError):
                plan_entry_again(ledger, entry)

    return work


def resolve(server: Server) -> Work:
    """`resolve` by a user who looks for each request in Omi, and answers truthfully.

    The user cannot see what the server is still processing: `resolve` must handle that.
    """

    def work(process: Process, ledger: Ledger) -> None:
        for entry in ledger.select(states=[State.UNCERTAIN, State.SENDING]):
            if entry.held:
                continue
            seen = _find(server, find_user(ledger, entry), entry.row.session_id)
            found = seen.id if seen is not None and seen.is_visible else None
            with suppress(RowChangedError, TooEarlyError):
                settle_by_hand(ledger, entry, found)

    return work


def find_live(server: Server, user: str, session_id: str) -> str | None:
    """Find the id of the conversation that this request became, if it is stored."""
    found = _find(server, user, session_id)
    return None if found is None else found.id


def _find(server: Server, user: str, session_id: str) -> Stored | None:
    for stored in server.stored:
        is_same = (stored.user, stored.base) == (user, session_id)
        if is_same and stored.state in LIVE:
            return stored
    return None


def find_user(ledger: Ledger, entry: LedgerEntry) -> str:
    """Find the user of a request."""
    for key in KEYS.values():
        if ledger.find_account(key.account) == entry.account:
            return key.user
    raise AssertionError("an account that nobody has")


def _clock_of(process: Process) -> Any:
    return process.world.make_clock(process.sleep)
