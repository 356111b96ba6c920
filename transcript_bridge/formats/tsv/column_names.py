"""The names of columns: those of json_keys, and those of the larger languages."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..json_keys import ROLES_BY_WORD, KeyMeaning, Role, meanings

_MARKS = re.compile(r"[()\[\]#.:*_\"]+")


def clean_name(name: str) -> str:
    """The name of a column without signs."""
    return " ".join(_MARKS.sub(" ", name).split())


def find_meanings(name: str) -> Mapping[Role, KeyMeaning]:
    """The roles that a column can play, by its name; none if that is unknown."""
    key = clean_name(name)
    found = meanings(key)
    role = ROLES_BY_WORD.get(key.casefold())
    if found or role is None:
        return found
    return {role: KeyMeaning(0)}
