"""`auth`: store the API key where other programs do not find it, and check it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from ...errors import SettingsError
from ...omi.address import canonical_address
from ...omi.failures import NEW_KEY
from ...quantities import count_of
from ...server_place import explain_two_servers, may_be_one_server
from ...workspace.credentials import describe_key, forget_key
from ..accounts import load_server, say_plain_http
from ..environment import read_environment
from ..flags import is_confirmed, json_flag, ledger_flag, server_flags, yes_flag
from ..groups import CommandGroup
from ..output import STOPPED, print_json, print_line, say
from ..session import read_ledger

if TYPE_CHECKING:
    from ...transfer.account_label import AccountLabel
    from ...wire import KeyInfo


@click.group(name="auth", cls=CommandGroup)
def command() -> None:
    """Store API keys safely, list them, and check them."""


@command.command(name="list")
@json_flag("One JSON object per key, on standard output.")
def show_list(as_json: bool) -> int:
    """List the keys that are known, where each one is, and which one is in use."""
    from ...workspace.known_keys import list_keys

    keys = list_keys(read_environment())
    for label, in_use in keys:
        if as_json:
            print_json({**label._asdict(), "in_use": in_use})
        else:
            print_line(_describe_known(label, in_use=in_use))
    if not keys:
        say("no key is known; 'transcript-bridge auth login' stores one")
    return 0


@command.command(name="login")
@server_flags
@click.option(
    "--file",
    "in_file",
    is_flag=True,
    help="Store it in a file that only you can read, not in the keyring.",
)
def login(in_file: bool, **server: Any) -> int:
    """Ask for the key (or read it from standard input), check it, and store it.

    It is stored in the system's keyring if the extra 'keyring' is installed, else in a file that
    only you can read. With --profile NAME it is stored under that name, next to other keys.
    """
    from ...transfer.account_label import AccountLabel
    from ...workspace.key_check import check_and_store

    environment = read_environment()
    settings = load_server(server, may_be_new=True)
    address = canonical_address(settings.api_base, allow_http=settings.allow_http)
    profile = server["profile"] or ""
    label = AccountLabel(profile, "", address)
    say_plain_http(label)
    key = _ask_for_key(address)
    place = check_and_store(key, settings, environment, in_file=in_file)
    if profile:
        say(
            f"the key of the profile {profile} ({address}) works, and is stored in {place}; it is "
            f"used with --profile {profile}"
        )
    else:
        say(f"the key for {address} works, and is stored in {place}")
        if settings.api_key:
            used = describe_key(settings.profile, settings.key_place)
            say(f"the {used} takes precedence over it", mark="warning")
    return 0


@command.command(name="status")
@server_flags
@json_flag("One JSON object, on standard output.")
def show_status(as_json: bool, **server: Any) -> int:
    """Show which key is used, where it comes from, and what it may do."""
    from ...workspace.account_names import describe_account
    from ...workspace.connection import open_client
    from ...workspace.key_check import require_scopes

    client, _, label = open_client(load_server(server), read_environment())
    say_plain_http(label)
    with client:
        info = client.get_key()
    if as_json:
        print_json(_as_data(label, info))
    else:
        print_line(f"{describe_account(label)}: {_describe(label, info)}")
    require_scopes(info)
    return 0


@command.command(name="logout")
@server_flags
def logout(**server: Any) -> int:
    """Delete the key that 'auth login' stored for a server, or for a profile."""
    profile = server["profile"] or ""
    address = load_server(server).api_base
    places = forget_key(address, read_environment(), profile=profile)
    owner = f"for {address}"
    if profile:
        owner = f"of the profile {profile}"
    say(f"the key {owner} is deleted; it was in {' and '.join(places)}")
    return 0


@command.command(name="alias")
@click.argument("account", metavar="ACCOUNT")
@server_flags
@ledger_flag
@yes_flag
def join(account: str, ledger: str | None, yes: bool, **server: Any) -> int:
    """Say that ACCOUNT of the ledger is the account in use, with an earlier key or address.

    After a change of the key, the ledger knows the conversations under the old one only. ACCOUNT is
    the number that 'status' shows in brackets, or a profile. This joins the two accounts: what was
    sent with either is not sent again. It cannot be undone. If ACCOUNT is on another server, the
    server in use is asked whether it has its conversations.
    """
    from ...workspace.account_names import describe_account, describe_view
    from ...workspace.chosen_account import require_account
    from ...workspace.connection import open_client
    from ...workspace.same_account import find_account_by_name, require_moved

    chosen = load_server(server)
    own, label = require_account(chosen, read_environment())
    with read_ledger(ledger) as opened:
        other = find_account_by_name(opened, account)
        other_server = other.label.server
        if not may_be_one_server(label.server, other_server):
            raise SettingsError(explain_two_servers(label.server, other_server))
        own = opened.open_account(own, label)
        if own == other.account:
            say(f"{describe_view(other)} is the account in use already")
            return 0
        names = f"{describe_view(other)} and {describe_account(label, own)}"
        question = f"Are {names} the same account in Omi?"
        if not is_confirmed(yes, question, preview="'transcript-bridge status'"):
            say("you answered no; nothing was changed")
            return STOPPED
        if other_server and other_server != label.server:
            with open_client(chosen, read_environment()).client as client:
                require_moved(opened, other.account, other_server, client)
        opened.join_accounts(own, other.account)
    say(f"{names} are one account now, with {count_of(other.requests, 'request')} of the first")
    return 0


def _describe_known(label: AccountLabel, *, in_use: bool) -> str:
    from ...workspace.account_names import describe_account

    line = describe_account(label)
    if label.profile:
        line += f": in {label.key_place}"
    if in_use:
        line += " (in use)"
    return line


def _describe(label: AccountLabel, info: KeyInfo) -> str:
    """Describe a key only by what the server shows about it."""
    facts = ["the key is valid"]
    if label.profile:
        facts = [f"the key in {label.key_place} is valid"]
    if info.name:
        facts.append(f"Omi knows it as {info.name!r}")
    if info.scopes is None:
        facts.append("this server does not list scopes")
    else:
        facts.append(f"its scopes are {', '.join(info.scopes) or 'none'}")
    return "; ".join(facts)


def _as_data(label: AccountLabel, info: KeyInfo) -> dict[str, Any]:
    scopes = None
    if info.scopes is not None:
        scopes = list(info.scopes)
    return {
        "server": label.server,
        "profile": label.profile,
        "key_place": label.key_place,
        "name": info.name,
        "scopes": scopes,
    }


def _ask_for_key(address: str) -> str:
    if sys.stdin.isatty():
        say(
            f"no key yet? {NEW_KEY}, with conversations:write. Paste the key (it is not "
            "shown) and press Enter"
        )
        answer = click.prompt(f"API key for {address}", hide_input=True, err=True)
    else:
        answer = sys.stdin.readline()
    return str(answer).strip()
