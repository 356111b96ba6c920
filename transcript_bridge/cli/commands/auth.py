"""`auth`: keep the API key where other programs do not find it, and look whether it works."""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...errors import MissingKeyError, OutputError, ScopeMissingError
from ..output import say
from ..session import (
    APP,
    credentials_file,
    find_key,
    find_keyring,
    load_settings,
    server_flags,
    stored_keys,
)

if TYPE_CHECKING:
    from ...wire import KeyInfo

_SCOPES = ("conversations:read", "conversations:write")


@click.group(name="auth")
def command() -> None:
    """Keep the API key safely, and check it."""


@command.command(name="login")
@server_flags
@click.option(
    "--file",
    "into_file",
    is_flag=True,
    help="Keep it in a file that only you can read, not in the keyring.",
)
def login(profile: str | None, api_base: str | None, into_file: bool) -> int:
    """Ask for the key (or read it from standard input), check it, and keep it.

    In the system's keyring, where the extra 'keyring' is installed; else in a file that only you
    can read.
    """
    from ...omi.client import OmiClient

    settings = load_settings(profile, api_base)
    is_person = sys.stdin.isatty()
    key = str(
        click.prompt("API key", hide_input=True, err=True) if is_person else sys.stdin.readline()
    ).strip()
    with OmiClient(key, settings.api_base) as client:
        info = client.get_key()
        server = client.base_url
    _say_scopes(info)
    ring = None if into_file else find_keyring()
    if ring is not None:
        try:
            ring.set_password(APP, server, key)
        except Exception:  # backends raise what they like; a file does as well
            ring = None
    if ring is None:
        _change_file(server, key)
    place = "the system's keyring" if ring is not None else str(credentials_file())
    say(f"the key for {server} is kept in {place}")
    if settings.api_key:
        say(
            "another key, from the environment or a settings file, is used before it",
            mark="warning",
        )
    return 0


@command.command(name="status")
@server_flags
@click.option("--json", "as_json", is_flag=True, help="One JSON object, on standard output.")
def show_status(profile: str | None, api_base: str | None, as_json: bool) -> int:
    """Show which key is used, where it comes from, and what it may do."""
    from ...omi.client import OmiClient

    settings = load_settings(profile, api_base)
    key, place = find_key(settings)
    with OmiClient(key, settings.api_base) as client:
        info = client.get_key()
    scopes = list(info.scopes) if info.scopes is not None else None
    # Nothing of the key itself is shown but what the server shows too.
    shown: dict[str, Any] = {
        "server": settings.api_base,
        "place": place,
        "name": info.name,
        "scopes": scopes,
    }
    if as_json:
        click.echo(json.dumps(shown, ensure_ascii=False))
    else:
        told = ", ".join(scopes) if scopes is not None else "scopes not told by this server"
        click.echo(f"{settings.api_base}: the key {info.name!r} from {place} is accepted ({told})")
    _say_scopes(info)
    return 0


@command.command(name="logout")
@server_flags
def logout(profile: str | None, api_base: str | None) -> int:
    """Forget the key that 'auth login' kept for a server."""
    server = load_settings(profile, api_base).api_base.rstrip("/")
    places = [place for place, _ in stored_keys(server)]
    if not places:
        raise MissingKeyError(f"'auth login' kept no key for {server}")
    ring = find_keyring()
    if ring is not None:
        with suppress(Exception):  # it was in the file alone
            ring.delete_password(APP, server)
    _change_file(server, None)
    say(f"the key for {server} is forgotten; it was in {' and '.join(places)}")
    return 0


def _say_scopes(info: KeyInfo) -> None:
    """Raises ScopeMissingError for a key that cannot upload."""
    if info.scopes is None:
        return
    missing = [scope for scope in _SCOPES if scope not in info.scopes]
    if missing:
        raise ScopeMissingError(
            f"the key is accepted, but lacks {' and '.join(missing)}; make one in Omi under Settings > Developer > "
            "Create Key, with these scopes"
        )


def _change_file(server: str, key: str | None) -> None:
    """Put the key of a server into the file, or take it out.

    Others can never read it, not for a moment.
    """
    path = credentials_file()
    known: dict[str, str] = {}
    with suppress(OSError, ValueError):
        known = json.loads(path.read_text(encoding="utf-8"))
    known.pop(server, None)
    if key is not None:
        known[server] = key
    try:
        if not known:
            path.unlink(missing_ok=True)
            return
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = Path(f"{path}.{os.getpid()}")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(known, stream)
        fresh.replace(path)
    except OSError as error:
        raise OutputError(
            f"{path}: the key cannot be kept ({error.strerror}); set OMI_API_KEY instead"
        ) from None
