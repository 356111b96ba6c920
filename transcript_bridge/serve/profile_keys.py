"""The key and the server of a profile, on the machine of the worker; never in the queue.

A key is searched for in this order: a file with the name of the profile in a folder (a mounted
secret), an environment variable, then where every other command finds profiles. The server is
always that of the profile, so that a mounted key is never sent to another one.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from ..config import ServerSettings
from ..errors import MissingKeyError, SettingsError
from ..regular_files import open_regular
from ..workspace.chosen_server import load_server
from ..workspace.credentials import FoundKey
from ..workspace.environment import Environment

_PROFILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,99}", re.ASCII)
_VARIABLE = "TRANSCRIPT_BRIDGE_KEY_"
_NO_LETTER = re.compile(r"[^A-Za-z0-9]")
_MAX_KEY_BYTES = 4096


class KeyPlaces(NamedTuple):
    """The places in which a machine has its keys.

    folder: one file per profile. api_base: the server of all keys; None for that of the profile,
    wherever its key is. allow_http: keys may be sent unencrypted in the local network.
    """

    folder: Path | None = None
    api_base: str | None = None
    allow_http: bool = False


def check_profile(profile: str) -> None:
    """Raises SettingsError for a name that no file or variable can have."""
    if not _PROFILE.fullmatch(profile):
        raise SettingsError(
            f"--profile {profile!r} cannot be used in the queue; a name has letters, digits and "
            "._@- only, begins with a letter or a digit, and has 100 characters at most"
        )


def name_variable(profile: str) -> str:
    """The environment variable that may hold the key of a profile."""
    return _VARIABLE + _NO_LETTER.sub("_", profile).upper()


def find_server(profile: str, places: KeyPlaces, environment: Environment) -> ServerSettings:
    """The key and the server of a profile.

    Raises MissingKeyError, and SettingsError for a key that cannot be read. No message contains the
    key.
    """
    check_profile(profile)
    flags = {"profile": profile, "api_base": places.api_base, "allow_http": places.allow_http}
    given = _find_given_key(profile, places, environment)
    if given is None:
        return _load_stored(profile, places, environment, flags)
    # With a key here, no profile is needed elsewhere.
    server = load_server(environment, flags, may_be_new=True)
    return replace(server, api_key=given.key, key_place=given.place)


def _load_stored(
    profile: str, places: KeyPlaces, environment: Environment, flags: dict[str, Any]
) -> ServerSettings:
    """The server of a stored profile. Raises SettingsError, which names the other places, too."""
    try:
        return load_server(environment, flags)
    except SettingsError as error:
        looked = f"no variable {name_variable(profile)}"
        if places.folder is not None:
            looked = f"no file {places.folder / profile}, {looked}"
        raise error.reword(f"{looked}, and {error.message}") from None


def _find_given_key(profile: str, places: KeyPlaces, environment: Environment) -> FoundKey | None:
    """The key in the folder or in the variable; None if neither has one."""
    if places.folder is not None:
        path = places.folder / profile
        key = _read_key(path)
        if key is not None:
            return FoundKey(key, str(path))
    name = name_variable(profile)
    key = environment.variables.get(name, "").strip()
    if key:
        return FoundKey(key, name)
    return None


def _read_key(path: Path) -> str | None:
    """The key in a file; None if there is no such file. Raises SettingsError and
    MissingKeyError."""
    try:
        with open_regular(path) as file:
            content = file.read(_MAX_KEY_BYTES)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SettingsError(f"{path}: the key cannot be read ({error.strerror})") from None
    key = content.decode("ascii", "replace").strip()
    if not key:
        raise MissingKeyError(f"{path}: this file is empty; put the key of the profile into it")
    return key
