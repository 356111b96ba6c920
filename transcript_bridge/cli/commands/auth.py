"""`auth`: store the API key where other programs do not find it, and check it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from ...errors import ScopeMissingError
from ...workspace.credentials import find_key, forget_key, store_key
from ..environment import read_environment
from ..groups import CommandGroup
from ..output import print_json, print_line, say
from ..session import json_flag, load_server, server_flags

if TYPE_CHECKING:
    from ...wire import KeyInfo

_NEEDED_SCOPES = ("conversations:read", "conversations:write")


@click.group(name="auth", cls=CommandGroup)
def command() -> None:
    """Store the API key safely, and check it."""


@command.command(name="login")
@server_flags
@click.option(
    "--file",
    "in_file",
    is_flag=True,
    help="Store it in a file that only you can read, not in the keyring.",
)
def login(profile: str | None, api_base: str | None, in_file: bool) -> int:
    """Ask for the key (or read it from standard input), check it, and store it.

    It is stored in the system's keyring if the extra 'keyring' is installed, else in a file that
    only you can read.
    """
    from ...omi.client import OmiClient

    settings = load_server(profile, api_base)
    key = _ask_for_key()
    with OmiClient(key, settings.api_base) as client:
        info = client.get_key()
        server = client.base_url
    _check_scopes(info)
    place = store_key(server, key, read_environment(), in_file=in_file)
    say(f"the key for {server} is stored in {place}")
    if settings.api_key:
        say(
            "a key from the environment or a settings file takes precedence over it",
            mark="warning",
        )
    return 0


@command.command(name="status")
@server_flags
@json_flag("One JSON object, on standard output.")
def show_status(profile: str | None, api_base: str | None, as_json: bool) -> int:
    """Show which key is used, where it comes from, and what it may do."""
    from ...omi.client import OmiClient

    settings = load_server(profile, api_base)
    key, place = find_key(settings, read_environment())
    with OmiClient(key, settings.api_base) as client:
        info = client.get_key()
    # Of the key itself, only what the server shows as well.
    scopes = None if info.scopes is None else list(info.scopes)
    if as_json:
        row = {"server": settings.api_base, "place": place, "name": info.name, "scopes": scopes}
        print_json(row)
    else:
        rights = "this server does not list scopes" if scopes is None else ", ".join(scopes)
        print_line(f"{settings.api_base}: the key {info.name!r} from {place} is valid ({rights})")
    _check_scopes(info)
    return 0


@command.command(name="logout")
@server_flags
def logout(profile: str | None, api_base: str | None) -> int:
    """Delete the key that 'auth login' stored for a server."""
    server = load_server(profile, api_base).api_base.rstrip("/")
    places = forget_key(server, read_environment())
    say(f"the key for {server} is deleted; it was in {' and '.join(places)}")
    return 0


def _ask_for_key() -> str:
    if sys.stdin.isatty():
        answer = click.prompt("API key", hide_input=True, err=True)
    else:
        answer = sys.stdin.readline()
    return str(answer).strip()


def _check_scopes(info: KeyInfo) -> None:
    """Raises ScopeMissingError for a key that cannot upload."""
    if info.scopes is None:
        return
    missing = [scope for scope in _NEEDED_SCOPES if scope not in info.scopes]
    if missing:
        raise ScopeMissingError(
            f"the key is valid, but lacks {' and '.join(missing)}; create one in Omi under "
            "Settings > Developer > Create Key, with these scopes"
        )
