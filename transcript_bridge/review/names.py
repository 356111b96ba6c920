"""Recordings as the page names them: without the folder or the container that the user gave."""

from __future__ import annotations

import os

from .session import Session

NAMELESS_OWNER = "Me"
"""What the owner is called until somebody says a name."""


def find_root(session: Session, given: str) -> str:
    """What begins the names of all that lies in the folder (`a/`) or in the file (`a.zip!`)."""
    if session.is_single_file:
        return f"{given}!"
    return given.rstrip(os.sep) + os.sep


def name_source(session: Session, path: str) -> str:
    """The path below what the user named; the whole path where there are several."""
    if len(session.paths) != 1:
        return path
    given = session.paths[0]
    for one in (given, os.path.abspath(given)):  # noqa: PTH100  # as the ledger has paths
        root = find_root(session, one)
        if path.startswith(root):
            return path.removeprefix(root)
    return path
