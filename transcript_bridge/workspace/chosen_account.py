"""The account and the ledger of a run, for code that asks no server: this does not load httpx."""

from __future__ import annotations

from typing import NamedTuple

from ..config import ServerSettings
from ..errors import MissingKeyError
from ..omi.address import server_address
from ..omi.api_key import check_key
from ..transfer.account_label import AccountLabel, name_account
from ..transfer.ledger import Ledger
from .account_names import describe_account, describe_view
from .credentials import find_key
from .environment import Environment
from .locations import default_ledger, refuse_other_file

_AMBIGUOUS = (
    "the ledger has several accounts, and there is no key to choose one: conversations that were "
    "sent already are not recognized; choose one with --profile or OMI_API_KEY"
)


class Account(NamedTuple):
    """The name of an account in the ledger, and its label for people."""

    name: str
    label: AccountLabel


def require_account(server: ServerSettings, environment: Environment) -> Account:
    """The account of a server and its key.

    Raises MissingKeyError, and SettingsError for a key or a server that cannot be used.
    """
    key, place = find_key(server, environment)
    address = server_address(server.api_base, allow_http=server.allow_http)
    label = AccountLabel(server.profile, place, address)
    return Account(name_account(address, check_key(key)), label)


def find_account(server: ServerSettings, environment: Environment) -> Account | None:
    """The account that a run would use; None without a key. Nothing is sent.

    Raises SettingsError for a server that cannot be used, and for a profile without a key, so that
    no other account is used instead.
    """
    try:
        return require_account(server, environment)
    except MissingKeyError:
        if server.profile:
            raise
        return None


def open_ledger(location: str | None, environment: Environment) -> Ledger:
    """The ledger; creates its file if necessary. Raises SettingsError and LedgerError."""
    if location is not None:
        refuse_other_file(location)
    return Ledger(location or default_ledger(environment))


class KnownAccount(NamedTuple):
    """The account with which a ledger is read. name: in the ledger, empty if none can be chosen.
    shown: for people. server: its address. warning: why none was chosen although the ledger has
    some."""

    name: str = ""
    shown: str = ""
    server: str = ""
    warning: str = ""


def find_known_account(ledger: Ledger, account: Account | None) -> KnownAccount:
    """The account, as in the ledger; without one, the only account of the ledger.

    Raises LedgerError.
    """
    if account is not None:
        label = account.label
        name = ledger.find_account(account.name)
        return KnownAccount(name, describe_account(label), label.server)
    views = ledger.survey()
    if len(views) > 1:
        return KnownAccount(warning=_AMBIGUOUS)
    if not views:
        return KnownAccount()
    (view,) = views
    return KnownAccount(view.account, describe_view(view), view.label.server)
