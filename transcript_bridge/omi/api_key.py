"""Checks the form of an API key before anything is sent."""

from __future__ import annotations

from ..errors import MissingKeyError, SettingsError
from .failures import NEW_KEY

_MCP_KEY = "omi_mcp_"


def check_key(api_key: str) -> str:
    """The key without what is often copied with it: spaces, quotes, `Bearer`.

    Raises MissingKeyError for an empty key, SettingsError for one that cannot be of the Developer
    API. No message repeats the key.
    """
    key = api_key.strip().removeprefix("Bearer ").strip(" \t\"'")
    if not key:
        raise MissingKeyError(f"there is no API key; {NEW_KEY}")
    if key.startswith(_MCP_KEY):
        raise SettingsError(
            f"a key that begins with {_MCP_KEY} is for Omi's MCP server; the Developer API needs "
            f"one that begins with omi_dev_: {NEW_KEY}"
        )
    if not all("!" <= character <= "~" for character in key):
        raise SettingsError(
            "the API key contains a character that no key has, such as a space; copy it again"
        )
    return key
