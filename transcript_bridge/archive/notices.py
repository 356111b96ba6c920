"""Messages about single files of an archive."""

from __future__ import annotations

from typing import NamedTuple


class Notice(NamedTuple):
    """Why a file was skipped, or what is doubtful about it. path: as in a plan."""

    path: str
    message: str
