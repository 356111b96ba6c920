"""Where settings files and speaker maps are: on disk as a Path, in a store as the text of a URL."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from . import object_stores
from .errors import InputError, SettingsError
from .object_stores import is_url, join_url, parent_url
from .regular_files import open_regular

SettingsPlace = Path | str
"""A str is a URL."""
_MAX_BYTES = 16 * 1024 * 1024
"""More than any settings file."""


def place_of(name: str) -> SettingsPlace:
    """What a user wrote, as a place."""
    if is_url(name):
        return name
    return Path(name)


def folder_of(place: SettingsPlace) -> str:
    """The full path or URL of the folder."""
    if isinstance(place, str):
        return parent_url(place)
    return str(place.absolute().parent)


def join_folder(folder: str, name: str) -> str:
    """A path from a folder on; one that is complete by itself stays as it is."""
    if is_url(name):
        return name
    path = Path(name).expanduser()
    if is_url(folder) and not path.is_absolute():
        return join_url(folder, posixpath.normpath(name.replace("\\", "/")))
    return str(Path(folder) / path)


def read_place(place: SettingsPlace, what: str) -> bytes:
    """The content of a file or URL. what: `the settings`.

    Raises SettingsError for a URL, OSError for a file: some may be missing.
    """
    if not isinstance(place, str):
        with open_regular(place) as file:
            return file.read()
    try:
        return object_stores.read_head(place, _MAX_BYTES)
    except InputError as error:
        raise SettingsError(f"{error.path}: {what} cannot be opened: {error.message}") from None


def read_text(path: SettingsPlace) -> str:
    """The text of a settings file; empty if there is no such file on disk. Raises SettingsError."""
    try:
        return read_place(path, "the settings").decode("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError as error:
        raise SettingsError(f"{path}: the settings cannot be opened ({error.strerror})") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: the settings are not UTF-8; save the file as UTF-8") from None


def parse_toml(text: str, path: SettingsPlace) -> dict[str, Any]:
    """The text of a settings file as plain data. Raises SettingsError."""
    if not text:
        return {}
    import tomllib

    try:
        return tomllib.loads(text)
    except RecursionError:
        raise SettingsError(f"{path}: the settings are nested too deeply") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: the settings are not valid TOML: {error}") from None


def find_table_lines(lines: Sequence[str], name: str) -> list[int]:
    """The 1-based lines at which tables such as [[files]] begin."""
    head = re.compile(rf"\s*\[\[\s*[\"']?{re.escape(name)}[\"']?\s*\]\]")
    return [number for number, line in enumerate(lines, 1) if head.match(line)]
