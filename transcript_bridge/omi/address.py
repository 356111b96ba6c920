"""The address of a server, in any form that people write, and where a key may be sent.

The published documentation of Omi uses `https://api.omi.me/v1/dev`; a self-hosted server is often
written as `192.168.1.5:8000`. Messages do not repeat the address: it may contain a password.
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

from ..errors import SettingsError
from ..limits import DEFAULT_API_BASE
from ..server_place import is_loopback

_NO_ADDRESS = f"the base URL is not a web address; write it like {DEFAULT_API_BASE}"
_API_PATH = re.compile(r"/v1/dev(?:/user)?\Z")
"""The path that the client adds itself."""
_HOST = re.compile(r"[\w.:%-]+")
_PLAIN = re.compile(
    r"https?://(?:[a-z][a-z0-9.-]*|127\.0\.0\.1)(?::\d{1,5})?(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*"
)
"""Addresses that httpx would not change: ASCII only, nothing to quote, no dots to resolve.
Importing httpx takes 0.1 s, and most commands that need an address send nothing."""
_MAX_PLAIN = 500
"""Characters; httpx refuses an address of 65,536."""
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOME_NETWORKS = tuple(
    ipaddress.ip_network(network)
    for network in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "169.254.0.0/16",
        "fc00::/7",
        "fe80::/10",
    )
)
"""Address ranges that are not routed to the internet (RFC 1918, 3927, 4193, 4291)."""
_HOME_SUFFIX = ".local"
"""Suffixes of multicast DNS, which stays in the local network (RFC 6762)."""
_DOCKER_HOST = "host.docker.internal"


def canonical_address(base_url: str, *, allow_http: bool = False) -> str:
    """The address with its scheme, without `/v1/dev` and without a slash at the end.

    The default scheme is https, but http for this machine and, with `allow_http`, for the local
    network. Raises SettingsError for an invalid address, and if plain http would expose the key.
    """
    text = base_url.strip()
    if not _SCHEME.match(text):
        text = _add_scheme(text, allow_http=allow_http)
    parts = _split(text)
    if parts.username is not None or parts.query or parts.fragment:
        raise SettingsError(
            "the base URL must not contain a user, password, query or fragment; "
            "give the plain address"
        )
    host = parts.hostname or ""
    if parts.scheme == "http":
        _check_http(host, allow_http=allow_http)
    path = _API_PATH.sub("", parts.path.rstrip("/"))
    return f"{parts.scheme}://{_render_host(host)}{_render_port(parts)}{path}"


def server_address(base_url: str, *, allow_http: bool = False) -> str:
    """The canonical address as httpx writes it, without a slash at the end; the name of the account
    in the ledger is derived from it. Raises SettingsError, without the address in the message.
    """
    address = canonical_address(base_url, allow_http=allow_http)
    if len(address) <= _MAX_PLAIN and _PLAIN.fullmatch(address):
        return address
    import httpx

    try:
        return str(httpx.URL(address)).rstrip("/")
    except (httpx.InvalidURL, UnicodeError):
        pass
    raise SettingsError(_NO_ADDRESS)


def is_in_home_network(host: str) -> bool:
    """Whether a host is in the local network, so that no stranger is on the way to it."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == _DOCKER_HOST or host.endswith(_HOME_SUFFIX)
    return any(address in network for network in _HOME_NETWORKS)


def find_readable_host(base_url: str) -> str | None:
    """The host to which the key would be sent unencrypted over a network; None for https and this
    machine.

    base_url: as of `canonical_address`.
    """
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    if parts.scheme != "http" or is_loopback(host):
        return None
    return host


def _add_scheme(text: str, *, allow_http: bool) -> str:
    text = text.removeprefix("//")
    host = _split(f"https://{text}").hostname or ""
    may_be_plain = allow_http and is_in_home_network(host)
    if is_loopback(host) or may_be_plain:
        return f"http://{text}"
    return f"https://{text}"


def _split(text: str) -> SplitResult:
    """The parts of an address. Raises SettingsError, also for a port that is not a number."""
    try:
        parts = urlsplit(text)
        is_usable = parts.port is None or parts.port > 0
    except ValueError:
        is_usable = False
    if is_usable:
        is_web = parts.scheme in _DEFAULT_PORTS
        if is_web and _HOST.fullmatch(parts.hostname or ""):
            return parts
    raise SettingsError(_NO_ADDRESS)


def _check_http(host: str, *, allow_http: bool) -> None:
    """Raises SettingsError if the key must not be sent over plain http."""
    if is_loopback(host):
        return
    if not is_in_home_network(host):
        raise SettingsError(
            f"over plain http, everybody on the way to {host} can read the API key; use https"
        )
    if not allow_http:
        raise SettingsError(
            f"over plain http, everybody in the network of {host} can read the API key; use "
            "https, or --allow-http if you trust everybody there"
        )


def _render_host(host: str) -> str:
    if ":" in host:
        return f"[{host}]"
    return host


def _render_port(parts: SplitResult) -> str:
    if parts.port is None or parts.port == _DEFAULT_PORTS[parts.scheme]:
        return ""
    return f":{parts.port}"


def may_be_host(host: str) -> bool:
    """Whether it can be resolved: for a label that is too long, the resolver raises
    UnicodeError."""
    try:
        host.encode("idna")
    except UnicodeError:
        return False
    return True
