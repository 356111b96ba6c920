"""Lists every key that a run could use by its place, never the keys themselves."""

from __future__ import annotations

from typing import NamedTuple

from .. import config
from ..errors import MissingKeyError
from ..limits import DEFAULT_API_BASE
from ..transfer.account_label import AccountLabel
from .chosen_server import load_server
from .credentials import find_key, list_stored_keys, name_server
from .environment import Environment
from .locations import settings_file


class KnownKey(NamedTuple):
    """A key by its place. in_use: whether a run without --profile uses it."""

    label: AccountLabel
    in_use: bool


def list_keys(environment: Environment) -> list[KnownKey]:
    """The keys of environment, `auth login`, the Omi CLI and the settings file, in this order.

    Raises SettingsError for a file that cannot be read.
    """
    used = _find_used(environment)
    listed = []
    for label in _list_labels(environment):
        listed.append(KnownKey(label, label == used))
    return listed


def _find_used(environment: Environment) -> AccountLabel | None:
    server = load_server(environment, {})
    try:
        place = find_key(server, environment).place
    except MissingKeyError:
        return None
    return AccountLabel(server.profile, place, name_server(server.api_base))


def _list_labels(environment: Environment) -> list[AccountLabel]:
    labels = []
    variables = environment.variables
    if variables.get("OMI_API_KEY"):
        base = variables.get("OMI_API_BASE") or DEFAULT_API_BASE
        labels.append(AccountLabel("", "OMI_API_KEY", name_server(base)))
    for stored in list_stored_keys(environment):
        labels.append(AccountLabel(stored.profile, stored.place, stored.api_base))
    omi = config.read_omi_profiles(variables, environment.home)
    for name, table in omi.profiles.items():
        if table.get("api_key"):
            base = table.get("api_base", DEFAULT_API_BASE)
            labels.append(AccountLabel(name, omi.place, name_server(base)))
    own_file = settings_file(environment)
    own = config.read_user_file(own_file)
    if own.get("api_key"):
        base = own.get("api_base") or DEFAULT_API_BASE
        place = config.name_settings(own_file, environment.home)
        labels.append(AccountLabel("", place, name_server(base)))
    return labels
