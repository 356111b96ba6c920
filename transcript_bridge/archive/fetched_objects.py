"""Objects of a store that were fetched before they are read (read_ahead.py)."""

from __future__ import annotations

from ..errors import BridgeError

_fetched: dict[tuple[str, int], bytes | BridgeError] = {}
"""By URL and stamp: whole objects, or why they cannot be read."""


def keep_fetched(url: str, stamp: int, content: bytes | BridgeError) -> None:
    """Keep an object until `drop_fetched`, or why it could not be fetched."""
    _fetched[url, stamp] = content


def drop_fetched(url: str, stamp: int) -> None:
    """Free the memory of an object."""
    _fetched.pop((url, stamp), None)


def take_fetched(url: str, stamp: int) -> bytes | None:
    """The content of an object that was fetched; None for any other.

    Raises InputError if fetching it has failed.
    """
    found = _fetched.get((url, stamp))
    if isinstance(found, BridgeError):
        raise found
    return found
