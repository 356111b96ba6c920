"""The API key: from the environment, a profile, the settings, the system's keyring, or a file."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from .. import config
from ..errors import MissingKeyError, OutputError
from .environment import Environment
from .locations import APP, credentials_file

KEYRING = "the system's keyring"
_NO_KEY = (
    "no API key; create one in Omi under Settings > Developer > Create Key, with "
    "conversations:write, then run 'transcript-bridge auth login', or set OMI_API_KEY"
)


def find_key(settings: config.ServerSettings, environment: Environment) -> tuple[str, str]:
    """The key, and where it was found. Raises MissingKeyError."""
    if settings.api_key:
        return settings.api_key, "the environment or a settings file"
    for place, key in stored_keys(settings.api_base, environment):
        return key, place
    raise MissingKeyError(_NO_KEY)


def stored_keys(api_base: str, environment: Environment) -> Iterator[tuple[str, str]]:
    """(place, key) of every key that `auth login` stored for a server."""
    server = api_base.rstrip("/")
    key = _read_keyring(server)
    if key:
        yield KEYRING, key
    path = credentials_file(environment)
    key = _read_file(path).get(server)
    if isinstance(key, str):
        yield str(path), key


def store_key(api_base: str, key: str, environment: Environment, *, in_file: bool = False) -> str:
    """Store the key of a server in the keyring, else in a file; returns where it is now.

    Raises OutputError if the file cannot be written.
    """
    server = api_base.rstrip("/")
    keyring = None if in_file else _find_keyring()
    if keyring is not None:
        # Backends raise exceptions of any type; the file is good enough then.
        with suppress(Exception):
            keyring.set_password(APP, server, key)
            return KEYRING
    path = credentials_file(environment)
    _change_file(path, server, key)
    return str(path)


def forget_key(api_base: str, environment: Environment) -> list[str]:
    """Delete the stored key of a server; returns where it was.

    Raises MissingKeyError if there is none, OutputError if the file cannot be written.
    """
    server = api_base.rstrip("/")
    places = [place for place, _ in stored_keys(server, environment)]
    if not places:
        raise MissingKeyError(f"'auth login' has stored no key for {server}")
    keyring = _find_keyring()
    if keyring is not None:
        with suppress(Exception):  # the key may be in the file only
            keyring.delete_password(APP, server)
    _change_file(credentials_file(environment), server, None)
    return places


def _find_keyring() -> Any:
    """The `keyring` module, if it is installed and has a place to store a key."""
    try:
        import keyring
        from keyring.backends.fail import Keyring
    except ImportError:
        return None
    if isinstance(keyring.get_keyring(), Keyring):
        return None
    return keyring


def _read_keyring(server: str) -> str | None:
    keyring = _find_keyring()
    if keyring is None:
        return None
    with suppress(Exception):  # a locked or broken keyring counts as one without the key
        key: str | None = keyring.get_password(APP, server)
        return key
    return None


def _read_file(path: Path) -> dict[str, Any]:
    with suppress(OSError, ValueError):
        content = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(content, dict):
            return content
    return {}


def _change_file(path: Path, server: str, key: str | None) -> None:
    """Set or remove the key of a server. No other user can read the file at any moment."""
    keys = _read_file(path)
    keys.pop(server, None)
    if key is not None:
        keys[server] = key
    try:
        if keys:
            _write_private(path, json.dumps(keys))
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(
            f"{path}: the key cannot be stored ({error.strerror}); set OMI_API_KEY instead"
        ) from None


def _write_private(path: Path, text: str) -> None:
    """Replace a file at once by one that only the user can read."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
    draft.replace(path)
