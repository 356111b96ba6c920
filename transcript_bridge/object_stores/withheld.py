"""URLs with a password or a signature, as the user typed them; only this package sees them.

The command line passes such a URL to this module first, and continues with the shown form. So it
cannot get into a message, a log, a ledger or a settings file by accident. The original is looked up
when the URL is opened.
"""

from __future__ import annotations

from .urls import holds_password, show_url, split_query

_typed: dict[str, str] = {}
"""The original URLs by their shown form."""


def withhold(url: str) -> str:
    """The URL as it is shown; from now on, that opens the same file."""
    shown = show_url(url)
    if shown != url:
        _typed[shown] = url
    return shown


def reveal(url: str) -> str:
    """The URL to open for a URL, which may be a shown one."""
    return _typed.get(url, url)


def is_withheld(url: str) -> bool:
    """Whether only this process knows the password or query of this URL, so that no other program
    can open its shown form."""
    typed = reveal(url)
    query = split_query(typed)[1]
    return holds_password(typed) or bool(query)
