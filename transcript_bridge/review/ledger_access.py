"""Reads the ledger for the archive of the page, and stores the user's decisions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import NamedTuple

from ..archive.plan import ArchivePlan
from ..errors import LedgerError, MissingKeyError, RowChangedError, SettingsError
from ..report import render_page
from ..transfer.ledger import Ledger, LedgerEntry
from ..transfer.states import State
from ..workspace import chosen_account
from ..workspace.account_names import describe_account
from ..workspace.chosen_account import Account, open_ledger
from ..workspace.connection import peek_at_account
from ..workspace.found_conversation import check_found
from ..workspace.ledger_state import LedgerState
from ..workspace.locations import has_ledger
from ..workspace.opened import Advance, OpenArchive
from ..workspace.progress import SetAside
from ..workspace.reporting import make_report, name_profiles
from ..workspace.resolving import is_uncertain, select_uncertain, settle_by_hand
from ..workspace.retrying import choose_refused, plan_entry_again
from ..workspace.roots import expand_inputs, is_inside
from ..workspace.same_account import OtherAccount
from ..workspace.selection import Selection, select_inputs
from ..workspace.undoing import UndoChoice, choose_undoable
from .seen_archive import SeenArchive

REASONS = {
    State.REJECTED: "Omi refused it",
    State.BLOCKED: "Omi refused it: the plan of this account does not allow it",
    State.DELETED: "it was deleted in Omi",
}
"""Why a conversation is set aside, by its state; the ledger decides whether that still holds."""
_LISTED = (State.SENDING, State.UNCERTAIN, *REASONS)
"""The states whose conversations are listed one by one."""


class SendPreview(NamedTuple):
    """The archive and the account as they are now, with the ledger read once.

    account: the key that a run would use, for people; empty without one. other_accounts: other keys
    of the ledger that may be for the same account. sending: what another process is sending.
    uncertain: conversations that may or may not be in Omi. aside: those that Omi refused, or that
    were deleted there. missing_ledger: the ledger that the user named, if it does not exist yet.
    """

    plan: ArchivePlan
    state: LedgerState
    account: str
    other_accounts: Sequence[OtherAccount]
    sending: Sequence[str] = ()
    uncertain: Sequence[LedgerEntry] = ()
    aside: Sequence[SetAside] = ()
    missing_ledger: str = ""


def find_account(session: SeenArchive) -> Account | None:
    """The account that a run would use; None without a key. Raises SettingsError."""
    try:
        return chosen_account.find_account(session.archive.run.server, session.environment)
    except MissingKeyError:
        return None


def open_page_ledger(session: SeenArchive) -> Ledger:
    """The ledger; creates its file if necessary. Raises SettingsError and LedgerError."""
    return open_ledger(session.ledger_location, session.environment)


def _has_ledger(session: SeenArchive) -> bool:
    return has_ledger(session.ledger_location, session.environment)


@contextmanager
def _open_account(session: SeenArchive) -> Iterator[tuple[Ledger, str] | None]:
    """The ledger, and the name of the account in it; None if there is no ledger or no key."""
    account = find_account(session)
    if account is None or not _has_ledger(session):
        yield None
        return
    with open_page_ledger(session) as ledger:
        yield ledger, ledger.find_account(account.name)


def add_known(session: SeenArchive, plan: ArchivePlan) -> ArchivePlan:
    """A plan with what was sent before. Raises SettingsError and LedgerError."""
    if not _has_ledger(session):
        return plan
    with open_page_ledger(session) as ledger:
        known, _ = _peek(session, ledger, find_account(session), plan)
        return known


def _peek(
    session: SeenArchive, ledger: Ledger, account: Account | None, plan: ArchivePlan
) -> tuple[ArchivePlan, LedgerState]:
    """The plan with what an account has sent. For a profile without a key, nothing counts as
    sent."""
    if account is None and session.archive.run.server.profile:
        return plan, LedgerState()
    return peek_at_account(ledger, account, plan, session.archive.options)


def preview_sending(session: SeenArchive) -> SendPreview | None:
    """Find what would be sent now; None while the archive is read.

    Raises SettingsError and LedgerError.
    """
    contents = session.contents
    if contents is None:
        return None
    account = find_account(session)
    plan = contents.plan
    state = LedgerState()
    entries: Sequence[LedgerEntry] = ()
    has_one = _has_ledger(session)
    if has_one:
        with open_page_ledger(session) as ledger:
            plan, state = _peek(session, ledger, account, plan)
            if account is not None:
                entries = ledger.select(ledger.find_account(account.name), states=_LISTED)
    return SendPreview(
        replace(plan, sends_titles=session.archive.run.titles),
        state,
        "" if account is None else describe_account(account.label),
        state.other_accounts,
        sending=[entry.label for entry in entries if _is_sent_elsewhere(entry)],
        uncertain=[entry for entry in entries if is_uncertain(entry)],
        aside=list(_list_refused(session, entries)),
        missing_ledger="" if has_one else session.ledger_location or "",
    )


def _is_sent_elsewhere(entry: LedgerEntry) -> bool:
    return entry.row.state is State.SENDING and entry.held


def _list_refused(session: SeenArchive, entries: Iterable[LedgerEntry]) -> Iterator[SetAside]:
    """Conversations of this archive that the next run leaves out, unless the user wants a retry."""
    refused = [entry for entry in choose_refused(entries, deleted=True) if not entry.replaced]
    if not refused:  # a page asks again and again, and the inputs may be in a store
        return
    roots = [root.absolute for root in expand_inputs(session.paths)]
    for entry in refused:
        if not any(_is_from(entry, root) for root in roots):
            continue
        row = entry.row
        reason = row.last_error or REASONS[row.state]
        yield SetAside(entry.label, reason, row.state.value)


def _is_from(entry: LedgerEntry, root: str) -> bool:
    return any(is_inside(part.path, root) for part in entry.parts)


def render_report(session: SeenArchive) -> str:
    """The report on this archive, as `report` writes it. Raises LedgerError, SettingsError."""
    with open_page_ledger(session) as ledger:
        account = find_account(session)
        name = None if account is None else ledger.find_account(account.name)
        selection = _select(session, ledger, name)
        profiles = name_profiles(ledger)
    report = make_report(session.archive, selection, profiles, session.now(), None, _show_nothing)
    return render_page(report)


def choose_undo(session: SeenArchive) -> UndoChoice:
    """List what would be deleted in Omi. Raises LedgerError, SettingsError."""
    with _open_account(session) as opened:
        if opened is None:
            return UndoChoice([], 0, 0, 0)
        ledger, account = opened
        return choose_undoable(_select(session, ledger, account), adopted=False)


def _select(session: SeenArchive, ledger: Ledger, account: str | None) -> Selection:
    def open_paths(paths: tuple[str, ...]) -> OpenArchive:
        return replace(session.archive, paths=paths)

    return select_inputs(ledger, account, session.paths, open_paths, session.now(), _show_nothing)


def retry(session: SeenArchive, *, deleted: bool) -> int:
    """Plan refused conversations again. deleted: also those deleted in Omi.

    Returns how many conversations the next run sends again. Raises LedgerError.
    """
    count = 0
    with _open_account(session) as opened:
        if opened is None:
            return 0
        ledger, account = opened
        entries = _select(session, ledger, account).entries
        for entry in choose_refused(entries, deleted=deleted):
            try:
                plan_entry_again(ledger, entry)
            except RowChangedError:
                continue
            count += 1
    return count


def resolve(session: SeenArchive, number: int, found: str | None) -> None:
    """Store what the user saw in Omi. found: the id there; None sends it again.

    Raises SettingsError for a number that is not uncertain (any more), and for an id that Omi does
    not have; LedgerError.
    """
    with _open_account(session) as opened:
        if opened is None:
            raise LedgerError("there is no ledger for this account")
        ledger, account = opened
        for entry in select_uncertain(ledger, account):
            if entry.row.id == number:
                if found:
                    archive = session.archive
                    check_found(found, entry, ledger, archive.run.server, archive.environment)
                settle_by_hand(ledger, entry, found)
                return
    raise SettingsError("it is not uncertain any more; look at the list again")


@contextmanager
def _show_nothing(_step: str) -> Iterator[Advance]:
    yield _ignore


def _ignore(_done: int, _total: int) -> None:
    pass
