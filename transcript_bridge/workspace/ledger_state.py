"""What the ledger knows of an account: what was sent, and how much the server allows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from ..archive.sending_time import HOUR, Allowance
from ..limits import WRITES_PER_HOUR
from ..transfer.pace import Pace, Window

if TYPE_CHECKING:
    from ..archive.ledger_link import KnownState
    from ..transfer.ledger import Ledger
    from .same_account import Elsewhere


class LedgerState(NamedTuple):
    """What an upload can count on.

    known: what was sent; None if nothing is known. allowance: how many writes the server takes, if
    it has shown that. wait: until it takes the next one. warning: why a ledger that exists
    could not be used. account: whose it is, for people. elsewhere: what other
    accounts have sent, which may be the same one.
    """

    known: KnownState | None = None
    allowance: Allowance | None = None
    wait: timedelta = timedelta()
    warning: str = ""
    account: str = ""
    elsewhere: Sequence[Elsewhere] = ()


def find_window(ledger: Ledger, account: str) -> Window:
    """What is known of the server's limit. Raises LedgerError."""
    return ledger.read_window(account)


def find_wait(ledger: Ledger, window: Window) -> timedelta:
    """How long until the server takes the next write."""
    pause = window.wait(ledger.now(), Pace(gap=0))
    seconds = 0.0 if pause is None else pause.seconds
    return timedelta(seconds=seconds)


def find_allowance(window: Window) -> Allowance | None:
    """What the server has shown of its limit; None if it has not refused a write yet."""
    if window.limit is None:
        return None
    return Allowance(window.limit, window.seconds or HOUR)


def choose_allowance(shown_by_server: Allowance | None, wanted: int | None) -> Allowance:
    """The writes to expect: what the server allows, unless the user wants fewer per hour.

    shown_by_server: None if it has not shown its limit yet; then the usual one counts.
    """
    allowed = shown_by_server or Allowance(WRITES_PER_HOUR)
    if wanted is not None and wanted < allowed.per_hour:
        return Allowance(wanted)
    return allowed
