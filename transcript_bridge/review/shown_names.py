"""How much of a name a page shows: a broken file may have a label of a megabyte."""

from __future__ import annotations

from ..problems import shorten

_CHARACTERS = 120


def show_name(name: str) -> str:
    """The name for people to read; never for a field whose value is sent back."""
    return shorten(name, _CHARACTERS)
