"""The name and the label of an account in the ledger.

The name of an account is a hash of a server and a key. The label is kept for people: it says where
the key was found, and never contains it.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple


class AccountLabel(NamedTuple):
    """The account's key and server, for people.

    profile: empty if the key belongs to none. key_place: where the key was found. server: its
    address.
    """

    profile: str = ""
    key_place: str = ""
    server: str = ""


def name_account(base_url: str, api_key: str) -> str:
    """An opaque name for a key on a server.

    The key cannot be recovered from it: keys have too much entropy to be guessed.
    """
    text = f"transcript-bridge account\n{base_url.rstrip('/')}\n{api_key.strip()}"
    return hashlib.sha256(text.encode()).hexdigest()[:20]
