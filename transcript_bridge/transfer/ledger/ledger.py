"""The `Ledger`: the interface of this package for others. Each method is one transaction.

A write takes SQLite's lock at its beginning. On PostgreSQL rows are locked, and a row that another
worker has claimed is skipped. The time comes from the clock, on PostgreSQL from the database
itself, because the clocks of several machines may differ.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, Unpack

from sqlalchemy.engine import Connection

from ...errors import RowChangedError
from ..account_label import AccountLabel
from ..answers import Outcome
from ..pace import Pace, Pause, Window
from ..states import Row, SourcePart, State, TitleState
from .accounts import hold_account, register_account, resolve_account
from .claims import Claim, Claimant, Claimed, Claiming
from .counts import AccountCounts, count_accounts
from .database import Arguments, T
from .joining import SentElsewhere, declare_distinct, find_sent_elsewhere, join_accounts
from .opened import OpenedLedger
from .outcomes import record_outcome
from .plan_lookup import RequestView, SourceView, find_requests, find_sources
from .planning import PlanConflict, SourcePlan, plan_source, preview_source
from .rate import find_recent_writes
from .refused import is_never_accepted
from .removals import is_removable, record_removal
from .rivals import Rivals, find_rivals
from .rows import change_row, is_due, is_resend_safe, read_account, read_window, save_window
from .titles import claim_title, record_title
from .views import (
    AccountView,
    FoundContent,
    LedgerEntry,
    count_open,
    find_by_content,
    find_numbered,
    find_sent,
    find_window,
    is_entry_unchanged,
    select_entries,
    select_replaced,
    select_unsettled,
    survey_accounts,
)
from .wanted import Unsent, Wanted, delete_wanted, find_wanted, replace_wanted, select_unsent
from .window_totals import WindowTotals, sum_windows

_CHANGED = "another process works on it, or has changed it since; it is left as it is"


class Ledger(OpenedLedger):
    """One ledger, usable from several threads and processes. Close it, or use it in a `with`.

    location: a path (the file and its folder are created) or `postgresql://…`.
    Raises SettingsError for a location that cannot be used, LedgerError when reading or writing
    fails.
    """

    # -- accounts

    def open_account(self, account: str, label: AccountLabel | None = None) -> str:
        """Register an account. Returns the account that it is joined to, else itself.

        label: its current name for people.
        """
        return self._database.write(register_account, account, label)

    def find_account(self, account: str) -> str:
        """The account that this one was joined to, else the account itself."""
        return self._database.read(resolve_account, account)

    def find_sent_elsewhere(
        self, account: str, content_digests: Collection[str]
    ) -> list[SentElsewhere]:
        """Requests of these sources that were sent with other accounts, which may be the same
        one."""
        return self._database.read(find_sent_elsewhere, account, content_digests)

    def join_accounts(self, account: str, other: str) -> str:
        """Join two accounts that are the same. Returns the one to use from now on.

        Raises SettingsError if they cannot be joined, RowChangedError if they cannot be joined now.
        """

        def join(tx: Connection) -> str:
            join_accounts(tx, self._database.now(tx), account, other)
            return resolve_account(tx, other)

        return self._database.write(join)

    def declare_distinct(self, account: str, other: str) -> None:
        """Store that two accounts are different, so that the user is not asked again."""
        self._database.write(declare_distinct, account, other)

    # -- planning

    def find_closed(
        self, account: str, path: str, content: str, options: str
    ) -> list[tuple[SourcePart, Row]] | None:
        """The requests of a finished source; None if it is new or something is left to do."""
        numbered = self._read_account(account, find_numbered, path, content, options)
        if not numbered or any(is_due(row) for _, row in numbered):
            return None
        return [(SourcePart(path, number, len(numbered)), row) for number, row in numbered]

    def find_sent(self, account: str, content: str, options: str) -> list[Row]:
        """The requests of the newest source with this content and these options, at any path, if
        some of them are in Omi; else empty."""
        return self._read_account(account, find_sent, content, options)

    def plan(self, plan: SourcePlan) -> list[Row] | PlanConflict:
        """Record the requests of a source. Returns their rows in the order of its bodies.

        Requests that are known already, under any path, keep their rows. Returns a PlanConflict,
        and writes nothing, if the path was uploaded with other content, or the same words under
        another session id, and the plan does not say `upload` or `replace`. Raises like
        `check_other_accounts` if another account, which may be the same one, has sent some of them.
        """

        def write_down(tx: Connection) -> list[Row] | PlanConflict:
            holding = replace(plan, account=hold_account(tx, plan.account))
            return plan_source(tx, self._database.now(tx), holding)

        return self._database.write(write_down, durable=False)

    def preview(self, plan: SourcePlan) -> Mapping[str, Row] | PlanConflict:
        """Return what `plan` would, without writing: the existing rows by session id, or the
        conflict."""
        return self._read_account(plan.account, preview_source, plan)

    def count_open(self, account: str, path: str) -> int:
        """How many requests of a path are not finished."""
        return self._read_account(account, count_open, path)

    def want(self, account: str, roots: Sequence[str], recordings: Sequence[Wanted]) -> None:
        """Record the recordings that are to be sent from some paths; this replaces what was wanted
        from them before. roots: absolute paths."""

        def want(tx: Connection) -> None:
            replace_wanted(tx, hold_account(tx, account), roots, recordings)

        self._database.write(want)

    def stop_wanting(self, account: str, paths: Collection[str]) -> None:
        """Remove wanted recordings that are no longer at their paths."""

        def forget(tx: Connection) -> None:
            delete_wanted(tx, hold_account(tx, account), paths)

        self._database.write(forget)

    def find_wanted(self, account: str, contents: Collection[str]) -> list[str]:
        """The paths of wanted recordings with one of these contents."""
        return self._database.read(find_wanted, account, contents)

    def select_unsent(self, account: str | None = None, paths: Sequence[str] = ()) -> list[Unsent]:
        """Wanted recordings that were not begun. Empty `paths`: all."""
        return self._database.read(select_unsent, account, paths)

    # -- sending

    def claim(self, rows: Sequence[Row], claimant: Claimant) -> list[Claim]:
        """Claim rows, and record everything that must be true before they are sent.

        rows: as they were read before; the answer for one that has changed since is Dropped.
        Returns one answer for each row, up to the first Pause: then the pace allows no more
        requests now.
        """
        attempts = itertools.count()

        def claim(tx: Connection) -> tuple[list[Claim], int]:
            is_repeated = next(attempts) > 0
            now = self._database.now(tx)
            until = self._database.forgotten_until
            claiming = Claiming(tx, now, self._clock.mark(), claimant, is_repeated, until)
            claims = claiming.claim(rows)
            number = 0
            if any(isinstance(claim, Claimed) and claim.task == "send" for claim in claims):
                number = self._database.count_sending(tx)
            return claims, number

        self._database.check_file()
        claims, number = self._database.write(claim)
        self._database.note_sending(number)
        return claims

    def record(self, claimed: Claimed, claimant: Claimant, outcome: Outcome) -> Row | None:
        """Record the outcome of a claim, and release it.

        None if another process has taken it over.
        """
        attempts = itertools.count()

        def record(tx: Connection) -> Row | None:
            is_repeated = next(attempts) > 0
            now = self._database.now(tx)
            return record_outcome(tx, now, claimed, claimant, outcome, is_repeated=is_repeated)

        return self._database.write(record, durable=False)

    def take_write(self, account: str, pace: Pace) -> Pause | None:
        """Count a write that is not a POST (a PATCH or DELETE). A Pause if none is allowed now."""

        def take(tx: Connection) -> Pause | None:
            now = self._database.now(tx)
            columns = read_account(tx, resolve_account(tx, account))
            window = read_window(columns)
            pause = window.wait(now, pace)
            if pause is None:
                save_window(tx, columns["id"], window.take(now, pace))
            return pause

        return self._database.write(take)

    def claim_title(self, row_id: int, claimant: Claimant) -> Row | Pause | None:
        """Claim a conversation to send its title, which counts as a write. A Pause if no write is
        allowed now; None if no title is due, or another process works on the conversation."""
        return self._write_now(claim_title, row_id, claimant)

    def record_title(
        self, row: Row, claimant: Claimant, state: TitleState = "", error: str = ""
    ) -> Row | None:
        """Record the outcome of sending a title, and release the conversation."""
        return self._write_now(record_title, row, claimant, state, error)

    def refuse_write(self, account: str, pace: Pace, wait: float, limit: int | None) -> None:
        """Record that a write that is not a POST was answered with 429."""

        def refuse(tx: Connection) -> None:
            now = self._database.now(tx)
            columns = read_account(tx, resolve_account(tx, account))
            window = read_window(columns)
            save_window(tx, columns["id"], window.refuse(now, pace, wait, limit))

        self._database.write(refuse)

    def find_rivals(self, account: str, row: Row, conversations: Sequence[str]) -> Rivals:
        """The other rows that these conversations could belong to: those with the row's content and
        speakers."""
        until = self._database.forgotten_until.at
        return self._read_account(account, find_rivals, row, conversations, until)

    # -- questions, and changes by the user

    def select(
        self, account: str | None = None, states: Collection[State] = (), paths: Sequence[str] = ()
    ) -> list[LedgerEntry]:
        """Requests of an account (None: of all in `survey`), in certain states, from some paths."""
        return self._read_now(select_entries, account, states, paths)

    def select_replaced(self, account: str) -> list[LedgerEntry]:
        """Select what `--changed replace` still has to delete: its replacement is in Omi."""
        return self._read_now(select_replaced, account)

    def select_unsettled(self, account: str) -> list[LedgerEntry]:
        """Select replaced requests of which it is not known whether they are in Omi."""
        return self._read_now(select_unsettled, account)

    def read_window(self, account: str) -> Window:
        """Read what the server has shown about its limit; an empty window for an unknown
        account."""
        return self._read_account(account, find_window)

    def sum_windows(self) -> WindowTotals:
        """The windows of all accounts together."""
        return self._read_now(sum_windows)

    def find_recent_writes(self, accounts: Collection[str]) -> dict[str, list[float]]:
        """When the last writes of accounts were made, in order, in seconds since 1970."""
        return self._read_now(find_recent_writes, accounts)

    def count(self, account: str | None = None) -> dict[str, AccountCounts]:
        """Numbers of requests and files by account (None: all accounts); fast for any size."""
        return self._database.read(count_accounts, account)

    def is_never_accepted(self, account: str) -> bool:
        """Whether the server refused its key, and has taken nothing of it."""
        return self._read_account(account, is_never_accepted)

    def survey(self) -> list[AccountView]:
        """Every account, and how many requests it has; none that was never accepted."""
        return self._database.read(survey_accounts)

    def find_by_content(self, account: str | None, digests: Sequence[str]) -> list[FoundContent]:
        """Requests of sources whose files had one of these contents, at any path."""
        return self._database.read(find_by_content, account, digests)

    def find_sources(
        self,
        account: str,
        contents: Collection[str] = (),
        paths: Collection[str] = (),
        conversations: Collection[str] = (),
    ) -> list[SourceView]:
        """The sources with one of these contents, at one of these paths, or of these conversations.
        A path is listed once per content that it had."""
        return self._database.read(find_sources, account, contents, paths, conversations)

    def find_requests(
        self, account: str, session_ids: Collection[str] = (), contents: Collection[str] = ()
    ) -> dict[str, RequestView]:
        """The requests of an account with one of these session ids or contents, by session id."""
        return self._database.read(find_requests, account, session_ids, contents)

    def is_removable(self, entry: LedgerEntry) -> bool:
        """Whether a conversation is still the selected one, and no process works on it."""
        return self._read_now(is_removable, entry)

    def record_removal(self, entry: LedgerEntry, state: State, *, may_return: bool) -> bool:
        """Record that a conversation was hidden or deleted.

        Returns False, and changes nothing, if its request was sent again since it was selected, or
        another process works on it.
        """

        def record(tx: Connection) -> bool:
            now = self._database.now(tx)
            return record_removal(tx, now, entry, state, may_return=may_return)

        return self._database.write(record)

    def find_elapsed(self, row: Row) -> float:
        """Seconds since it was sent, by the clock of this boot if possible: the other may jump."""
        elapsed = self._clock.since(row.sent_mark)
        if elapsed is not None:
            return elapsed
        return max(0.0, self.now() - row.last_sent)

    def is_resend_safe(self, entry: LedgerEntry) -> bool:
        """Whether sending a request again cannot create a second conversation."""
        return is_resend_safe(entry.row, self._read_account(entry.account, read_account))

    def change(self, entry: LedgerEntry, **values: Any) -> Row:
        """Set columns of a request that was not changed since it was selected.

        Raises RowChangedError, and changes nothing, if another process has changed it or works on
        it.
        """

        def change(tx: Connection) -> Row | None:
            now = self._database.now(tx)
            if not is_entry_unchanged(tx, now, entry):
                return None
            return change_row(tx, entry.row, now, claimed_by=None, **values)

        changed = self._database.write(change)
        if changed is None:
            raise RowChangedError(f"{entry.shown}: {_CHANGED}")
        return changed

    # -- how transactions are made

    def _read_account(
        self,
        account: str,
        work: Callable[[Connection, str, Unpack[Arguments]], T],
        *arguments: *Arguments,
    ) -> T:
        """The result of a transaction that reads records of an account.

        work: takes the transaction, the account or the one it is joined to, and the arguments.
        """

        def read(tx: Connection) -> T:
            return work(tx, resolve_account(tx, account), *arguments)

        return self._database.read(read)

    def _read_now(
        self,
        work: Callable[[Connection, float, Unpack[Arguments]], T],
        *arguments: *Arguments,
    ) -> T:
        """The result of a transaction that reads. work: takes it, its time, and the arguments."""

        def read(tx: Connection) -> T:
            return work(tx, self._database.now(tx), *arguments)

        return self._database.read(read)

    def _write_now(
        self,
        work: Callable[[Connection, float, Unpack[Arguments]], T],
        *arguments: *Arguments,
    ) -> T:
        """The result of a transaction that writes. work: as in `_read_now`."""

        def write(tx: Connection) -> T:
            return work(tx, self._database.now(tx), *arguments)

        return self._database.write(write)
