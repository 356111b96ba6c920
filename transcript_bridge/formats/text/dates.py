"""Removes the date from lines that begin with a date and a time of day.

    2024-05-12T10:02:11Z Ann: text          programs
    [5/12/2024, 10:02:11 AM] Ann: text
    [Ann @ 5/12/2024, 10:02:11 AM]: text
    Ann  2024-05-12 10:02                   the name first, the text below

The hours of later days continue after 24. Lines without a name are written by the program, not
spoken, and are left out. Other logs differ from speech by their pace (pace.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from .heading_lines import NAME, hour_of_day
from .line_rows import Finding, match_rows, rewrite, write_rows

_DATED = re.compile(
    rf"[\u200e\u200f]?(?P<before>[\[(]|{NAME}[,:]?[ \t]{{1,4}}[\[(]?|)"
    r"(?P<date>\d{1,4}(?P<sign>[./-])\d{1,2}(?P=sign)\d{1,4})"
    r"(?:T|,?[ \t\u202f]{1,2})"
    r"(?P<hour>\d{1,2}):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d)(?:[.,]\d{1,9})?)?"
    r"(?:[ \u202f]?(?P<half>[AaPp])\.?[Mm]\.?)?(?P<zone>Z|[+-]\d\d:?\d\d)?"
    r"(?P<rest>(?![\w:]).*)"
)
_NAME_INSIDE = re.compile(
    rf"\[(?P<name>{NAME})[ ]?[@|,–-]?[ ]"
    r"(?P<when>\d{1,4}[./-]\d{1,2}[./-]\d{1,4}[^\]\n]{4,20})\]:?(?=[ ]\S)"
)
_SAYS = re.compile(r"[\])]?[ \t]*(?:[-–—|][ \t]+)?(?:<|\S[^:：\n]{0,79}[:：])")
"""A label after the time, which begins speech."""
_AFTER_TIME = re.compile(r"[\])]?(?::?[ \t]*|[ \t]*[-–—|:][ \t]+\S.*)")
"""The rest of a line with a name and a time: nothing, or a sign and the text."""
_FIRST_LINES = 200
"""One of so many first lines must have a date; searching all took 10 % of reading a text."""
_MIN_LINES = 2
_MIN_SHARE = 0.5
"""The share of dated lines that must have a label; with fewer, no line counts as the program's."""
_YEAR_FIRST = re.compile(r"(?P<year>\d{4}).(?P<month>\d{1,2}).(?P<day>\d{1,2})")
_DAY_FIRST = re.compile(r"(?P<day>\d{1,2}).(?P<month>\d{1,2}).(?P<year>\d{4}|\d\d)")
_MONTH_FIRST = re.compile(r"(?P<month>\d{1,2})[/-](?P<day>\d{1,2})[/-](?P<year>\d{4}|\d\d)")
_ORDERS = (_YEAR_FIRST, _DAY_FIRST, _MONTH_FIRST)
_ORDERS_OF_TWELVE_HOURS = (_YEAR_FIRST, _MONTH_FIRST, _DAY_FIRST)
"""For dates with slashes and AM or PM. The first order that fits all dates is used."""


class DatedText(NamedTuple):
    """The lines of a text without their dates. Hours count from midnight of the first day."""

    lines: Sequence[str]
    are_dated: bool = False
    began: datetime | None = None
    """The first date and time; None if day and month may be swapped. Naive without an offset."""


def leave_out_dates(lines: Sequence[str], findings: list[Finding]) -> DatedText:
    """Remove the dates of a text; the log of a program is returned unchanged.

    Dated lines without speech are emptied, and a finding says how many.
    """
    outside = rewrite(lines, _NAME_INSIDE, r"[\g<when>] \g<name>:")
    found = _find_dated(outside)
    said = _find_said(found)
    may_be_log = outside is lines
    if len(found) < _MIN_LINES or (may_be_log and _are_of_programs(said)):
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
    return DatedText(write_rows(outside, written), True, began)


def _find_dated(lines: Sequence[str]) -> Mapping[int, re.Match[str]]:
    if not any(map(_DATED.match, lines[:_FIRST_LINES])):
        return {}
    found = match_rows(_DATED, lines)
    return {row: match for row, match in found.items() if _is_heading(match)}


def _find_said(found: Mapping[int, re.Match[str]]) -> Mapping[int, re.Match[str]]:
    """Find the dated lines with speech; all dated lines if less than half have a label."""
    said = {row: match for row, match in found.items() if _has_speaker(match)}
    if len(said) < _MIN_SHARE * len(found):
        return found
    return said


def _has_speaker(match: re.Match[str]) -> bool:
    return match["before"] != "" or _SAYS.match(match["rest"]) is not None


def _is_heading(match: re.Match[str]) -> bool:
    """Whether the date begins a line or follows a name, and is not part of a sentence."""
    has_name = len(match["before"]) > 1
    return not has_name or _AFTER_TIME.fullmatch(match["rest"]) is not None


def _are_of_programs(said: Mapping[int, re.Match[str]]) -> bool:
    """Whether most lines are of a program's log: their text begins with a small letter."""
    first_letters = [match["rest"].lstrip("]) \t-–—|")[:1] for match in said.values()]
    return 2 * sum(map(str.islower, first_letters)) > len(said)


def _find_days(matches: Sequence[re.Match[str]]) -> list[list[date]]:
    """Read all dates in each order of day, month and year in which they are valid and ascend."""
    orders = _ORDERS
    if matches[0]["sign"] == "/" and matches[0]["half"]:
        orders = _ORDERS_OF_TWELVE_HOURS
    dates = [match["date"] for match in matches]
    readings = [_read_days(order, dates) for order in orders]
    return [days for days in readings if days and days == sorted(days)]


def _read_days(order: re.Pattern[str], dates: Sequence[str]) -> list[date]:
    """Read dates in one order; empty if one of them is invalid in it."""
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
    """Write a line without its date. days: since the first date, added to the hours.

    There are two blanks between a name and the time.
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
    """`02:11` from a date; seconds are `00` if the line has none."""
    parts = match.groupdict("00")
    return f"{parts['minute']}:{parts['second']}"
