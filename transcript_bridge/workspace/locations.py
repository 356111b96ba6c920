"""The places of the user's files: settings, ledger, credentials, cache."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..errors import SettingsError
from ..sqlite_files import is_something_else
from .environment import Environment

APP = "transcript-bridge"
LEDGER_NAME = "ledger.db"


def settings_file(environment: Environment) -> Path:
    """The user's own settings."""
    return _find_file(environment.config_folder, "config.toml", environment)


def credentials_file(environment: Environment) -> Path:
    """The file in which `auth login` stores keys if there is no keyring."""
    return _find_file(environment.config_folder, "credentials.json", environment)


def default_ledger(environment: Environment) -> Path:
    """The ledger that is used by default."""
    return _find_file(environment.find_data_folder(), LEDGER_NAME, environment)


def written_files_record(environment: Environment) -> Path:
    """The record of the files that were written with `-o`, as digests."""
    return environment.find_data_folder() / "written-files.txt"


def plan_cache_file(environment: Environment) -> Path:
    """The cache of what was found in the files of archives; it can be rebuilt at any time."""
    return environment.find_cache_folder() / "plans.db"


def runs_folder(environment: Environment) -> Path:
    """The folder with results of clusters, unless `--run` names another one."""
    return environment.find_cache_folder() / "runs"


def has_ledger(location: str | None, environment: Environment) -> bool:
    """Whether there is a ledger already: a database server, or a file that exists.

    location: a path, a URL such as `postgresql://…` or `sqlite:///…`, or None for the default.
    """
    path = default_ledger(environment) if location is None else find_ledger_file(location)
    return path is None or _may_be_file(path)


def refuse_other_file(location: str) -> None:
    """Raises SettingsError for no name, a folder, a device, or a file that is not a ledger."""
    if not location:
        raise SettingsError("the ledger has no name; name a file")
    path = find_ledger_file(location)
    if path is None:
        return
    if path.is_dir():
        raise SettingsError(f"{location}: this is a folder; name a file in it as the ledger")
    if path.exists() and not path.is_file():
        raise SettingsError(f"{location}: this is a pipe or a device; name a file as the ledger")
    if is_something_else(path):  # an empty file becomes a new ledger
        raise SettingsError(f"{location}: this is not a ledger; give yours with --ledger")


def find_ledger_file(location: str) -> Path | None:
    """The file of a named ledger, also of `sqlite:///…`; None for a database server, or without a
    file."""
    scheme, separator, rest = location.rpartition("://")
    if not separator:
        return Path(location).expanduser()
    if not scheme.startswith("sqlite"):
        return None
    name = rest.removeprefix("/").partition("?")[0]
    return Path(name).expanduser() if name else None


def earlier_folders(platform: str, variables: Mapping[str, str], home: Path) -> tuple[Path, ...]:
    """The folders that version 1 used, without platformdirs.

    platform: as `sys.platform`. On Linux they were the same as now.
    """
    if platform == "darwin":
        return (home / "Library" / "Application Support" / APP,)
    if platform == "win32":
        local = variables.get("LOCALAPPDATA") or str(home / "AppData" / "Local")
        roaming = variables.get("APPDATA") or str(home / "AppData" / "Roaming")
        return (Path(local) / APP, Path(roaming) / APP)
    return ()


def _find_file(folder: Path, name: str, environment: Environment) -> Path:
    """The file in its folder, or an existing file of that name in an earlier folder."""
    for place in (folder, *environment.earlier_folders):
        if _may_be_file(place / name):
            return place / name
    return folder / name


def _may_be_file(path: Path) -> bool:
    """Whether there is a file, or a folder that hides whether there is one.

    The code that opens the file will explain what is wrong.
    """
    try:
        return path.is_file()
    except PermissionError:
        return True
