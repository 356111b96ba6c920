"""The server and the ledger of a run, opened in the same way for every client."""

from __future__ import annotations

from typing import NamedTuple

from ..archive.ledger_link import KnownState
from ..archive.sending_time import measure_writes
from ..config import ServerSettings
from ..errors import BridgeError, MissingKeyError
from ..omi.client import OmiClient
from ..transfer.ledger import AccountLabel, Ledger, name_account
from .account_names import describe_account, describe_view
from .credentials import find_key
from .environment import Environment
from .ledger_state import LedgerState, find_allowance, find_wait
from .locations import default_ledger
from .same_account import read_elsewhere

_AMBIGUOUS = (
    "the ledger has several accounts, and there is no key to choose one: conversations that were "
    "sent already are not recognized"
)


class Connection(NamedTuple):
    """An open client, the name of its account in the ledger, and how people know that account."""

    client: OmiClient
    account: str
    label: AccountLabel


class Account(NamedTuple):
    """An account by its name in the ledger, and how people know it."""

    name: str
    label: AccountLabel


def open_client(server: ServerSettings, environment: Environment) -> Connection:
    """A client for a server and its key; close it, or use it in a `with`.

    Raises MissingKeyError, and SettingsError for a server that cannot be used.
    """
    key, place = find_key(server, environment)
    client = OmiClient(key, server.api_base, allow_http=server.allow_http)
    label = AccountLabel(server.profile, place, client.base_url)
    return Connection(client, name_account(client.base_url, key), label)


def find_account(server: ServerSettings, environment: Environment) -> Account | None:
    """The account that a run would use; None without a key. Nothing is sent.

    Raises SettingsError for a server that cannot be used, and for a profile without a key: another
    account must not answer for it.
    """
    try:
        client, account, label = open_client(server, environment)
    except MissingKeyError:
        if server.profile:
            raise
        return None
    client.close()
    return Account(account, label)


def open_ledger(location: str | None, environment: Environment) -> Ledger:
    """The ledger; its file is created if need be. Raises SettingsError and LedgerError."""
    return Ledger(location or default_ledger(environment))


def read_ledger_state(ledger: Ledger, account: str) -> LedgerState:
    """What was sent with an account. Raises LedgerError."""
    window = ledger.read_window(account)
    known = KnownState(ledger.survey_sources(account), ledger.survey_requests(account))
    measured = measure_writes(ledger.find_recent_writes([account])[account])
    return LedgerState(
        known, find_allowance(window), find_wait(window, ledger.now()), write_seconds=measured
    )


def peek_into_ledger(
    location: str | None, server: ServerSettings, environment: Environment
) -> LedgerState:
    """What was sent with the key of a server; without a key, with the ledger's only account.

    The ledger must exist (`has_ledger`). No request is made, and a ledger that cannot be read is
    no failure: the state is empty then, with a warning. Raises SettingsError as `find_account`.
    """
    account = find_account(server, environment)
    try:
        with open_ledger(location, environment) as ledger:
            return peek_at_account(ledger, account)
    except BridgeError as error:
        warning = f"{error.message} (conversations that were sent already are not recognized)"
        return LedgerState(warning=warning)


def peek_at_account(ledger: Ledger, account: Account | None) -> LedgerState:
    """What was sent with an account; without one, with the ledger's only account.

    Raises LedgerError.
    """
    if account is not None:
        name = ledger.find_account(account.name)
        state = read_ledger_state(ledger, name)
        elsewhere = read_elsewhere(ledger, name)
        return state._replace(account=describe_account(account.label), elsewhere=elsewhere)
    views = ledger.survey()
    if len(views) > 1:
        return LedgerState(warning=_AMBIGUOUS)
    if not views:
        return LedgerState(known=KnownState())
    only = views[0]
    state = read_ledger_state(ledger, only.account)
    return state._replace(account=describe_view(only))
