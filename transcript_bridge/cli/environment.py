"""The environment of this process, as the data that `workspace` takes."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from ..workspace.environment import Environment
from ..workspace.locations import APP, earlier_folders


def read_environment() -> Environment:
    """Read anew at each call: tests change the environment between two commands."""
    variables = dict(os.environ)
    home = Path.home()
    return Environment(
        variables=variables,
        home=home,
        config_folder=Path(click.get_app_dir(APP)),
        data_folder=_data_folder(),
        cache_folder=_cache_folder(),
        earlier_folders=earlier_folders(sys.platform, variables, home),
        cores=_count_cores(),
    )


def _data_folder() -> Path:
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / APP


def _cache_folder() -> Path:
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
        return base / APP / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / APP
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / APP


def _count_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
