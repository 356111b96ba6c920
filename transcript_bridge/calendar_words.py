"""The English names of months and days, as products write them in dates, and as we do."""

from __future__ import annotations

from datetime import datetime

MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAYS_NAMED = 7
_SHORT_NAMES = tuple([name[:3].lower() for name in MONTH_NAMES])
SHORT_MONTH = "|".join(_SHORT_NAMES)
"""A pattern of the short names, in small letters."""


def month_number(name: str) -> int:
    """1 to 12, by the first three letters in any case. Raises ValueError for another word."""
    return _SHORT_NAMES.index(name[:3].lower()) + 1


def name_moment(moment: datetime, now: datetime) -> str:
    """A coming moment, as short as is clear now: `14:32`, `Friday 14:32`, `3 May 14:32`.

    The time is local.
    """
    here = moment.astimezone()
    days = (here.date() - now.astimezone().date()).days
    clock = f"{here:%H:%M}"
    if days == 0:
        return clock
    if 0 < days < _DAYS_NAMED:
        return f"{_WEEKDAYS[here.weekday()]} {clock}"
    return f"{here.day} {MONTH_NAMES[here.month - 1]} {clock}"
