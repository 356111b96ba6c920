"""The API key: from the environment, a profile, the settings, the system's keyring, or a file.

`auth login` stores one key for each server, and one for each profile. The file `credentials.json`
lists them all. A key that is in the keyring has null there, because a keyring cannot be listed:

    {"https://api.omi.me": "omi_dev_…", "profiles": {"work": {"api_base": "…", "api_key": null}}}
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from .. import config
from ..errors import MissingKeyError, OutputError, SettingsError
from ..omi.address import canonical_address
from ..settings_places import shorten_home
from .environment import Environment
from .locations import APP, credentials_file

KEYRING = "the system's keyring"
_PROFILES = "profiles"
_NO_KEY = (
    "no API key; create one in Omi under Settings > Developer > Create Key, with "
    "conversations:write, then run 'transcript-bridge auth login', or set OMI_API_KEY"
)


class FoundKey(NamedTuple):
    """A key, and the place where it was found."""

    key: str
    place: str


class StoredKey(NamedTuple):
    """A key that `auth login` stored. profile: empty for the key of a server."""

    profile: str
    api_base: str
    place: str


def find_key(settings: config.ServerSettings, environment: Environment) -> FoundKey:
    """The key of a run. Raises MissingKeyError, and SettingsError for an unreadable file or
    keyring."""
    if settings.api_key:
        return FoundKey(settings.api_key, settings.key_place)
    found = _find_stored(settings.api_base, settings.profile, environment)
    if found is not None:
        return found
    if settings.profile:
        raise MissingKeyError(
            f"the profile {settings.profile!r} has no API key; store one with "
            f"'transcript-bridge auth login --profile {settings.profile}'"
        )
    names = ", ".join(read_stored_profiles(environment))
    stored = f"; --profile chooses one that is stored ({names})" if names else ""
    raise MissingKeyError(f"{_NO_KEY}{stored}")


def describe_key(profile: str, place: str) -> str:
    """A key in words: `profile work`, `key from OMI_API_KEY`."""
    if profile:
        return f"profile {profile}"
    return f"key from {place}"


def read_stored_profiles(environment: Environment) -> dict[str, str]:
    """The server of each profile that `auth login` stored. Raises SettingsError."""
    return {name: entry["api_base"] for name, entry in _read_profiles(environment).items()}


def list_stored_keys(environment: Environment) -> list[StoredKey]:
    """Every key that `auth login` stored, as labels without the keys. Raises SettingsError."""
    path = credentials_file(environment)
    content = _read_file(path)
    listed = []
    for server, key in content.items():
        if server != _PROFILES:
            listed.append(StoredKey("", server, _name_place(key, path, environment)))
    for name, entry in _read_profiles(environment).items():
        place = _name_place(entry.get("api_key"), path, environment)
        listed.append(StoredKey(name, entry["api_base"], place))
    return listed


def store_key(
    api_base: str, key: str, environment: Environment, *, profile: str = "", in_file: bool = False
) -> str:
    """Store the key of a server or of a profile in the keyring, else in a file.

    Returns where it was stored. Raises OutputError if the file cannot be written.
    """
    server = name_server(api_base)
    path = credentials_file(environment)
    if not in_file:
        # Backends raise exceptions of any type; then the file is used.
        with suppress(Exception):
            _find_keyring().set_password(APP, _name_entry(server, profile), key)
            _add_to_file(path, server, profile, None)
            return KEYRING
    _add_to_file(path, server, profile, key)
    return _name_file(path, environment)


def forget_key(api_base: str, environment: Environment, *, profile: str = "") -> list[str]:
    """Delete the stored key of a server or of a profile; returns where it was.

    Raises MissingKeyError if there is none, OutputError if the file cannot be written, and
    SettingsError if the keyring cannot be opened.
    """
    server = name_server(api_base)
    path = credentials_file(environment)
    places = []
    if _read_keyring(path, server, profile):
        places.append(KEYRING)
    if _get_from_file(path, server, profile):
        places.append(_name_file(path, environment))
    if not places:
        owner = server
        if profile:
            owner = f"the profile {profile!r}"
        raise MissingKeyError(f"'auth login' has stored no key for {owner}")
    if KEYRING in places:
        try:
            _find_keyring().delete_password(APP, _name_entry(server, profile))
        except Exception as error:
            raise _explain_keyring(error, server, profile) from None
    _remove_from_file(path, server, profile)
    return places


def _find_stored(api_base: str, profile: str, environment: Environment) -> FoundKey | None:
    """Find the key in the file or in the keyring. The file comes first: storing in the keyring
    removes the key from the file, so a key in the file is the newer one. Reading it also takes no
    time, while the keyring takes a quarter of the time of `status`."""
    server = name_server(api_base)
    path = credentials_file(environment)
    key = _get_from_file(path, server, profile)
    if key:
        return FoundKey(key, _name_file(path, environment))
    key = _read_keyring(path, server, profile)
    if key:
        return FoundKey(key, KEYRING)
    return None


# ---- names


def name_server(api_base: str) -> str:
    """One name for all spellings of an address. Whether http is allowed is decided elsewhere."""
    with suppress(SettingsError):
        return canonical_address(api_base, allow_http=True)
    return api_base.rstrip("/")


def _name_entry(server: str, profile: str) -> str:
    """The user name of a key's entry in the keyring."""
    if profile:
        return f"profile {profile}"
    return server


