"""Where the choices about an archive are kept: its settings file, and its speaker map."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from .. import config
from ..archive.patterns import folder_before_wildcards
from ..config import ARCHIVE_SETTINGS
from .environment import Environment
from .locations import settings_file
from .settings import read_archive_settings

SPEAKER_MAP = "speakers.toml"


class SettingsFiles(NamedTuple):
    """The two files; none of them need exist.

    is_map_named: the settings, a flag or a variable name the map; else it has to be named before it
    is used. me: the label that is the owner by a flag or by the settings.
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
    found = read_archive_settings(paths, flags.get("settings"), environment.home)
    settings = found.path or _common_folder(paths) / ARCHIVE_SETTINGS
    user_file = config.read_user_file(settings_file(environment))
    values = config.collect_values(flags, environment.variables, user_file, found.values)
    named = values.get("speakers")
    speakers = settings.parent / SPEAKER_MAP if named is None else Path(named)
    return SettingsFiles(settings, speakers, named is not None, values.get("me"))


def _common_folder(paths: Sequence[str]) -> Path:
    """The folder that has all of the paths."""
    folders = []
    for path in paths:
        place = path
        if not os.path.lexists(path):
            place = folder_before_wildcards(path)
        full = Path(place).absolute()
        folders.append(full if full.is_dir() else full.parent)
    return Path(os.path.commonpath(folders))
