"""Claims requests before they are sent; outcomes.py records the outcomes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy.engine import Connection, RowMapping

from ..pace import HOUR, Pace, Pause
from ..states import OPEN, Row, State, is_replaced
from . import owners
from .joining import CLAIM_PATIENCE, check_other_accounts, wait_for_turn
from .rate import wait_for_rate
from .rows import (
    FIND_ROW,
    ROW_EXISTS,
    change_row,
    is_resend_safe,
    read_account,
    read_row,
    read_window,
    save_window,
)
from .sent_counter import NEVER, ClockReading

Task = Literal["send", "search", "poll"]
_LOCKED_SECONDS = 0.5
"""Seconds until a row is tried again that another worker's transaction has locked."""
_HELD_SECONDS = 1.0
"""Seconds, at most, until a row is tried again that another worker has claimed."""


@dataclass(frozen=True, slots=True)
class Claimant:
    """The uploader that claims requests.

    owner: a name from owners.py. lease: seconds after which another process may take over a claim
    if it cannot find out whether we are still running. is_same: as in `check_other_accounts`.
    """

    owner: str
    pace: Pace
    lease: float
    is_same: bool | None = None


@contextmanager
def claiming(pace: Pace, lease: float, is_same: bool | None = None) -> Iterator[Claimant]:
    """A claimant of this process. When the block ends, others may take over its claims."""
    owner = owners.register()
    try:
        yield Claimant(owner, pace, lease, is_same)
    finally:
        owners.unregister(owner)


@dataclass(frozen=True, slots=True)
class Claimed:
    """The row is claimed.

    task: `send`: its state is `sending` now. `search`: is it on the server? `poll`: has the server
    finished it?
    """

    row: Row
    task: Task
    former: State
    """Its state before the claim."""
    honors_session_ids: bool | None
    """Whether the server honors session ids; None if unknown."""
    account: str
    teaches: bool
    """Any answer to it reveals something about the rate limit's window, or about the key."""


@dataclass(frozen=True, slots=True)
class Busy:
    """The row cannot be claimed now: try it again in `seconds`. row: None if it is locked."""

    row: Row | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Closed:
    """Nothing is left to do."""

    row: Row


@dataclass(frozen=True, slots=True)
class Dropped:
    """The row no longer exists: another process has planned something else instead."""


Claim = Claimed | Busy | Closed | Dropped | Pause


# -- claiming


