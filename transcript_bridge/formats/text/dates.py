"""Lines that begin with a date and a time of the day: the date is left out, the time stays.

    12/05/2024, 10:02 - Ann: text       chats, such as WhatsApp's: minutes only
    [12.05.24, 10:02:11] Ann: text
    2024-05-12T10:02:11Z Ann: text      programs
    Ann  2024-05-12 10:02:11            the name first, the text below

Later days go on after 24 hours. What the program itself says among the messages has no name, and is
no speech. The pace tells a chat from speech, as with all times of a day (headings.py).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import pairwise
from typing import NamedTuple

from .heading_lines import NAME

_DATED = re.compile(
    rf"[\u200e\u200f]?(?P<before>[\[(]|{NAME}[,:]?[ \t]{{1,4}}[\[(]?|)"
    r"(?P<a>\d{1,4})(?P<sign>[./-])(?P<b>\d{1,2})(?P=sign)(?P<c>\d{1,4})"
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
_ORDERS = {"YMD": (0, 1, 2), "DMY": (2, 1, 0), "MDY": (2, 0, 1)}
"""The places of year, month and day."""
_DIGITS_OF_YEAR = {"YMD": (4,), "DMY": (2, 4), "MDY": (2, 4)}
_CENTURY = 2000


class DatedText(NamedTuple):
    """The lines of a text, with times of the day for dates and times."""

    lines: Sequence[str]
    began: datetime | None
    """The first of them; None if it may be one of two days. Without an offset if it has none."""
    unsaid: Sequence[int]
    """The rows of dated lines in which nobody says anything; they are empty in `lines`."""


def leave_out_dates(lines: Sequence[str]) -> DatedText | None:
    """The text without its dates; None if it has none, or is a log of programs."""
    found = _find_dated(lines)
    if len(found) < _MIN_LINES:
        return None
    matches = list(found.values())
    orders = [order for order in _ORDERS if _fits(order, matches)]
    if not orders:
        return None
    said = _find_said(found)
    programs = [row for row in said if _is_of_program(found[row])]
    if 2 * len(programs) > len(said):
        return None
    order = _choose_order(orders, matches)
    first = _read_day(order, matches[0])
    written = list(lines)
    for row, match in found.items():
        written[row] = ""
        if row in said:
            written[row] = _write_time(match, (_read_day(order, match) - first).days)
    began = _read_moment(first, matches[0]) if len(orders) == 1 else None
    return DatedText(written, began, sorted(found.keys() - said))


def _find_dated(lines: Sequence[str]) -> dict[int, re.Match[str]]:
    found: dict[int, re.Match[str]] = {}
    if not any(map(_DATED.match, lines[:_FIRST_LINES])):
        return found
    for row, line in enumerate(lines):
        match = _DATED.match(line)
        if match is not None and _is_heading(match):
            found[row] = match
    return found


def _find_said(found: Mapping[int, re.Match[str]]) -> AbstractSet[int]:
    """The rows in which somebody says something; all, if these are few."""
    said = {row for row, match in found.items() if match["before"] or _SAYS.match(match["rest"])}
    return said if len(said) >= _MIN_SHARE * len(found) else found.keys()


def _is_heading(match: re.Match[str]) -> bool:
    """Whether a date is no part of a sentence, as after `On`."""
    has_name = len(match["before"]) > 1
    return not has_name or _AFTER_TIME.fullmatch(match["rest"]) is not None


def _is_of_program(match: re.Match[str]) -> bool:
    """Whether what says something is written in small letters, as programs are in logs."""
    return match["rest"].lstrip("]) \t-–—|")[:1].islower()


def _fits(order: str, matches: Sequence[re.Match[str]]) -> bool:
    """Whether all dates are dates in this order, and never go back."""
    try:
        days = [_read_day(order, match) for match in matches]
    except ValueError:
        return False
    return all(before <= after for before, after in pairwise(days))


def _choose_order(orders: Sequence[str], matches: Sequence[re.Match[str]]) -> str:
    """The day of a month is before the month, except beside a clock of twelve hours."""
    if len(orders) > 1 and "MDY" in orders and matches[0]["sign"] == "/" and matches[0]["half"]:
        return "MDY"
    return orders[0]


def _read_day(order: str, match: re.Match[str]) -> date:
    """Raises ValueError if there is no such day."""
    parts = match["a"], match["b"], match["c"]
    year, month, day = (parts[place] for place in _ORDERS[order])
    is_possible = len(year) in _DIGITS_OF_YEAR[order] and len(day) <= 2
    if not is_possible or (order == "MDY" and match["sign"] == "."):
        raise ValueError(match[0])
    in_century = _CENTURY if len(year) == 2 else 0
    return date(in_century + int(year), int(month), int(day))


def _read_hour(match: re.Match[str]) -> int:
    hour = int(match["hour"])
    if match["half"]:
        hour %= 12
        if match["half"] in "Pp":
            hour += 12
    return hour


def _write_time(match: re.Match[str], days: int) -> str:
    """A dated line without the date: its hours are counted from the first day."""
    hours = _read_hour(match) + 24 * days
    clock = f"{hours}:{match['minute']}:{match['second'] or '00'}"
    before = match["before"]
    if before and before[-1] in " \t":
        before += " "  # two blanks part a name from a time
    return f"{before}{clock}{match['rest']}"


def _read_moment(day: date, match: re.Match[str]) -> datetime | None:
    try:
        clock = time(_read_hour(match), int(match["minute"]), int(match["second"] or 0))
        return datetime.combine(day, clock, _read_zone(match["zone"]))
    except ValueError:  # 25:00, an offset of more than a day
        return None


def _read_zone(zone: str | None) -> timezone | None:
    if zone is None:
        return None
    if zone == "Z":
        return UTC
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
    return timezone(-offset if zone[0] == "-" else offset)
