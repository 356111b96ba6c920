"""Look into a ledger: what was sent with an account, and how much the server allows."""

from __future__ import annotations

from datetime import timedelta

from .. import config
from ..archive.ledger_link import KnownState
from ..errors import BridgeError, MissingKeyError
from ..transfer.ledger import Ledger
from ..transfer.pace import Pace, Window
from .connection import name_own_account, open_ledger
from .environment import Environment
from .ledger_state import LedgerState

_AMBIGUOUS = (
    "the ledger has several accounts, and there is no key to choose one: conversations that were "
    "sent already are not recognised"
)


def peek_into_ledger(
    location: str | None, settings: config.ServerSettings, environment: Environment
) -> LedgerState:
    """What was sent with the key of the settings; without a key, with the ledger's only account.

    The ledger must exist (`has_ledger`). No request is made, and a ledger that cannot be read is
    no failure: the state is empty then, with a warning.
    """
    try:
        with open_ledger(location, environment) as ledger:
            try:
                account = name_own_account(settings, environment)
            except MissingKeyError:
                accounts = [view.account for view in ledger.survey()]
                if len(accounts) > 1:
                    return LedgerState(warning=_AMBIGUOUS)
                account = accounts[0] if accounts else ""
            return read_ledger_state(ledger, account)
    except BridgeError as error:
        warning = f"{error.message} (conversations that were sent already are not recognised)"
        return LedgerState(warning=warning)


def read_ledger_state(ledger: Ledger, account: str) -> LedgerState:
    """What was sent with an account. Raises LedgerError."""
    window = find_window(ledger, account)
    pause = window.wait(ledger.now(), Pace(gap=0))
    seconds = 0.0 if pause is None else pause.seconds
    known = KnownState(ledger.survey_sources(account), ledger.survey_requests(account))
    return LedgerState(known, window.limit, timedelta(seconds=seconds))


def find_window(ledger: Ledger, account: str) -> Window:
    """What is known of the server's limit. Raises LedgerError."""
    for view in ledger.survey():
        if view.account == account:
            return view.window
    return Window()
