"""Reads settings files and speaker maps, from disk or from an object store.

A place is a Path on disk, or a URL in a store as str.
"""

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
"""A path on disk; a str is a URL."""
SETTINGS = "the settings"
"""How messages call such a file."""
_MAX_BYTES = 16 * 1024 * 1024
"""Bytes; no settings file is larger."""
_FILES_TABLE = re.compile(r"\s*\[\[\s*[\"']?files[\"']?\s*\]\]")


def place_of(name: str) -> SettingsPlace:
    """A path or URL from the user, as a place."""
    if is_url(name):
        return name
    return Path(name)


def folder_of(place: SettingsPlace) -> str:
    """The full path or URL of the folder."""
    if isinstance(place, str):
        return parent_url(place)
    return str(place.absolute().parent)


def join_folder(folder: str, name: str) -> str:
    """A path relative to a folder; an absolute path or URL is returned unchanged."""
    if is_url(name):
        return name
    path = Path(name).expanduser()
    if is_url(folder) and not path.is_absolute():
        return join_url(folder, posixpath.normpath(name.replace("\\", "/")))
    return str(Path(folder) / path)


def shorten_home(path: Path, home: Path) -> str:
    """A path for people: `~/…` if it lies in the home folder."""
    if not path.is_relative_to(home):
        return str(path)
    return str("~" / path.relative_to(home))


def read_place(place: SettingsPlace, kind: str = SETTINGS) -> bytes | None:
    """The content of a file or URL; None if there is no such file on disk.

    kind: the name of the file in messages. Raises SettingsError.
    """
    try:
        if isinstance(place, str):
            return object_stores.read_head(place, _MAX_BYTES)
        with open_regular(place) as file:
            return bytes(file.read())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except InputError as error:
        raise SettingsError(f"{error.path}: {kind} cannot be opened: {error.message}") from None
    except IsADirectoryError:
        raise SettingsError(f"{place}: this is a folder; name the file with {kind}") from None
    except OSError as error:
        raise SettingsError(f"{place}: {kind} cannot be opened ({error.strerror})") from None


def decode_text(content: bytes, place: SettingsPlace, kind: str = SETTINGS) -> str:
    """The text of a settings file. Raises SettingsError."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise SettingsError(f"{place}: {kind} cannot be read; save the file as UTF-8") from None


def read_text(place: SettingsPlace) -> str:
    """The text of a settings file; empty if there is no such file on disk. Raises SettingsError."""
    return decode_text(read_place(place) or b"", place)


def parse_toml(text: str, place: SettingsPlace, kind: str = SETTINGS) -> dict[str, Any]:
    """The text of a settings file as plain data. Raises SettingsError."""
    if not text:  # often there is no file, and tomllib takes 3 ms to import
        return {}
    import tomllib

    try:
        return tomllib.loads(text)
    except RecursionError:
        raise SettingsError(f"{place}: {kind} cannot be read: it is nested too deeply") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{place}: {kind} cannot be read as TOML: {error}") from None


def find_files_tables(lines: Sequence[str]) -> list[int]:
    """The 1-based lines at which [[files]] tables begin."""
    return [number for number, line in enumerate(lines, 1) if _FILES_TABLE.match(line)]
