"""The words of the page for recordings and moments.

Recordings are named without the folder or the container that the user gave. All times are in the
zone of the archive.
"""

from __future__ import annotations

import os
from datetime import datetime
from zoneinfo import ZoneInfo

from .. import calendar_words
from ..archive.plan import PlanEntry
from ..report.wording import GUESSED_MARK
from .session import Session

NAMELESS_OWNER = "Me"
"""The owner's name until the user gives one."""


def find_root(session: Session, given: str) -> str:
    """The common start of all names in the folder (`a/`) or in the file (`a.zip!`)."""
    if session.is_single_file:
        return f"{given}!"
    return given.rstrip(os.sep) + os.sep


def name_source(session: Session, path: str) -> str:
    """The path below what the user named; the whole path if the user named several."""
    if len(session.paths) != 1:
        return path
    given = session.paths[0]
    for named in (given, os.path.abspath(given)):  # noqa: PTH100  # as the ledger has paths
        root = find_root(session, named)
        if path.startswith(root):
            return path.removeprefix(root)
    return path


def shown_zone(session: Session) -> ZoneInfo:
    """The zone of all times."""
    return ZoneInfo(session.archive.options.zone)


def name_beginning(entry: PlanEntry, zone: ZoneInfo) -> str:
    """`~2 Feb 2024 20:54`: when a recording began, with a mark where that is a guess."""
    local = entry.at.astimezone(zone)
    return f"{GUESSED_MARK * entry.is_guessed}{local.day} {local:%b %Y %H:%M}"


def name_moment(session: Session, moment: datetime) -> str:
    """`14:32`, `Friday 14:32`, `2027-05-03 14:32`: only as much as is needed today."""
    return calendar_words.name_moment(moment, session.now(), shown_zone(session))
