"""Numbers, dates, states and speakers as the page writes them."""

from __future__ import annotations

from datetime import date, datetime

from ..calendar_words import MONTH_NAMES
from .html import Markup, join, tag
from .states import MEANINGS, FileState

GUESSED_MARK = "~"
"""Precedes a date that nothing states."""


def day_of(at: date) -> str:
    """`24 January 2024`."""
    return f"{at.day} {MONTH_NAMES[at.month - 1]} {at.year}"


def moment_of(at: datetime) -> str:
    """`24 January 2024, 15:04`."""
    return f"{day_of(at)}, {at:%H:%M}"


def sentence(words: str) -> str:
    """Words with a capital letter at the beginning."""
    return words[:1].upper() + words[1:]


def badge(state: FileState) -> Markup:
    """A state in its color."""
    meaning = MEANINGS[state]
    return tag("span", meaning.word, class_=f"badge {meaning.tone}")


def number_cell(count: int) -> Markup:
    """A number as a cell of a table."""
    return tag("td", f"{count:,}" if count else "–", class_="number")


def name_label(label: str | None, name: str | None = None) -> Markup:
    """A speaker, with the name from the speaker map if it says more.

    A label may contain characters that reverse the direction of a line; <bdi> isolates them.
    """
    if label is None:
        return tag("i", "no label")
    is_new = name and name.casefold() != label.casefold()
    if not is_new:
        return tag("bdi", label)
    return join([tag("bdi", label), tag("small", " is ", tag("bdi", name))])
