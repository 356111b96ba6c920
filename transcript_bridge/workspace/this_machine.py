"""The environment of this process, as plain data for the rest of `workspace/`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from .environment import Environment
from .locations import APP, earlier_folders


def read_environment(
    config_folder: Path, warn: Callable[[str], None] = lambda _message: None
) -> Environment:
    """Read at each call: tests change the environment between two commands."""
    variables = dict(os.environ)
    home = Path.home()
    return Environment(
        variables=variables,
        home=home,
        config_folder=config_folder,
        find_data_folder=_find_data_folder,
        find_cache_folder=_find_cache_folder,
        earlier_folders=earlier_folders(sys.platform, variables, home),
        cores=_count_cores(),
        warn=warn,
    )


def _find_data_folder() -> Path:
    if sys.platform == "linux" and "XDG_DATA_HOME" not in os.environ:
        # What platformdirs gives. Every `convert -o` needs it, and loading platformdirs takes a
        # tenth of the time of a small one.
        return Path.home() / ".local" / "share" / APP
    import platformdirs

    return platformdirs.user_data_path(APP, appauthor=False)


def find_config_folder() -> Path:
    """The user's folder for settings."""
    import platformdirs

    return platformdirs.user_config_path(APP, appauthor=False)


def _find_cache_folder() -> Path:
    import platformdirs

    return platformdirs.user_cache_path(APP, appauthor=False)


def _count_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
