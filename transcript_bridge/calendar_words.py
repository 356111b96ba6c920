"""The English names of months, as products write them in dates."""

from __future__ import annotations

MONTH_NAMES = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_SHORT_NAMES = tuple([name[:3].lower() for name in MONTH_NAMES])
SHORT_MONTH = "|".join(_SHORT_NAMES)
"""A pattern of the short names, in small letters."""


def month_number(name: str) -> int:
    """1 to 12, by the first three letters in any case. Raises ValueError for another word."""
    return _SHORT_NAMES.index(name[:3].lower()) + 1
