"""Moments as the page writes them: those of recordings in the zone of the archive, and those of the
upload by the clock of the computer, whose page it is."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from .. import calendar_words
from .session import Session


def localize(session: Session, moment: datetime) -> datetime:
    """The moment in the zone of the archive, else in that of the computer."""
    zone = session.archive.options.timezone
    return moment.astimezone(None if zone is None else ZoneInfo(zone))


def name_moment(session: Session, moment: datetime) -> str:
    """`14:32`, `Friday 14:32`, `3 May 14:32`: as much as the present leaves open."""
    return calendar_words.name_moment(moment, session.now())
