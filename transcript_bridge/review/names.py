"""Recordings as the page names them: without the folder that the user gave."""

from __future__ import annotations

import os

from .session import Session

NAMELESS_OWNER = "Me"
"""What the owner is called until somebody says a name."""


def name_source(session: Session, path: str) -> str:
    """The path below the folder that the user named; the whole path where there are several."""
    if len(session.paths) != 1 or session.is_single_file:
        return path
    folder = session.paths[0]
    for root in (folder, os.path.abspath(folder)):  # noqa: PTH100  # as the ledger has paths
        prefix = root.rstrip(os.sep) + os.sep
        if path.startswith(prefix):
            return path.removeprefix(prefix)
    return path
