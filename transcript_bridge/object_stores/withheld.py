"""URLs with a password or a signature, as the user typed them; no other package sees them.

The command line gives such a URL here first, and continues with what may be shown. So it can reach
no message, no log, no ledger and no settings file by accident. It is looked up when it is opened.
"""

from __future__ import annotations

from .urls import holds_password, show_url, split_query

_typed: dict[str, str] = {}
"""By what is shown."""


def withhold(url: str) -> str:
    """The URL as it is shown; from now on it opens what `url` does."""
    shown = show_url(url)
    if shown != url:
        _typed[shown] = url
    return shown


def reveal(url: str) -> str:
    """What to open for a URL, which may be one that is shown."""
    return _typed.get(url, url)


def is_withheld(url: str) -> bool:
    """Whether a password or a query of this URL is known here only, so that no other program can
    open what is shown."""
    typed = reveal(url)
    query = split_query(typed)[1]
    return holds_password(typed) or bool(query)
