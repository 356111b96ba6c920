"""The state of an account in the ledger, and how much the server allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from ..archive.sending_time import HOUR, SECONDS_PER_WRITE, Allowance, measure_writes
from ..limits import WRITES_PER_HOUR
from ..transfer.pace import Pace, Window

if TYPE_CHECKING:
    from ..transfer.ledger import Ledger
    from .same_account import OtherAccount


class LedgerState(NamedTuple):
    """The state of an account before an upload.

    allowance: how many writes the server accepts, if it has shown that. write_seconds: the time
    from one write to the next, if enough were made to know it. wait: until the server accepts the
    next one. warning: why an existing ledger could not be used. account: its name for people.
    other_accounts: accounts with which some of these sources were sent, and which may be the same
    one.
    """

    allowance: Allowance | None = None
    wait: timedelta = timedelta()
    warning: str = ""
    account: str = ""
    other_accounts: Sequence[OtherAccount] = ()
    write_seconds: float | None = None

    def expect(self, wanted: int | None) -> Allowance:
        """The writes to expect. wanted: how many the user wants per hour; None for no limit."""
        return choose_allowance(self.allowance, wanted, self.write_seconds)


def find_wait(window: Window, now: float) -> timedelta:
    """How long until the server accepts the next write. now: seconds since 1970."""
    pause = window.wait(now, Pace(gap=0))
    if pause is None:
        return timedelta()
    return timedelta(seconds=pause.seconds)


def find_allowance(window: Window) -> Allowance | None:
    """The limit that the server has shown; None if it has not refused a write yet."""
    if window.limit is None:
        return None
    return Allowance(window.limit, window.seconds or HOUR)


def choose_allowance(
    shown_by_server: Allowance | None, wanted: int | None, write_seconds: float | None = None
) -> Allowance:
    """The writes to expect: what the server allows, unless the user wants fewer per hour.

    shown_by_server: None if it has not shown its limit yet; then the usual one counts.
    write_seconds: from one write to the next, as measured; None if it is not known.
    """
    allowed = shown_by_server or Allowance(WRITES_PER_HOUR)
    if wanted is not None and wanted < allowed.per_hour:
        allowed = Allowance(wanted)
    return allowed._replace(write_seconds=write_seconds or SECONDS_PER_WRITE)


def read_allowance(ledger: Ledger, account: str, wanted: int | None) -> Allowance:
    """The writes to expect, from what an account has seen so far. Raises LedgerError."""
    return read_allowances(ledger, {account: ledger.read_window(account)}, wanted)[account]


def read_allowances(
    ledger: Ledger, windows: Mapping[str, Window], wanted: int | None
) -> dict[str, Allowance]:
    """The same for accounts whose windows are known: one query for a thousand of them."""
    recent = ledger.find_recent_writes(list(windows))
    allowances = {}
    for account, window in windows.items():
        measured = measure_writes(recent[account])
        allowances[account] = choose_allowance(find_allowance(window), wanted, measured)
    return allowances


def read_undo_allowance(ledger: Ledger, account: str, wanted: int | None) -> Allowance:
    """The deletions to expect; how long one takes is not measured. Raises LedgerError."""
    return choose_allowance(find_allowance(ledger.read_window(account)), wanted)
