"""The options of a run, from flags, environment and settings files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from .. import config, object_stores
from ..config import ARCHIVE_SETTINGS, RunOptions, ServerSettings
from ..dating.local_zone import find_local_zone
from ..errors import InputError, SettingsError
from ..object_stores import is_url, join_url, parent_url
from ..options import BY_NAME, OPTIONS
from ..parts import MARK
from ..settings_places import SettingsPlace
from .environment import Environment
from .locations import settings_file
from .variables import check_variables


def collect_options(
    flags: Mapping[str, Any],
    archive_file: Mapping[str, Any],
    environment: Environment,
    *,
    me_is_everywhere: bool,
    server: ServerSettings,
) -> RunOptions:
    """The options of a run: from flags, the environment, an archive's file and the user's file.

    flags: by option name; None means that a flag was not given. If no time zone is set, the name of
    the computer's is used. me_is_everywhere: whether the label `me` of the flags must occur in
    every file. Raises SettingsError.
    """
    check_variables(environment.variables)
    user_file = config.read_user_file(settings_file(environment))
    values = config.collect_values(flags, environment.variables, user_file, archive_file)
    _refuse_idle_flags(flags, values)
    if "timezone" not in values:
        values["timezone"] = find_local_zone(environment.variables)
    is_typed = flags.get("me") is not None
    speakers = config.build_speakers(values, everywhere=me_is_everywhere and is_typed)
    return config.build_run_options(values, speakers, server)


def _refuse_idle_flags(flags: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Raises SettingsError for a flag that has no effect without another option.

    A table for some files may set the other option.
    """
    if "files" in values:
        return
    for option in OPTIONS:
        is_given = flags.get(option.name) is not None
        if is_given and option.needs and option.needs not in values:
            other = BY_NAME[option.needs].flag
            raise SettingsError(f"{option.flag} has no effect without {other}; give both")


class ArchiveSettings(NamedTuple):
    """The settings of an archive by option name. path: of their file; None if there is none.

    is_above: the file is not in a folder that the user named, but above.
    """

    values: dict[str, Any]
    path: SettingsPlace | None = None
    is_above: bool = False


def read_archive_settings(paths: Sequence[str], named: str | None, home: Path) -> ArchiveSettings:
    """The settings of the file `named`, else of the nearest one in or above each path.

    home: the search ends there. Raises SettingsError for a file that does not exist, and for
    several different ones.
    """
    if named is not None:
        if is_url(named):
            return ArchiveSettings(config.read_archive_file(named), named)
        if not _exists(Path(named)):
            raise SettingsError(f"{named}: there is no such settings file")
        return ArchiveSettings(config.read_archive_file(Path(named)), Path(named))
    found: dict[SettingsPlace, ArchiveSettings] = {}
    for path in paths:
        if is_url(path):
            found.update(_find_stored(path))
        else:
            found.update(_find_on_disk(path, home, found))
    if len(found) > 1:
        first, second, *_ = [settings.path for settings in found.values()]
        raise SettingsError(
            f"{first} and {second} both contain settings; choose one with --settings"
        )
    for settings in found.values():
        assert settings.path is not None
        return settings._replace(values=config.read_archive_file(settings.path))
    return ArchiveSettings({})


def _find_on_disk(
    path: str, home: Path, found: Mapping[SettingsPlace, ArchiveSettings]
) -> dict[SettingsPlace, ArchiveSettings]:
    """The nearest settings file, unless it was found before."""
    nearest = _find_upwards(path, home)
    if nearest is None:
        return {}
    own = Path(path) / ARCHIVE_SETTINGS
    place = nearest.resolve()
    if nearest == own:
        return {place: ArchiveSettings({}, own)}
    if place in found:
        return {}
    return {place: ArchiveSettings({}, nearest, is_above=True)}


def _find_stored(url: str) -> dict[SettingsPlace, ArchiveSettings]:
    """The settings file in a folder of a store, or in the folder above what a URL names."""
    place = url.partition(MARK)[0].partition("*")[0]
    candidates = [join_url(place, ARCHIVE_SETTINGS)]
    if not place.endswith("/"):
        candidates.append(join_url(parent_url(place), ARCHIVE_SETTINGS))
    if place != url:  # a pattern, or something in a container
        candidates = [join_url(parent_url(place), ARCHIVE_SETTINGS)]
    for number, candidate in enumerate(candidates):
        # Some stores answer 403 if there is nothing. The listing reports what is wrong.
        with suppress(InputError):
            object_stores.read_head(candidate, 1)
            is_above = number > 0 or place != url
            return {candidate: ArchiveSettings({}, candidate, is_above)}
    return {}


def _find_upwards(path: str, home: Path) -> Path | None:
    """The settings file in a folder, or in the nearest folder above a path."""
    named = Path(path)
    if _is_file(named / ARCHIVE_SETTINGS):
        return named / ARCHIVE_SETTINGS
    absolute = named.absolute()
    if absolute == home:
        return None
    for folder in absolute.parents:
        candidate = folder / ARCHIVE_SETTINGS
        if _is_file(candidate) and _have_one_owner(absolute, candidate):
            return candidate
        if folder == home:
            break
    return None


def _exists(path: Path) -> bool:
    """Also True if another user's folder hides it: opening it explains what is wrong."""
    try:
        return path.exists()
    except PermissionError:
        return True


def _is_file(path: Path) -> bool:
    """Also False for a file in another user's folder, which is no setting of this user."""
    try:
        return path.is_file()
    except PermissionError:
        return False


def _have_one_owner(path: Path, settings: Path) -> bool:
    """Whether a settings file above a path belongs to the same user: anybody can put one into
    `/tmp`."""
    try:
        owner = path.stat().st_uid
        settings_owner = settings.stat().st_uid
    except OSError:
        return False
    administrator = 0
    return settings_owner in (owner, administrator)
