"""Moments as the page writes them: those of recordings in the zone of the archive, and those of the
upload by the clock of the computer, whose page it is."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from ..calendar_words import MONTH_NAMES
from .session import Session

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAYS_NAMED = 7


def localize(session: Session, moment: datetime) -> datetime:
    """The moment in the zone of the archive, else in that of the computer."""
    zone = session.archive.options.timezone
    return moment.astimezone(None if zone is None else ZoneInfo(zone))


def name_moment(session: Session, moment: datetime) -> str:
    """`14:32`, `Friday 14:32`, `3 May 14:32`: as much as the present leaves open."""
    here = moment.astimezone()
    days = (here.date() - session.now().astimezone().date()).days
    clock = f"{here:%H:%M}"
    if days == 0:
        return clock
    if 0 < days < _DAYS_NAMED:
        return f"{_WEEKDAYS[here.weekday()]} {clock}"
    return f"{here.day} {MONTH_NAMES[here.month - 1]} {clock}"
