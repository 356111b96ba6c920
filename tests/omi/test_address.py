"""The forms in which people write an address, and where a key may go."""

from __future__ import annotations

from random import Random

import httpx
import pytest
from hypothesis import given

from tests.strategies import join_few, made
from transcript_bridge.errors import SettingsError
from transcript_bridge.omi.address import (
    canonical_address,
    find_readable_host,
    server_address,
)
from transcript_bridge.omi.client import OmiClient
from transcript_bridge.transfer.account_label import name_account


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("https://api.omi.me", "https://api.omi.me"),
        ("api.omi.me", "https://api.omi.me"),
        ("//api.omi.me/", "https://api.omi.me"),
        (" API.omi.me ", "https://api.omi.me"),
        ("https://api.omi.me:443/v1/dev", "https://api.omi.me"),
        ("api.omi.me/v1/dev/", "https://api.omi.me"),
        ("https://api.omi.me/v1/dev/user", "https://api.omi.me"),
        ("https://home.example/omi/v1/dev", "https://home.example/omi"),
        ("https://home.example/v1", "https://home.example/v1"),
        ("home.example:8443", "https://home.example:8443"),
        ("localhost:8000", "http://localhost:8000"),
        ("127.0.0.1:8000/v1/dev", "http://127.0.0.1:8000"),
        ("[::1]:8000", "http://[::1]:8000"),
        ("192.168.1.5:8000", "https://192.168.1.5:8000"),
    ],
)
def test_an_address_may_be_written_in_many_ways(written: str, address: str) -> None:
    assert canonical_address(written) == address
    with OmiClient("omi_dev_x", written) as client:
        assert client.base_url == address


def test_every_spelling_is_the_same_account() -> None:
    spellings = ("https://api.omi.me", "api.omi.me", "https://api.omi.me/v1/dev/")
    names = {name_account(canonical_address(spelling), "omi_dev_x") for spelling in spellings}
    assert len(names) == 1


PIECES = [
    "a",
    "Z",
    "0",
    "9",
    ".",
    "..",
    "/",
    "//",
    "-",
    "_",
    "~",
    "%",
    "%41",
    ":8",
    ":443",
    "é",
    "ß",
]


def make_part(dice: Random) -> str:
    return join_few(dice, PIECES, 20)


@pytest.mark.hypothesis
@given(host=made(make_part), path=made(make_part))
def test_the_name_of_an_account_has_the_address_as_httpx_writes_it(host: str, path: str) -> None:
    """With or without httpx: otherwise what was sent would be unknown after an update."""
    written = f"https://{host}/{path}"
    try:
        expected = str(httpx.URL(canonical_address(written))).rstrip("/")
    except (SettingsError, httpx.InvalidURL, UnicodeError):
        with pytest.raises(SettingsError):
            server_address(written)
        return
    assert server_address(written) == expected


HOME = [
    "http://192.168.1.5:8000",
    "http://10.1.2.3",
    "http://172.31.0.1:8000",
    "http://169.254.10.1",
    "http://[fd12::1]:8000",
    "http://[fe80::1]",
    "http://omi.local:8000",
    "http://host.docker.internal:8000",
]


@pytest.mark.parametrize("address", HOME)
def test_plain_http_in_the_own_network_needs_permission(address: str) -> None:
    with pytest.raises(SettingsError, match="--allow-http"):
        canonical_address(address)
    assert canonical_address(address, allow_http=True) == address
    assert find_readable_host(address) is not None
    without_scheme = address.removeprefix("http://")
    assert canonical_address(without_scheme, allow_http=True) == address


@pytest.mark.parametrize(
    "address",
    [
        "http://api.omi.me",
        "http://8.8.8.8",
        "http://172.32.0.1",
        "http://192.169.0.1",
        "http://0.0.0.0:8000",
        "http://[2001:db8::1]",
        "http://omi.local.example.org",
        "http://evil.example/?.local",
        "http://docker.internal",
        "http://local",
    ],
)
def test_no_permission_sends_a_key_over_plain_http_through_the_internet(address: str) -> None:
    with pytest.raises(SettingsError):
        canonical_address(address, allow_http=True)


def test_nobody_can_listen_on_this_machine_or_to_https() -> None:
    for address in ("https://api.omi.me", "http://127.0.0.1:8700", "http://localhost"):
        assert find_readable_host(address) is None
