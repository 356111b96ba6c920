"""The key and the server of a run, from flags, environment, profiles and settings files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import config
from ..config import ServerSettings
from .credentials import read_stored_profiles
from .environment import Environment
from .locations import settings_file


def load_server(
    environment: Environment, flags: Mapping[str, Any], *, may_be_new: bool = False
) -> ServerSettings:
    """The key and the server.

    flags: `profile`, `api_base` and `allow_http`; None or absent if not given. may_be_new: the
    profile need not exist yet. Raises SettingsError.
    """
    return config.load_server(
        flags,
        environment.variables,
        settings_file(environment),
        environment.home,
        read_stored_profiles(environment),
        may_be_new=may_be_new,
    )
