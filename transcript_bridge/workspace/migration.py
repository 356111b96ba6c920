"""The upload of an archive: plan it, send it, and look for files that were added meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from threading import Event as Flag
from threading import Timer
from typing import Protocol

from ..archive.ledger_link import identify, uploads_of
from ..archive.ledger_lookup import with_ledger_state
from ..archive.plan import ArchivePlan, PlanEntry
from ..archive.sending_time import Allowance
from ..archive.summary import RecordingSummary
from ..config import Order
from ..errors import BridgeError
from ..options import Options
from ..parts import is_there
from ..transfer.clock import Clock
from ..transfer.destination import Destination
from ..transfer.events import Observe, Summary
from ..transfer.ledger import ChangePolicy, Ledger, Wanted
from ..transfer.pace import Pace
from ..transfer.settle import Patience
from ..transfer.uploader import Uploader
from .connection import read_ledger_state
from .ledger_state import LedgerState, read_allowance


@contextmanager
def stop_at(until: datetime | None, now: datetime, stop: Flag) -> Iterator[None]:
    """Set the flag at a moment, if it comes while the block runs. until: None for never."""
    if until is None:
        yield
        return
    timer = Timer(max((until - now).total_seconds(), 0), stop.set)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


class Listener(Protocol):
    """Reports files that were added to the archive while it was sent."""

    def add(self, entries: Sequence[PlanEntry], unusable: Sequence[RecordingSummary]) -> None:
        """entries: new recordings. unusable: everything that cannot be sent now."""

    def fail_to_look(self, error: BridgeError) -> None:
        """The archive cannot be read again; everything planned was sent."""


@dataclass(frozen=True)
class Migration:
    """One run: an archive, the account that it is sent to, and how it is sent.

    read_archive: returns the plan of the archive as it is now, without the ledger. limit: how many
    conversations are sent at most; recordings are not divided for it. roots: the absolute paths of
    the archive. concurrency, is_same: as in Uploader.
    """

    read_archive: Callable[[], ArchivePlan]
    options: Options
    ledger: Ledger
    account: str
    pace: Pace
    concurrency: int = 1
    changed: ChangePolicy = "ask"
    order: Order = "found"
    limit: int | None = None
    roots: Sequence[str] = ()
    is_same: bool | None = None

    def make_plan(self) -> tuple[ArchivePlan, LedgerState]:
        """The plan of the archive, without what is in Omi, and the state of the ledger.

        Raises InputError, SettingsError and LedgerError.
        """
        plan = self.read_archive()
        plan = with_ledger_state(
            plan, self.options, self.ledger, self.account, self._now(), self.changed
        )
        return plan, read_ledger_state(self.ledger, self.account)

    def confirm_account(
        self, confirm: Callable[[Sequence[str]], str]
    ) -> tuple[Migration, ArchivePlan, LedgerState]:
        """The migration for the account to use, with its plan.

        confirm: takes the digests of the contents to send, which may be in Omi under another key of
        the same person, and returns the account.
        """
        plan, state = self.make_plan()
        account = confirm(plan.digests_to_go)
        if account == self.account:
            return self, plan, state
        migration = replace(self, account=account)
        return migration, *migration.make_plan()

    def read_allowance(self) -> Allowance:
        """How many writes the server accepts, as far as it has shown."""
        return read_allowance(self.ledger, self.account, self.pace.rate)

    def make_uploader(
        self,
        destination: Destination,
        *,
        stop: Flag,
        observe: Observe,
        titles: bool = False,
        patience: Patience | None = None,
        clock: Clock | None = None,
    ) -> Uploader:
        """The uploader for this archive. Parameters are as in Uploader."""
        return Uploader(
            destination,
            self.ledger,
            self.account,
            pace=self.pace,
            patience=patience or Patience(),
            concurrency=self.concurrency,
            changed=self.changed,
            clock=clock or Clock(),
            stop=stop,
            observe=observe,
            titles=titles,
            is_same=self.is_same,
        )

    def send(self, uploader: Uploader, plan: ArchivePlan, listener: Listener) -> Summary:
        """Send the plan, then what was added meanwhile, until nothing is new."""
        now = self._now()
        self.want(self.list_wanted(plan))
        limit = self.limit
        entries: Sequence[PlanEntry] = plan.in_order(self.order)
        known = {entry.summary.path for entry in entries}
        summary = uploader.run(uploads_of(entries, self.options, now, limit))
        while not summary.stopped:
            if limit is not None:
                limit -= sum(entry.counts.to_go for entry in entries)
                if limit <= 0:
                    break
            entries = self._find_new(known, listener)
            if not entries:
                break
            known.update(entry.summary.path for entry in entries)
            later = uploader.run(uploads_of(entries, self.options, now, limit))
            summary = summary.followed_by(later)
        return summary

    def _find_new(self, known: set[str], listener: Listener) -> Sequence[PlanEntry]:
        try:
            plan, _ = self.make_plan()
        except BridgeError as error:
            listener.fail_to_look(error)
            return ()
        self.want(self.list_wanted(plan))
        entries = plan.in_order(self.order)
        new = [entry for entry in entries if entry.summary.path not in known]
        listener.add(new, (*plan.failed, *plan.turns_alone))
        return new

    def list_wanted(self, plan: ArchivePlan) -> list[Wanted]:
        """Everything that is to be sent, or was."""
        now = self._now()
        wanted = []
        for entry in plan.ready:
            if entry.counts.changed and not self._may_send_changed(entry):
                continue
            identity = identify(entry, self.options, now)
            wanted.append(Wanted(*identity, entry.summary.conversations))
        return wanted

    def want(self, wanted: Sequence[Wanted]) -> None:
        """Record in the ledger everything that is to be sent, so that a run that ends early can be
        continued, and `status` knows the rest."""
        self.ledger.want(self.account, self.roots, wanted)
        contents = {recording.content_digest for recording in wanted}
        paths = {recording.path for recording in wanted}
        elsewhere = set(self.ledger.find_wanted(self.account, contents)) - paths
        moved = [path for path in elsewhere if not is_there(path)]
        self.ledger.stop_wanting(self.account, moved)

    def _may_send_changed(self, entry: PlanEntry) -> bool:
        """Whether a recording that was sent with other content is wanted again.

        A recording with another name is the same one, and in Omi, unless the user asks for a second
        one.
        """
        if self.changed == "skip":
            return False
        return self.changed != "ask" or not self._is_renamed(entry)

    def _is_renamed(self, entry: PlanEntry) -> bool:
        """Whether its content was sent from other paths, all of which are gone."""
        found = self.ledger.find_by_content(self.account, [entry.summary.digest])
        paths = {recording.path for recording in found}
        return bool(paths) and not any(map(is_there, paths))

    def _now(self) -> datetime:
        """The time of the ledger's clock."""
        return datetime.fromtimestamp(self.ledger.now(), UTC)
