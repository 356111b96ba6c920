"""The date and time that a file's or a folder's name states.

Recorders agree on little, but nearly all write year, month, day, hour, minute and second in this
order, with something or nothing between them. So there is one pattern for that, and a few more for
those who differ; tests/transfer/test_dates.py has the names as the products write them.

Never taken: dates without a year (Pixel Recorder's "Jan 24 at 15-04"), `01-02-2024` where both
could be the month, ten digits in a row (a meeting's number, a telephone's), a month without a day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple


class NamedTime(NamedTuple):
    """What a name states: a moment without an offset where the name has none; midnight where it has
    only the day."""

    at: datetime
    has_time: bool
    text: str
    """The part of the name that says so."""


_SPACE = r"[ _\u00a0\u202f]"  # macOS puts a narrow blank before AM and PM
_DAY = (
    r"(?<!\d)(?P<year>(?:19|20)\d\d)"
    r"(?:(?P<mark>[-_./:])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})|(?P<month2>\d\d)(?P<day2>\d\d))"
)
_BETWEEN = rf"(?:{_SPACE}?[-–@T,]?{_SPACE}?(?:(?:at|um|à|klo|kl\.?){_SPACE})?)"
_CLOCK = (
    r"(?:(?P<hour>\d{1,2})[-_.:h](?P<minute>\d\d)(?:[-_.:m](?P<second>\d{1,2})s?)?"
    r"|(?P<hour2>\d{1,2})[-_](?P<minute2>\d)[-_](?P<second2>\d{1,2})"  # Craig writes no zeros: 20-9-1
    r"|(?P<hour3>\d\d)(?P<minute3>\d\d)(?P<second3>\d\d)?(?!p\b))"  # but 1440p is a picture's height
    r"(?:[.,_-]?\d{3}(?!\d))?"
    rf"(?:{_SPACE}?(?P<half>[AaPp])\.?[Mm]\b\.?)?"
)
_ZONE = (
    rf"(?:{_SPACE}?(?P<zone>Z|UTC|GMT|WES?T|CES?T|EES?T|BST|E[SD]T|C[SD]T|M[SD]T|P[SD]T|JST|KST)?"
    r"(?P<offset>[+\-−]\d{1,2}(?:[-_:]?\d\d)?)?(?![A-Za-z\d]))?"
)
_ISO = re.compile(rf"{_DAY}(?:{_BETWEEN}{_CLOCK}(?!\d){_ZONE})?(?!\d)")
_CHINESE = re.compile(
    r"(?P<year>20\d\d)年(?P<month>\d{1,2})月(?P<day>\d{1,2})日"
    r"(?:\s*(?P<hour>\d{1,2})[時时点:](?P<minute>\d{1,2})[分:]?(?:(?P<second>\d{1,2})秒?)?)?"
)
_DAY_FIRST = re.compile(
    r"(?<![\dv])(?P<day>\d{1,2})(?P<mark>[-_./])(?P<month>\d{1,2})(?P=mark)(?P<year>20\d\d)"
    + rf"(?:{_BETWEEN}{_CLOCK})?(?!\d)"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<name>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_WORDED = re.compile(
    rf"\b(?:{_MONTH}[ ._-]{{1,2}}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?"
    rf"|(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?[ ._-]{{1,2}}{_MONTH.replace('name', 'name2')})"
    rf"[ ,._-]{{1,3}}(?P<year>20\d\d)(?:[ ,_-]{{1,3}}(?:at )?{_CLOCK})?(?!\d)",
    re.IGNORECASE,
)
_SHORT = re.compile(
    r"(?<![\d-])(?P<year>\d\d)(?P<month>\d\d)(?P<day>\d\d)[_-](?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)(?!\d)"
)
_SHORT_DAY = re.compile(r"(?:^|[ _])(?P<year>\d\d)(?P<month>\d\d)(?P<day>\d\d)_\d{3,4}(?!\d)")
_EPOCH = re.compile(r"(?<![\da-zA-Z])1\d{12}(?!\d)")
_CLOCK_ALONE = re.compile(rf"(?<!\d){_CLOCK}(?!\d)")
_ZONES = {
    "Z": 0,
    "UTC": 0,
    "GMT": 0,
    "WET": 0,
    "WEST": 1,
    "BST": 1,
    "CET": 1,
    "CEST": 2,
    "EET": 2,
    "EEST": 3,
    "JST": 9,
    "KST": 9,
    "EST": -5,
    "EDT": -4,
    "CST": -6,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
}
"""Hours. CST is America's: China's recorders write no zone."""
_UNITS = ("hour", "minute", "second")
_UTC_BEFORE = re.compile(r"(?:GMT|PXL_)$")
"""Zoom and Pixel cameras mark UTC in front of the date."""


def read_name(name: str) -> NamedTime | None:
    """The first date with a time in a name, else the first date; None where there is none.

    >>> read_name("GMT20240124-202901_Recording.transcript.vtt").at.isoformat()
    '2024-01-24T20:29:01+00:00'
    """
    found = sorted(_all(name), key=lambda one: not one.has_time)
    return found[0] if found else None


def read_clock(name: str) -> tuple[int, int, int] | None:
    """Hour, minute and second that a name begins with, as `15-04-05 Alice.vtt` in a folder that has
    the day."""
    match = _CLOCK_ALONE.match(name)
    if match is None or (match["hour3"] and not match["second3"]):  # four digits may be anything
        return None
    return _clock(match.groupdict())


def _all(name: str) -> Iterator[NamedTime]:
    for match in _ISO.finditer(name):
        yield from _moment(match, before=name[: match.start()])
    for pattern in (_CHINESE, _WORDED, _SHORT):
        for match in pattern.finditer(name):
            yield from _moment(match)
    for match in _DAY_FIRST.finditer(name):
        if match["mark"] == "." or int(match["day"]) > 12 or match["day"] == match["month"]:
            yield from _moment(match)
        elif int(match["month"]) > 12:
            yield from _moment(match, american=True)
    for match in _SHORT_DAY.finditer(name):
        yield from _moment(match)
    for match in _EPOCH.finditer(name):
        yield NamedTime(datetime.fromtimestamp(int(match[0]) / 1000, UTC), True, match[0])


def _moment(match: re.Match[str], before: str = "", american: bool = False) -> Iterator[NamedTime]:
    """The moment that a match states, where there is such a day; without the clock where there is
    no such hour."""
    part = match.groupdict()
    name = part.get("name") or part.get("name2")
    month = (
        _MONTHS.index(name[:3].lower()) + 1 if name else int(part.get("month") or part["month2"])
    )
    day = int(part.get("day") or part["day2"])
    if american:
        month, day = day, month
    year = int(part["year"])
    try:
        midnight = datetime(year if year > 99 else 2000 + year, month, day)
    except ValueError:
        return
    clock = _clock(part)
    if clock is None:
        yield NamedTime(midnight, False, match[0].strip(" _-"))
        return
    hour, minute, second = clock
    at = midnight.replace(hour=hour, minute=minute, second=second, tzinfo=_zone(part, before))
    yield NamedTime(at, True, match[0].strip(" _-"))


def _clock(part: dict[str, str | None]) -> tuple[int, int, int] | None:
    numbers = [
        next((part[k] for k in (unit, f"{unit}2", f"{unit}3") if part.get(k)), None)
        for unit in _UNITS
    ]
    if numbers[0] is None:
        return None
    hour, minute, second = (int(number or 0) for number in numbers)
    if half := part.get("half"):
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half in "pP" else 0)
    return (hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def _zone(part: dict[str, str | None], before: str) -> timezone | None:
    name, offset = part.get("zone"), part.get("offset")
    if offset and name in (None, "GMT", "UTC"):
        digits = re.sub(r"\D", "", offset)
        hours, minutes = (
            (int(digits), 0) if len(digits) <= 2 else (int(digits[:-2]), int(digits[-2:]))
        )
        # `15.04.05-1` and `150405-0001` count files: without GMT before it, an offset has a plus or
        # two parts.
        meant = name or (len(digits) == 4 and (offset[0] == "+" or len(offset) > 5))
        if meant and hours <= 14 and minutes in (0, 15, 30, 45):
            return timezone(
                (1 if offset[0] == "+" else -1) * timedelta(hours=hours, minutes=minutes)
            )
    if name:
        return timezone(timedelta(hours=_ZONES[name]))
    return UTC if _UTC_BEFORE.search(before) else None
