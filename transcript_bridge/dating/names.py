"""The date and time in a file name or a folder.

Products agree on little, but nearly all write year, month, day, hour, minute and second in this
order, with or without separators. One pattern covers these, and a few more the others.
tests/archive/test_dates.py has the names as the products write them.

Never used: dates without a year (Pixel Recorder's "Jan 24 at 15-04"), `01-02-2024` if both numbers
could be the month, ten digits in a row (the number of a meeting or of a telephone), a month without
a day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta, timezone
from typing import NamedTuple

from ..calendar_words import month_number


class NamedTime(NamedTuple):
    """The date and time that a name states."""

    at: datetime
    """Without an offset if the name has none; midnight if it has only the day."""
    has_time: bool
    text: str
    """The part of the name that states it."""


# Patterns as strings, which `re` compiles at their first use: that takes 7 ms, and most names have
# too few digits for a date.
_SPACE = r"[ _\u00a0\u202f]"  # macOS writes a narrow space before AM and PM
_DAY = (
    r"(?<!\d)(?P<year>(?:19|20)\d\d)"
    r"(?:(?P<mark>[-_./:])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})|(?P<month2>\d\d)(?P<day2>\d\d))"
)
_BETWEEN = rf"(?:{_SPACE}?[-–@T,]?{_SPACE}?(?:(?:at|um|à|klo|kl\.?){_SPACE})?)"
_CLOCK = (
    r"(?:(?P<hour>\d{1,2})[-_.:h](?P<minute>\d\d)(?:[-_.:m](?P<second>\d{1,2})s?)?"
    # Craig writes no zeros: 20-9-1
    r"|(?P<hour2>\d{1,2})[-_](?P<minute2>\d)[-_](?P<second2>\d{1,2})"
    # 1440p is the height of a picture
    r"|(?P<hour3>\d\d)(?P<minute3>\d\d)(?P<second3>\d\d)?(?!p\b))"
    r"(?:[.,_-]?\d{3}(?!\d))?"
    rf"(?:{_SPACE}?(?P<half>[AaPp])\.?[Mm]\b\.?)?"
)
_ZONE = (
    rf"(?:{_SPACE}?(?P<zone>Z|UTC|GMT|WES?T|CES?T|EES?T|BST|E[SD]T|C[SD]T|M[SD]T|P[SD]T|JST|KST)?"
    r"(?P<offset>[+\-−]\d{1,2}(?:[-_:]?\d\d)?)?(?![A-Za-z\d]))?"
)
_ISO = rf"{_DAY}(?:{_BETWEEN}{_CLOCK}(?!\d){_ZONE})?(?!\d)"
_CHINESE = (
    r"(?P<year>20\d\d)年(?P<month>\d{1,2})月(?P<day>\d{1,2})日"
    r"(?:\s*(?P<hour>\d{1,2})[時时点:](?P<minute>\d{1,2})[分:]?(?:(?P<second>\d{1,2})秒?)?)?"
)
_DAY_FIRST = (
    r"(?<![\dv])(?P<day>\d{1,2})(?P<mark>[-_./])(?P<month>\d{1,2})(?P=mark)(?P<year>20\d\d)"
    + rf"(?:{_BETWEEN}{_CLOCK})?(?!\d)"
)
_MONTH = (
    r"(?P<name>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
_WORDED = (
    rf"(?i)\b(?:{_MONTH}[ ._-]{{1,2}}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?"
    rf"|(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?[ ._-]{{1,2}}{_MONTH.replace('name', 'name2')})"
    rf"[ ,._-]{{1,3}}(?P<year>20\d\d)(?:[ ,_-]{{1,3}}(?:at )?{_CLOCK})?(?!\d)"
)
_SHORT = (
    r"(?<![\d-])(?P<year>\d\d)(?P<month>\d\d)(?P<day>\d\d)[_-]"
    r"(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)(?!\d)"
)
_SHORT_DAY = r"(?:^|[ _])(?P<year>\d\d)(?P<month>\d\d)(?P<day>\d\d)_\d{3,4}(?!\d)"
_EPOCH = r"(?<![\da-zA-Z])1\d{12}(?!\d)"
_CLOCK_ALONE = rf"(?<!\d){_CLOCK}(?!\d)"
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
"""Hours from UTC. CST is the American zone: recorders in China write no zone."""
_MIN_DIGITS = 5
"""The fewest digits of a date: `Jan 4, 2024`."""
_HALF_DAY = 12
"""The largest hour on a clock with AM and PM."""
_MAX_OFFSET_HOURS = 14
"""The easternmost zone is that of the Line Islands."""
_OFFSET_MINUTES = (0, 15, 30, 45)
"""No zone in use has others; Nepal has 45."""
_SURE_OFFSET_LENGTH = 5
"""Characters of `+0100`; a longer one (`+01:00`) has a separator."""
_UTC_BEFORE = re.compile(r"(?:GMT|PXL_)$")
"""Zoom and Pixel cameras mark UTC before the date."""

_Parts = Mapping[str, str | None]
"""The named groups of a match."""


def read_name(name: str) -> NamedTime | None:
    """The first date with a time in a name, else the first date; None if there is none.

    >>> read_name("GMT20240124-202901_Recording.transcript.vtt").at.isoformat()
    '2024-01-24T20:29:01+00:00'
    """
    if _count_digits(name) < _MIN_DIGITS:  # nearly all names, and all folders
        return None
    first: NamedTime | None = None
    for found in _find_times(name):
        if found.has_time:
            return found
        if first is None:
            first = found
    return first


def _count_digits(name: str) -> int:
    return sum(map(str.isdigit, name))


def read_clock(name: str) -> tuple[int, int, int] | None:
    """Hour, minute and second at the beginning of a name such as `15-04-05 Alice.vtt`, in a folder
    whose name has the day."""
    match = re.match(_CLOCK_ALONE, name)
    if match is None:
        return None
    is_four_digits = match["hour3"] is not None and match["second3"] is None
    if is_four_digits:  # they may mean anything
        return None
    return _read_clock(match.groupdict())


def _find_times(name: str) -> Iterator[NamedTime]:
    for pattern, read in _PATTERNS:
        for match in re.finditer(pattern, name):
            yield from read(match)


def _read_iso(match: re.Match[str]) -> Iterator[NamedTime]:
    """Some products mark UTC before the date."""
    return _read_moment(match, before=match.string[: match.start()])


def _read_epoch(match: re.Match[str]) -> Iterator[NamedTime]:
    """Milliseconds since 1970."""
    yield NamedTime(datetime.fromtimestamp(int(match[0]) / 1000, UTC), True, match[0])


def _read_day_first(match: re.Match[str]) -> Iterator[NamedTime]:
    """`24.01.2024`, or `01-24-2024` as Americans write it, if only one of the two can be meant."""
    day, month = int(match["day"]), int(match["month"])
    is_clear = match["mark"] == "." or day > 12 or day == month
    if is_clear:
        yield from _read_moment(match)
    elif month > 12:
        yield from _read_moment(match, month_first=True)


def _read_moment(
    match: re.Match[str], before: str = "", month_first: bool = False
) -> Iterator[NamedTime]:
    """The moment that a match states; without the time if the hour does not exist, nothing if the
    day does not."""
    parts = match.groupdict()
    midnight = _read_day(parts, month_first)
    if midnight is None:
        return
    text = match[0].strip(" _-")
    clock = _read_clock(parts)
    if clock is None:
        yield NamedTime(midnight, False, text)
        return
    hour, minute, second = clock
    zone = _read_zone(parts, before)
    yield NamedTime(
        midnight.replace(hour=hour, minute=minute, second=second, tzinfo=zone), True, text
    )


def _read_day(parts: _Parts, month_first: bool) -> datetime | None:
    day = _read_number(parts, "day")
    month = _read_month(parts)
    if month_first:
        day, month = month, day
    year = _read_number(parts, "year")
    if year <= 99:
        year += 2000
    try:
        return datetime(year, month, day)
    except ValueError:
        return None


def _read_month(parts: _Parts) -> int:
    name = _first(parts, "name")
    if name:
        return month_number(name)
    return _read_number(parts, "month")


def _read_clock(parts: _Parts) -> tuple[int, int, int] | None:
    hour_text = _first(parts, "hour")
    if hour_text is None:
        return None
    hour = _count_from_midnight(int(hour_text), parts.get("half"))
    minute = _read_number(parts, "minute")
    second = _read_number(parts, "second")
    try:
        time(hour, minute, second)
    except ValueError:
        return None
    return hour, minute, second


def _count_from_midnight(hour: int, half: str | None) -> int:
    """The hour of the day; -1 if a clock with AM and PM has no such hour."""
    if half is None:
        return hour
    if not 1 <= hour <= _HALF_DAY:
        return -1
    afternoon = 0
    if half in "pP":
        afternoon = _HALF_DAY
    return hour % _HALF_DAY + afternoon


def _read_number(parts: _Parts, unit: str) -> int:
    """The number of a unit; 0 if the match does not state it."""
    return int(_first(parts, unit) or 0)


def _first(parts: _Parts, unit: str) -> str | None:
    """The text of a unit in a match, whichever notation of the pattern was used."""
    return parts.get(unit) or parts.get(f"{unit}2") or parts.get(f"{unit}3")


def _read_zone(parts: _Parts, before: str) -> timezone | None:
    name = parts.get("zone")
    offset = parts.get("offset")
    if offset and name in (None, "GMT", "UTC"):
        zone = _read_offset(offset, is_sure=name is not None)
        if zone is not None:
            return zone
    if name:
        return timezone(timedelta(hours=_ZONES[name]))
    if _UTC_BEFORE.search(before):
        return UTC
    return None


def _read_offset(offset: str, *, is_sure: bool) -> timezone | None:
    """`+1`, `+01:00`, `-0530`.

    Without GMT before it, `-1` may count files: `15.04.05-1`, `150405-0001`. So it must have four
    digits, and a plus sign or a separator.
    """
    sign, digits = offset[0], re.sub(r"\D", "", offset)
    hours, minutes = int(digits), 0
    if len(digits) > 2:
        hours, minutes = int(digits[:-2]), int(digits[-2:])
    has_separator = len(offset) > _SURE_OFFSET_LENGTH
    is_meant = is_sure or (len(digits) == 4 and (sign == "+" or has_separator))
    is_possible = hours <= _MAX_OFFSET_HOURS and minutes in _OFFSET_MINUTES
    if not is_meant or not is_possible:
        return None
    ahead = timedelta(hours=hours, minutes=minutes)
    return timezone(ahead if sign == "+" else -ahead)


_PATTERNS = (
    (_ISO, _read_iso),
    (_CHINESE, _read_moment),
    (_WORDED, _read_moment),
    (_SHORT, _read_moment),
    (_DAY_FIRST, _read_day_first),
    (_SHORT_DAY, _read_moment),
    (_EPOCH, _read_epoch),
)
"""Each pattern with its reader; the first match with a time is used."""
