"""The environment of this process, as data for `workspace`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from ..workspace.environment import Environment
from ..workspace.locations import APP, earlier_folders
from .output import say


def read_environment() -> Environment:
    """The environment; read at each call, because tests change it between two commands."""
    variables = dict(os.environ)
    home = Path.home()
    return Environment(
        variables=variables,
        home=home,
        # The folder that platformdirs would return. Every command needs it, and loading
        # platformdirs takes a tenth of the time of a small `convert`.
        config_folder=Path(click.get_app_dir(APP)),
        find_data_folder=_find_data_folder,
        find_cache_folder=_find_cache_folder,
        earlier_folders=earlier_folders(sys.platform, variables, home),
        cores=_count_cores(),
        warn=_warn,
    )


def _warn(message: str) -> None:
    say(message, mark="warning")


def _find_data_folder() -> Path:
    if sys.platform == "linux" and "XDG_DATA_HOME" not in os.environ:
        # The folder that platformdirs would return. Every `convert -o` needs it, and loading
        # platformdirs takes a tenth of the time of a small one.
        return Path.home() / ".local" / "share" / APP
    import platformdirs

    return platformdirs.user_data_path(APP, appauthor=False)


def _find_cache_folder() -> Path:
    import platformdirs

    return platformdirs.user_cache_path(APP, appauthor=False)


def _count_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
