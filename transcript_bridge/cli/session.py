"""The ledger of a command, and its session: server, ledger and account together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import click
from click.core import ParameterSource

from ..config import RunOptions, ServerSettings
from ..errors import SettingsError
from ..limits import FAILING_SOURCES
from ..workspace.locations import default_ledger, has_ledger, refuse_other_file
from .accounts import say_plain_http
from .environment import read_environment
from .output import say

if TYPE_CHECKING:
    from ..transfer.destination import Destination
    from ..transfer.ledger import Ledger
    from ..workspace.connection import Connection


class CommandSession(NamedTuple):
    """The server and the ledger of a command, and the account in both."""

    client: Destination
    ledger: Ledger
    account: str


@contextmanager
def open_session(server: ServerSettings, location: str | None) -> Iterator[CommandSession]:
    """The client and the ledger of a command, which are closed afterwards; prints the account.

    location: of `--ledger`. Raises SettingsError, also if there is no such ledger, and LedgerError.
    """
    with _open_connection(server, read_ledger, location) as (connection, ledger):
        account = ledger.find_account(connection.account)
        yield CommandSession(connection.client, ledger, account)


@contextmanager
def open_upload_session(run: RunOptions, location: str | None) -> Iterator[CommandSession]:
    """The same for a command that sends new conversations: it registers the account in the
    ledger."""
    with _open_connection(run.server, open_ledger, location) as (connection, ledger):
        source = run.options.source
        if source in FAILING_SOURCES:
            say(
                f"servers before May 2026 fail on every conversation with the source {source}; if "
                "yours does, use --source phone",
                mark="warning",
            )
        account = ledger.open_account(connection.account, connection.label)
        if ledger.may_have_forgotten:
            say(
                "this ledger may not know all that was sent (a backup, a copy, or one of two); "
                "before a conversation is sent, the program finds out whether Omi has it",
                mark="warning",
            )
        yield CommandSession(connection.client, ledger, account)


@contextmanager
def _open_connection(
    server: ServerSettings, open_it: Callable[[str | None], Ledger], location: str | None
) -> Iterator[tuple[Connection, Ledger]]:
    from ..workspace.account_names import describe_account
    from ..workspace.connection import open_client

    connection = open_client(server, read_environment())
    with connection.client, open_it(location) as ledger:
        say(f"account: {describe_account(connection.label)}")
        say_plain_http(connection.label)
        yield connection, ledger


def open_ledger(location: str | None) -> Ledger:
    """The ledger of `--ledger`, or the user's own. Creates a missing file; says so if the user
    named it, because the name may be mistyped."""
    from ..workspace import chosen_account

    environment = read_environment()
    is_new = location is not None and not has_ledger(location, environment)
    ledger = chosen_account.open_ledger(location, environment)
    if is_new:
        say(f"created a new ledger: {ledger.where}")
    return ledger


def read_ledger(location: str | None) -> Ledger:
    """The same, for a command that needs what is in the ledger.

    Raises SettingsError if `--ledger` names a file that does not exist. Without the flag, a missing
    ledger counts as one in which nothing was sent yet; so does one that the environment names,
    because an upload would create it.
    """
    source = click.get_current_context().get_parameter_source("ledger")
    is_named = source is ParameterSource.COMMANDLINE
    if location and is_named:
        require_ledger(location)
    return open_ledger(location)


def find_ledger(location: str | None) -> bool:
    """Whether there is a ledger, for a command that can work without one; says so if a named one is
    missing. Raises SettingsError for something that is not a ledger."""
    if location:
        refuse_other_file(location)
    if has_ledger(location, read_environment()):
        return True
    if location:
        place = describe_place(location)
        say(f"{place}: there is no ledger yet, so nothing counts as sent", mark="warning")
    return False


def require_ledger(location: str | None, wanted: str = "ledger") -> None:
    """Raises SettingsError if there is no ledger, also by default. wanted: how messages call it."""
    if location:
        refuse_other_file(location)
    if not has_ledger(location, read_environment()):
        place = describe_place(location)
        raise SettingsError(f"{place}: there is no {wanted}; give yours with --ledger")


def describe_place(location: str | None) -> str:
    """The location of the ledger, even if it does not exist, without a password."""
    from ..transfer.ledger import describe_location

    return describe_location(location or str(default_ledger(read_environment())))
