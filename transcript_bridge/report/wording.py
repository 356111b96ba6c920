"""Numbers, dates, states and speakers as the page writes them."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from .html import Markup, join, tag
from .states import MEANINGS, FileState

MONTH_NAMES = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


_SHOWN_IN_SECONDS = 120
_SHOWN_IN_MINUTES = 7200
GUESSED_MARK = "~"
"""Before a date that is taken from the time of a file."""


def count_of(count: int, noun: str) -> str:
    """`1 file`, `1,200 files`."""
    plural = "" if count == 1 else "s"
    return f"{count:,} {noun}{plural}"


class Length(NamedTuple):
    """How long something is, in the unit in which it is read best."""

    number: str
    unit: str
    unit_name: str

    def __str__(self) -> str:
        return f"{self.number} {self.unit}"


def length_of(seconds: float) -> Length:
    """`40 s`, `21 min`, `3.4 h`, `1,210 h`."""
    if seconds < _SHOWN_IN_SECONDS:
        return Length(f"{seconds:.0f}", "s", "seconds")
    if seconds < _SHOWN_IN_MINUTES:
        return Length(f"{seconds / 60:.0f}", "min", "minutes")
    hours = seconds / 3600
    if hours < 100:
        return Length(f"{hours:.1f}", "h", "hours")
    return Length(f"{hours:,.0f}", "h", "hours")


def day_of(at: date) -> str:
    """`24 January 2024`."""
    return f"{at.day} {MONTH_NAMES[at.month - 1]} {at.year}"


def moment_of(at: datetime) -> str:
    """`24 January 2024, 15:04`."""
    return f"{day_of(at)}, {at:%H:%M}"


def sentence(words: str) -> str:
    """With a capital letter."""
    return words[:1].upper() + words[1:]


def badge(state: FileState) -> Markup:
    """A state in its color."""
    meaning = MEANINGS[state]
    return tag("span", meaning.word, class_=f"badge {meaning.tone}")


def number_cell(count: int) -> Markup:
    """A cell of a table."""
    return tag("td", f"{count:,}" if count else "–", class_="number")


def name_label(label: str | None, name: str | None = None) -> Markup:
    """A speaker, with the name from the speaker map where it says more.

    A label may contain characters that reverse the direction of a line: <bdi> contains them.
    """
    if label is None:
        return tag("i", "no label")
    is_new = name and name.casefold() != label.casefold()
    if not is_new:
        return tag("bdi", label)
    return join([tag("bdi", label), tag("small", " is ", tag("bdi", name))])
