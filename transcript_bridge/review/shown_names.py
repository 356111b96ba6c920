"""Shortens names for the page, because a broken file may have a label of a megabyte."""

from __future__ import annotations

from ..problems import shorten

_CHARACTERS = 120


def show_name(name: str) -> str:
    """A name, cut for display; not for a field whose value is sent back."""
    return shorten(name, _CHARACTERS)
