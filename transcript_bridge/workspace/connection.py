"""Opens the server of a run, in the same way for every client, and reads the ledger about it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from ..archive.ledger_lookup import with_ledger_state
from ..archive.plan import ArchivePlan
from ..archive.sending_time import measure_writes
from ..config import ServerSettings
from ..errors import BridgeError
from ..omi.client import OmiClient
from ..options import Options
from ..transfer.account_label import AccountLabel, name_account
from ..transfer.ledger import Ledger
from .chosen_account import Account, find_known_account, open_ledger
from .credentials import find_key
from .environment import Environment
from .ledger_state import LedgerState, find_allowance, find_wait
from .same_account import find_other_accounts


class Connection(NamedTuple):
    """An open client, the name of its account in the ledger, and the account's label for people."""

    client: OmiClient
    account: str
    label: AccountLabel


def open_client(server: ServerSettings, environment: Environment) -> Connection:
    """A client for a server and its key; close it, or use it in a `with`.

    Raises MissingKeyError, and SettingsError for a server that cannot be used.
    """
    key, place = find_key(server, environment)
    client = OmiClient(key, server.api_base, allow_http=server.allow_http)
    label = AccountLabel(server.profile, place, client.base_url)
    return Connection(client, name_account(client.base_url, key), label)


def read_ledger_state(ledger: Ledger, account: str) -> LedgerState:
    """Read what the server allows an account. Raises LedgerError."""
    window = ledger.read_window(account)
    measured = measure_writes(ledger.find_recent_writes([account])[account])
    wait = find_wait(window, ledger.now())
    return LedgerState(find_allowance(window), wait, write_seconds=measured)


def peek_into_ledger(
    location: str | None,
    environment: Environment,
    account: Account | None,
    plan: ArchivePlan,
    options: Options,
) -> tuple[ArchivePlan, LedgerState]:
    """A plan without what was sent already, as of `peek_at_account`.

    The ledger must exist (`has_ledger`). Sends no request. If the ledger cannot be read, the plan
    is returned unchanged, with a warning.
    """
    try:
        with open_ledger(location, environment) as ledger:
            return peek_at_account(ledger, account, plan, options)
    except BridgeError as error:
        warning = f"{error.message} (conversations that were sent already are not recognized)"
        return plan, LedgerState(warning=warning)


def peek_at_account(
    ledger: Ledger, account: Account | None, plan: ArchivePlan, options: Options
) -> tuple[ArchivePlan, LedgerState]:
    """A plan without what was sent already with an account; without one, with the ledger's only
    account.

    Raises LedgerError.
    """
    known = find_known_account(ledger, account)
    if not known.name:
        return plan, LedgerState(warning=known.warning)
    now = datetime.fromtimestamp(ledger.now(), UTC)
    plan = with_ledger_state(plan, options, ledger, known.name, now)
    other_accounts = find_other_accounts(ledger, known.name, plan.digests_to_go, known.server)
    state = read_ledger_state(ledger, known.name)
    return plan, state._replace(account=known.shown, other_accounts=other_accounts)
