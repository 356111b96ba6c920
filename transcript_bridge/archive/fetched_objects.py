"""Objects of a store that were fetched in advance (read_ahead.py)."""

from __future__ import annotations

from ..errors import BridgeError

_fetched: dict[tuple[str, int], bytes | BridgeError] = {}
"""By URL and stamp: whole objects, or why they cannot be read."""


def keep_fetched(url: str, stamp: int, content: bytes | BridgeError) -> None:
    """Keep an object, or why it could not be fetched, until `drop_fetched`."""
    _fetched[url, stamp] = content


def drop_fetched(url: str, stamp: int) -> None:
    """Free the memory of an object."""
    _fetched.pop((url, stamp), None)


def take_fetched(url: str, stamp: int) -> bytes | None:
    """The content of an object that was fetched in advance; None for others.

    Raises InputError if fetching it has failed.
    """
    found = _fetched.get((url, stamp))
    if isinstance(found, BridgeError):
        raise found
    return found