def _name_place(key: object, path: Path, environment: Environment) -> str:
    if key is None:
        return KEYRING
    return _name_file(path, environment)


def _name_file(path: Path, environment: Environment) -> str:
    return f"the key file {shorten_home(path, environment.home)}"


# ---- the keyring


def _find_keyring() -> Any:
    """The `keyring` module. Raises ImportError if it is not installed, LookupError if it has no
    backend; its backends raise exceptions of any type."""
    import keyring
    from keyring.backends.fail import Keyring

    if isinstance(keyring.get_keyring(), Keyring):
        raise LookupError("no place to store a key")
    return keyring


def _read_keyring(path: Path, server: str, profile: str) -> str | None:
    """A key from the keyring, stored by `auth login` (earlier versions did not list it in the
    file).

    Raises SettingsError if the file lists one and the keyring cannot be opened.
    """
    try:
        key: str | None = _find_keyring().get_password(APP, _name_entry(server, profile))
    except Exception as error:
        if _is_listed(path, server, profile):
            raise _explain_keyring(error, server, profile) from None
        return None
    return key


def _explain_keyring(error: Exception, server: str, profile: str) -> SettingsError:
    owner = f"the profile {profile!r}" if profile else server
    reason = str(error) or type(error).__name__
    return SettingsError(
        f"the key of {owner} is in {KEYRING}, which cannot be opened ({reason}); unlock it, or set "
        "OMI_API_KEY, or store the key in a file with 'transcript-bridge auth login --file'"
    )


# ---- the file


def _read_profiles(environment: Environment) -> dict[str, dict[str, Any]]:
    return _usable_profiles(_read_file(credentials_file(environment)))


def _usable_profiles(content: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The valid profiles of the file, which may have been edited by hand."""
    profiles = content.get(_PROFILES)
    if not isinstance(profiles, dict):
        return {}
    usable = {}
    for name, entry in profiles.items():
        if isinstance(entry, dict) and isinstance(entry.get("api_base"), str):
            usable[name] = entry
    return usable


def _is_listed(path: Path, server: str, profile: str) -> bool:
    """Whether the file says that a key is in the keyring."""
    content = _read_file(path)
    listed = content.get(server, "")
    if profile:
        listed = _usable_profiles(content).get(profile, {}).get("api_key", "")
    return listed is None


def _get_from_file(path: Path, server: str, profile: str) -> str | None:
    content = _read_file(path)
    key = content.get(server)
    if profile:
        key = _usable_profiles(content).get(profile, {}).get("api_key")
    if isinstance(key, str):
        return key
    return None


def _read_file(path: Path) -> dict[str, Any]:
    """The content of the file; an invalid file counts as empty.

    Raises SettingsError if it cannot be read.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except PermissionError as error:
        raise SettingsError(
            f"{path}: the stored keys cannot be read ({error.strerror}); change the owner of the "
            "folder, or use another home folder"
        ) from None
    except (OSError, ValueError):
        return {}
    if not isinstance(content, dict):
        return {}
    return content


def _add_to_file(path: Path, server: str, profile: str, key: str | None) -> None:
    content = _read_file(path)
    if profile:
        profiles = _usable_profiles(content)
        profiles[profile] = {"api_base": server, "api_key": key}
        content[_PROFILES] = profiles
    else:
        content[server] = key
    _write_file(path, content)


def _remove_from_file(path: Path, server: str, profile: str) -> None:
    content = _read_file(path)
    if profile:
        profiles = _usable_profiles(content)
        profiles.pop(profile, None)
        content[_PROFILES] = profiles
    else:
        content.pop(server, None)
    if not content.get(_PROFILES):
        content.pop(_PROFILES, None)
    _write_file(path, content)


def _write_file(path: Path, content: dict[str, Any]) -> None:
    """Replace the file, or delete it if it would be empty. No other user can read it at any
    time."""
    try:
        if content:
            _write_private(path, json.dumps(content))
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(
            f"{path}: the key cannot be stored ({error.strerror}); set OMI_API_KEY instead"
        ) from None


def _write_private(path: Path, text: str) -> None:
    """Atomically replace a file by one that only the user can read."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
    draft.replace(path)
