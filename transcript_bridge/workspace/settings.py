"""The options and the server of a run, from flags, environment and settings files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .. import config
from ..config import ARCHIVE_SETTINGS, RunOptions, ServerSettings
from ..dating.local_zone import find_local_zone
from ..errors import SettingsError
from .environment import Environment
from .locations import settings_file


def load_server(
    environment: Environment, profile: str | None = None, api_base: str | None = None
) -> ServerSettings:
    """The key and the server; `profile` is one of the Omi CLI. Raises SettingsError."""
    return config.load_server(
        {"api_base": api_base},
        environment.variables,
        settings_file(environment),
        environment.home,
        profile,
    )


def collect_options(
    flags: Mapping[str, Any],
    archive_file: Mapping[str, Any],
    environment: Environment,
    *,
    me_is_everywhere: bool,
) -> RunOptions:
    """The options of a run: by flags, the environment, an archive's file and the user's file.

    flags: by option name, and `profile` and `api_base`; None means that a flag was not given. If no
    time zone is set, the computer's is looked up, so that it has a name from here on.
    me_is_everywhere: `me` must occur in every file. Raises SettingsError.
    """
    user_file = config.read_user_file(settings_file(environment))
    values = config.collect_values(flags, environment.variables, user_file, archive_file)
    if "timezone" not in values:
        values["timezone"] = find_local_zone(environment.variables)
    speakers = config.build_speakers(values, everywhere=me_is_everywhere)
    server = load_server(environment, flags.get("profile"), flags.get("api_base"))
    return config.build_run_options(values, speakers, server)


def read_archive_settings(paths: Sequence[str], named: str | None) -> dict[str, Any]:
    """The settings of an archive by option name: of the file `named`, else of one in a path.

    Raises SettingsError for a file that is not there, and for several of them.
    """
    if named is not None:
        if not Path(named).exists():
            raise SettingsError(f"{named}: there is no such settings file")
        return config.read_archive_file(Path(named))
    found = []
    for path in paths:
        candidate = Path(path) / ARCHIVE_SETTINGS
        if candidate.is_file():
            found.append(candidate)
    if len(found) > 1:
        raise SettingsError(
            f"{found[0]} and {found[1]} both contain settings; choose one with --settings"
        )
    if not found:
        return {}
    return config.read_archive_file(found[0])
