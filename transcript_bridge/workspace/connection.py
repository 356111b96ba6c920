"""The server and the ledger of a run, opened in the same way for every client."""

from __future__ import annotations

from typing import NamedTuple

from ..archive.ledger_link import KnownState
from ..config import ServerSettings
from ..errors import BridgeError, MissingKeyError
from ..omi.client import OmiClient
from ..transfer.ledger import Ledger, name_account
from .credentials import find_key
from .environment import Environment
from .ledger_state import LedgerState, find_wait, find_window
from .locations import default_ledger

_AMBIGUOUS = (
    "the ledger has several accounts, and there is no key to choose one: conversations that were "
    "sent already are not recognised"
)


class Connection(NamedTuple):
    """An open client, and the name of its account in the ledger."""

    client: OmiClient
    account: str


def open_client(server: ServerSettings, environment: Environment) -> Connection:
    """A client for a server and its key; close it, or use it in a `with`.

    Raises MissingKeyError, and SettingsError for a server that cannot be used.
    """
    key, _ = find_key(server, environment)
    client = OmiClient(key, server.api_base)
    return Connection(client, name_account(client.base_url, key))


def open_ledger(location: str | None, environment: Environment) -> Ledger:
    """The ledger; its file is created if need be. Raises SettingsError and LedgerError."""
    return Ledger(location or default_ledger(environment))


def read_ledger_state(ledger: Ledger, account: str) -> LedgerState:
    """What was sent with an account. Raises LedgerError."""
    window = find_window(ledger, account)
    known = KnownState(ledger.survey_sources(account), ledger.survey_requests(account))
    return LedgerState(known, window.limit, find_wait(ledger, window))


def peek_into_ledger(
    location: str | None, server: ServerSettings, environment: Environment
) -> LedgerState:
    """What was sent with the key of a server; without a key, with the ledger's only account.

    The ledger must exist (`has_ledger`). No request is made, and a ledger that cannot be read is
    no failure: the state is empty then, with a warning.
    """
    try:
        with open_ledger(location, environment) as ledger:
            try:
                account = _name_account(server, environment)
            except MissingKeyError:
                accounts = [view.account for view in ledger.survey()]
                if len(accounts) > 1:
                    return LedgerState(warning=_AMBIGUOUS)
                account = accounts[0] if accounts else ""
            return read_ledger_state(ledger, account)
    except BridgeError as error:
        warning = f"{error.message} (conversations that were sent already are not recognised)"
        return LedgerState(warning=warning)


def _name_account(server: ServerSettings, environment: Environment) -> str:
    """Raises MissingKeyError, and SettingsError for a server that cannot be used."""
    client, account = open_client(server, environment)
    client.close()
    return account
