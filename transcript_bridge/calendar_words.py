"""The English names of months and days, as products write them in dates, and as we do."""

from __future__ import annotations

from datetime import datetime, tzinfo

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


def name_moment(
    moment: datetime, now: datetime, zone: tzinfo | None = None, *, seconds: bool = False
) -> str:
    """A coming moment, as short as is clear now: `14:32`, `Friday 14:32`, `2027-05-03 14:32`.

    zone: in which it is shown, None for the computer's; another than the computer's is named:
    `14:32 PST`. seconds: `14:32:05`.
    """
    here = moment.astimezone(zone)
    days = (here.date() - now.astimezone(zone).date()).days
    clock = f"{here:%H:%M}"
    if seconds:
        clock = f"{here:%H:%M:%S}"
    if here.utcoffset() != moment.astimezone().utcoffset():
        clock += f" {here:%Z}"
    if days == 0:
        return clock
    if 0 < days < _DAYS_NAMED:
        return f"{_WEEKDAYS[here.weekday()]} {clock}"
    return f"{here:%Y-%m-%d} {clock}"
