"""Sends the archive, in a thread, with the engine of `migrate`; deletes it again with that of
`undo`. Closing the page stops neither."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from threading import Event as Flag
from typing import TYPE_CHECKING, NamedTuple

from ..archive.guard import describe_fault
from ..archive.ledger_link import KnownState, with_ledger_state
from ..archive.planning import ArchivePlan, Order
from ..errors import BridgeError, LedgerError, MissingKeyError, RowChangedError, SettingsError
from ..report import render_page
from ..report.wording import count_of
from ..transfer.events import Summary
from ..transfer.ledger import ChangePolicy, Ledger, LedgerEntry
from ..transfer.pace import Pace
from ..transfer.states import State
from ..transfer.undo import Undoer
from ..transfer.uploader import Uploader
from ..workspace.account_names import describe_account
from ..workspace.connection import (
    Account,
    find_account,
    open_client,
    open_ledger,
    peek_into_ledger,
)
from ..workspace.key_check import check_and_store
from ..workspace.ledger_state import LedgerState
from ..workspace.locations import has_ledger
from ..workspace.migration import Migration
from ..workspace.opened import Advance, OpenArchive
from ..workspace.reporting import make_report, name_profiles
from ..workspace.resolving import select_uncertain, settle_by_hand
from ..workspace.retrying import choose_refused, plan_entry_again
from ..workspace.same_account import Twin, find_twins, settle_account
from ..workspace.selection import Selection, select_inputs
from ..workspace.undoing import UndoChoice, choose_undoable
from .run_state import RunState, Snapshot

if TYPE_CHECKING:
    from .session import Session

_CONCURRENCY = 1
"""Requests under way at once, as `migrate` has it by default."""


class SendChoices(NamedTuple):
    """How it is sent. until: no new conversation after that. is_same_account: the answer to whether
    another key of the ledger is for the same account; None if nobody has asked."""

    order: Order = "found"
    changed: ChangePolicy = "ask"
    limit: int | None = None
    until: datetime | None = None
    is_same_account: bool | None = None


class Outlook(NamedTuple):
    """The archive and the account as they are now, before anything is sent.

    account: the key that a run would use, for people; empty without one. twins: other keys of the
    ledger that may be for the same account.
    """

    plan: ArchivePlan
    state: LedgerState
    account: str
    twins: Sequence[Twin]


class Sender:
    """The one run that a page may have at a time. Its methods may be called from any thread."""

    def __init__(self, session: Session) -> None:
        self.gap = Pace().gap
        """Seconds between two writes."""
        self._session = session
        self._state = RunState(session.now)
        self._lock = threading.Lock()
        self._stop = Flag()
        self._thread: threading.Thread | None = None

    # ---- before

    def find_account(self) -> Account | None:
        """The account that a run would use; None without a key. Raises SettingsError."""
        try:
            return find_account(self._session.archive.run.server, self._session.environment)
        except MissingKeyError:
            return None

    def look_ahead(self) -> Outlook | None:
        """What would be sent now; None while the archive is read. Raises SettingsError."""
        contents = self._session.contents
        if contents is None:
            return None
        archive = self._session.archive
        state = self._read_ledger()
        known = state.known or KnownState()
        plan = with_ledger_state(contents.plan, archive.options, known, self._session.now())
        account = self.find_account()
        name = "" if account is None else describe_account(account.label)
        digests = [entry.summary.digest for entry in plan.ready if entry.counts.to_go]
        return Outlook(plan, state, name, find_twins(state.elsewhere, digests))

    def _read_ledger(self) -> LedgerState:
        session = self._session
        location = session.ledger_location
        if not has_ledger(location, session.environment):
            return LedgerState()
        server = session.archive.run.server
        try:
            return peek_into_ledger(location, server, session.environment)
        except MissingKeyError:
            return LedgerState()

    def store_key(self, key: str) -> str:
        """Ask the server whether a key is good, and store it; returns where.

        Raises KeyRefusedError, ScopeMissingError, SettingsError, and the errors of a request.
        """
        return check_and_store(key, self._session.archive.run.server, self._session.environment)

    # ---- the run

    @property
    def is_working(self) -> bool:
        """Whether a run of this page is under way."""
        return self._state.is_working

    def take_snapshot(self) -> Snapshot:
        """The run as it is now; without one, the archive as the ledger has it."""
        snapshot = self._state.take()
        if snapshot.work != "nothing":
            return snapshot
        outlook = self.look_ahead()
        if outlook is None:
            return snapshot
        counts = outlook.plan.counts
        return replace(
            snapshot,
            total=outlook.plan.conversations,
            done=counts.stored,
            left=counts.to_go,
        )

    def list_sent_elsewhere(self) -> list[str]:
        """What another process is sending now. Raises LedgerError."""
        if self.is_working:
            return []
        found = []
        with self._open_account() as opened:
            if opened is None:
                return []
            ledger, account = opened
            for entry in ledger.select(account, states=[State.SENDING]):
                if entry.held:
                    found.append(entry.label)
        return found

    @contextmanager
    def _open_account(self) -> Iterator[tuple[Ledger, str] | None]:
        """The ledger, and the name of the account in it; None if there is no ledger or no key."""
        session = self._session
        account = self.find_account()
        if account is None or not has_ledger(session.ledger_location, session.environment):
            yield None
            return
        with open_ledger(session.ledger_location, session.environment) as ledger:
            yield ledger, ledger.find_account(account.name)

    def start(self, choices: SendChoices) -> None:
        """Begin to send. Raises SettingsError where a run is under way, MissingKeyError."""
        server = self._session.archive.run.server
        if find_account(server, self._session.environment) is None:
            raise MissingKeyError("no API key; enter one on this page first")
        self._begin("sending", lambda: self._send(choices))

    def stop(self) -> None:
        """End the run after what is being sent now."""
        self._stop.set()
        self._state.note_stopping()

    def wait(self) -> None:
        """Until the run has ended."""
        thread = self._thread
        if thread is not None:
            thread.join()

    def _begin(self, work: str, run: Callable[[], str], to_undo: int = 0) -> None:
        with self._lock:
            if self._state.is_working:
                raise SettingsError("this page is at work already; see Progress")
            self._stop = Flag()
            self._state.begin("undoing" if work == "undoing" else "sending", to_undo)
            self._thread = threading.Thread(target=self._work, args=(run,), name=work, daemon=True)
            self._thread.start()

    def _work(self, run: Callable[[], str]) -> None:
        try:
            words = run()
        except BridgeError as error:
            words = f"It ended early: {error}"
        except Exception as error:  # a fault of ours must not leave the page waiting for ever
            words = f"It ended early: {describe_fault(error)}"
        self._state.end(words)

    def _send(self, choices: SendChoices) -> str:
        """Send until nothing is left; returns how it ended."""
        archive = self._session.archive
        run = archive.run
        connection = open_client(run.server, self._session.environment)
        with connection.client, self._open_ledger() as ledger:
            account = ledger.open_account(connection.account, connection.label)
            migration = Migration(
                lambda: archive.plan(self._session.now(), _ignore_advance),
                archive.options,
                ledger,
                account,
                pace=Pace(run.rate, self.gap),
                changed=choices.changed,
                order=choices.order,
                limit=choices.limit,
                roots=[os.path.abspath(path) for path in archive.paths],  # noqa: PTH100
            )
            migration, plan = _settle(migration, choices.is_same_account)
            self._state.add(plan.ready, (*plan.failed, *plan.turns_alone))
            uploader = Uploader(
                connection.client,
                ledger,
                migration.account,
                pace=migration.pace,
                concurrency=_CONCURRENCY,
                changed=migration.changed,
                stop=self._stop,
                observe=self._state.observe,
            )
            with _stop_at(choices.until, self._session.now(), self._stop):
                summary = migration.send(uploader, plan, self._state)
        return self._describe_end(summary)

    def _open_ledger(self) -> Ledger:
        return open_ledger(self._session.ledger_location, self._session.environment)

    def _describe_end(self, summary: Summary) -> str:
        snapshot = self._state.take()
        if summary.error is not None:
            return f"It ended early: {summary.error}"
        sent = count_of(snapshot.done, "conversation")
        if summary.stopped or snapshot.left:
            return f"Stopped: {sent} of {snapshot.total:,} in Omi. Send goes on where it stopped."
        if snapshot.aside:
            aside = count_of(len(snapshot.aside), "recording")
            return f"All that can be sent is in Omi: {sent}. {aside} set aside."
        return f"All is in Omi: {sent}."

    # ---- report, undo, retry, resolve

    def render_report(self) -> str:
        """The report on this archive, as `report` writes it. Raises LedgerError, SettingsError."""
        session = self._session
        with self._open_ledger() as ledger:
            account = self.find_account()
            name = None if account is None else ledger.find_account(account.name)
            selection = self._select(ledger, name)
            profiles = name_profiles(ledger)
        report = make_report(
            session.archive, selection, profiles, session.now(), None, _show_nothing
        )
        return render_page(report)

    def choose_undo(self) -> UndoChoice:
        """What would be deleted in Omi. Raises LedgerError, SettingsError."""
        with self._open_account() as opened:
            if opened is None:
                return UndoChoice([], 0, 0, 0)
            ledger, account = opened
            return self._choose_undo(ledger, account)

    def _choose_undo(self, ledger: Ledger, account: str) -> UndoChoice:
        return choose_undoable(self._select(ledger, account), adopted=False)

    def _select(self, ledger: Ledger, account: str | None) -> Selection:
        session = self._session

        def open_paths(paths: tuple[str, ...]) -> OpenArchive:
            return replace(session.archive, paths=paths)

        return select_inputs(
            ledger, account, session.paths, open_paths, session.now(), _show_nothing
        )

    def start_undo(self, count: int) -> None:
        """Delete in Omi what was sent from this archive.

        count: how many the user has agreed to. Raises SettingsError where it is another number now.
        """
        choice = self.choose_undo()
        if len(choice.entries) != count:
            raise SettingsError(
                f"it is {count_of(len(choice.entries), 'conversation')} now; look again"
            )
        self._begin("undoing", lambda: self._undo(choice.entries), count)

    def _undo(self, entries: Sequence[LedgerEntry]) -> str:
        run = self._session.archive.run
        connection = open_client(run.server, self._session.environment)
        deleted = 0
        failed = 0
        with connection.client, self._open_ledger() as ledger:
            undoer = Undoer(
                connection.client,
                ledger,
                ledger.find_account(connection.account),
                pace=Pace(run.rate, self.gap),
                stop=self._stop,
                observe=self._state.observe_waiting,
            )
            for done in undoer.undo(entries):
                self._state.note_undone(done.entry.label, done.error)
                if done.error is None:
                    deleted += 1
                else:
                    failed += 1
        words = f"{count_of(deleted, 'conversation')} deleted in Omi."
        if failed:
            words += f" {failed:,} could not be deleted."
        left = len(entries) - deleted - failed
        if left:
            words = f"Stopped: {words} {left:,} left."
        return words

    def retry(self, *, deleted: bool) -> int:
        """Plan again what was refused. deleted: also what was deleted in Omi.

        Returns how many conversations the next run sends again. Raises LedgerError.
        """
        count = 0
        with self._open_account() as opened:
            if opened is None:
                return 0
            ledger, account = opened
            for entry in choose_refused(ledger.select(account), deleted=deleted):
                try:
                    plan_entry_again(ledger, entry)
                except RowChangedError:
                    continue
                count += 1
        return count

    def list_uncertain(self) -> list[LedgerEntry]:
        """What may or may not be stored; the user can look in Omi. Raises LedgerError."""
        if self.is_working:
            return []
        with self._open_account() as opened:
            if opened is None:
                return []
            ledger, account = opened
            return select_uncertain(ledger, account)

    def resolve(self, number: int, found: str | None) -> None:
        """What the user saw in Omi. found: the id there; None sends it again.

        Raises SettingsError for a number that is not uncertain (any more), LedgerError.
        """
        with self._open_account() as opened:
            if opened is None:
                raise LedgerError("there is no ledger for this account")
            ledger, account = opened
            for entry in select_uncertain(ledger, account):
                if entry.row.id == number:
                    settle_by_hand(ledger, entry, found)
                    return
        raise SettingsError("it is not uncertain any more; look at the list again")


def _settle(migration: Migration, is_same: bool | None) -> tuple[Migration, ArchivePlan]:
    """The plan for the account that counts. Raises SettingsError where nobody has answered whether
    two keys are for one account."""

    def decide(twin: Twin) -> bool:
        if is_same is None:
            raise SettingsError(
                f"already in Omi under another key ({twin.name}): {twin.conversations:,} of these "
                "conversations; say on the Send page whether it is the same account"
            )
        return is_same

    plan, _ = migration.make_plan()
    digests = migration.list_digests(plan)
    account = settle_account(migration.ledger, migration.account, digests, decide)
    if account != migration.account:
        migration = replace(migration, account=account)
        plan, _ = migration.make_plan()
    return migration, plan


@contextmanager
def _stop_at(until: datetime | None, now: datetime, stop: Flag) -> Iterator[None]:
    """Set the flag when the moment comes."""
    if until is None:
        yield
        return
    seconds = max((until - now).total_seconds(), 0)
    timer = threading.Timer(seconds, stop.set)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@contextmanager
def _show_nothing(_step: str) -> Iterator[Advance]:
    yield _ignore_advance


def _ignore_advance(_done: int, _total: int) -> None:
    pass
