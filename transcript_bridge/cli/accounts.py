"""Which account a command uses: its flags, its client and ledger, and saying so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from ..config import RunOptions, ServerSettings
from ..limits import FAILING_SOURCES
from ..workspace import settings
from .environment import read_environment
from .output import say
from .session import open_ledger

if TYPE_CHECKING:
    from ..omi.client import OmiClient
    from ..transfer.ledger import AccountLabel, Ledger
    from ..workspace.connection import Account, Connection

Command = TypeVar("Command", bound=Callable[..., Any])


def server_flags(command: Command) -> Command:
    """`--profile`, `--api-base` and `--allow-http`; `load_server` takes them together."""
    command = click.option(
        "--allow-http",
        is_flag=True,
        envvar="TRANSCRIPT_BRIDGE_ALLOW_HTTP",
        help="Send the key unencrypted to a server in your own network.",
    )(command)
    command = click.option("--api-base", metavar="URL", help="Another Omi server.")(command)
    return click.option(
        "--profile",
        metavar="NAME",
        help="Use the key of this profile: of 'auth login --profile', or of the Omi CLI.",
    )(command)


def load_server(flags: Mapping[str, Any], *, may_be_new: bool = False) -> ServerSettings:
    """The key and the server of the flags of `server_flags`.

    may_be_new: the profile need not exist yet. Raises SettingsError.
    """
    return settings.load_server(read_environment(), flags, may_be_new=may_be_new)


class Session(NamedTuple):
    """What a command works with: a server, a ledger, and the account that it uses in both."""

    client: OmiClient
    ledger: Ledger
    account: str


@contextmanager
def open_session(server: ServerSettings, location: str | None) -> Iterator[Session]:
    """The client and the ledger of a command, which are closed afterwards; prints the account.

    location: of `--ledger`. Raises SettingsError and LedgerError.
    """
    with _open_connection(server, location) as (connection, ledger):
        account = ledger.find_account(connection.account)
        yield Session(connection.client, ledger, account)


@contextmanager
def open_upload_session(run: RunOptions, location: str | None) -> Iterator[Session]:
    """The same for a command that sends new conversations: the ledger gets to know the account."""
    with _open_connection(run.server, location) as (connection, ledger):
        source = run.options.source
        if source in FAILING_SOURCES:
            say(
                f"servers before May 2026 fail on every conversation with the source {source}; if "
                "yours does, use --source phone",
                mark="warning",
            )
        account = ledger.open_account(connection.account, connection.label)
        yield Session(connection.client, ledger, account)


@contextmanager
def _open_connection(
    server: ServerSettings, location: str | None
) -> Iterator[tuple[Connection, Ledger]]:
    from ..workspace.connection import describe_account, open_client

    connection = open_client(server, read_environment())
    with connection.client, open_ledger(location) as ledger:
        say(f"account: {describe_account(connection.label, connection.account)}")
        say_plain_http(connection.label)
        yield connection, ledger


def say_plain_http(label: AccountLabel) -> None:
    """Print a warning if the key goes unencrypted over a network."""
    from ..workspace import connection

    warning = connection.warn_of_plain_http(label)
    if warning is not None:
        say(warning, mark="warning")


def find_account(server: ServerSettings) -> Account | None:
    """The account that the flags or the settings choose; None without a key.

    Raises SettingsError.
    """
    from ..workspace import connection

    return connection.find_account(server, read_environment())


def choose_account(flags: Mapping[str, Any], ledger: Ledger) -> str | None:
    """The account that a command without a server is limited to: only if the user names one.

    Raises MissingKeyError, and SettingsError.
    """
    from ..workspace import connection

    is_named = flags["profile"] is not None or flags["api_base"] is not None
    if not is_named:
        return None
    client, account, _ = connection.open_client(load_server(flags), read_environment())
    client.close()
    return ledger.find_account(account)
