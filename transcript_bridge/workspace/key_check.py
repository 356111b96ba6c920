"""Checks a new key: whether it is valid, and whether it permits what an upload needs."""

from __future__ import annotations

from ..config import ServerSettings
from ..errors import ScopeMissingError
from ..omi.address import canonical_address
from ..omi.client import OmiClient
from ..wire import KeyInfo
from .credentials import store_key
from .environment import Environment

_NEEDED_SCOPES = ("conversations:read", "conversations:write")


def require_scopes(info: KeyInfo) -> None:
    """Raises ScopeMissingError for a key that cannot upload."""
    if info.scopes is None:
        return
    missing = [scope for scope in _NEEDED_SCOPES if scope not in info.scopes]
    if missing:
        raise ScopeMissingError(
            f"the key is valid, but lacks {' and '.join(missing)}; create one in Omi under "
            "Settings > Developer > Create Key, with these scopes"
        )


def check_and_store(
    key: str, server: ServerSettings, environment: Environment, *, in_file: bool = False
) -> str:
    """Ask the server about a key and store it; returns where.

    Raises KeyRefusedError, ScopeMissingError, SettingsError, and the errors of a request.
    """
    address = canonical_address(server.api_base, allow_http=server.allow_http)
    with OmiClient(key, address, allow_http=server.allow_http) as client:
        info = client.get_key()
    require_scopes(info)
    return store_key(address, key, environment, profile=server.profile, in_file=in_file)
