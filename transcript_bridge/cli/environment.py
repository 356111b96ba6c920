"""The environment of this process, as the data that `workspace` takes."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from platformdirs import PlatformDirs

from ..workspace.environment import Environment
from ..workspace.locations import APP, earlier_folders


def read_environment() -> Environment:
    """Read anew at each call: tests change the environment between two commands."""
    variables = dict(os.environ)
    home = Path.home()
    # Settings of a Windows user roam with the user; the ledger and the cache stay on the machine.
    roaming = PlatformDirs(APP, appauthor=False, roaming=True)
    local = PlatformDirs(APP, appauthor=False)
    return Environment(
        variables=variables,
        home=home,
        config_folder=roaming.user_config_path,
        data_folder=local.user_data_path,
        cache_folder=local.user_cache_path,
        earlier_folders=earlier_folders(sys.platform, variables, home),
        cores=_count_cores(),
    )


def _count_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
