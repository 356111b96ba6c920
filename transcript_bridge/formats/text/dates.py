"""Lines that begin with a date and a time of the day: the date is left out, the time stays.

    2024-05-12T10:02:11Z Ann: text          programs
    [5/12/2024, 10:02:11 AM] Ann: text
    Ann  2024-05-12 10:02                   the name first, the text below

Later days go on after 24 hours. What the program itself says has no name, and is no speech. The
pace tells speech from other logs, as with all times of a day (headings.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from .heading_lines import NAME, hour_of_day
from .line_rows import Finding, match_rows, write_rows

_DATED = re.compile(
    rf"[\u200e\u200f]?(?P<before>[\[(]|{NAME}[,:]?[ \t]{{1,4}}[\[(]?|)"
    r"(?P<date>\d{1,4}(?P<sign>[./-])\d{1,2}(?P=sign)\d{1,4})"
    r"(?:T|,?[ \t\u202f]{1,2})"
    r"(?P<hour>\d{1,2}):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d)(?:[.,]\d{1,9})?)?"
    r"(?:[ \u202f]?(?P<half>[AaPp])\.?[Mm]\.?)?(?P<zone>Z|[+-]\d\d:?\d\d)?"
    r"(?P<rest>(?![\w:]).*)"
)
_SAYS = re.compile(r"[\])]?[ \t]*(?:[-–—|][ \t]+)?(?:<|\S[^:：\n]{0,79}[:：])")
"""What follows where somebody says something."""
_AFTER_TIME = re.compile(r"[\])]?(?::?[ \t]*|[ \t]*[-–—|:][ \t]+\S.*)")
"""What follows a time after a name: nothing, or a sign and the text."""
_FIRST_LINES = 200
"""Lines of which one must have a date; to search all took 10 % of reading a text."""
_MIN_LINES = 2
_MIN_SHARE = 0.5
"""Of dated lines in which somebody says something."""
_YEAR_FIRST = re.compile(r"(?P<year>\d{4}).(?P<month>\d{1,2}).(?P<day>\d{1,2})")
_DAY_FIRST = re.compile(r"(?P<day>\d{1,2}).(?P<month>\d{1,2}).(?P<year>\d{4}|\d\d)")
_MONTH_FIRST = re.compile(r"(?P<month>\d{1,2})[/-](?P<day>\d{1,2})[/-](?P<year>\d{4}|\d\d)")
_ORDERS = (_YEAR_FIRST, _DAY_FIRST, _MONTH_FIRST)
_ORDERS_OF_TWELVE_HOURS = (_YEAR_FIRST, _MONTH_FIRST, _DAY_FIRST)
"""With slashes, beside a clock of twelve hours. The first that fits all dates is taken."""


class DatedText(NamedTuple):
    """The lines of a text, with times of the day for dates and times."""

    lines: Sequence[str]
    are_dated: bool = False
    began: datetime | None = None
    """The first of them; None if it may be one of two days. Without an offset if it has none."""


def leave_out_dates(lines: Sequence[str], findings: list[Finding]) -> DatedText:
    """The text without its dates, unless it is a log of programs.

    Dated lines in which nobody says anything are left out, which is added to the findings.
    """
    found = _find_dated(lines)
    said = _find_said(found)
    if len(found) < _MIN_LINES or _are_of_programs(said):
        return DatedText(lines)
    fitting = _find_days(list(found.values()))
    if not fitting:
        return DatedText(lines)
    days = dict(zip(found, fitting[0], strict=True))
    first = next(iter(found))
    written = dict.fromkeys(found, "")
    for row, match in said.items():
        written[row] = _write_time(match, (days[row] - days[first]).days)
    began = None
    if len(fitting) == 1:
        began = _read_moment(days[first], found[first])
    unsaid = sorted(found.keys() - said.keys())
    if unsaid:
        message = f"lines with a date but without speech were left out: {len(unsaid)}"
        findings.append(Finding("skipped-line", message, unsaid[0]))
    return DatedText(write_rows(lines, written), True, began)


def _find_dated(lines: Sequence[str]) -> Mapping[int, re.Match[str]]:
    if not any(map(_DATED.match, lines[:_FIRST_LINES])):
        return {}
    found = match_rows(_DATED, lines)
    return {row: match for row, match in found.items() if _is_heading(match)}


def _find_said(found: Mapping[int, re.Match[str]]) -> Mapping[int, re.Match[str]]:
    """The lines in which somebody says something; all, if these are few."""
    said = {row: match for row, match in found.items() if _has_speaker(match)}
    if len(said) < _MIN_SHARE * len(found):
        return found
    return said


def _has_speaker(match: re.Match[str]) -> bool:
    return match["before"] != "" or _SAYS.match(match["rest"]) is not None


def _is_heading(match: re.Match[str]) -> bool:
    """Whether a date is no part of a sentence, as after `On`."""
    has_name = len(match["before"]) > 1
    return not has_name or _AFTER_TIME.fullmatch(match["rest"]) is not None


def _are_of_programs(said: Mapping[int, re.Match[str]]) -> bool:
    """Whether most of what says something is written in small letters, as programs are in logs."""
    first_letters = [match["rest"].lstrip("]) \t-–—|")[:1] for match in said.values()]
    return 2 * sum(map(str.islower, first_letters)) > len(said)


def _find_days(matches: Sequence[re.Match[str]]) -> list[list[date]]:
    """The days of all dates, in each order in which they are days and never go back."""
    orders = _ORDERS
    if matches[0]["sign"] == "/" and matches[0]["half"]:
        orders = _ORDERS_OF_TWELVE_HOURS
    dates = [match["date"] for match in matches]
    readings = [_read_days(order, dates) for order in orders]
    return [days for days in readings if days and days == sorted(days)]


def _read_days(order: re.Pattern[str], dates: Sequence[str]) -> list[date]:
    """Empty if one of them is no day in this order."""
    days = []
    for text in dates:
        found = order.fullmatch(text)
        if found is None:
            return []
        year = f"20{found['year']}"[-4:]
        try:
            days.append(date(int(year), int(found["month"]), int(found["day"])))
        except ValueError:
            return []
    return days


def _write_time(match: re.Match[str], days: int) -> str:
    """A dated line without the date: its hours are counted from the first day.

    Two blanks part a name from a time.
    """
    hours = hour_of_day(int(match["hour"]), match.groupdict("")["half"]) + 24 * days
    return f"{match['before']} {hours}:{_minutes_of(match)}{match['rest']}"


def _read_moment(day: date, match: re.Match[str]) -> datetime | None:
    parts = match.groupdict("")
    hour = hour_of_day(int(parts["hour"]), parts["half"])
    try:
        return datetime.fromisoformat(f"{day}T{hour:02}:{_minutes_of(match)}{parts['zone']}")
    except ValueError:  # 25:00, an offset of more than a day
        return None


def _minutes_of(match: re.Match[str]) -> str:
    """Minutes and seconds, which may be left out."""
    parts = match.groupdict("00")
    return f"{parts['minute']}:{parts['second']}"
