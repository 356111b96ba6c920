"""The server and the ledger of a run, opened in the same way for every client."""

from __future__ import annotations

from typing import NamedTuple

from .. import config
from ..omi.client import OmiClient
from ..transfer.ledger import Ledger, name_account
from .credentials import find_key
from .environment import Environment
from .locations import default_ledger


class Connection(NamedTuple):
    """An open client, and the name of its account in the ledger."""

    client: OmiClient
    account: str


def open_client(settings: config.ServerSettings, environment: Environment) -> Connection:
    """A client for the server and the key of the settings; close it, or use it in a `with`.

    Raises MissingKeyError, and SettingsError for a server that cannot be used.
    """
    key, _ = find_key(settings, environment)
    client = OmiClient(key, settings.api_base)
    return Connection(client, name_account(client.base_url, key))


def name_own_account(settings: config.ServerSettings, environment: Environment) -> str:
    """The name of the account in the ledger, without a request. Raises as `open_client` does."""
    client, account = open_client(settings, environment)
    client.close()
    return account


def open_ledger(location: str | None, environment: Environment) -> Ledger:
    """The ledger; its file is created if need be. Raises SettingsError and LedgerError."""
    return Ledger(location or default_ledger(environment))