@dataclass(slots=True)
class Claiming:
    """One transaction that claims rows. now: seconds since 1970; mark: of Clock.mark.

    is_repeated: the connection was lost in an earlier attempt, which may have been committed.
    forgotten_until: before this moment, requests may have been sent that the ledger does not know.
    """

    tx: Connection
    now: float
    mark: str
    claimant: Claimant
    is_repeated: bool = False
    forgotten_until: ClockReading = NEVER
    _accounts: dict[str, RowMapping] = field(default_factory=dict)

    def claim(self, rows: Sequence[Row]) -> list[Claim]:
        """One answer for each row, up to the first Pause.

        Raises like `check_other_accounts` if another process has meanwhile sent one of them with
        another key.
        """
        wait_for_turn(self.tx, CLAIM_PATIENCE)
        claims: list[Claim] = []
        for row in rows:
            claim = self._claim_row(row)
            claims.append(claim)
            if isinstance(claim, Pause):
                break
        return claims

    def _claim_row(self, seen: Row) -> Claim:
        columns = self.tx.execute(FIND_ROW, {"row": seen.id}).mappings().first()
        if columns is None:
            return self._explain_absence(seen)
        row = read_row(columns)
        if row.session_id != seen.session_id:  # SQLite reuses the number of a deleted row
            return Dropped()
        if row.state not in OPEN:
            return Closed(row)
        # First: to `_is_held`, a claim of our own first attempt is that of a running process.
        if self.is_repeated and columns["claimed_by"] == self.claimant.owner:
            row = self._take_back(row)
        elif self._is_held(columns):
            return Busy(row, min(_HELD_SECONDS, self.claimant.lease))
        row = self._correct(row)
        if is_replaced(row) and row.state is State.PLANNED:  # it is not on the server
            return Closed(self._change(row, state=State.DELETED, claimed_by=None))
        wait = row.not_before - self.now
        if _is_wait(wait):
            return Busy(row, wait)
        account = self._read_account(columns["account"])
        task = _choose_task(row, account)
        if task == "send":
            return self._claim_write(row, account)
        wait = account["reads_blocked_until"] - self.now
        if _is_wait(wait):
            return Busy(row, wait)
        return self._take(row, task, account, teaches=False)

    def _explain_absence(self, seen: Row) -> Busy | Dropped:
        """The answer for a row that cannot be locked."""
        if self.tx.execute(ROW_EXISTS, {"row": seen.id}).first() is None:
            return Dropped()
        return Busy(None, _LOCKED_SECONDS)

    def _correct(self, row: Row) -> Row:
        """The row with impossible or uncertain values corrected."""
        if row.state is State.SENDING:
            row = self._mark_uncertain(row)
        if self._may_be_forgotten(row):
            row = self._doubt(row)
        # Last: the moment that a doubted row gets may be later than a clock that was set back.
        if self._is_sent_later(row):
            row = self._count_as_sent_now(row)
        return row

    def _is_held(self, columns: RowMapping) -> bool:
        owner = columns["claimed_by"]
        if not owner:
            return False
        alive = owners.is_alive(owner)
        if alive is not None:
            return alive
        # A lease far in the future was set by a clock that has been set back since.
        latest = self.now + max(self.claimant.lease, HOUR)
        return bool(self.now < columns["claim_until"] <= latest)

    def _take_back(self, row: Row) -> Row:
        """A row that the earlier attempt claimed: nothing was sent under that claim.

        An earlier attempt may have stored it, so the server is asked first.
        """
        if row.state is not State.SENDING:
            return self._change(row, claimed_by=None)
        attempts = row.attempts - 1
        state = State.PLANNED
        if attempts:
            state = State.UNCERTAIN
        return self._change(row, state=state, attempts=attempts, claimed_by=None)

    def _mark_uncertain(self, row: Row) -> Row:
        """A row in state `sending` without a running owner: it is not known whether it arrived."""
        return self._change(
            row,
            state=State.UNCERTAIN,
            claimed_by=None,
            last_error="the program ended while it was being sent",
        )

    def _may_be_forgotten(self, row: Row) -> bool:
        """Whether the ledger is older than what was sent, so that this row may have been sent
        unrecorded."""
        return row.state is State.PLANNED and row.last_sent < self.forgotten_until.at

    def _doubt(self, row: Row) -> Row:
        """A row that may have been sent, at the latest when the ledger's last request was."""
        return self._change(
            row,
            state=State.UNCERTAIN,
            sent_at=self.forgotten_until.at,
            sent_mark=self.forgotten_until.mark,
            last_error="the ledger is older than what was sent with it",
        )

    def _is_sent_later(self, row: Row) -> bool:
        """Whether it was sent before a reboot and the clock was set back since: otherwise the run
        would wait until the clock catches up."""
        if row.state is State.PLANNED or row.last_sent <= self.now:
            return False
        boot = self.mark.rpartition(":")[0]
        return not boot or boot != row.sent_mark.rpartition(":")[0]

    def _count_as_sent_now(self, row: Row) -> Row:
        """Set its `sent_at` by its mark, if it has one: an earlier value could look forgotten."""
        if self.mark:
            return self._change(row, sent_mark=self.mark)
        return self._change(row, sent_at=self.now)

    def _change(self, row: Row, **values: Any) -> Row:
        """Set columns of a row that this transaction has read and locked."""
        changed = change_row(self.tx, row, self.now, **values)
        assert changed is not None
        return changed

    def _read_account(self, account: str) -> RowMapping:
        """The account, read once per transaction: other workers cannot change it meanwhile."""
        if account not in self._accounts:
            self._accounts[account] = read_account(self.tx, account)
        return self._accounts[account]

    def _claim_write(self, row: Row, account: RowMapping) -> Claimed | Pause:
        # Planning has checked this, but another key may have sent it since.
        if row.state is State.PLANNED:
            is_same = self.claimant.is_same
            check_other_accounts(self.tx, account["id"], [row.session_id], is_same)
        pace = self.claimant.pace
        window = read_window(account)
        pause = window.wait(self.now, pace) or wait_for_rate(
            self.tx, account["id"], pace.rate, self.now
        )
        if pause is not None:
            return pause
        taken = window.take(self.now, pace)
        teaches = (taken.opened_at or 0.0) > self.now
        if taken.differs(window):
            teaches = True
            save_window(self.tx, account["id"], taken)
        if teaches:
            del self._accounts[account["id"]]  # its window has changed
        # Stored before anything is sent: if the program ends in between, the next run finds a
        # request in state `sending`, and asks the server.
        sending = {
            "state": State.SENDING,
            "attempts": row.attempts + 1,
            "sent_at": self.now,
            "sent_mark": self.mark,
        }
        return self._take(row, "send", account, teaches=teaches, **sending)

    def _take(
        self, row: Row, task: Task, account: RowMapping, *, teaches: bool, **values: Any
    ) -> Claimed:
        lease_end = self.now + self.claimant.lease
        owner = self.claimant.owner
        changed = self._change(row, claimed_by=owner, claim_until=lease_end, **values)
        teaches = teaches or account["key_refused"]
        honors = account["honors_session_ids"]
        return Claimed(changed, task, row.state, honors, account["id"], teaches)


def _is_wait(seconds: float) -> bool:
    """A wait of at most an hour; a longer one shows that a clock was set back."""
    return 0 < seconds <= HOUR


def _choose_task(row: Row, account: RowMapping) -> Task:
    if row.state is State.PROCESSING:
        return "poll"
    if row.state is State.UNCERTAIN and not is_resend_safe(row, account):
        return "search"
    return "send"
