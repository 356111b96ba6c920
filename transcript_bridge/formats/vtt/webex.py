"""Webex's speakers, which are in the identifiers of cues: `2 "Doe, Kevin" (3768348160)`."""

from __future__ import annotations

import re

from ..cues.markup import clean_name

_ID = re.compile(r'(?:\d+ )?"([^"]*)" \(\d+\)')


def read_name(id_: str) -> str | None:
    """The name in an identifier; None in `1 "" (0)` and in any other identifier."""
    found = _ID.fullmatch(id_)
    if found is None:
        return None
    return clean_name(found[1])


def may_have_names(text: str) -> bool:
    """Whether `text` has an identifier with a name."""
    return '" (' in text
