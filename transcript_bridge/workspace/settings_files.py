"""The files with the choices about an archive: its settings file, and its speaker map."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from .. import config
from ..archive.patterns import folder_before_wildcards
from ..config import ARCHIVE_SETTINGS
from ..errors import SettingsError
from ..object_stores import is_url
from .environment import Environment
from .locations import settings_file
from .settings import read_archive_settings

SPEAKER_MAP = "speakers.toml"
_NUMBER_LENGTH = 8
"""How many characters distinguish two folders of the same name."""


class SettingsFiles(NamedTuple):
    """The two files; neither need exist.

    is_map_named: whether the settings, a flag or a variable name the map; otherwise it must be
    named before it is used. me: the label of the owner according to a flag or the settings.
    """

    settings: Path
    speakers: Path
    is_map_named: bool = False
    me: str | None = None

    @property
    def folder(self) -> Path:
        """The folder of the settings."""
        return self.settings.absolute().parent


def find_settings_files(
    paths: Sequence[str], flags: Mapping[str, Any], environment: Environment
) -> SettingsFiles:
    """The files that hold for these paths, or that would if they were there.

    flags: by option name, and `settings`. Raises SettingsError.
    """
    if any(map(is_url, paths)):
        raise SettingsError(
            "the page writes settings next to the archive, so the archive must be on this machine; "
            "copy it to a folder first"
        )
    found = read_archive_settings(paths, flags.get("settings"), environment.home)
    if isinstance(found.path, str):
        raise SettingsError("the page writes the settings, so they must be on this machine")
    settings = found.path or _common_folder(paths) / ARCHIVE_SETTINGS
    user_file = config.read_user_file(settings_file(environment))
    values = config.collect_values(flags, environment.variables, user_file, found.values)
    named = values.get("speakers")
    speakers = settings.parent / SPEAKER_MAP if named is None else Path(named)
    return SettingsFiles(settings, speakers, named is not None, values.get("me"))


def are_writable(files: SettingsFiles) -> bool:
    """Whether choices can be written to these files. A missing folder is another problem."""
    for path in (files.settings, files.speakers):
        folder = path.absolute().parent
        if folder.is_dir() and not os.access(folder, os.W_OK):
            return False
    return True


def choose_other_settings(files: SettingsFiles, environment: Environment) -> Path:
    """A settings file in the user's own folder, for an archive whose folder cannot be written."""
    folder = str(files.folder)
    number = hashlib.sha256(folder.encode("utf-8", "surrogateescape")).hexdigest()[:_NUMBER_LENGTH]
    name = f"{files.folder.name or 'archive'}-{number}"
    return environment.config_folder / "archives" / name / ARCHIVE_SETTINGS


def _common_folder(paths: Sequence[str]) -> Path:
    """The folder that contains all of the paths."""
    folders = []
    for path in paths:
        place = path
        if not os.path.lexists(path):
            place = folder_before_wildcards(path)
        full = Path(place).absolute()
        folders.append(full if full.is_dir() else full.parent)
    return Path(os.path.commonpath(folders))
