"""Whether a server runs on this machine, as the sandbox does."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from urllib.parse import urlsplit


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def may_be_one_server(server: str, other: str) -> bool:
    """Whether two addresses may be those of one server: none on this machine has another elsewhere.

    Addresses are empty where an old ledger does not know them.
    """
    if not server or not other:
        return True
    return _is_here(server) == _is_here(other)


def explain_two_servers(server: str, other: str) -> str:
    """Why two accounts cannot be one."""
    return f"{server} and {other} cannot be one account: only one of them runs on this machine"


@lru_cache(maxsize=64)  # asked before each request
def _is_here(server: str) -> bool:
    return is_loopback(urlsplit(server).hostname or "")
