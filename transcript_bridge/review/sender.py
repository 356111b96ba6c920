"""Sends the archive in a thread, with the engine of `migrate`, and deletes it again with that of
`undo`. Closing the page stops neither."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event as Flag
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ..archive.guard import describe_fault
from ..archive.plan import ArchivePlan
from ..config import RunOptions
from ..errors import BridgeError, MissingKeyError, SettingsError
from ..quantities import count_of
from ..transfer.destination import Destination
from ..transfer.events import Event, Finished, Summary
from ..transfer.ledger import ChangePolicy, LedgerEntry
from ..transfer.pace import Pace
from ..transfer.undo import Undoer
from ..workspace.connection import open_client
from ..workspace.key_check import check_and_store
from ..workspace.ledger_state import read_undo_allowance
from ..workspace.locations import default_ledger
from ..workspace.migration import Migration, stop_at
from ..workspace.other_ledgers import find_other_ledger
from ..workspace.same_account import decide_by, join_same_accounts
from .ledger_access import REASONS, choose_undo, find_account, open_page_ledger, preview_sending
from .run_state import RunState, Snapshot
from .seen_archive import SeenArchive

_LIST_AGAIN = timedelta(minutes=1)
"""While it sends, the list of the archive is renewed at most this often: a large one takes
seconds."""


class SendChoices(NamedTuple):
    """The options of a run. until: no new conversation after that.

    is_same_account: the answer to whether another key of the ledger is for the same account; None
    if nobody has been asked.
    """

    changed: ChangePolicy = "ask"
    limit: int | None = None
    until: datetime | None = None
    is_same_account: bool | None = None


class PageSender:
    """The one run that a page may have at a time. Its methods may be called from any thread."""

    def __init__(self, session: SeenArchive) -> None:
        self.gap: float | None = None
        """Seconds between two writes; None is what the settings say."""
        self._session = session
        self._state = RunState(session.now)
        self._lock = threading.Lock()
        self._stop = Flag()
        self._thread: threading.Thread | None = None
        self._listed_at = session.now()

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
        """The run as it is now; if there is none, the archive as it is in the ledger.

        Raises SettingsError and LedgerError.
        """
        snapshot = self._state.take()
        if not snapshot.is_idle:
            return snapshot
        preview = preview_sending(self._session)
        if preview is None:
            return snapshot
        counts = preview.plan.totals.counts
        seen_by_run = [entry for entry in snapshot.aside if entry.code not in REASONS]
        return replace(
            snapshot,
            total=preview.plan.totals.conversations,
            done=counts.stored,
            left=counts.to_go,
            aside=(*seen_by_run, *preview.aside),
            elsewhere=preview.sending,
            uncertain=preview.uncertain,
        )

    def start(self, choices: SendChoices) -> None:
        """Begin to send. Raises SettingsError if a run is under way, MissingKeyError."""
        if find_account(self._session) is None:
            raise MissingKeyError("no API key; enter one on this page first")
        self._begin("sending", lambda: self._send(choices))

    def stop(self) -> None:
        """End the run after the conversation that is being sent now."""
        self._stop.set()
        self._state.note_stopping()

    def wait(self) -> None:
        """Wait until the run has ended."""
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
        except Exception as error:  # our own faults must not leave the page waiting forever
            words = f"It ended early: {describe_fault(error)}"
        self._session.look_again()
        self._state.end(words)
        self._session.note(words)

    def _send(self, choices: SendChoices) -> str:
        """Send until nothing is left; returns how it ended."""
        archive = self._session.archive
        run = archive.run
        connection = open_client(run.server, self._session.environment)
        with connection.client, open_page_ledger(self._session) as ledger:
            account = ledger.open_account(connection.account, connection.label)
            migration = Migration(
                lambda: archive.plan(self._session.now(), _ignore_advance),
                archive.options,
                ledger,
                account,
                pace=self._find_pace(run),
                concurrency=run.concurrency,
                changed=choices.changed,
                order=run.order,
                limit=choices.limit,
                roots=[os.path.abspath(path) for path in archive.paths],  # noqa: PTH100
                is_same=choices.is_same_account,
            )
            migration, plan = _confirm_account(
                self._session, connection.client, migration, choices.is_same_account
            )
            self._listed_at = self._session.now()
            self._state.follow(
                migration.read_allowance,
                sends_titles=run.titles,
                zone=ZoneInfo(archive.options.zone),
            )
            self._state.add(plan.ready, (*plan.failed, *plan.turns_alone))
            uploader = migration.make_uploader(
                connection.client,
                stop=self._stop,
                observe=self._observe,
                titles=run.titles,
            )
            with stop_at(choices.until, self._session.now(), self._stop):
                summary = migration.send(uploader, plan, self._state)
        return self._describe_end(summary, len(plan.silent) + len(plan.unread))

    def _find_pace(self, run: RunOptions) -> Pace:
        gap = run.gap if self.gap is None else self.gap
        return Pace(run.rate, gap)

    def _observe(self, event: Event) -> None:
        self._state.observe(event)
        now = self._session.now()
        if isinstance(event, Finished) and now - self._listed_at >= _LIST_AGAIN:
            self._listed_at = now
            self._session.look_again()

    def _describe_end(self, summary: Summary, unread: int) -> str:
        """unread: the number of files without speech, or in a format that is not read."""
        snapshot = self._state.take()
        if summary.error is not None:
            return f"It ended early: {summary.error}"
        sent = count_of(snapshot.done, "conversation")
        if summary.stopped or snapshot.left:
            return f"Stopped: {sent} of {snapshot.total:,} in Omi. Send continues where it stopped."
        unreadable = snapshot.unusable + unread
        if not snapshot.aside and not unreadable:
            return f"All is in Omi: {sent}."
        words = f"All that can be sent is in Omi: {sent}."
        if unreadable:
            words += f" {count_of(unreadable, 'file')} cannot be read."
        if snapshot.aside:
            words += f" {count_of(len(snapshot.aside), 'recording')} set aside."
        return words

    def start_undo(self, count: int) -> None:
        """Delete in Omi what was sent from this archive.

        count: how many the user has agreed to. Raises SettingsError if it is another number now.
        """
        choice = choose_undo(self._session)
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
        with connection.client, open_page_ledger(self._session) as ledger:
            account = ledger.find_account(connection.account)
            self._state.follow(lambda: read_undo_allowance(ledger, account, run.rate))
            undoer = Undoer(
                connection.client,
                ledger,
                account,
                pace=self._find_pace(run),
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


def _confirm_account(
    session: SeenArchive, client: Destination, migration: Migration, is_same: bool | None
) -> tuple[Migration, ArchivePlan]:
    """The migration for the account to use, with its plan. Raises SettingsError if the user has not
    said whether two keys are for one account."""
    ledger, account = migration.ledger, migration.account
    decide = decide_by(is_same, "say on the Send page whether it is the same account")

    def confirm(digests: Sequence[str]) -> str:
        usual = default_ledger(session.environment)
        other = find_other_ledger(ledger, session.ledger_location, account, digests, usual)
        if other is not None:
            other.distrust_where_needed(ledger)
        return join_same_accounts(ledger, account, digests, decide, client)

    confirmed, plan, _state = migration.confirm_account(confirm)
    return confirmed, plan


def _ignore_advance(_done: int, _total: int) -> None:
    pass
